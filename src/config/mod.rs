//! Reads the configuration once into valid types. An unknown key is an error: a typing mistake must not change behaviour.

mod ehr;
mod file;
mod problem;

pub use ehr::{B2b, EhrAccess, EhrConfig, SignInConfig};
pub use file::{CameraSource, KioskConfig, PrinterChoice, StaffEntry};

use std::path::{Path, PathBuf};

/// Why a configuration cannot be used. Names the file and the rule, for clinic IT.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not TOML, or a key that is unknown, missing or of the wrong kind.
    #[error("{path}: {message}")]
    Shape {
        /// Which file.
        path: PathBuf,
        /// What and where.
        message: String,
    },
    /// A value that breaks a rule.
    #[error("{path}: {rule}")]
    Rule {
        /// Which file.
        path: PathBuf,
        /// Which rule.
        rule: &'static str,
    },
}

/// Reads a file that the configuration names.
pub fn read_file(path: &Path) -> Result<Vec<u8>, ConfigError> {
    std::fs::read(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })
}
