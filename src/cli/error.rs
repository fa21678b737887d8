//! Why a command could not finish.

use super::answers::FolderError;
use super::conformance::ConformanceError;
use crate::app::AppError;
use crate::config::ConfigError;
use crate::net::ClientDefect;
use crate::runtime::StartError;
use crate::store::StoreError;
use crate::trust::{SnapshotDefect, TrustListDefect};
use std::io;

/// What went wrong. Says its own step; the sources follow.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A vector folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A conformance run.
    #[error(transparent)]
    Conformance(#[from] ConformanceError),
    /// What the kiosk needs to start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The window.
    #[error(transparent)]
    App(#[from] AppError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A certificate.
    #[error(transparent)]
    Tls(#[from] ClientDefect),
    /// The lists of issuers.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Input or output.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A command that was used wrongly.
    #[error("{0}")]
    Usage(&'static str),
    /// The pilot.
    #[cfg(feature = "pilot")]
    #[error(transparent)]
    Pilot(#[from] crate::pilot::PilotError),
}

/// Why a list was not changed.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The published files.
    #[error(transparent)]
    Snapshot(#[from] SnapshotDefect),
    /// A list of ours.
    #[error(transparent)]
    List(#[from] TrustListDefect),
    /// Nobody compared this certificate yet.
    #[error(
        "the signer is not known here yet. Compare this fingerprint with the one the publisher gives out by another way, then \
         import with --fingerprint {0}"
    )]
    SignerNotCompared(String),
    /// Another certificate than the one that was compared.
    #[error("the certificate is not the one that was compared: its fingerprint is {0}")]
    AnotherSigner(String),
    /// The list here is newer.
    #[error(
        "the list here is of {here}, the other of {other}: keys and cards that were taken back since would count again. Use --allow-older if that is meant"
    )]
    Older {
        /// The date of the list here.
        here: String,
        /// The date of the other.
        other: String,
    },
    /// The clinic's own list has no such issuer.
    #[error("the clinic's own list does not have this issuer")]
    NotListed,
}
