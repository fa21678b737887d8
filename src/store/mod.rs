//! What must survive a power cut: the outbox, the audit log, the count of wrong PINs. One SQLite file in one folder.
//!
//! WAL with `synchronous=FULL`; one transaction per fact; patient data only in sealed rows. A damaged file is moved aside
//! and reported, never wiped; a file that belongs to another key is left alone. One process owns the folder; others may
//! look and send parked check-ins again beside it (`open_beside`).

mod audit_log;
mod documents;
mod outbox;
mod pin_attempts;
mod schema;
mod seal;

pub use audit_log::AuditLog;
pub use documents::{Documents, Kept};
pub use outbox::{Content, Due, Outbox, OutboxEntry, OutboxState};
pub use pin_attempts::{PinAttempts, PinStanding};
pub use seal::SealingKey;

use crate::audit::{AuditEvent, AuditKind};
use crate::time::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FILE: &str = "kiosk.sqlite";
const LOCK: &str = "kiosk.lock";
/// How long the kiosk and a command beside it wait for each other's transactions.
const BUSY: Duration = Duration::from_secs(3);
/// What the canary row says once it is open.
const CANARY: &[u8] = b"ktc-kiosk canary";

/// What went wrong with the store. Display says the step; the source is for the log.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Folder, lock or file.
    #[error("the store's folder cannot be used")]
    Folder(#[source] io::Error),
    /// SQLite.
    #[error("the database cannot be read or written")]
    Database(#[from] rusqlite::Error),
    /// The file was made by a later version, or a migration failed.
    #[error("the database cannot be brought to this version")]
    Migration(#[source] rusqlite_migration::Error),
    /// The key file cannot be read.
    #[error("the key file cannot be read")]
    KeyFile(#[source] io::Error),
    /// The key is not 32 bytes of base64url.
    #[error("the sealing key is not 32 bytes of base64url")]
    KeyFormat,
    /// The file is damaged. Its owner moves it aside; whoever looks beside it only says so.
    #[error("the database is damaged")]
    Damaged,
    /// The rows were sealed with another key.
    #[error("the sealing key does not belong to this database")]
    WrongKey,
    /// Sealing failed.
    #[error("a row cannot be sealed")]
    Seal,
    /// A sealed row does not open: it was changed or moved.
    #[error("a stored check-in does not open: it was changed")]
    RowChanged,
    /// No check-in of that id, or not in a state where this can be done.
    #[error("no check-in of that id is in that state")]
    NotThere,
    /// Another kiosk process owns the folder.
    #[error("another process uses the store")]
    InUse,
}

/// The open store.
pub struct Store {
    connection: Connection,
    key: SealingKey,
    _lock: Option<File>,
}

/// A store that is open, and what had to be done for it.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Where a damaged database was moved. Somebody must be told.
    pub damaged: Option<PathBuf>,
    /// How many check-ins were on their way when the program ended; they are queued again.
    pub recovered: usize,
}

impl Store {
    /// Opens the store as its owner; makes it when there is none.
    ///
    /// Check-ins that a crash left `Sending` are queued again. That is safe because each step is a conditional create: what
    /// the EHR took before the crash is found there, not made twice.
    pub fn open(folder: &Path, key: SealingKey, now: Timestamp) -> Result<Opened, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::Folder)?;
        let lock = own(folder)?;
        let path = folder.join(FILE);
        let (mut connection, damaged) = match connect(&path, true)? {
            Some(connection) => (connection, None),
            None => {
                let aside = move_aside(&path, now).map_err(StoreError::Folder)?;
                let fresh = connect(&path, true)?.ok_or(StoreError::Damaged)?;
                (fresh, Some(aside))
            }
        };
        schema::MIGRATIONS.to_latest(&mut connection).map_err(StoreError::Migration)?;
        keep_private(&path).map_err(StoreError::Folder)?;
        let mut store = Store { connection, key, _lock: Some(lock) };
        store.check_canary(true)?;
        if damaged.is_some() {
            store.audit().append(&AuditEvent::between_visits(AuditKind::StoreDamaged), now)?;
        }
        let recovered = store.outbox().recover(now, Duration::ZERO)?;
        Ok(Opened { store, damaged, recovered })
    }

    /// Opens an existing store beside its owner, for the command line: nothing is made, moved, migrated or recovered.
    pub fn open_beside(folder: &Path, key: SealingKey) -> Result<Store, StoreError> {
        let connection = connect(&folder.join(FILE), false)?.ok_or(StoreError::Damaged)?;
        let store = Store { connection, key, _lock: None };
        store.check_canary(false)?;
        Ok(store)
    }

    /// The damaged databases that were moved aside and still lie there; somebody must look at each.
    pub fn damaged_files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
        let is_damaged = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()?.strip_prefix(FILE)?.strip_prefix(".damaged-"));
            name.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let entries = fs::read_dir(folder).map_err(StoreError::Folder)?;
        Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_damaged).collect())
    }

    /// Confirmed check-ins.
    pub fn outbox(&mut self) -> Outbox<'_> {
        Outbox { connection: &mut self.connection, key: &self.key }
    }

    /// The audit log.
    pub fn audit(&mut self) -> AuditLog<'_> {
        AuditLog { connection: &mut self.connection }
    }

    /// What issuers publish.
    pub fn documents(&mut self) -> Documents<'_> {
        Documents { connection: &mut self.connection }
    }

    /// The count of wrong PINs.
    pub fn pin_attempts(&mut self) -> PinAttempts<'_> {
        PinAttempts { connection: &mut self.connection }
    }

    /// Opens the canary with the key. A file that never held anything gets one; any other file without one is not ours.
    fn check_canary(&self, make: bool) -> Result<(), StoreError> {
        let row = self.connection.query_row("SELECT sealed FROM canary", [], |row| row.get::<_, Vec<u8>>(0));
        if let Some(sealed) = row.optional()? {
            let opened = self.key.open("canary", &sealed).ok_or(StoreError::WrongKey)?;
            return if opened.reveal() == CANARY { Ok(()) } else { Err(StoreError::WrongKey) };
        }
        let filled: bool = self.connection.query_row("SELECT EXISTS (SELECT 1 FROM outbox)", [], |row| row.get(0))?;
        if filled || !make {
            return Err(StoreError::WrongKey);
        }
        let sealed = self.key.seal("canary", CANARY)?;
        self.connection.execute("INSERT INTO canary (id, sealed) VALUES (1, ?1)", [sealed])?;
        Ok(())
    }
}

/// Runs `work` in one transaction that holds the write lock from its start.
fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

/// The lock ends with the process, also when it is killed.
fn own(folder: &Path) -> Result<File, StoreError> {
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK));
    let lock = lock.map_err(StoreError::Folder)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(StoreError::Folder(error)),
    }
}

/// Connects and looks the whole file over. `None` when it is damaged.
fn connect(path: &Path, create: bool) -> Result<Option<Connection>, StoreError> {
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

/// Moves the file and its log to a name that is free; tells where.
fn move_aside(path: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let mut seconds = now.unix_millis() / 1000;
    let named = |seconds: i64, suffix: &str| path.with_file_name(format!("{FILE}.damaged-{seconds}{suffix}"));
    while named(seconds, "").try_exists()? {
        seconds += 1;
    }
    for suffix in ["-wal", "-shm", ""] {
        match fs::rename(path.with_file_name(format!("{FILE}{suffix}")), named(seconds, suffix)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !suffix.is_empty() => {}
            result => result?,
        }
    }
    Ok(named(seconds, ""))
}

/// Nobody else on the machine reads the file.
#[cfg(unix)]
fn keep_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
