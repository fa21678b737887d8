//! The audit chain on disk.

use super::{StoreError, in_transaction};
use crate::audit::{AuditChain, AuditEvent, AuditRecord, ChainBreak};
use crate::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

/// See [`super::Store::audit`].
pub struct AuditLog<'a> {
    pub(super) connection: &'a mut Connection,
}

impl AuditLog<'_> {
    /// Writes one event at the end of the chain. When this fails, the thing must not be done (threat 65).
    pub fn append(&mut self, event: &AuditEvent, now: Timestamp) -> Result<AuditRecord, StoreError> {
        in_transaction(self.connection, |transaction| append(transaction, event, now))
    }

    /// Every record, from the first.
    pub fn list(&self) -> Result<Vec<AuditRecord>, StoreError> {
        let mut query = self.connection.prepare(
            "SELECT seq, at, kind, session, staff, submission, detail, count, prev_hash, hash FROM audit ORDER BY seq",
        )?;
        let records = query.query_map([], record_of)?.collect::<Result<_, _>>()?;
        Ok(records)
    }

    /// How many records hold, or the first that does not.
    pub fn verify(&self) -> Result<Result<u64, ChainBreak>, StoreError> {
        Ok(AuditChain::verify(&self.list()?))
    }
}

/// Writes the event in the transaction of the fact that it describes.
pub(super) fn append(
    transaction: &Transaction<'_>,
    event: &AuditEvent,
    now: Timestamp,
) -> Result<AuditRecord, StoreError> {
    let last = transaction.query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    });
    let mut chain = match last.optional()? {
        Some((seq, hash)) => AuditChain::after(seq.unsigned_abs(), &hash),
        None => AuditChain::default(),
    };
    let record = chain.append(event, now);
    transaction.execute(
        "INSERT INTO audit (seq, at, kind, session, staff, submission, detail, count, prev_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            i64::try_from(record.seq).unwrap_or(i64::MAX),
            record.at.unix_millis(),
            record.kind,
            record.session,
            record.staff,
            record.submission,
            record.detail,
            record.count,
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
        prev_hash: row.get(8)?,
        hash: row.get(9)?,
    })
}
