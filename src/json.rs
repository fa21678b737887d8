//! JSON that strangers wrote (RFC 8259), read in one pass and only one way.
//!
//! Refused: a member named twice in one object (two readers would see two documents), nesting beyond 100 levels, more values
//! than allowed, numbers beyond every range (`1e999`), lone surrogates, bad UTF-8, a byte order mark, anything behind the end.
//! The digits of a number stay as they were written.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Values and names that a header, key set, manifest or link payload may hold.
const SMALL: usize = 20_000;
/// Values within values. The process apart wraps what it read into a few more levels, and JSON parsers stop at 128.
const MAX_LEVELS: usize = 100;
/// How the parser names a number whose digits it kept. No document may use it as a name.
const DIGITS: &str = "$serde_json::private::Number";

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
    let mut reading = Reading { left, level: 0, why: JsonDefect::NotJson };
    let mut parser = serde_json::Deserializer::from_slice(json);
    let value = AnyValue(&mut reading).deserialize(&mut parser).map_err(|_| reading.why)?;
    parser.end().map_err(|_| JsonDefect::NotJson)?;
    Ok(value)
}

/// Takes a member out of an object. Anything else has no members; indexing it to change it would panic.
pub fn take_member(json: &mut Value, name: &str) -> Value {
    json.get_mut(name).map_or(Value::Null, Value::take)
}

struct Reading<'a> {
    left: &'a mut usize,
    level: usize,
    why: JsonDefect,
}

impl Reading<'_> {
    fn count<E: serde::de::Error>(&mut self) -> Result<(), E> {
        match self.left.checked_sub(1) {
            Some(left) => {
                *self.left = left;
                Ok(())
            }
            None => Err(self.refuse(JsonDefect::TooManyValues)),
        }
    }

    fn refuse<E: serde::de::Error>(&mut self, why: JsonDefect) -> E {
        self.why = why;
        E::custom("refused")
    }
}

/// One value and everything in it.
struct AnyValue<'r, 'l>(&'r mut Reading<'l>);

impl<'de> DeserializeSeed<'de> for AnyValue<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.count()?;
        if self.0.level == MAX_LEVELS {
            return Err(self.0.refuse(JsonDefect::NotJson));
        }
        self.0.level += 1;
        let value = deserializer.deserialize_any(AnyValue(&mut *self.0))?;
        self.0.level -= 1;
        Ok(value)
    }
}

impl<'de> Visitor<'de> for AnyValue<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(AnyValue(&mut *self.0))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if name == DIGITS {
                let Digits(digits) = members.next_value()?;
                let number = digits.parse::<Number>().ok().filter(|number| number.as_f64().is_some());
                return number.map(Value::Number).ok_or_else(|| self.0.refuse(JsonDefect::NumberRange));
            }
            self.0.count()?;
            let value = members.next_value_seed(AnyValue(&mut *self.0))?;
            if object.insert(name, value).is_some() {
                return Err(self.0.refuse(JsonDefect::NameTwice));
            }
        }
        Ok(Value::Object(object))
    }
}

/// The digits of a number. The parser hands them over as text of its own; a text in the document is borrowed, and refused.
struct Digits(String);

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digits, D::Error> {
        struct OwnText;
        impl Visitor<'_> for OwnText {
            type Value = Digits;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_string<E>(self, digits: String) -> Result<Digits, E> {
                Ok(Digits(digits))
            }

            fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Digits, E> {
                Err(E::custom("refused"))
            }
        }
        deserializer.deserialize_any(OwnText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(json: &[u8]) -> Option<JsonDefect> {
        read_small(json).err()
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
            let value = read_small(text.as_bytes()).map(|value| value.to_string());
            assert_eq!(value.as_deref().map(str::to_lowercase), Ok(text.to_lowercase()), "{text}");
            assert!(read_small(format!(" \t\r\n{text}\n ").as_bytes()).is_ok(), "{text}");
        }
        assert_eq!(read_small(br#""\ud83d\ude00\u0000""#), Ok(Value::from("\u{1f600}\0")));
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
