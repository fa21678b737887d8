//! The grammar of RFC 8259, once, for who builds values and for who only checks them.

use super::JsonDefect;
use JsonDefect::{NameTwice, NotJson, NumberRange, TooManyValues};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::collections::HashSet;

/// Values within values. The sandbox wraps what it read into a few more levels, and JSON parsers stop at 128.
pub(super) const MAX_LEVELS: usize = 100;
/// How serde_json names a number whose digits it kept. What is read here is read there again: no document may use it as a name.
const DIGITS: &str = "$serde_json::private::Number";
/// Up to so many names are compared one by one; a set of hashes finds the same among more.
const FEW_NAMES: usize = 16;
/// The largest number has 309 digits; a number of fewer bytes without an exponent is smaller.
const SURELY_IN_RANGE: usize = 308;

/// Stands before the next value of a text.
pub(crate) struct Reader<'t, 'l> {
    text: &'t str,
    at: usize,
    left: &'l mut usize,
    level: usize,
    /// The names so far in each object that is open.
    names: Vec<Cow<'t, str>>,
    /// The members so far in each object that is built: a map gets its size when that is known.
    built: Vec<(String, Value)>,
}

impl<'t, 'l> Reader<'t, 'l> {
    /// Before the one value of the text. Values and names are taken from `left`, also when they are refused.
    pub(crate) fn over(json: &'t [u8], left: &'l mut usize) -> Result<Reader<'t, 'l>, JsonDefect> {
        let text = std::str::from_utf8(json).map_err(|_| NotJson)?;
        Ok(Reader { text, at: 0, left, level: 0, names: Vec::new(), built: Vec::new() })
    }

    /// How many values and names may still come.
    pub(crate) fn left(&self) -> usize {
        *self.left
    }

    /// Behind it: nothing more but white space.
    pub(crate) fn end(mut self) -> Result<(), JsonDefect> {
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { Err(NotJson) }
    }

    /// The first byte of the next value, which tells its kind.
    pub(crate) fn peek(&mut self) -> Result<u8, JsonDefect> {
        self.skip_space();
        self.text.as_bytes().get(self.at).copied().ok_or(NotJson)
    }

    /// Builds the next value.
    pub(crate) fn value(&mut self) -> Result<Value, JsonDefect> {
        self.one(|reader, first| match first {
            b'{' => {
                let outside = reader.built.len();
                reader.members(|reader, name| {
                    let value = reader.value()?;
                    reader.built.push((name.to_owned(), value));
                    Ok(())
                })?;
                Ok(Value::Object(reader.built.drain(outside..).collect()))
            }
            b'[' => {
                // Most lists of FHIR hold one element.
                let mut list = Vec::with_capacity(1);
                reader.elements(|reader| {
                    list.push(reader.value()?);
                    Ok(())
                })?;
                Ok(Value::Array(list))
            }
            b'"' => Ok(Value::String(reader.string()?.into_owned())),
            b't' => reader.word("true").map(|()| Value::Bool(true)),
            b'f' => reader.word("false").map(|()| Value::Bool(false)),
            b'n' => reader.word("null").map(|()| Value::Null),
            _ => reader.number()?.parse::<Number>().map(Value::Number).map_err(|_| NotJson),
        })
    }

