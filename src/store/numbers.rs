//! Numbers of the day's queue, for check-ins that were confirmed and for those that were kept: none is given twice.

use super::StoreError;
use rusqlite::{Transaction, params};

/// The next number of this day.
pub(super) fn next_number(transaction: &Transaction<'_>, day: &str) -> Result<u32, StoreError> {
    let next = "INSERT INTO queue_numbers (day, last) VALUES (?1, 1)
         ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last";
    Ok(transaction.query_row(next, params![day], |row| row.get(0))?)
}
