//! What must survive a power cut: the outbox, kept check-ins, the audit log, the count of wrong PINs. One SQLite file in one folder.
//!
//! WAL with `synchronous=FULL`; one transaction per fact; patient data only in sealed rows. A damaged file is moved aside
//! and reported, never wiped; a file that belongs to another key is left alone; one that is older than its checkpoint is used
//! and reported, and what may have been sent already and cannot be sent twice waits for a person. One process owns the folder;
//! others may look, send, and queue parked check-ins again beside it (`open_beside`).

mod audit_log;
mod charts_seen;
mod checkpoint;
mod closing;
mod database;
mod decided;
mod error;
mod issuer_cache;
mod kept;
mod matches;
mod numbers;
mod outbox;
mod pin_attempts;
mod results;
mod schema;
mod seal;
mod sealed;
mod sending;
mod shown;
mod state;
mod stop;
mod subject;
mod undo;

pub use audit_log::AuditLog;
pub use checkpoint::Mark;
pub use decided::Kept as KeptDecision;
pub use error::StoreError;
pub use issuer_cache::{CachedDocument, IssuerDocuments};
pub use kept::{KeptCheckIns, KeptEntry, ToKeep};
pub use outbox::{Content, Outbox, OutboxEntry};
pub use pin_attempts::{PinAttempts, PinStanding};
pub use seal::SealingKey;
pub use sending::{Due, Ended, Ending, Lease, SavedAndClaimed, Settled};
pub use shown::{FiledSoFar, ShownEntry};
pub use state::OutboxState;
pub use stop::Stopped;
pub use subject::Subject;

use crate::audit::{AuditEvent, AuditKind};
use crate::time::Timestamp;
use checkpoint::Checkpoint;
use database::{Database, connect};
use rusqlite::OptionalExtension;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "kiosk.sqlite";
const LOCK: &str = "kiosk.lock";
/// What the canary row says once it is open.
const CANARY: &[u8] = b"ktc-kiosk canary";

/// The open store.
pub struct Store {
    database: Database,
    key: SealingKey,
    /// Who claims check-ins through this: 0 for the folder's owner, any other number beside it.
    holder: i64,
    /// Where check-ins are filed now.
    destination: Option<[u8; 32]>,
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
    /// The database was older than its checkpoint. Somebody must be told.
    pub rolled_back: Option<RolledBack>,
}

/// A database that was restored from a copy, or whose audit log was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RolledBack {
    /// The last audit record that the checkpoint knows; 0 when the checkpoint is gone too.
    pub known: u64,
    /// The last one that the database has.
    pub found: u64,
    /// Check-ins that perhaps were sent already and cannot be sent twice: they wait for a person.
    pub parked: usize,
}

impl Store {
    /// Opens the store as its owner; makes it when there is none.
    ///
    /// Check-ins that a crash left `Sending` are queued again. That is safe: a step that the EHR itself does not make twice is
    /// sent again, and any other was written down as asked before it left, so that it is looked for instead.
    pub fn open(folder: &Path, key: SealingKey, now: Timestamp) -> Result<Opened, StoreError> {
        fs::create_dir_all(folder).map_err(StoreError::Folder)?;
        let lock = own(folder)?;
        let path = folder.join(FILE);
        let checkpoint = Checkpoint::open(folder, key.names()).map_err(StoreError::Folder)?;
        let (mut connection, damaged) = match connect(&path, true)? {
            Some(connection) => (connection, None),
            None => {
                let aside = move_aside(&path, now).map_err(StoreError::Folder)?;
                let fresh = connect(&path, true)?.ok_or(StoreError::Damaged)?;
                (fresh, Some(aside))
            }
        };
        let before: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        schema::MIGRATIONS.to_latest(&mut connection).map_err(StoreError::Migration)?;
        keep_private(&path).map_err(StoreError::Folder)?;
        let mut store = Store {
            database: Database::new(connection, checkpoint),
            key,
            holder: 0,
            destination: None,
            _lock: Some(lock),
        };
        store.check_canary(true)?;
        // Before anything is changed: a change moves the checkpoint.
        let older = store.database.is_older_than()?;
        let no_checkpoint_yet = before < schema::FIRST_WITH_CHECKPOINT && store.database.checkpoint.read().is_none();
        let recovered = store.outbox().recover(now)?;
        let rolled_back = match older {
            Some(mark) if damaged.is_none() && !no_checkpoint_yet => Some(store.outbox().park_restored(mark.seq, now)?),
            _ => None,
        };
        if damaged.is_some() {
            store.audit().append(&AuditEvent::between_visits(AuditKind::StoreDamaged), now)?;
        }
        let end = database::end_of_log(&store.database.connection)?;
        store.database.checkpoint.reset(&end, folder).map_err(StoreError::Folder)?;
        Ok(Opened { store, damaged, recovered, rolled_back })
    }

    /// Opens an existing store beside its owner: nothing is made, moved, migrated or recovered.
    pub fn open_beside(folder: &Path, key: SealingKey) -> Result<Store, StoreError> {
        let connection = connect(&folder.join(FILE), false)?.ok_or(StoreError::Damaged)?;
        let checkpoint = Checkpoint::open(folder, key.names()).map_err(StoreError::Folder)?;
        let holder = (uuid::Uuid::new_v4().as_u64_pair().0 >> 1).max(1);
        let holder = i64::try_from(holder).unwrap_or(i64::MAX);
        let mut store =
            Store { database: Database::new(connection, checkpoint), key, holder, destination: None, _lock: None };
        store.check_canary(false)?;
        store.database.only_read = store.database.is_older_than()?.is_some();
        Ok(store)
    }

    /// From now on check-ins are filed at this address. One that was confirmed for another waits for a person.
    pub fn files_to(&mut self, address: Option<&str>) {
        self.destination = address.map(|address| seal::sha256_of(address.as_bytes()));
    }

    /// Whether the database is older than its checkpoint, and nobody has looked after that yet.
    pub fn is_older_than_checkpoint(&self) -> bool {
        self.database.only_read
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
        Outbox { database: &mut self.database, key: &self.key, holder: self.holder, destination: self.destination }
    }

    /// The audit log.
    pub fn audit(&mut self) -> AuditLog<'_> {
        AuditLog { database: &mut self.database }
    }

    /// What issuers publish.
    pub fn issuer_cache(&mut self) -> IssuerDocuments<'_> {
        IssuerDocuments { database: &mut self.database }
    }

    /// The count of wrong PINs.
    pub fn pin_attempts(&mut self) -> PinAttempts<'_> {
        PinAttempts { database: &mut self.database }
    }

    /// Opens the canary with the key. A file that never held anything gets one; any other file without one is not ours.
    fn check_canary(&self, make: bool) -> Result<(), StoreError> {
        let row = self.database.connection.query_row("SELECT sealed FROM canary", [], |row| row.get::<_, Vec<u8>>(0));
        if let Some(sealed) = row.optional()? {
            let opened = self.key.open("canary", &sealed).ok_or(StoreError::WrongKey)?;
            return if opened.reveal() == CANARY { Ok(()) } else { Err(StoreError::WrongKey) };
        }
        let filled: bool =
            self.database.connection.query_row("SELECT EXISTS (SELECT 1 FROM outbox)", [], |row| row.get(0))?;
        if filled || !make {
            return Err(StoreError::WrongKey);
        }
        let sealed = self.key.seal("canary", CANARY)?;
        self.database.connection.execute("INSERT INTO canary (id, sealed) VALUES (1, ?1)", [sealed])?;
        Ok(())
    }
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
mod restored_tests;
#[cfg(test)]
mod tests;
