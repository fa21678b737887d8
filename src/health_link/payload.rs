//! The text of a link and what it says.

use super::{Flags, LinkDefect};
use crate::intake::plain_text;
use crate::sensitive::{Sensitive, Wipe as _};
use crate::time::Timestamp;
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// The mark by which a link is found, alone or behind a viewer's address.
const SCHEME: &str = "shlink:/";
/// More characters than this fit in no QR code.
const MAX_CHARS: usize = 4_096;
/// `url`: at most 128 characters.
const MAX_URL_CHARS: usize = 128;
/// A member whose number is larger than this counts milliseconds.
const LAST_SECONDS: i64 = 100_000_000_000;

/// Some apps pad, the standard's examples do not: both are read.
const PAYLOAD_BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

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
    flags: Flags,
    expiry: Option<Expiry>,
    label: Option<Sensitive<String>>,
}

impl HealthLink {
    /// Whether the text holds the mark of a link.
    pub fn is_in(text: &str) -> bool {
        text.contains(SCHEME)
    }

    /// Finds and reads the link in a text. What stands before the mark is never opened.
    pub fn read(text: &str) -> Result<HealthLink, LinkDefect> {
        let start = text.find(SCHEME).ok_or(LinkDefect::NotALink)? + SCHEME.len();
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_=".contains(letter)));
        let encoded = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        if encoded.len() > MAX_CHARS {
            return Err(LinkDefect::NotALink);
        }
        let mut decoded = PAYLOAD_BASE64.decode(encoded).map_err(|_| LinkDefect::NotALink)?;
        let payload = serde_json::from_slice(&decoded);
        decoded.wipe();
        HealthLink::from_payload(&payload.map_err(|_| LinkDefect::NotALink)?)
    }

    fn from_payload(payload: &Value) -> Result<HealthLink, LinkDefect> {
        if !payload.is_object() {
            return Err(LinkDefect::NotALink);
        }
        if payload["v"].as_f64().is_some_and(|version| version > 1.0) {
            return Err(LinkDefect::Version);
        }
        let url =
            payload["url"].as_str().filter(|url| url.chars().count() <= MAX_URL_CHARS).ok_or(LinkDefect::Address)?;
        let parsed = Url::parse(url).ok().filter(|url| url.scheme() == "https").ok_or(LinkDefect::Address)?;
        let host = parsed.host_str().ok_or(LinkDefect::Address)?.to_owned();
        let flags = Flags::read(payload["flag"].as_str().unwrap_or_default())?;
        let key = payload["key"].as_str().filter(|key| key.len() == 43).ok_or(LinkDefect::Key)?;
        let key = BASE64URL.decode(key).ok().and_then(|key| <[u8; 32]>::try_from(key).ok()).ok_or(LinkDefect::Key)?;
        Ok(HealthLink {
            url: Sensitive::from(url),
            host,
            key: LinkKey(Sensitive::new(key)),
            flags,
            expiry: expiry(&payload["exp"])?,
            label: payload["label"].as_str().map(|label| plain_text(&label.chars().take(80).collect::<String>())),
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

    /// The request for a direct file: the address with the `recipient` query that the standard requires.
    pub fn direct_file_url(&self, recipient: &str) -> Result<Sensitive<String>, LinkDefect> {
        let mut url = Url::parse(self.url.reveal()).map_err(|_| LinkDefect::Address)?;
        url.query_pairs_mut().append_pair("recipient", recipient);
        Ok(Sensitive::from(String::from(url)))
    }
}

/// A number of seconds; text and milliseconds occur in the field and are read as what they mean.
fn expiry(member: &Value) -> Result<Option<Expiry>, LinkDefect> {
    let (number, was_text) = match member {
        Value::Null => return Ok(None),
        Value::Number(number) => (number.as_f64(), false),
        Value::String(text) => (text.parse::<f64>().ok(), true),
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
    fn expiry_is_read_as_number_text_and_milliseconds() {
        let at =
            |exp: Value| link(json!({ "exp": exp })).map(|link| link.expiry().map(|expiry| expiry.at.unix_millis()));
        let expected = Ok(Some(1_767_225_600_000));
        assert_eq!(at(json!(1_767_225_600)), expected);
        assert_eq!(at(json!("1767225600")), expected);
        assert_eq!(at(json!(1_767_225_600_000_i64)), expected);
        assert_eq!(at(json!("soon")), Err(LinkDefect::Expiry));
    }

    #[test]
    fn each_member_is_held_to_its_rule() {
        assert_eq!(link(json!({"url": "http://example.org"})).err(), Some(LinkDefect::Address));
        assert_eq!(link(json!({"url": format!("https://e.org/{}", "x".repeat(128))})).err(), Some(LinkDefect::Address));
        assert_eq!(link(json!({"key": "short"})).err(), Some(LinkDefect::Key));
        assert_eq!(link(json!({"flag": "UP"})).err(), Some(LinkDefect::Flags));
        assert_eq!(link(json!({"v": 2})).err(), Some(LinkDefect::Version));
        assert!(link(json!({"v": 1, "unknown": {}})).is_ok());
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
}
