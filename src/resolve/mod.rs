//! From a scanned code to documents with proof: asks for what the code points to, opens it, checks it.
//!
//! This is pure code over [`Fetch`], which has two real implementations: HTTPS in the sandbox, and the recorded
//! answers of a vector folder in `cli`. One scan is one fetch: nothing here tries an address twice, and one call of
//! [`Resolver::resolve`] asks for one manifest at the most.
//!
//! `links` judges a link and fetches its direct file, `manifest` fetches its listed files, `content` tells apart what is in
//! them, `cards` proves cards, `arrival` joins them for the front desk, `kept_form` writes that down, `anatomy` explains a text that may not even be a code.

mod anatomy;
mod arrival;
mod cards;
mod content;
mod defect;
mod fetch;
mod kept_form;
mod links;
mod manifest;
mod record_export;
mod trace;

pub use anatomy::explain_text;
pub use arrival::{Arrival, Arrived, SeveralPeople, ShareFacts};
pub use defect::{ResolveDefect, Stage};
pub use fetch::{AnswerHead, Fetch, FetchAnswer, FetchDefect, FetchPurpose, FetchRequest};
pub use trace::{Explained, Trace};

use crate::health_link::Passcode;
use crate::intake::{SharedDocument, Source, SourceKind};
use crate::ktc::Conformance;
use crate::scan::ScannedCode;
use crate::time::Timestamp;
use crate::trust::{AppAttestation, TrustList};
use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

/// What a code came to: its documents, and what must be said about them.
#[derive(Debug)]
pub struct ResolvedShare {
    /// What could be read.
    pub documents: Vec<SharedDocument>,
    /// Whether it is a Kill-the-Clipboard share; cards are not judged.
    pub conformance: Option<Conformance>,
    /// The app attestation, a hint.
    pub attestation: AppAttestation,
    /// Files and cards that were refused; the others stay usable.
    pub refused: Vec<ResolveDefect>,
    /// SHA-256 of the opened file, for links with one file.
    pub content_digest: Option<[u8; 32]>,
    /// When the oldest file was last changed, where the sender says so.
    pub last_updated: Option<Timestamp>,
}

/// How strict to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strictness {
    /// At the front desk: what differs from the KTC draft is shown and marked, a card whose issuer cannot be reached too.
    Kiosk,
    /// As a validator: what differs is refused where it differs.
    Validator,
}

/// Resolves codes for one clinic at one moment.
pub struct Resolver<'a> {
    /// The network, or its recording.
    pub fetch: &'a dyn Fetch,
    /// Which issuers the clinic knows.
    pub trust: &'a TrustList,
    /// The organisation's name; the patient's app shows it in its log.
    pub recipient: &'a str,
    /// What the patient typed, for a link that asks for it.
    pub passcode: Option<&'a Passcode>,
    /// The time.
    pub now: Timestamp,
    /// How strict to be.
    pub strictness: Strictness,
    /// Where each step is noted.
    pub trace: &'a Trace,
}

impl Resolver<'_> {
    /// Fetches, opens and verifies.
    pub fn resolve(&self, code: &ScannedCode) -> Result<ResolvedShare, ResolveDefect> {
        match code {
            ScannedCode::Link(link) => self.resolve_link(link),
            ScannedCode::Cards(cards) => self.resolve_scanned(cards),
        }
    }
}

fn source(kind: SourceKind, host: &str, named_by: &str) -> Source {
    Source { kind, host: host.to_owned(), digest: sha256(named_by.as_bytes()) }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}
