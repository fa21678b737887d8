//! What can go wrong with the store.

use std::io;

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
    /// Something else is to be looked for by now than a person looked for.
    #[error("there is something else to look for by now; look again")]
    LookAgain,
    /// Staff were told that nothing was stored.
    #[error("it came too late to be stored")]
    Late,
    /// Another desk has opened it.
    #[error("another desk has opened this check-in")]
    Held,
    /// As many check-ins are kept as may be.
    #[error("no more check-ins are kept")]
    Full,
    /// The file is older than its checkpoint: a copy was restored, or the log was cut. Its owner looks after that.
    #[error("the database is older than its checkpoint; start the kiosk once before anything is changed beside it")]
    OlderThanCheckpoint,
    /// Another kiosk process owns the folder.
    #[error("another process uses the store")]
    InUse,
}
