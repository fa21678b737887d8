//! Rich Text Format (Microsoft, version 1.9.1) as plain text: letters, paragraphs, tables, lists, text boxes and notes, in
//! order. Nothing is carried out: pictures, objects, fields' instructions, styles and whatever is marked as ignorable are
//! stepped over. What is struck out stands between `~~`, and what is raised behind `^`: 10⁹ is not 109.

mod symbols;

use encoding_rs::{Encoding, WINDOWS_1252};
use std::collections::HashMap;

/// Groups within groups; no program nests deeper than a few dozen.
const MAX_GROUPS: usize = 200;
/// Fonts of one document.
const MAX_FONTS: usize = 2_000;
/// A control word is not longer ("Control Word").
const MAX_WORD: usize = 32;

/// What a document says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RtfText {
    /// Its text, one line a paragraph or a row of a table.
    pub text: String,
    /// Whether all of it was there: every group closed, and no more of them than a program writes.
    pub is_whole: bool,
    /// The number of a code page that nobody here knows, where letters depend on it.
    pub unknown_code_page: Option<u32>,
}

/// Whether bytes are RTF, whatever they are called.
pub(super) fn is_rtf(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"{\\rtf")
}

/// The text of RTF, to `most` bytes.
pub(super) fn read(bytes: &[u8], most: usize) -> RtfText {
    let mut reader = Reader { most, ..Reader::default() };
    let is_whole = reader.run(bytes.trim_ascii_start()).is_some();
    reader.flush();
    if reader.struck {
        reader.text.push_str("~~");
    }
    RtfText { text: reader.text, is_whole, unknown_code_page: reader.unknown_code_page }
}

/// How bytes beyond ASCII, or all of them, are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letters {
    Of(&'static Encoding),
    /// The Symbol font.
    Symbols,
    /// Fonts of little pictures: what they show is nothing to read.
    Dingbats,
    Unknown(u32),
}

/// What a group inherits from the one around it.
#[derive(Clone, Copy)]
struct State {
    /// Nothing in it is text.
    silent: bool,
    /// Hidden text (`\v`).
    hidden: bool,
    struck: bool,
    raised: bool,
    /// Its letters; those of the document where no font says otherwise.
    letters: Option<Letters>,
    /// How many letters stand for one `\u` where that is not understood.
    replaced: usize,
    /// Inside the table of fonts, and of which font.
    in_fonts: bool,
    font: Option<i64>,
}

struct Reader {
    most: usize,
    text: String,
    /// Bytes in letters of one kind that are not in the text yet.
    pending: Vec<u8>,
    pending_letters: Letters,
    document: Letters,
    fonts: HashMap<i64, Letters>,
    /// The name of the font that is being defined.
    font_name: Vec<u8>,
    state: State,
    around: Vec<State>,
    /// Letters still to be stepped over behind `\u`.
    to_skip: usize,
    /// The first half of a surrogate pair.
    half: Option<u16>,
    /// What the text so far leaves open.
    struck: bool,
    unknown_code_page: Option<u32>,
}

impl Default for Reader {
    fn default() -> Reader {
        let latin = Letters::Of(WINDOWS_1252);
        let state = State {
            silent: false,
            hidden: false,
            struck: false,
            raised: false,
            letters: None,
            replaced: 1,
            in_fonts: false,
            font: None,
        };
        Reader {
            most: 0,
            text: String::new(),
            pending: Vec::new(),
            pending_letters: latin,
            document: latin,
            fonts: HashMap::new(),
            font_name: Vec::new(),
            state,
            around: Vec::new(),
            to_skip: 0,
            half: None,
            struck: false,
            unknown_code_page: None,
        }
    }
}

impl Reader {
    /// Steps through; `None` where it breaks off.
    fn run(&mut self, bytes: &[u8]) -> Option<()> {
        let mut at = 0;
        // Whether the next word is the first of a group that readers without knowledge of it must skip.
        let mut ignorable = false;
        while let Some(byte) = bytes.get(at).copied() {
            at += 1;
            match byte {
                b'{' => {
                    if self.around.len() == MAX_GROUPS || self.text.len() >= self.most {
                        return None;
                    }
                    (self.to_skip, ignorable) = (0, false);
                    self.around.push(self.state);
                }
                b'}' => {
                    self.to_skip = 0;
                    self.end_of_font();
                    self.state = self.around.pop()?;
                    if self.around.is_empty() {
                        return Some(());
                    }
                }
                b'\r' | b'\n' => {}
                b'\\' => match bytes.get(at).copied()? {
                    b'\'' => {
                        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
                        at += 3;
                        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                        self.letter(byte.unwrap_or(b'?'));
                    }
                    letter if letter.is_ascii_alphabetic() => {
                        let (word, number, behind) = word_at(bytes, at);
                        at = behind;
                        if word == "bin" {
                            at = at.checked_add(usize::try_from(number.unwrap_or(0)).unwrap_or(0))?;
                        } else {
                            self.word(word, number, std::mem::take(&mut ignorable));
                        }
                    }
                    symbol => {
                        at += 1;
                        match symbol {
                            b'*' => ignorable = true,
                            b'\\' | b'{' | b'}' => self.letter(symbol),
                            b'\r' | b'\n' => self.put("\n"),
                            b'~' => self.put(" "),
                            b'_' => self.put("-"),
                            // An optional hyphen, marks of an index, and what is not known.
                            _ => {}
                        }
                    }
                },
                _ => self.letter(byte),
            }
        }
        None
    }

