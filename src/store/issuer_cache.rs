//! What issuers publish: key sets and revocation lists, as they came. Plain rows, because anybody may fetch them.

use super::StoreError;
use super::database::Database;
use crate::time::Timestamp;
use rusqlite::{OptionalExtension as _, params};

/// More rows than these are not kept: the oldest go.
const MAX_ROWS: i64 = 300;
/// All rows together.
const MAX_BYTES: i64 = 100_000_000;
/// A larger document is not kept.
const MAX_BODY: usize = 5_000_000;

/// A document that was fetched before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedDocument {
    /// The body as it came.
    pub body: Vec<u8>,
    /// When.
    pub fetched_at: Timestamp,
}

/// See [`super::Store::issuer_cache`].
pub struct IssuerDocuments<'a> {
    pub(super) database: &'a mut Database,
}

impl IssuerDocuments<'_> {
    /// The copy of this address.
    pub fn find(&self, url: &str) -> Result<Option<CachedDocument>, StoreError> {
        let query = "SELECT body, fetched_at FROM issuer_documents WHERE url = ?1";
        let row = self.database.connection.query_row(query, [url], |row| Ok((row.get(0)?, row.get(1)?)));
        let kept = |(body, fetched_at)| CachedDocument { body, fetched_at: Timestamp::from_unix_millis(fetched_at) };
        Ok(row.optional()?.map(kept))
    }

    /// Keeps a copy, and makes room for it.
    pub fn keep(&mut self, url: &str, body: &[u8], now: Timestamp) -> Result<(), StoreError> {
        if body.len() > MAX_BODY {
            return Ok(());
        }
        self.database.change(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO issuer_documents (url, body, fetched_at) VALUES (?1, ?2, ?3)",
                params![url, body, now.unix_millis()],
            )?;
            transaction.execute(
                "DELETE FROM issuer_documents WHERE url IN (SELECT url FROM (SELECT url,
                     row_number() OVER newest AS place, sum(length(body)) OVER newest AS bytes FROM issuer_documents
                     WINDOW newest AS (ORDER BY fetched_at DESC, url)) WHERE place > ?1 OR bytes > ?2)",
                params![MAX_ROWS, MAX_BYTES],
            )?;
            Ok(())
        })
    }
}
