//! What resolving asks of the network: one request, its purpose, its limit, its answer.

use crate::sensitive::{LogSafe, Sensitive};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Why something is fetched; each purpose has its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchPurpose {
    /// A patient's encrypted file.
    ShareFile,
    /// The list of a link's files, some of them inside it.
    Manifest,
    /// The keys of a card's issuer.
    KeySet,
    /// The keys of the sending app: a hint is not worth a long wait (KTC "Receiver").
    AppKeySet,
    /// An issuer's revocation list.
    RevocationList,
}

impl FetchPurpose {
    /// The largest answer, in bytes, held while it streams in.
    pub const fn limit(self) -> usize {
        match self {
            FetchPurpose::ShareFile | FetchPurpose::Manifest => crate::health_link::MAX_JWE_CHARS,
            FetchPurpose::KeySet | FetchPurpose::AppKeySet => 1_000_000,
            FetchPurpose::RevocationList => 5_000_000,
        }
    }

    /// How long it may take, from looking the name up to the last byte.
    pub const fn deadline(self) -> Duration {
        match self {
            FetchPurpose::AppKeySet => Duration::from_secs(3),
            FetchPurpose::KeySet | FetchPurpose::RevocationList => Duration::from_secs(5),
            FetchPurpose::ShareFile | FetchPurpose::Manifest => Duration::from_secs(10),
        }
    }

    /// The rule that the request follows, for explanations.
    pub const fn rule(self) -> &'static str {
        match self {
            FetchPurpose::ShareFile => "SHL: an encrypted file, by GET, once",
            FetchPurpose::Manifest => "SHL: Manifest Request, by POST, once",
            FetchPurpose::KeySet => "SHC: Determining keys: /.well-known/jwks.json",
            FetchPurpose::AppKeySet => "KTC App Attestation: the app's /.well-known/jwks.json",
            FetchPurpose::RevocationList => "SHC: Revocation: /.well-known/crl/KID.json",
        }
    }

    /// What to ask for.
    pub const fn accept(self) -> &'static str {
        match self {
            FetchPurpose::ShareFile => "application/jose, */*;q=0.1",
            FetchPurpose::Manifest | FetchPurpose::KeySet | FetchPurpose::AppKeySet | FetchPurpose::RevocationList => {
                "application/json"
            }
        }
    }
}

/// One request: a GET, or a POST when it has a body.
#[derive(Debug, Serialize, Deserialize)]
pub struct FetchRequest {
    /// The address; for a share it is as secret as the share.
    pub url: Sensitive<String>,
    /// Why.
    pub purpose: FetchPurpose,
    /// JSON to POST; without it the request is a GET.
    pub body: Option<Sensitive<String>>,
}

impl FetchRequest {
    /// A GET.
    pub fn get(url: impl Into<Sensitive<String>>, purpose: FetchPurpose) -> FetchRequest {
        FetchRequest { url: url.into(), purpose, body: None }
    }
}

/// An answer, of whatever status. The head crosses from one process to another as JSON, the body as bytes beside it.
#[derive(Debug)]
pub struct FetchAnswer {
    /// What it says beside the body.
    pub head: AnswerHead,
    /// The body, within the purpose's limit.
    pub body: Sensitive<Vec<u8>>,
}

/// What an answer says beside its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerHead {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, as sent.
    pub retry_after_secs: Option<u64>,
    /// Of a copy: when it was fetched. Nothing where the server itself answered just now.
    pub kept_from: Option<Timestamp>,
}

impl FetchAnswer {
    /// An answer of a server that says no more than this.
    pub fn new(status: u16, body: Vec<u8>) -> FetchAnswer {
        let head = AnswerHead { status, retry_after_secs: None, kept_from: None };
        FetchAnswer { head, body: Sensitive::new(body) }
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum FetchDefect {
    /// Not https, a forbidden address, or a forbidden port: no connection was made.
    #[error("the address is one the kiosk never opens")]
    AddressRefused,
    /// No connection, a broken one, or TLS that does not hold.
    #[error("the server cannot be reached")]
    Unreachable,
    /// The deadline passed.
    #[error("the server took too long")]
    TimedOut,
    /// The answer exceeds its limit.
    #[error("the answer exceeds its limit")]
    TooLarge,
}

impl LogSafe for FetchDefect {
    fn log_word(&self) -> &'static str {
        self.into()
    }
}

/// Asks one address, once.
pub trait Fetch {
    /// The answer to one request. Never follows a redirect, never repeats.
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect>;
}
