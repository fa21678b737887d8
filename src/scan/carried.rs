//! Codes of ours in what carries them: a viewer's address, a sentence, a mail that breaks lines and escapes signs. Each is given
//! as its standard writes it, `shlink:/` with base64url or `shc:/` with digits; what stands around it is never opened.
//!
//! A code shows where it ends: a link's payload is a JSON object, a card has a signature of 64 bytes. So escapes are taken away
//! and lines joined until one is whole, and what follows a whole code never becomes part of it.

use crate::health_card::{CardText, read_card_text};
use crate::health_link::payload_of;
use crate::jws::CompactJws;
use crate::sensitive::Sensitive;
use percent_encoding::percent_decode_str;

/// More codes are not looked for in one text.
const MAX_CODES: usize = 100;
/// A code is not broken into more lines than these.
const MAX_LINES: usize = 100;
/// More characters than these have only codes that are in one line.
const MAX_CHARS: usize = 20_000;
/// Addresses inside addresses: escapes are taken away so often at the most.
const MAX_ROUNDS: usize = 3;

/// The schemes of our codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Link,
    Card,
}

/// RFC 3986 3.1: schemes know no case. IHE Verifiable Health Links, which the WHO uses, have a link's payload.
const SCHEMES: [(&str, Scheme); 3] = [("shlink", Scheme::Link), ("vhlink", Scheme::Link), ("shc", Scheme::Card)];

/// A code found in a text.
struct Carried {
    code: Sensitive<String>,
    is_whole: bool,
}

/// What a text holds.
pub(super) struct Codes {
    /// In order and each once.
    pub codes: Vec<Sensitive<String>>,
    /// Whether they are whole; otherwise something is wrong with each of them.
    pub are_whole: bool,
}

/// The codes in a text. Where one is whole, only those that are: a mail may show the beginning of a link beside it. Where none
/// is, what there is, so that somebody can say what is wrong with it.
pub fn codes_in(text: &str) -> Vec<Sensitive<String>> {
    find_codes_in(text).codes
}

/// See [`codes_in`].
pub(super) fn find_codes_in(text: &str) -> Codes {
    let mut broken = Vec::new();
    for unwrapped in Unwrapped::of(text) {
        let (whole, rest): (Vec<Carried>, Vec<Carried>) =
            marks(unwrapped.reveal()).take(MAX_CODES).filter_map(Mark::code).partition(|carried| carried.is_whole);
        if !whole.is_empty() {
            return Codes { codes: each_once(whole), are_whole: true };
        }
        if broken.is_empty() {
            broken = each_once(rest);
        }
    }
    Codes { codes: broken, are_whole: false }
}

/// The first whole code in a text.
pub(super) fn whole_code_in(text: &str) -> Option<Sensitive<String>> {
    marks(text).take(MAX_CODES).filter_map(Mark::code).find(|carried| carried.is_whole).map(|carried| carried.code)
}

fn each_once(carried: Vec<Carried>) -> Vec<Sensitive<String>> {
    let mut codes = Vec::new();
    for Carried { code, .. } in carried {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// A text, then what it is without the escapes of addresses (RFC 3986 2.1) and without the soft line breaks of mail (RFC 2045
/// 6.7), as far as there are some.
struct Unwrapped {
    next: Option<Sensitive<String>>,
    unbroken: Option<Sensitive<String>>,
    rounds: usize,
}

impl Unwrapped {
    fn of(text: &str) -> Unwrapped {
        let unbroken = text.replace("=\r\n", "").replace("=\n", "");
        let unbroken = (unbroken.len() < text.len()).then(|| Sensitive::from(unbroken));
        Unwrapped { next: Some(Sensitive::from(text)), unbroken, rounds: MAX_ROUNDS }
    }
}

impl Iterator for Unwrapped {
    type Item = Sensitive<String>;

    fn next(&mut self) -> Option<Sensitive<String>> {
        let Some(text) = self.next.take() else {
            self.rounds = MAX_ROUNDS;
            self.next = self.unbroken.take();
            return self.next.is_some().then(|| self.next())?;
        };
        if self.rounds > 0 && text.reveal().contains('%') {
            self.rounds -= 1;
            self.next = percent_decoded(text.reveal()).filter(|decoded| *decoded != text);
        }
        Some(text)
    }
}

/// RFC 3986 2.1, with a sign that begins no escape left as it is; `None` when the result is no text.
pub(super) fn percent_decoded(text: &str) -> Option<Sensitive<String>> {
    // Room for all of it, so that growing leaves no copies behind.
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend(percent_decode_str(text));
    String::from_utf8(bytes).ok().map(Sensitive::new)
}

/// A scheme of ours with its colon, and what follows.
struct Mark<'t> {
    scheme: Scheme,
    has_slash: bool,
    rest: &'t str,
}

/// Slashes may be missing, doubled, or escaped as JSON does.
fn marks(text: &str) -> impl Iterator<Item = Mark<'_>> {
    text.match_indices(':').filter_map(|(colon, _)| {
        let scheme = scheme_at_end(text.get(..colon)?)?;
        let behind = text.get(colon + 1..)?;
        let rest = behind.trim_start_matches(['/', '\\']);
        Some(Mark { scheme, has_slash: rest.len() < behind.len(), rest })
    })
}

