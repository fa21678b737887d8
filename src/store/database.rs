//! One connection, its transactions, and the checkpoint that follows them.

use super::checkpoint::Checkpoint;
use super::{Mark, StoreError};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// How long the kiosk and a command beside it wait for each other's transactions.
const BUSY: Duration = Duration::from_secs(3);

/// The open file and what is kept outside it.
pub(super) struct Database {
    pub(super) connection: Connection,
    pub(super) checkpoint: Checkpoint,
    /// The file is older than its checkpoint: until its owner has looked after that, nothing is changed beside it.
    pub(super) only_read: bool,
    written: u64,
}

impl Database {
    pub(super) fn new(connection: Connection, checkpoint: Checkpoint) -> Database {
        Database { connection, checkpoint, only_read: false, written: 0 }
    }

    /// Runs `work` in one transaction that holds the write lock from its start. What it adds to the audit log, the checkpoint
    /// knows afterwards.
    pub(super) fn change<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.only_read {
            return Err(StoreError::OlderThanCheckpoint);
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        let end = end_of_log(&transaction)?;
        transaction.commit()?;
        if end.seq != self.written {
            // The change stands, whatever becomes of this: a checkpoint that is behind is no harm.
            match self.checkpoint.write(&end) {
                Ok(()) => self.written = end.seq,
                Err(error) => tracing::error!(why = %error, "the checkpoint cannot be written"),
            }
        }
        Ok(result)
    }

    /// As [`Database::change`], and the checkpoint is on disk when it returns: for what must be known after a copy was restored.
    pub(super) fn change_for_good<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let result = self.change(work)?;
        let end = end_of_log(&self.connection)?;
        self.checkpoint.write(&end).and_then(|()| self.checkpoint.sync()).map_err(StoreError::Folder)?;
        Ok(result)
    }

    /// Where the checkpoint says that the log ended, when the file does not have that.
    pub(super) fn is_older_than(&self) -> Result<Option<Mark>, StoreError> {
        let end = end_of_log(&self.connection)?;
        let Some(mark) = self.checkpoint.read() else {
            // Neither slot holds: who took it away could have taken the database back as well.
            return Ok((end.seq > 0).then(Mark::default));
        };
        let known = "SELECT hash FROM audit WHERE seq = ?1";
        let seq = i64::try_from(mark.seq).unwrap_or(i64::MAX);
        let has = match self.connection.query_row(known, [seq], |row| row.get::<_, String>(0)) {
            Ok(hash) => hash == mark.hash,
            Err(rusqlite::Error::QueryReturnedNoRows) => mark.seq == 0,
            Err(error) => return Err(error.into()),
        };
        Ok((!has).then_some(mark))
    }
}

/// Connects and looks the whole file over. `None` when it is damaged.
pub(super) fn connect(path: &Path, create: bool) -> Result<Option<Connection>, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(BUSY)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
        )?;
        let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        Ok((verdict == "ok").then_some(connection))
    });
    match opened {
        Ok(connection) => Ok(connection),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Ok(None),
            _ => Err(StoreError::Database(error)),
        },
    }
}

/// Where the audit log ends.
pub(super) fn end_of_log(connection: &Connection) -> Result<Mark, StoreError> {
    let last = connection.query_row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", [], |row| {
        Ok(Mark { seq: row.get::<_, i64>(0)?.unsigned_abs(), hash: row.get(1)? })
    });
    Ok(last.optional()?.unwrap_or_default())
}

/// A change that was meant for one row.
pub(super) fn one(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::NotThere) }
}
