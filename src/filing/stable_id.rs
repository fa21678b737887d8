//! Names that come out the same each time: the same check-in, the same item, the same number of hex digits.

use crate::intake::Source;
use crate::reconciliation::{ConfirmedIntake, Staff};
use crate::session_id::SessionId;
use crate::time::Timestamp;
use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fmt::Write as _;

/// Names one confirmed check-in for ever: 32 lower-case hex digits, derived from the session, its sources and the moment at
/// which it was confirmed or kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct SubmissionId(String);

impl SubmissionId {
    /// The id of what staff confirmed in this session.
    pub fn derive(session: SessionId, confirmed: &ConfirmedIntake) -> SubmissionId {
        SubmissionId::new(session, &confirmed.staff, &confirmed.sources, confirmed.confirmed_at)
    }

    /// The id of what these staff confirmed, or kept to be confirmed later, of these sources at that time.
    pub fn new(session: SessionId, staff: &Staff, sources: &[Source], at: Timestamp) -> SubmissionId {
        let mut parts: Vec<Vec<u8>> = vec![
            b"ktc-kiosk check-in 1".to_vec(),
            session.0.to_be_bytes().to_vec(),
            at.unix_millis().to_be_bytes().to_vec(),
            staff.id.as_bytes().to_vec(),
        ];
        parts.extend(sources.iter().map(|source| source.digest.to_vec()));
        let digest = digest_of(parts.iter().map(Vec::as_slice));
        SubmissionId(hex_of(&digest[..16]))
    }

    /// Reads an id from a file or a command line.
    pub fn parse(text: &str) -> Option<SubmissionId> {
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 32 && text.bytes().all(hex)).then(|| SubmissionId(text.to_owned()))
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SubmissionId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<SubmissionId, &'static str> {
        SubmissionId::parse(&text).ok_or("a check-in's id is 32 hex digits")
    }
}

impl fmt::Display for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 over the parts, each with its length before it, so that no two lists of parts run together.
pub(crate) fn digest_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

/// Lower-case hex digits.
pub(crate) fn hex_of(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// A `urn:uuid` (RFC 9562 version 8) made of a digest: lower case and canonical, as Medplum wants it.
pub(crate) fn urn_of(digest: &[u8; 32]) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    format!("urn:uuid:{}", uuid::Builder::from_custom_bytes(bytes).into_uuid().hyphenated())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_32_lower_case_hex_digits() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(SubmissionId::parse(id).map(|id| id.to_string()).as_deref(), Some(id));
        assert_eq!(SubmissionId::parse("0123456789ABCDEF0123456789ABCDEF"), None);
        assert_eq!(SubmissionId::parse("../etc"), None);
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(digest_of([b"ab".as_slice(), b"c"]), digest_of([b"a".as_slice(), b"bc"]));
    }

    #[test]
    fn a_urn_is_a_canonical_lower_case_uuid() {
        let urn = urn_of(&[0xAB; 32]);
        assert_eq!(urn, "urn:uuid:abababab-abab-8bab-abab-abababababab");
    }
}