fn scheme_at_end(text: &str) -> Option<Scheme> {
    let ends_with = |name: &str| {
        let start = text.len().checked_sub(name.len())?;
        text.as_bytes().get(start..)?.eq_ignore_ascii_case(name.as_bytes()).then_some(())
    };
    SCHEMES.iter().find(|(name, _)| ends_with(name).is_some()).map(|(_, scheme)| *scheme)
}

impl Mark<'_> {
    /// The code behind the mark; `None` where the word stands in a sentence and no code follows.
    fn code(self) -> Option<Carried> {
        let Mark { scheme, has_slash, rest } = self;
        let (first, mut left) = scheme.split(rest);
        if first.is_empty() && !has_slash {
            return None;
        }
        // Room for what may come, so that growing leaves no copies behind.
        let mut code = Sensitive::new(String::with_capacity(first.len().max(rest.len().min(MAX_CHARS)) + 8));
        code.append(&Sensitive::from(scheme.mark()));
        code.append(&Sensitive::from(first));
        for _ in 0..MAX_LINES {
            if scheme.is_whole(code.reveal()) {
                return Some(Carried { code, is_whole: true });
            }
            let Some(next) = next_line(left) else { break };
            let (more, after) = scheme.split(next);
            if more.is_empty() {
                break;
            }
            code.append(&Sensitive::from(more));
            left = after;
        }
        // As it stands, with the letters of plain base64 that do not belong there: they are what is wrong with it.
        let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_=+/".contains(letter)));
        let alone = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        Some(Carried { code: Sensitive::from(format!("{}{alone}", scheme.mark())), is_whole: false })
    }
}

/// What follows one line end: the signs of a soft break before it, and of a quotation after it, are not the code's. Signs that
/// show nothing are places where a line may end.
fn next_line(left: &str) -> Option<&str> {
    let ended = left.trim_start_matches('=');
    let next = ended.trim_start_matches(|sign: char| sign.is_whitespace() || sign == '>' || shows_nothing(sign));
    let between = ended.get(..ended.len() - next.len())?;
    (!between.is_empty() && between.matches('\n').count() < 2).then_some(next)
}