    fn is_silent(&self) -> bool {
        self.state.silent || self.state.hidden || self.text.len() + self.pending.len() >= self.most
    }

    /// One byte of text.
    fn letter(&mut self, byte: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
            return;
        }
        if self.state.in_fonts {
            if self.font_name.len() < 64 {
                self.font_name.push(byte);
            }
            return;
        }
        if self.is_silent() {
            return;
        }
        self.marks();
        let letters = self.state.letters.unwrap_or(self.document);
        if letters != self.pending_letters {
            self.flush();
            self.pending_letters = letters;
        }
        self.pending.push(byte);
    }

    /// Text of our own.
    fn put(&mut self, text: &str) {
        if !self.is_silent() && !self.state.in_fonts {
            self.marks();
            self.flush();
            self.text.push_str(text);
        }
    }

    /// Opens or closes what is struck out, and marks what is raised.
    fn marks(&mut self) {
        if self.state.struck != self.struck {
            self.flush();
            self.text.push_str("~~");
            self.struck = self.state.struck;
        }
        if self.state.raised {
            self.flush();
            self.text.push('^');
            self.state.raised = false;
        }
    }

    fn flush(&mut self) {
        let bytes = std::mem::take(&mut self.pending);
        match self.pending_letters {
            Letters::Of(encoding) => self.text.push_str(&encoding.decode_without_bom_handling(&bytes).0),
            Letters::Symbols => self.text.extend(bytes.iter().map(|byte| symbols::letter(*byte))),
            Letters::Dingbats => self.text.extend(bytes.iter().map(|byte| if *byte == b' ' { ' ' } else { '•' })),
            Letters::Unknown(page) => {
                if !bytes.is_ascii() {
                    self.unknown_code_page = Some(page);
                }
                self.text.extend(bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{FFFD}' }));
            }
        }
    }

    /// A letter by its number in Unicode, as a signed number of 16 bits.
    fn unicode(&mut self, number: i64) {
        let letter = match u16::try_from(number.rem_euclid(0x1_0000)) {
            Ok(unit @ 0xD800..0xDC00) => {
                self.half = Some(unit);
                None
            }
            // The place where the Symbol font stands in Unicode.
            Ok(unit @ 0xF020..0xF100) => Some(symbols::letter(unit.to_le_bytes()[0])),
            Ok(unit) => {
                let units = self.half.take().into_iter().chain([unit]);
                char::decode_utf16(units).next().map(|letter| letter.unwrap_or('\u{FFFD}'))
            }
            Err(_) => None,
        };
        if let Some(letter) = letter {
            self.put(letter.encode_utf8(&mut [0; 4]));
        }
        self.to_skip = self.state.replaced;
    }

    fn word(&mut self, word: &str, number: Option<i64>, ignorable: bool) {
        let on = number != Some(0);
        match word {
            // Inside what is ignorable: text all the same.
            "ud" | "shptxt" | "annotation" | "footnote" => self.state.silent = false,
            "fonttbl" => self.state.in_fonts = true,
            "colortbl" | "stylesheet" | "info" | "pict" | "objdata" | "fldinst" | "xe" | "tc" | "nonshppict"
            | "shprslt" | "upr" | "datafield" | "listtable" | "filetbl" | "template" => self.state.silent = true,
            _ if ignorable => self.state.silent = true,
            "par" | "line" | "row" | "nestrow" | "sect" | "page" | "softline" | "column" => self.put("\n"),
            "cell" | "nestcell" => self.put(" | "),
            "tab" | "emspace" | "enspace" | "qmspace" => self.put(" "),
            "emdash" => self.put("—"),
            "endash" => self.put("–"),
            "lquote" => self.put("‘"),
            "rquote" => self.put("’"),
            "ldblquote" => self.put("“"),
            "rdblquote" => self.put("”"),
            "bullet" => self.put("•"),
            "zwj" => self.put("\u{200D}"),
            "zwnj" => self.put("\u{200C}"),
            "u" => self.unicode(number.unwrap_or(i64::from(b'?'))),
            "uc" => self.state.replaced = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16),
            "v" => self.state.hidden = on,
            "strike" | "striked" | "deleted" => self.state.struck = on,
            "super" | "up" => self.state.raised = on,
            "nosupersub" => self.state.raised = false,
            "plain" => (self.state.hidden, self.state.struck, self.state.raised) = (false, false, false),
            "ansi" => self.document = Letters::Of(WINDOWS_1252),
            "mac" => self.document = of_code_page(10_000),
            "pc" => self.document = Letters::Unknown(437),
            "pca" => self.document = Letters::Unknown(850),
            "ansicpg" => {
                let page = number.and_then(|number| u32::try_from(number).ok()).filter(|page| *page != 0);
                self.document = page.map_or(self.document, of_code_page);
            }
            "f" if self.state.in_fonts => {
                self.end_of_font();
                self.state.font = number;
            }
            "f" => self.state.letters = number.and_then(|number| self.fonts.get(&number).copied()),
            "fcharset" | "cpg" if self.state.in_fonts => {
                let letters = number.and_then(|number| u32::try_from(number).ok()).and_then(|number| {
                    if word == "cpg" { (number != 0).then(|| of_code_page(number)) } else { of_charset(number) }
                });
                if let Some((font, letters)) = self.state.font.zip(letters)
                    && self.fonts.len() < MAX_FONTS
                {
                    self.fonts.insert(font, letters);
                }
            }
            _ => {}
        }
    }

    /// The end of a font's definition: fonts of signs are known by their names where no charset says so.
    fn end_of_font(&mut self) {
        let name = std::mem::take(&mut self.font_name).to_ascii_lowercase();
        let is = |word: &[u8]| name.windows(word.len()).any(|part| part == word);
        let signs = is(b"dings").then_some(Letters::Dingbats);
        let letters = signs.or(name.trim_ascii().starts_with(b"symbol").then_some(Letters::Symbols));
        if let Some((font, letters)) = self.state.font.zip(letters)
            && self.state.in_fonts
            && self.fonts.len() < MAX_FONTS
        {
            self.fonts.insert(font, letters);
        }
    }
}

