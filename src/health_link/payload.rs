//! What a link says, member by member ("Construct a SMART Health Link Payload").

use super::text::{SCHEME, payload_of};
use super::{Flags, LinkDefect};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use crate::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// `url`: at most 128 characters.
const MAX_URL_CHARS: usize = 128;
/// `label`: at most 80 characters.
const MAX_LABEL_CHARS: usize = 80;
/// A member whose number is larger than this counts milliseconds.
const LAST_SECONDS: i64 = 100_000_000_000;

/// The key of a link's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkKey(Sensitive<[u8; 32]>);

impl LinkKey {
    /// The 32 bytes, for the cipher.
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.reveal()
    }
}

/// When the link says it ends, and whether it says so as the standard asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    /// The time.
    pub at: Timestamp,
    /// It was text, not a number.
    pub was_text: bool,
    /// It was in milliseconds, not seconds.
    pub was_millis: bool,
}

/// A readable link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthLink {
    url: Sensitive<String>,
    host: String,
    key: LinkKey,
    key_was_padded: bool,
    flags: Flags,
    expiry: Option<Expiry>,
    label: Option<Sensitive<String>>,
    label_was_long: bool,
}

impl HealthLink {
    /// Whether the text holds the mark of a link.
    pub fn is_in(text: &str) -> bool {
        text.contains(SCHEME)
    }

    /// Finds and reads the link in a text.
    pub fn read(text: &str) -> Result<HealthLink, LinkDefect> {
        let payload = payload_of(text)
            .map_err(|defect| if defect.may_be_cut() { LinkDefect::NotALink } else { LinkDefect::Malformed })?;
        let payload = payload.reveal();
        // Before anything else: what a later version means by the other members is not known here.
        check_version(&payload["v"])?;
        let (url, host) = read_url(&payload["url"])?;
        let flags = read_flags(&payload["flag"])?;
        let (key, key_was_padded) = read_key(&payload["key"])?;
        let label = payload["label"].as_str();
        Ok(HealthLink {
            url,
            host,
            key,
            key_was_padded,
            flags,
            expiry: read_expiry(&payload["exp"])?,
            label: label.map(|label| plain_text(&label.chars().take(MAX_LABEL_CHARS).collect::<String>())),
            label_was_long: label.is_some_and(|label| label.chars().count() > MAX_LABEL_CHARS),
        })
    }

    /// The address behind the link; whoever has it and the key can read the share.
    pub fn url(&self) -> &Sensitive<String> {
        &self.url
    }

    /// The host of the address, for staff.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The key of the files.
    pub fn key(&self) -> &LinkKey {
        &self.key
    }

    /// Whether the key ended with the sign of padding, which base64url leaves out here.
    pub fn key_was_padded(&self) -> bool {
        self.key_was_padded
    }

    /// The flags.
    pub fn flags(&self) -> &Flags {
        &self.flags
    }

    /// When the link says it ends.
    pub fn expiry(&self) -> Option<Expiry> {
        self.expiry
    }

    /// What the sender calls the share: untrusted text, cut to 80 characters.
    pub fn label(&self) -> Option<&Sensitive<String>> {
        self.label.as_ref()
    }

    /// Whether the label was longer than the standard allows.
    pub fn label_was_long(&self) -> bool {
        self.label_was_long
    }

    /// The request for a direct file: the address with the `recipient` query that the standard requires.
    pub fn direct_file_url(&self, recipient: &str) -> Result<Sensitive<String>, LinkDefect> {
        let mut url = Url::parse(self.url.reveal()).map_err(|_| LinkDefect::Address)?;
        url.query_pairs_mut().append_pair("recipient", recipient);
        Ok(Sensitive::from(String::from(url)))
    }
}

/// `v`: an integer, 1 where it is missing. What cannot be read as 1 or less is a later version.
pub(super) fn check_version(member: &Value) -> Result<(), LinkDefect> {
    let version = match member {
        Value::Null => Some(1.0),
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    };
    if version.is_some_and(|version| version <= 1.0) { Ok(()) } else { Err(LinkDefect::Version) }
}

