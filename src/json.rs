//! JSON that strangers wrote (RFC 8259), read in one pass and only one way.
//!
//! Refused: a member named twice in one object (two readers would see two documents), nesting beyond 100 levels, more values
//! than allowed, numbers beyond every range (`1e999`), lone surrogates, bad UTF-8, a byte order mark, anything behind the end.
//! The digits of a number stay as they were written.
//!
//! `Reader` goes over a text once. At each value its caller chooses: build it, or check it by the same rules and leave it text.

mod reader;
mod sieve;

pub(crate) use reader::Reader;
use serde::{Deserialize, Serialize};
use serde_json::Value;
pub(crate) use sieve::{LEFT_OUT, Sieve, sieved, without_attachments};

/// Values and names that a header, key set, manifest or link payload may hold.
const SMALL: usize = 20_000;

/// Why a text was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum JsonDefect {
    /// RFC 8259: not JSON in UTF-8, or nested deeper than 100 levels.
    #[error("the content is not JSON")]
    NotJson,
    /// RFC 8259 4: names within an object SHOULD be unique; readers differ on what else it means.
    #[error("the content names a member twice")]
    NameTwice,
    /// RFC 8259 6: a number that no ordinary reader can hold.
    #[error("the content holds a number beyond every range")]
    NumberRange,
    /// A limit of ours.
    #[error("the content holds too many values")]
    TooManyValues,
}

/// Reads a small document: a JOSE header, a key set, a manifest, the payload of a link.
pub fn read_small(json: &[u8]) -> Result<Value, JsonDefect> {
    read_counted(json, &mut { SMALL })
}

