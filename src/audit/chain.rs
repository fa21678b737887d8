//! The chain: each record's SHA-256 covers the hash before it and a fixed spelling of the record itself.

use super::AuditEvent;
use crate::filing::hex_of;
use crate::time::Timestamp;
use aws_lc_rs::digest::{Context, SHA256};
use serde_json::json;

/// What stands before the first record.
const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One line of the log, as it lies on disk. Texts, not types: a record that somebody changed must still be readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place, from 1, without gaps.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Word of the kind.
    pub kind: String,
    /// The visit.
    pub session: Option<i64>,
    /// Id of the staff member.
    pub staff: Option<String>,
    /// Id of the check-in.
    pub submission: Option<String>,
    /// A closed word.
    pub detail: Option<String>,
    /// How many.
    pub count: Option<u32>,
    /// SHA-256 of what was confirmed, in hex.
    pub content: Option<String>,
    /// Hash of the record before, in hex.
    pub prev_hash: String,
    /// Hash of this record, in hex.
    pub hash: String,
}

/// Where a chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain breaks at record {seq}")]
pub struct ChainBreak {
    /// The first place that is not as it was written.
    pub seq: u64,
}

/// The end of the log: where the next record goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditChain {
    last_seq: u64,
    head: String,
}

impl Default for AuditChain {
    fn default() -> Self {
        AuditChain { last_seq: 0, head: NOTHING_BEFORE.to_owned() }
    }
}

impl AuditChain {
    /// A chain that goes on after the record with this number and hash.
    pub fn after(last_seq: u64, head: &str) -> AuditChain {
        AuditChain { last_seq, head: head.to_owned() }
    }

    /// Hash of the last record: to be kept elsewhere, so that a cut tail shows.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The record that comes next.
    pub fn append(&mut self, event: &AuditEvent, now: Timestamp) -> AuditRecord {
        self.last_seq += 1;
        let mut record = AuditRecord {
            seq: self.last_seq,
            at: now,
            kind: event.kind.word().to_owned(),
            session: event.session.map(|session| session.0),
            staff: event.staff.clone(),
            submission: event.submission.as_ref().map(|submission| submission.as_str().to_owned()),
            detail: event.detail.map(str::to_owned),
            count: event.count,
            content: event.content.as_ref().map(|sha256| hex_of(sha256)),
            prev_hash: self.head.clone(),
            hash: String::new(),
        };
        record.hash = record.computed_hash();
        self.head.clone_from(&record.hash);
        record
    }

    /// How many records hold, from the first; or the first that does not.
    pub fn verify<'a>(records: impl IntoIterator<Item = &'a AuditRecord>) -> Result<u64, ChainBreak> {
        let mut chain = AuditChain::default();
        for record in records {
            let expected = chain.last_seq + 1;
            let holds =
                record.seq == expected && record.prev_hash == chain.head && record.hash == record.computed_hash();
            if !holds {
                return Err(ChainBreak { seq: expected });
            }
            chain = AuditChain::after(record.seq, &record.hash);
        }
        Ok(chain.last_seq)
    }
}

impl AuditRecord {
    /// The fixed spelling that is hashed and exported: one line of JSON, members in this order, absent ones as null. Only
    /// `content` is left out where there is none, as it was before there was any.
    pub fn line(&self) -> String {
        let mut line = json!({
            "seq": self.seq,
            "at": self.at.unix_millis(),
            "kind": self.kind,
            "session": self.session,
            "staff": self.staff,
            "submission": self.submission,
            "detail": self.detail,
            "count": self.count,
        });
        if let Some(content) = &self.content {
            line["content"] = json!(content);
        }
        line.to_string()
    }

    fn computed_hash(&self) -> String {
        let mut context = Context::new(&SHA256);
        context.update(self.prev_hash.as_bytes());
        context.update(b"\n");
        context.update(self.line().as_bytes());
        hex_of(context.finish().as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::super::AuditKind;
    use super::*;
    use crate::session_id::SessionId;

    fn three() -> Vec<AuditRecord> {
        let mut chain = AuditChain::default();
        let session = SessionId(1_700_000_000_000);
        let events = [
            AuditEvent::new(AuditKind::SessionStarted, session),
            AuditEvent::new(AuditKind::ShareRefused, session).detail("link-gone"),
            AuditEvent::new(AuditKind::CheckInConfirmed, session).by("f.ortiz").count(4),
        ];
        let at = |event: &AuditEvent| chain.append(event, Timestamp::from_unix_millis(1_700_000_000_500));
        events.iter().map(at).collect()
    }

    #[test]
    fn an_untouched_chain_holds() {
        assert_eq!(AuditChain::verify(&three()), Ok(3));
        assert_eq!(AuditChain::verify(&[]), Ok(0));
    }

    #[test]
    fn an_edited_removed_swapped_or_added_record_breaks_it() {
        for place in 0..3 {
            let mut edited = three();
            edited[place].staff = Some("somebody.else".to_owned());
            assert_eq!(AuditChain::verify(&edited), Err(ChainBreak { seq: place as u64 + 1 }));
        }
        let mut removed = three();
        removed.remove(1);
        assert_eq!(AuditChain::verify(&removed), Err(ChainBreak { seq: 2 }));
        let mut swapped = three();
        swapped.swap(0, 1);
        assert_eq!(AuditChain::verify(&swapped), Err(ChainBreak { seq: 1 }));
        let mut doubled = three();
        doubled.push(doubled[2].clone());
        assert_eq!(AuditChain::verify(&doubled), Err(ChainBreak { seq: 4 }));
    }

    #[test]
    fn a_chain_goes_on_after_a_restart() {
        let mut records = three();
        let mut chain = AuditChain::after(3, &records[2].hash);
        records.push(chain.append(
            &AuditEvent::between_visits(AuditKind::KioskStarted),
            Timestamp::from_unix_millis(1_700_000_001_000),
        ));
        assert_eq!(AuditChain::verify(&records), Ok(4));
    }

    #[test]
    fn the_spelling_of_a_record_is_fixed() {
        assert_eq!(
            three()[2].line(),
            r#"{"seq":3,"at":1700000000500,"kind":"check-in-confirmed","session":1700000000000,"staff":"f.ortiz","submission":null,"detail":null,"count":4}"#
        );
    }
}
