//! The audit chain on disk.

use super::database::{Database, end_of_log};
use super::{Mark, StoreError};
use crate::audit::{AuditChain, AuditEvent, AuditRecord, ChainBreak};
use crate::time::Timestamp;
use rusqlite::{Row, Transaction, params};

/// See [`super::Store::audit`].
pub struct AuditLog<'a> {
    pub(super) database: &'a mut Database,
}

impl AuditLog<'_> {
    /// Writes one event at the end of the chain. When this fails, the thing must not be done (note 21, attack 65).
    pub fn append(&mut self, event: &AuditEvent, now: Timestamp) -> Result<AuditRecord, StoreError> {
        self.database.change(|transaction| append(transaction, event, now))
    }

    /// Every record, from the first.
    pub fn list(&self) -> Result<Vec<AuditRecord>, StoreError> {
        let mut query = self.database.connection.prepare(
            "SELECT seq, at, kind, session, staff, submission, detail, count, content, prev_hash, hash FROM audit ORDER BY seq",
        )?;
        let records = query.query_map([], record_of)?.collect::<Result<_, _>>()?;
        Ok(records)
    }

    /// How many records hold, or the first that does not. A tail that was cut off shows against the checkpoint.
    pub fn verify(&self) -> Result<Result<u64, ChainBreak>, StoreError> {
        let records = self.list()?;
        let held = AuditChain::verify(&records);
        Ok(match (held, self.database.checkpoint.read()) {
            (Ok(count), Some(mark)) if !mark.is_in(&records) => Err(ChainBreak { seq: mark.seq.min(count + 1) }),
            (held, _) => held,
        })
    }
}

impl Mark {
    /// Whether the log still holds the record that the checkpoint knows.
    fn is_in(&self, records: &[AuditRecord]) -> bool {
        self.seq == 0 || records.iter().any(|record| record.seq == self.seq && record.hash == self.hash)
    }
}

/// Writes the event in the transaction of the fact that it describes.
pub(super) fn append(
    transaction: &Transaction<'_>,
    event: &AuditEvent,
    now: Timestamp,
) -> Result<AuditRecord, StoreError> {
    let end = end_of_log(transaction)?;
    let mut chain = if end.seq == 0 { AuditChain::default() } else { AuditChain::after(end.seq, &end.hash) };
    let record = chain.append(event, now);
    transaction.execute(
        "INSERT INTO audit (seq, at, kind, session, staff, submission, detail, count, content, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            i64::try_from(record.seq).unwrap_or(i64::MAX),
            record.at.unix_millis(),
            record.kind,
            record.session,
            record.staff,
            record.submission,
            record.detail,
            record.count,
            record.content,
            record.prev_hash,
            record.hash,
        ],
    )?;
    Ok(record)
}

fn record_of(row: &Row<'_>) -> rusqlite::Result<AuditRecord> {
    Ok(AuditRecord {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        at: Timestamp::from_unix_millis(row.get(1)?),
        kind: row.get(2)?,
        session: row.get(3)?,
        staff: row.get(4)?,
        submission: row.get(5)?,
        detail: row.get(6)?,
        count: row.get(7)?,
        content: row.get(8)?,
        prev_hash: row.get(9)?,
        hash: row.get(10)?,
    })
}