/// Reads a document and takes its values and names from `left`, also when it is refused.
pub fn read_counted(json: &[u8], left: &mut usize) -> Result<Value, JsonDefect> {
    let mut reader = Reader::over(json, left)?;
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// Takes a member out of an object. Anything else has no members; indexing it to change it would panic.
pub fn take_member(json: &mut Value, name: &str) -> Value {
    json.get_mut(name).map_or(Value::Null, Value::take)
}

#[cfg(test)]
mod tests {
    use super::reader::MAX_LEVELS;
    use super::*;
    use serde_json::json;

    /// Building and checking refuse the same, and count the same.
    fn read(json: &[u8]) -> Result<Value, JsonDefect> {
        let (mut built_left, mut checked_left) = (SMALL, SMALL);
        let built = read_counted(json, &mut built_left);
        let checked = Reader::over(json, &mut checked_left).and_then(|mut reader| {
            let ((), text) = reader.with_text(Reader::check)?;
            reader.end().map(|()| text)
        });
        assert_eq!(
            (checked.err(), checked_left),
            (built.as_ref().err().copied(), built_left),
            "{}",
            json.escape_ascii()
        );
        if let Ok(text) = checked {
            assert_eq!(read_small(text.as_bytes()), built);
        }
        built
    }

    fn refused(json: &[u8]) -> Option<JsonDefect> {
        read(json).err()
    }

    #[test]
    fn what_is_json_comes_back_as_it_was_written() {
        let good = [
            "null",
            "true",
            "0",
            "-0",
            "-0.0",
            "1.50",
            "1E+2",
            "9007199254740993",
            "123456789012345678901234567890",
            "0.1e-400",
            "\"\"",
            "\"\u{7f}\u{e9}\"",
            "[]",
            "{}",
            "[[],{}]",
            r#"{"":0}"#,
            r#"{"a":{"a":{"a":1}}}"#,
            r#"[{"a":1},{"a":1}]"#,
            r#"{"b":1,"a":2}"#,
        ];
        for text in good {
            let value = read(text.as_bytes()).map(|value| value.to_string());
            assert_eq!(value.as_deref().map(str::to_lowercase), Ok(text.to_lowercase()), "{text}");
            assert!(read(format!(" \t\r\n{text}\n ").as_bytes()).is_ok(), "{text}");
        }
        assert_eq!(read(br#""\ud83d\ude00\u0000""#), Ok(Value::from("\u{1f600}\0")));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let bad: [&[u8]; 38] = [
            b"",
            b" ",
            b"nul",
            b"True",
            b"NaN",
            b"Infinity",
            b"-",
            b"+1",
            b"01",
            b"-01",
            b"1.",
            b".5",
            b"1e",
            b"0x1",
            b"1 2",
            b"{}{}",
            b"[1,]",
            b"[,1]",
            b"[1",
            b"]",
            b"{",
            b"{\"a\"}",
            b"{\"a\":}",
            b"{\"a\":1,}",
            b"{a:1}",
            b"{'a':1}",
            b"{1:1}",
            b"[1]x",
            b"\"",
            b"\"\n\"",
            b"\"\\x41\"",
            b"\"\\u12\"",
            b"// a\n1",
            b"\xef\xbb\xbf{}",
            b"\xff\xfe[\x00]\x00",
            b"\"\xff\"",
            b"\"\xc0\x80\"",
            b"{}\0",
        ];
        for text in bad {
            assert_eq!(refused(text), Some(JsonDefect::NotJson), "{}", text.escape_ascii());
        }
        for surrogate in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\ud800""#, r#"{"\ud800":1}"#, "\"\u{d7ff}\\ud800\""] {
            assert_eq!(refused(surrogate.as_bytes()), Some(JsonDefect::NotJson), "{surrogate}");
        }
    }

    #[test]
    fn a_name_given_twice_is_refused_however_it_is_spelled() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            r#"[{"x":{"a":null,"a":null}}]"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"":1,"":2}"#,
        ] {
            assert_eq!(refused(text.as_bytes()), Some(JsonDefect::NameTwice), "{text}");
        }
        let other = "{\"a\":1,\"A\":2,\"\u{e9}\":3,\"e\u{301}\":4}";
        assert!(read_small(other.as_bytes()).is_ok(), "other letters are other names");
    }

    #[test]
    fn a_number_that_nobody_can_hold_is_refused() {
        for text in ["1e999", "-1e999", "[1e400]", r#"{"a":2e308}"#] {
            assert_eq!(refused(text.as_bytes()), Some(JsonDefect::NumberRange), "{text}");
        }
        assert!(read_small(b"1e308").is_ok() && read_small(b"1e-999").is_ok());
    }

    #[test]
    fn the_parsers_own_word_for_a_number_is_no_name_for_a_member() {
        for text in [
            r#"{"$serde_json::private::Number":"1"}"#,
            r#"{"$serde_json::private::Number":"\u0031"}"#,
            r#"{"$serde_json::private::Number":1}"#,
            r#"{"a":1,"$serde_json::private::Number":"1"}"#,
        ] {
            assert!(refused(text.as_bytes()).is_some(), "{text}");
        }
    }

    #[test]
    fn a_name_given_twice_among_many_is_refused() {
        let object = |count: usize, last: usize| {
            let names: Vec<String> = (0..count).chain([last]).map(|name| format!(r#""{name}":{{"0":0}}"#)).collect();
            format!("{{{}}}", names.join(","))
        };
        for count in [1, 15, 16, 17, 100] {
            assert!(read(object(count, count).as_bytes()).is_ok(), "{count}");
            for last in [0, count / 2, count - 1] {
                assert_eq!(refused(object(count, last).as_bytes()), Some(JsonDefect::NameTwice), "{last} of {count}");
            }
        }
    }

    #[test]
    fn a_text_ends_at_its_mark_wherever_that_stands() {
        for length in 0..200 {
            for (letter, mark) in [("x", "\""), ("\u{e9}", "\\\\\""), ("\u{1f600}", "\\n\\u00e9\"")] {
                let text = format!("[\"{}{mark},1]", letter.repeat(length));
                assert_eq!(read(text.as_bytes()).ok(), serde_json::from_str(&text).ok(), "{text}");
            }
            for wrong in ["\n\"", "\u{0}\"", "\u{1f}\"", "\\\"", "\\x\"", "\\u12\""] {
                let text = format!("[\"{}{wrong},1]", "x".repeat(length));
                assert_eq!(refused(text.as_bytes()), Some(JsonDefect::NotJson), "{text}");
            }
        }
    }

    /// The peer is serde_json's own reader of values.
    #[test]
    fn another_reader_accepts_the_same_damaged_texts_and_reads_the_same_in_them() {
        const WHOLE: &str = r#"{"a":[1,-2.50,3e7,0.0],"b":{"c":null,"d":[true,false]},"e\u00e9":"\"\\\/\b\f\n\r\t\ud83d\ude00é","":{}}"#;
        const LETTERS: &[u8] = b"{}[]:,\"\\/u09dD8cCabefnrtlsE+-. \n\x00\x7f\xc3\xa9\xed\xf0";
        let mut seed = 7_u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap_or(0) % below
        };
        let mut accepted = 0;
        for _ in 0..60_000 {
            let mut text = WHOLE.as_bytes().to_vec();
            for _ in 0..=random(3) {
                let (at, letter) = (random(text.len()), LETTERS[random(LETTERS.len())]);
                match random(3) {
                    0 => text[at] = letter,
                    1 => text.insert(at, letter),
                    _ => drop(text.remove(at)),
                }
            }
            let theirs = serde_json::from_slice::<Value>(&text);
            match read(&text) {
                Ok(ours) => {
                    assert_eq!(Some(&ours), theirs.as_ref().ok(), "{}", text.escape_ascii());
                    accepted += 1;
                }
                Err(JsonDefect::NotJson) => assert!(theirs.is_err(), "{}", text.escape_ascii()),
                Err(_) => {}
            }
        }
        assert!(accepted > 5_000, "{accepted}");
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        let mut object = json!({"a": 1});
        assert_eq!((take_member(&mut object, "a"), take_member(&mut object, "b")), (json!(1), Value::Null));
        for mut other in [json!(null), json!([1]), json!("a"), json!(7), json!(true)] {
            assert_eq!(take_member(&mut other, "a"), Value::Null);
        }
    }

    #[test]
    fn nesting_and_counts_have_an_end() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read_small(nested(MAX_LEVELS).as_bytes()).is_ok());
        assert_eq!(refused(nested(MAX_LEVELS + 1).as_bytes()), Some(JsonDefect::NotJson));
        assert!(
            read_small(format!("[{}]", [nested(99), nested(99)].join(",")).as_bytes()).is_ok(),
            "levels, not brackets"
        );
        assert_eq!(refused("[".repeat(100_000).as_bytes()), Some(JsonDefect::NotJson));
        assert_eq!(refused(r#"{"a":"#.repeat(100_000).as_bytes()), Some(JsonDefect::NotJson));
        let mut left = 5;
        assert!(read_counted(br#"{"a":[1,2]}"#, &mut left).is_ok());
        assert_eq!(left, 0);
        assert_eq!(read_counted(b"1", &mut left), Err(JsonDefect::TooManyValues));
        assert_eq!(refused(format!("[{}0]", "0,".repeat(20_000)).as_bytes()), Some(JsonDefect::TooManyValues));
    }
}