/// The address as it is spelled, and its host.
pub(super) fn read_url(member: &Value) -> Result<(Sensitive<String>, String), LinkDefect> {
    let url = member.as_str().filter(|url| url.chars().count() <= MAX_URL_CHARS).ok_or(LinkDefect::Address)?;
    let parsed = Url::parse(url).ok().filter(|url| url.scheme() == "https").ok_or(LinkDefect::Address)?;
    let host = parsed.host_str().ok_or(LinkDefect::Address)?.to_owned();
    Ok((Sensitive::from(url), host))
}

/// 43 characters; the one sign of padding that libraries add is read, and remarked.
pub(super) fn read_key(member: &Value) -> Result<(LinkKey, bool), LinkDefect> {
    let text = member.as_str().ok_or(LinkDefect::Key)?;
    let bare = text.strip_suffix('=').unwrap_or(text);
    let key = Some(bare).filter(|key| key.len() == 43).and_then(|key| BASE64URL.decode(key).ok());
    let key = key.and_then(|key| <[u8; 32]>::try_from(key).ok()).ok_or(LinkDefect::Key)?;
    Ok((LinkKey(Sensitive::new(key)), bare.len() < text.len()))
}

/// A flag that is no text cannot be read: guessing could ask for a manifest where a file is meant.
pub(super) fn read_flags(member: &Value) -> Result<Flags, LinkDefect> {
    match member {
        Value::Null => Flags::read(""),
        Value::String(letters) => Flags::read(letters),
        _ => Err(LinkDefect::Flags),
    }
}

