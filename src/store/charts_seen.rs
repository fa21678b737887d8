//! Whose charts staff looked at, sealed: a patient may ask who did, also where nothing was filed of it. The audit log holds closed
//! words and ids of our own alone, so the chart stands here, by the visit that the log names.

use super::{Store, StoreError};
use crate::sensitive::Sensitive;
use crate::session_id::SessionId;
use rusqlite::params;

fn place(session: i64) -> String {
    format!("charts_seen {session}")
}

impl Store {
    /// Writes down that a visit looks into this chart (`Patient/<id>`), before the EHR is asked for it.
    pub fn note_chart_seen(&mut self, session: SessionId, chart: &str) -> Result<(), StoreError> {
        let sealed = self.key.seal(&place(session.0), chart.as_bytes())?;
        self.database.change(|transaction| {
            transaction
                .execute("INSERT INTO charts_seen (session, sealed) VALUES (?1, ?2)", params![session.0, sealed])?;
            Ok(())
        })
    }

    /// All of them, with the visits' numbers; a row that does not open is left out.
    pub fn charts_seen(&self) -> Result<Vec<(i64, Sensitive<String>)>, StoreError> {
        let mut query = self.database.connection.prepare("SELECT session, sealed FROM charts_seen ORDER BY rowid")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let opened = rows.into_iter().filter_map(|(session, sealed)| {
            let chart = self.key.open(&place(session), &sealed)?;
            Some((session, Sensitive::new(String::from_utf8(chart.reveal().clone()).ok()?)))
        });
        Ok(opened.collect())
    }
}