/// A control word with its number, and the place behind it: a space that ends it belongs to it.
fn word_at(bytes: &[u8], start: usize) -> (&str, Option<i64>, usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest.iter().take(MAX_WORD).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = rest.get(..length).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default();
    let rest = rest.get(length..).unwrap_or_default();
    let sign = usize::from(rest.first() == Some(&b'-') && rest.get(1).is_some_and(u8::is_ascii_digit));
    let digits = rest.iter().skip(sign).take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let number = rest.get(..sign + digits).and_then(|number| std::str::from_utf8(number).ok()?.parse().ok());
    let behind = start + length + if digits > 0 { sign + digits } else { 0 };
    (word, number, behind + usize::from(bytes.get(behind) == Some(&b' ')))
}

/// `\ansicpg` and `\cpg`: numbers of Windows.
fn of_code_page(page: u32) -> Letters {
    let label = match page {
        874 | 1250..=1258 => format!("windows-{page}"),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        10_007 => "x-mac-cyrillic".to_owned(),
        20_127 => "us-ascii".to_owned(),
        20_866 => "koi8-r".to_owned(),
        21_866 => "koi8-u".to_owned(),
        28_591..=28_606 => format!("iso-8859-{}", page - 28_590),
        54_936 => "gb18030".to_owned(),
        65_001 => "utf-8".to_owned(),
        _ => return Letters::Unknown(page),
    };
    Encoding::for_label_no_replacement(label.as_bytes()).map_or(Letters::Unknown(page), Letters::Of)
}