/// Soft hyphens, joiners, marks of direction (Unicode 23.2), which programs put into long words.
const fn shows_nothing(sign: char) -> bool {
    matches!(sign, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

impl Scheme {
    const fn mark(self) -> &'static str {
        match self {
            Scheme::Link => "shlink:/",
            Scheme::Card => "shc:/",
        }
    }

    /// What can belong to the code, and the rest.
    fn split(self, text: &str) -> (&str, &str) {
        let belongs = |letter: char| match self {
            Scheme::Link => letter.is_ascii_alphanumeric() || letter == '-' || letter == '_',
            Scheme::Card => letter.is_ascii_digit() || letter == '/',
        };
        let end = text.find(|letter: char| !belongs(letter)).unwrap_or(text.len());
        let (code, rest) = text.split_at(end);
        (code.trim_end_matches('/'), rest)
    }

    fn is_whole(self, code: &str) -> bool {
        match self {
            Scheme::Link => payload_of(code).is_ok(),
            Scheme::Card => match read_card_text(code) {
                Ok(CardText::Whole(jws)) => is_signed(jws.reveal()),
                Ok(CardText::Part { .. }) => true,
                Err(_) => false,
            },
        }
    }
}

/// RFC 7518 3.4: an ES256 signature has 64 bytes.
fn is_signed(jws: &str) -> bool {
    CompactJws::read(jws).is_ok_and(|jws| jws.signature().len() == 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};

    fn payload() -> String {
        BASE64URL.encode(r#"{"url":"https://files.example.org/0123456789012345678901234567890123456789","key":"k"}"#)
    }

    fn link() -> String {
        format!("shlink:/{}", payload())
    }

    fn card() -> String {
        let jws = format!("e30.e30.{}", "A".repeat(86));
        format!("shc:/{}", jws.bytes().map(|byte| format!("{:02}", byte - 45)).collect::<String>())
    }

    fn found(text: &str) -> Vec<String> {
        codes_in(text).iter().map(|code| code.reveal().clone()).collect()
    }

    fn in_lines(text: &str, width: usize, end: &str) -> String {
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(width).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join(end)
    }

    fn escaped(text: &str) -> String {
        text.replace('%', "%25").replace(':', "%3A").replace('/', "%2F").replace('#', "%23").replace('?', "%3F")
    }

    #[test]
    fn a_code_is_found_in_whatever_surrounds_it() {
        for code in [link(), card()] {
            let upper = code.replacen("shlink", "SHLINK", 1).replacen("shc", "Shc", 1);
            let behind_viewer = format!("https://viewer.example.org/open#{code}");
            for text in [
                code.clone(),
                upper,
                code.replacen(":/", ":", 1),
                code.replacen(":/", "://", 1),
                code.replacen(":/", ":\\/", 1),
                format!("http://{code}"),
                format!("My records: {code} (tap)."),
                format!("shlink: <{code}>"),
                behind_viewer.clone(),
                format!("https://viewer.example.org/?code={}&lang=en", escaped(&code)),
                format!("https://mail.example.org/safe?url={}&data=05", escaped(&escaped(&behind_viewer))),
                format!("https://mail.example.org/?u={}", escaped(&escaped(&escaped(&code)))),
                format!("{{\"link\":\"{code}\"}}"),
                format!("<a href=\"{behind_viewer}\">{}...</a> or {code}", &code[..30]),
            ] {
                assert_eq!(found(&text), [code.as_str()], "{text}");
            }
        }
        assert_eq!(found(&link().replacen("shlink", "vhlink", 1)), [link()], "the links of the WHO");
    }

    #[test]
    fn lines_are_joined_until_the_code_is_whole_and_no_further() {
        for code in [link(), card()] {
            let shown = format!("https://viewer.example.org/#{code}");
            for text in [
                format!("{}\nThanks", in_lines(&code, 40, "\n")),
                format!("Hi,\r\n{}\r\n\r\nBye", in_lines(&shown, 64, "\r\n")),
                format!("> {}\n> 5551234", in_lines(&code, 50, "\n> ")),
                format!("{}\n5551234", in_lines(&shown, 75, "=\n")),
                // A soft break inside the mark.
                shown.replacen("sh", "sh=\r\n", 1),
                in_lines(&code, 30, "\u{200B}"),
                in_lines(&shown, 45, "\u{AD}"),
                format!("\u{2068}{}\u{2069}", in_lines(&code, 60, "\u{FEFF}")),
            ] {
                assert_eq!(found(&text), [code.as_str()], "{text}");
            }
        }
    }

    #[test]
    fn several_codes_come_in_order_and_each_once() {
        let text = format!("{}\n{}\nshc:/1/2/5676 shc:/2/2/5677 {}", link(), card(), link());
        assert_eq!(found(&text), [link().as_str(), &card(), "shc:/1/2/5676", "shc:/2/2/5677"]);
    }

    #[test]
    fn a_broken_code_is_given_as_it_stands_and_a_word_is_none() {
        assert_eq!(found("shlink:/eyJh+Q/x= end"), ["shlink:/eyJh+Q/x="]);
        assert_eq!(found("see shlink:/ and shc:/x"), ["shlink:/", "shc:/x"]);
        for none in ["", ":", "shlink", "SHC: see below", "https://example.org/a:b", "wish:/56", "ﬁ:/x"] {
            assert_eq!(found(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn a_text_full_of_marks_and_lines_takes_no_time() {
        let lines = "shlink:/eyJ\n".repeat(100_000) + &"shc:/56\n5\n".repeat(50_000) + &"%25".repeat(100_000);
        assert!(found(&lines).len() <= MAX_CODES);
    }

    #[test]
    fn an_escape_is_its_byte_and_a_sign_that_begins_none_stays() {
        let decoded = |text: &str| percent_decoded(text).map(|text| text.reveal().clone());
        for (text, expected) in [
            ("", ""),
            ("a+b%20c", "a+b c"),
            ("%C3%b1%7b", "ñ{"),
            ("100%", "100%"),
            ("%7", "%7"),
            ("%%41%4", "%A%4"),
            ("%+1%zz", "%+1%zz"),
            ("%ñ1", "%ñ1"),
        ] {
            assert_eq!(decoded(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(decoded("%FF%FE"), None);
    }
}