    /// What `read` makes of the next value, and the text of that value.
    pub(crate) fn with_text<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, JsonDefect>,
    ) -> Result<(T, &'t str), JsonDefect> {
        self.skip_space();
        let start = self.at;
        let made = read(self)?;
        Ok((made, self.text.get(start..self.at).ok_or(NotJson)?))
    }

    /// Checks the next value by every rule, and builds nothing.
    pub(crate) fn check(&mut self) -> Result<(), JsonDefect> {
        self.one(|reader, first| match first {
            b'{' => reader.members(|reader, _| reader.check()),
            b'[' => reader.elements(Reader::check),
            b'"' => reader.skip_string(),
            b't' => reader.word("true"),
            b'f' => reader.word("false"),
            b'n' => reader.word("null"),
            _ => reader.number().map(drop),
        })
    }

    /// The next value is an object: gives each name to `each`, which reads the value that follows.
    pub(crate) fn object(
        &mut self,
        each: impl FnMut(&mut Self, &str) -> Result<(), JsonDefect>,
    ) -> Result<(), JsonDefect> {
        self.one(|reader, first| if first == b'{' { reader.members(each) } else { Err(NotJson) })
    }

    /// The next value is a list: `each` reads each of its values.
    pub(crate) fn list(&mut self, each: impl FnMut(&mut Self) -> Result<(), JsonDefect>) -> Result<(), JsonDefect> {
        self.one(|reader, first| if first == b'[' { reader.elements(each) } else { Err(NotJson) })
    }

    /// One value more, one level deeper.
    #[inline(always)]
    fn one<T>(&mut self, read: impl FnOnce(&mut Self, u8) -> Result<T, JsonDefect>) -> Result<T, JsonDefect> {
        let first = self.peek()?;
        self.count()?;
        if self.level == MAX_LEVELS {
            return Err(NotJson);
        }
        self.level += 1;
        let value = read(self, first)?;
        self.level -= 1;
        Ok(value)
    }

    fn count(&mut self) -> Result<(), JsonDefect> {
        *self.left = self.left.checked_sub(1).ok_or(TooManyValues)?;
        Ok(())
    }

    #[inline(always)]
    fn members(&mut self, mut each: impl FnMut(&mut Self, &str) -> Result<(), JsonDefect>) -> Result<(), JsonDefect> {
        self.at += 1;
        let outside = self.names.len();
        let mut many = HashSet::new();
        let mut next = self.peek()?;
        while next != b'}' {
            if next != b'"' {
                return Err(NotJson);
            }
            self.count()?;
            let name = self.string()?;
            if name == DIGITS || self.peek()? != b':' {
                return Err(NotJson);
            }
            self.at += 1;
            self.note_name(outside, name.clone(), &mut many)?;
            each(self, &name)?;
            next = self.after_one(b'}')?;
        }
        self.at += 1;
        self.names.truncate(outside);
        Ok(())
    }

    #[inline(always)]
    fn elements(&mut self, mut each: impl FnMut(&mut Self) -> Result<(), JsonDefect>) -> Result<(), JsonDefect> {
        self.at += 1;
        let mut next = self.peek()?;
        while next != b']' {
            each(self)?;
            next = self.after_one(b']')?;
        }
        self.at += 1;
        Ok(())
    }

    /// Behind a member or an element: the end, or a comma and the first byte of the next.
    fn after_one(&mut self, end: u8) -> Result<u8, JsonDefect> {
        match self.peek()? {
            b',' => {
                self.at += 1;
                self.peek().and_then(|next| if next == end { Err(NotJson) } else { Ok(next) })
            }
            next if next == end => Ok(next),
            _ => Err(NotJson),
        }
    }

    fn note_name(
        &mut self,
        outside: usize,
        name: Cow<'t, str>,
        many: &mut HashSet<Cow<'t, str>>,
    ) -> Result<(), JsonDefect> {
        let before = self.names.get(outside..).unwrap_or_default();
        if before.len() < FEW_NAMES {
            if before.contains(&name) {
                return Err(NameTwice);
            }
            self.names.push(name);
            return Ok(());
        }
        if many.is_empty() {
            many.extend(before.iter().cloned());
        }
        if many.insert(name) { Ok(()) } else { Err(NameTwice) }
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str) -> Result<(), JsonDefect> {
        let found = self.rest().starts_with(word.as_bytes());
        self.at += word.len();
        if found { Ok(()) } else { Err(NotJson) }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn number(&mut self) -> Result<&'t str, JsonDefect> {
        let start = self.at;
        self.skip_one_of(b"-");
        // A zero leads no other digit; behind it, a digit is where nothing may stand.
        if !self.skip_one_of(b"0") {
            self.digits()?;
        }
        if self.skip_one_of(b".") {
            self.digits()?;
        }
        let has_exponent = self.skip_one_of(b"eE");
        if has_exponent {
            self.skip_one_of(b"+-");
            self.digits()?;
        }
        let number = self.text.get(start..self.at).ok_or(NotJson)?;
        let in_range = || number.parse().is_ok_and(f64::is_finite);
        if (has_exponent || number.len() > SURELY_IN_RANGE) && !in_range() {
            return Err(NumberRange);
        }
        Ok(number)
    }

    fn skip_one_of(&mut self, bytes: &[u8]) -> bool {
        let found = self.rest().first().is_some_and(|byte| bytes.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), JsonDefect> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(NotJson) } else { Ok(()) }
    }

    /// The string here, without its escapes.
    fn string(&mut self) -> Result<Cow<'t, str>, JsonDefect> {
        self.at += 1;
        let plain = self.plain()?;
        if self.next()? == b'"' {
            return Ok(Cow::Borrowed(plain));
        }
        let mut string = plain.to_owned();
        loop {
            string.push(self.escaped()?);
            string.push_str(self.plain()?);
            if self.next()? == b'"' {
                return Ok(Cow::Owned(string));
            }
        }
    }

    fn skip_string(&mut self) -> Result<(), JsonDefect> {
        self.at += 1;
        self.plain()?;
        while self.next()? != b'"' {
            self.escaped()?;
            self.plain()?;
        }
        Ok(())
    }

    /// What stands before the next quotation mark or escape.
    fn plain(&mut self) -> Result<&'t str, JsonDefect> {
        let start = self.at;
        self.at += plain_bytes(self.rest());
        self.text.get(start..self.at).ok_or(NotJson)
    }

    /// A quotation mark or a backslash; a control character is neither.
    fn next(&mut self) -> Result<u8, JsonDefect> {
        let byte = self.rest().first().copied();
        self.at += 1;
        byte.filter(|byte| matches!(byte, b'"' | b'\\')).ok_or(NotJson)
    }

    /// The character of an escape, behind its backslash.
    fn escaped(&mut self) -> Result<char, JsonDefect> {
        let letter = self.rest().first().copied().ok_or(NotJson)?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.utf16_unit()?;
                let is_first_half = (0xD800..0xDC00).contains(&unit) && self.rest().starts_with(b"\\u");
                let mut units = [unit, 0];
                if is_first_half {
                    self.at += 2;
                    units[1] = self.utf16_unit()?;
                }
                let units = units.into_iter().take(1 + usize::from(is_first_half));
                char::decode_utf16(units).next().and_then(Result::ok).ok_or(NotJson)?
            }
            _ => return Err(NotJson),
        })
    }

    fn utf16_unit(&mut self) -> Result<u16, JsonDefect> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(NotJson)?;
        self.at += 4;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| are_digits).ok_or(NotJson)
    }
}