/// A number of seconds; text, milliseconds and times in words (RFC 3339) occur in the field and are read as what they mean.
pub(super) fn read_expiry(member: &Value) -> Result<Option<Expiry>, LinkDefect> {
    let (number, was_text) = match member {
        Value::Null => return Ok(None),
        Value::Number(number) => (number.as_f64(), false),
        Value::String(text) => {
            let text = text.trim();
            if let Some(at) = Timestamp::from_rfc3339(text) {
                return Ok(Some(Expiry { at, was_text: true, was_millis: false }));
            }
            (text.parse::<f64>().ok(), true)
        }
        _ => (None, false),
    };
    let number = number.filter(|number| number.is_finite()).ok_or(LinkDefect::Expiry)?;
    let was_millis = number.abs() > LAST_SECONDS as f64;
    let seconds = if was_millis { number / 1000.0 } else { number };
    let at = Timestamp::from_numeric_date(seconds).ok_or(LinkDefect::Expiry)?;
    Ok(Some(Expiry { at, was_text, was_millis }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health_link::Flag;
    use serde_json::json;

    fn link(members: Value) -> Result<HealthLink, LinkDefect> {
        let mut payload = json!({"url": "https://example.org/x", "key": "A".repeat(43), "flag": "U"});
        for (name, value) in members.as_object().expect("members") {
            payload[name] = value.clone();
        }
        HealthLink::read(&format!("shlink:/{}", BASE64URL.encode(payload.to_string())))
    }

    #[test]
    fn the_link_is_found_behind_a_viewer_and_inside_other_text() {
        let bare = format!(
            "shlink:/{}",
            BASE64URL.encode(r#"{"url":"https://e.org/x","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#)
        );
        let read = HealthLink::read(&bare);
        assert!(read.is_ok());
        assert_eq!(HealthLink::read(&format!("https://viewer.example/open#{bare}")), read);
        assert_eq!(HealthLink::read(&format!("My records: {bare} (tap)")), read);
    }

    #[test]
    fn expiry_is_read_as_number_text_milliseconds_fraction_and_before_1970() {
        let at =
            |exp: Value| link(json!({ "exp": exp })).map(|link| link.expiry().map(|expiry| expiry.at.unix_millis()));
        let expected = Ok(Some(1_767_225_600_000));
        assert_eq!(at(json!(1_767_225_600)), expected);
        assert_eq!(at(json!("1767225600")), expected);
        assert_eq!(at(json!(1_767_225_600_000_i64)), expected);
        assert_eq!(at(json!("1767225600000")), expected);
        assert_eq!(at(json!(1_767_225_600.25)), Ok(Some(1_767_225_600_250)));
        assert_eq!(at(json!("2026-01-01T00:00:00Z")), expected);
        assert_eq!(at(json!("2026-01-01T02:00:00.000+02:00")), expected);
        assert_eq!(at(json!(-1)), Ok(Some(-1_000)));
        assert_eq!(at(Value::Null), Ok(None));
        for none in [json!("soon"), json!("NaN"), json!("inf"), json!(true), json!([]), json!(1e300)] {
            assert_eq!(at(none.clone()), Err(LinkDefect::Expiry), "{none}");
        }
    }

    #[test]
    fn each_member_is_held_to_its_rule() {
        for url in ["http://example.org", "file:///etc/passwd", "example.org/x", "https://", "data:,x"] {
            assert_eq!(link(json!({ "url": url })).err(), Some(LinkDefect::Address), "{url}");
        }
        let url_of = |chars: usize| json!({"url": format!("https://e.org/{}", "x".repeat(chars - 14))});
        assert!(link(url_of(128)).is_ok());
        assert_eq!(link(url_of(129)).err(), Some(LinkDefect::Address));
        for key in [
            "short".to_owned(),
            "A".repeat(42),
            "A".repeat(44),
            "A".repeat(43) + "==",
            "A".repeat(42) + "=",
            format!("{}+", "A".repeat(42)),
            "B".repeat(43),
        ] {
            assert_eq!(link(json!({ "key": key })).err(), Some(LinkDefect::Key), "{key}");
        }
        assert!(!link(json!({})).expect("a link").key_was_padded());
        assert!(link(json!({"key": format!("{}=", "A".repeat(43))})).expect("a link").key_was_padded());
        for flag in [json!("UP"), json!("PU"), json!("PLU"), json!(["U"]), json!(1)] {
            assert_eq!(link(json!({ "flag": flag })).err(), Some(LinkDefect::Flags), "{flag}");
        }
        assert!(link(json!({"v": 1, "unknown": {}, "_x": [], "extension": {}})).is_ok());
    }

    #[test]
    fn a_later_version_is_said_before_anything_else_is_judged() {
        for version in [json!(2), json!("2"), json!(1.5), json!(1e9), json!("two"), json!({})] {
            let later = link(json!({ "v": version, "url": "later:form", "flag": ["?"] }));
            assert_eq!(later.err(), Some(LinkDefect::Version), "{version}");
        }
        for version in [json!(1), json!("1"), json!(1.0), Value::Null] {
            assert!(link(json!({ "v": version })).is_ok(), "{version}");
        }
    }

    #[test]
    fn the_order_of_flags_and_letters_of_others_do_not_matter() {
        let flags = link(json!({"flag": "ZPxL"})).expect("a link").flags().clone();
        assert!(flags.has(Flag::Passcode) && flags.has(Flag::LongTerm) && !flags.has(Flag::DirectFile));
    }

    #[test]
    fn a_label_is_cut_to_80_characters_and_shows_what_is_invisible() {
        let label = |text: &str| link(json!({ "label": text })).expect("a link");
        let long = label(&"é".repeat(81));
        assert_eq!(long.label().map(|label| label.reveal().chars().count()), Some(80));
        assert!(long.label_was_long() && !label(&"é".repeat(80)).label_was_long());
        assert_eq!(label("a\u{202E}b").label().map(|label| label.reveal().as_str()), Some("a‹U+202E›b"));
        assert!(link(json!({"label": 7})).expect("a link").label().is_none());
    }

    #[test]
    fn the_recipient_joins_an_existing_query() {
        let link = link(json!({"url": "https://example.org/x?a=b"})).expect("a link");
        let url = link.direct_file_url("Lakeside Clinic").expect("an address");
        assert_eq!(url.reveal(), "https://example.org/x?a=b&recipient=Lakeside+Clinic");
    }

    #[test]
    fn a_cut_link_is_no_link() {
        assert_eq!(HealthLink::read("shlink:/eyJ1cmwiOiJodHRwczovL2V4YW1wbGUuY29t").err(), Some(LinkDefect::NotALink));
        assert_eq!(HealthLink::read("shlink:/").err(), Some(LinkDefect::NotALink));
    }

    #[test]
    fn what_no_cut_makes_is_the_senders() {
        for text in ["shlink:/eyJhIjoi+/8ifQ", "shlink:/WzFd", &format!("shlink:/{}", "A".repeat(5_000))] {
            assert_eq!(HealthLink::read(text).err(), Some(LinkDefect::Malformed), "{text}");
        }
    }
}