/// `\fcharset`: 0 and 1 say nothing more than the document does.
fn of_charset(charset: u32) -> Option<Letters> {
    let page = match charset {
        0 | 1 => return None,
        2 => return Some(Letters::Symbols),
        77 => 10_000,
        128 => 932,
        129 => 949,
        130 => 1361,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        254 => 437,
        255 => 850,
        _ => return None,
    };
    Some(of_code_page(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 10_000;

    fn text(body: &str) -> String {
        let rtf = format!(
            r"{{\rtf1\ansi\ansicpg1252\deff0{{\fonttbl{{\f0\fswiss Arial;}}{{\f1\fcharset204 Arial Cyr;}}{{\f2\fnil\fcharset2 Symbol;}}{{\f3\fnil Wingdings;}}}}{body}}}"
        );
        let read = read(rtf.as_bytes(), MOST);
        assert!(read.is_whole, "{body}");
        assert_eq!(read.unknown_code_page, None, "{body}");
        read.text
    }

    #[test]
    fn words_lines_and_tables_are_read_and_nothing_of_the_form() {
        let cases = [
            (
                r"\pard\f0\fs22 Stop \b warfarin\b0  on Friday.\par See the nurse.",
                "Stop warfarin on Friday.\nSee the nurse.",
            ),
            (
                r"\trowd\cellx10 Drug\cell Dose\cell\row Digoxin\cell 62.5\~\'b5g\cell\row",
                "Drug | Dose | \nDigoxin | 62.5 µg | \n",
            ),
            (r"a\line b\tab c\emdash d\ldblquote e\rdblquote \{f\}\\", "a\nb c—d“e”{f}\\"),
            ("broken\r\n off and\\\nnew line", "broken off and\nnew line"),
            (
                r"{\*\generator Made by X;}{\info{\title Secret}}{\stylesheet{\s1 Heading;}}{\pict\pngblip 89504e47}kept",
                "kept",
            ),
            (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt the ward}} calls", "the ward calls"),
            (r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt In a box}}{\shprslt In a box}}", "In a box"),
            (r"one{\footnote  two}{\*\annotation  three}", "one two three"),
            (r"10{\super 9}/L, 10\super 12\nosupersub /L", "10^9/L, 10^12/L"),
            (r"take {\strike 10}{\b 5} mg", "take ~~10~~5 mg"),
            (r"seen{\v  not seen}\bin4 \}}{ again", "seen again"),
        ];
        for (body, expected) in cases {
            assert_eq!(text(body), expected, "{body}");
        }
    }

    #[test]
    fn letters_are_those_of_their_font_and_of_unicode() {
        let cases = [
            (r"Fr. M\'fcller \u8364? 5", "Fr. Müller € 5"),
            (r"{\f1 \'e4\'ee\'e7\'e0} dose", "доза dose"),
            (r"25 {\f2 m}g, {\f2\'b3} 3", "25 μg, ≥ 3"),
            (r"{\f3 \'fc} done", "• done"),
            (r"\uc2\u946 \'61\'62 blocker", "β blocker"),
            (r"\u-10179?\u-8704? ok", "\u{1F600} ok"),
            (r"\uc0\u20013 \u25991", "中文"),
            (r"{\upr{a}{\*\ud{\u228 a}}}", "ä"),
        ];
        for (body, expected) in cases {
            assert_eq!(text(body), expected, "{body}");
        }
    }

    #[test]
    fn an_unknown_code_page_is_said_where_letters_depend_on_it() {
        let with = |page: &str, body: &str| read(format!(r"{{\rtf1\ansi\ansicpg{page} {body}}}").as_bytes(), MOST);
        assert_eq!(with("708", r"Dosis \'e4").unknown_code_page, Some(708));
        assert_eq!(with("708", "Dosis 5").unknown_code_page, None);
        assert_eq!(with("1250", r"\'9eena").text, "žena");
    }

    #[test]
    fn damage_and_depth_end_in_what_was_read_so_far() {
        for (rtf, said) in [
            (r"{\rtf1 half a wo", "half a wo"),
            (r"{\rtf1 a{\b b", "ab"),
            (r"{\rtf1 a\", "a"),
            (r"{\rtf1 a\'f", "a?"),
            (r"{\rtf1 a\bin99999999 b}", "a"),
            (r"{\rtf1 a\u", "a?"),
        ] {
            let read = read(rtf.as_bytes(), MOST);
            assert_eq!((read.text.as_str(), read.is_whole), (said, false), "{rtf}");
        }
        let deep = format!("{{\\rtf1 a{}", "{".repeat(1_000_000));
        assert!(!read(deep.as_bytes(), MOST).is_whole);
        let long = format!("{{\\rtf1 {}}}", "{x}".repeat(1_000_000));
        assert!(read(long.as_bytes(), 1_000).text.len() <= 1_001);
        assert_eq!(read(b"", MOST).text, "");
        assert!(is_rtf(b"\r\n{\\rtf1}") && !is_rtf(b"rtf"));
    }

    #[test]
    fn no_bytes_whatsoever_break_it() {
        let mut seed = 11_u64;
        let parts: [&[u8]; 16] = [
            b"{",
            b"}",
            b"\\",
            b"\\'",
            b"\\u",
            b"-",
            b"9",
            b"\\bin",
            b"\\*",
            b"\\uc",
            b"\\f",
            b"\\fonttbl",
            b" ",
            b"\xff",
            b"\\super",
            b"a",
        ];
        for _ in 0..20_000 {
            let mut rtf = b"{\\rtf1".to_vec();
            for _ in 0..24 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                rtf.extend_from_slice(parts[usize::try_from(seed >> 60).unwrap_or(0)]);
            }
            let _ = read(&rtf, MOST);
        }
    }
}