/// How many bytes stand before the next quotation mark, backslash or control character.
fn plain_bytes(bytes: &[u8]) -> usize {
    const STRIDE: usize = 64;
    let mut plain = 0;
    // A name or a code ends within the first words; what does not may be a whole PDF.
    for (number, word) in bytes.chunks_exact(8).enumerate() {
        if number == 8 {
            plain += STRIDE * bytes[plain..].chunks_exact(STRIDE).take_while(|stride| is_plain(stride)).count();
            break;
        }
        match special(word) {
            0 => plain += 8,
            marks => return plain + marks.trailing_zeros() as usize / 8,
        }
    }
    plain + bytes[plain..].iter().take_while(|byte| is_plain(&[**byte])).count()
}

fn is_plain(bytes: &[u8]) -> bool {
    !bytes.iter().fold(false, |special, byte| special | (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\'))
}

/// The high bit of the first special byte, and of some behind it: the bytes of a word at once.
fn special(word: &[u8]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let Ok(word) = word.try_into().map(u64::from_le_bytes) else { return HIGHS };
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let is_control = word.wrapping_sub(ONES * 0x20) & !word;
    (is_control | is_zero(word ^ (ONES * u64::from(b'"'))) | is_zero(word ^ (ONES * u64::from(b'\\')))) & HIGHS
}
