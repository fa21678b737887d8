//! How many wrong PINs in a row. Kept on disk, so that switching the kiosk off and on gives nobody new tries.

use super::StoreError;
use super::audit_log::append;
use super::database::Database;
use crate::audit::AuditEvent;
use crate::time::Timestamp;
use rusqlite::params;
use std::time::Duration;

/// Wrong PINs in a row before the first lock.
const FREE_TRIES: u32 = 5;
/// The first lock; each further wrong PIN doubles it.
const FIRST_LOCK: Duration = Duration::from_secs(60);
/// The longest lock.
const LONGEST_LOCK: Duration = Duration::from_secs(3600);

const FORGET: &str = "UPDATE pin_attempts SET wrong_tries = 0, locked_until = 0 WHERE id = 1";

/// Whether a PIN may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinStanding {
    /// Yes.
    Open {
        /// Wrong ones so far.
        wrong_tries: u32,
    },
    /// Not before that time.
    Locked {
        /// When it opens.
        until: Timestamp,
    },
}

/// See [`super::Store::pin_attempts`].
pub struct PinAttempts<'a> {
    pub(super) database: &'a mut Database,
}

impl PinAttempts<'_> {
    /// Whether a PIN may be tried now. Ask before checking one.
    pub fn standing(&self, now: Timestamp) -> Result<PinStanding, StoreError> {
        let query = "SELECT wrong_tries, locked_until FROM pin_attempts WHERE id = 1";
        let (wrong_tries, locked_until) =
            self.database.connection.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        // A clock that was set back must not lock the desk for years.
        let until = Timestamp::from_unix_millis(locked_until).min(now.plus(LONGEST_LOCK));
        Ok(if now < until { PinStanding::Locked { until } } else { PinStanding::Open { wrong_tries } })
    }

    /// Counts a wrong PIN; tells what holds from now on.
    pub fn record_wrong(&mut self, now: Timestamp) -> Result<PinStanding, StoreError> {
        self.database.change(|transaction| {
            let query = "SELECT wrong_tries FROM pin_attempts WHERE id = 1";
            let before: u32 = transaction.query_row(query, [], |row| row.get(0))?;
            let tries = before.saturating_add(1);
            let locked_until = lock_after(tries).map_or(0, |lock| now.plus(lock).unix_millis());
            transaction.execute(
                "UPDATE pin_attempts SET wrong_tries = ?1, locked_until = ?2 WHERE id = 1",
                params![tries, locked_until],
            )?;
            Ok(())
        })?;
        self.standing(now)
    }

    /// Forgets the wrong ones after a right one.
    pub fn record_right(&mut self) -> Result<(), StoreError> {
        self.database.connection.execute(FORGET, [])?;
        Ok(())
    }

    /// Forgets them for somebody who may, with the audit row that says who: a patient who plays with the keys locks out no clinic
    /// for an hour.
    pub fn release(&mut self, event: &AuditEvent, now: Timestamp) -> Result<(), StoreError> {
        self.database.change(|transaction| {
            transaction.execute(FORGET, [])?;
            append(transaction, event, now)?;
            Ok(())
        })
    }
}

fn lock_after(tries: u32) -> Option<Duration> {
    let doubled = tries.checked_sub(FREE_TRIES)?.min(16);
    Some(FIRST_LOCK.saturating_mul(1 << doubled).min(LONGEST_LOCK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_begin_at_the_fifth_wrong_pin_and_grow_to_an_hour() {
        let seconds = |tries| lock_after(tries).map(|lock| lock.as_secs());
        assert_eq!([4, 5, 6, 7].map(seconds), [None, Some(60), Some(120), Some(240)]);
        assert_eq!([11, 12, u32::MAX].map(seconds), [Some(3600); 3]);
    }
}
