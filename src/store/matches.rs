//! What the matching rules said of the charts that were found, sealed: the audit log names no chart, so this stands beside its row.

use super::audit_log::append;
use super::seal::sha256_of;
use super::{Store, StoreError};
use crate::audit::AuditEvent;
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use rusqlite::params;

fn place(seq: i64) -> String {
    format!("matches {seq}")
}

impl Store {
    /// Writes an evaluation and its audit row, in one transaction.
    pub fn note_match(
        &mut self,
        event: &AuditEvent,
        details: &Sensitive<String>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = &self.key;
        let event = event.clone().content(sha256_of(details.reveal().as_bytes()));
        self.database.change(|transaction| {
            let seq = i64::try_from(append(transaction, &event, now)?.seq).unwrap_or(i64::MAX);
            let sealed = key.seal(&place(seq), details.reveal().as_bytes())?;
            transaction.execute("INSERT INTO matches (seq, sealed) VALUES (?1, ?2)", params![seq, sealed])?;
            Ok(())
        })
    }

    /// All of them, by the number of the audit row; one that does not open is left out.
    pub fn matches(&self) -> Result<Vec<(u64, Sensitive<String>)>, StoreError> {
        let mut query = self.database.connection.prepare("SELECT seq, sealed FROM matches ORDER BY seq")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let opened = rows.into_iter().filter_map(|(seq, sealed)| {
            let details = self.key.open(&place(seq), &sealed)?;
            Some((seq.unsigned_abs(), Sensitive::new(String::from_utf8(details.reveal().clone()).ok()?)))
        });
        Ok(opened.collect())
    }
}
