//! Why resolving stopped, at which stage, and what people are told.

use super::FetchDefect;
use crate::fhir::BundleDefect;
use crate::health_card::{CardDefect, CardStage};
use crate::health_link::LinkDefect;
use crate::inflate::InflateDefect;
use crate::intake::IntakeDefect;
use crate::ktc::Finding;
use crate::scan::ScanDefect;
use crate::sensitive::LogSafe;
use crate::trouble::Trouble;
use serde::{Deserialize, Serialize};

/// Why a code came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveDefect {
    /// The link, or its file.
    #[error(transparent)]
    Link(#[from] LinkDefect),
    /// The card.
    #[error(transparent)]
    Card(#[from] CardDefect),
    /// The link has the flag P, and nobody typed a passcode: nothing was asked for.
    #[error("the link asks for a passcode and none was given")]
    PasscodeNeeded,
    /// Manifest Request, 401: a wrong passcode.
    #[error("the passcode was refused")]
    PasscodeRefused {
        /// How many tries the server says are left for the link's whole life, when it says so.
        remaining: Option<u32>,
    },
    /// Manifest Request, 429: asked too often.
    #[error("the share's server asks to wait {retry_after_secs} seconds")]
    Busy {
        /// For how long; a minute where the server does not say, an hour at the most.
        retry_after_secs: u64,
    },
    /// `no-longer-valid`: the sender took the files back.
    #[error("the sender says that the files are no longer valid")]
    Withdrawn,
    /// Neither records nor cards are in any file.
    #[error("the share holds neither health records nor cards")]
    NothingToRead,
    /// A limit of ours on all files together.
    #[error("the files of the share are larger than 64 MB together")]
    ShareTooLarge,
    /// The link's time is over.
    #[error("the link has expired")]
    Expired,
    /// The share could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchDefect),
    /// The share's server answered with this status.
    #[error("the share's server answered {0}")]
    Status(u16),
    /// The file opened and is not a Bundle.
    #[error(transparent)]
    Bundle(#[from] BundleDefect),
    /// The documents make no form.
    #[error(transparent)]
    Intake(#[from] IntakeDefect),
    /// As a validator: the share differs from the KTC draft.
    #[error("the share differs from the draft: {}", .0.code())]
    Differs(Finding),
}

/// Where in the way of a code it stopped, in the words of the vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Stage {
    /// Not a readable link.
    Decode,
    /// Readable, and not a usable link.
    Payload,
    /// No file.
    Retrieve,
    /// The file does not open.
    Decrypt,
    /// The content is not a usable bundle.
    Bundle,
    /// A card's own stage.
    Card(CardStage),
}

impl Stage {
    /// The word for it.
    pub fn word(self) -> &'static str {
        if let Stage::Card(stage) = self { stage.word() } else { self.into() }
    }
}

impl ResolveDefect {
    /// Where it stopped.
    pub const fn stage(self) -> Stage {
        match self {
            ResolveDefect::Link(LinkDefect::NotALink) => Stage::Decode,
            ResolveDefect::Link(
                LinkDefect::Address | LinkDefect::Key | LinkDefect::Flags | LinkDefect::Expiry | LinkDefect::Version,
            )
            | ResolveDefect::PasscodeNeeded
            | ResolveDefect::Expired => Stage::Payload,
            ResolveDefect::Link(
                LinkDefect::SignedInsteadOfEncrypted
                | LinkDefect::NotCompactJwe
                | LinkDefect::Algorithm
                | LinkDefect::Tag
                | LinkDefect::Inflate(_)
                | LinkDefect::TooLarge,
            ) => Stage::Decrypt,
            ResolveDefect::Card(defect) => Stage::Card(defect.stage()),
            ResolveDefect::Link(
                LinkDefect::NotAManifest
                | LinkDefect::TooManyFiles(_)
                | LinkDefect::TooManyHosts(_)
                | LinkDefect::FileWithoutContent,
            )
            | ResolveDefect::PasscodeRefused { .. }
            | ResolveDefect::Busy { .. }
            | ResolveDefect::Withdrawn
            | ResolveDefect::ShareTooLarge
            | ResolveDefect::Fetch(_)
            | ResolveDefect::Status(_) => Stage::Retrieve,
            ResolveDefect::NothingToRead | ResolveDefect::Bundle(_) | ResolveDefect::Intake(_) => Stage::Bundle,
            ResolveDefect::Differs(finding) => match finding.stage() {
                crate::ktc::Stage::Payload => Stage::Payload,
                crate::ktc::Stage::Bundle => Stage::Bundle,
            },
        }
    }

    /// Whether a server or an issuer could not be reached, and nothing else is known to be wrong.
    pub const fn is_unreachable(self) -> bool {
        matches!(
            self,
            ResolveDefect::Fetch(FetchDefect::Unreachable | FetchDefect::TimedOut)
                | ResolveDefect::Status(500..)
                | ResolveDefect::Card(CardDefect::KeysUnavailable | CardDefect::RevocationUnavailable)
        )
    }

    /// A server that asks to wait: for how long it may be believed.
    pub(super) fn busy(retry_after_secs: Option<u64>) -> ResolveDefect {
        const UNSAID_SECS: u64 = 60;
        const MAX_SECS: u64 = 3_600;
        ResolveDefect::Busy { retry_after_secs: retry_after_secs.unwrap_or(UNSAID_SECS).min(MAX_SECS) }
    }

    /// For a wrong passcode that may be typed again: the tries left, where the server says so. With no try left the link is
    /// dead, and [`ResolveDefect::trouble`] says that.
    pub const fn passcode_refused(&self) -> Option<Option<u32>> {
        match self {
            ResolveDefect::PasscodeRefused { remaining: Some(0) } => None,
            ResolveDefect::PasscodeRefused { remaining } => Some(*remaining),
            _ => None,
        }
    }

    /// What people are told.
    pub const fn trouble(self) -> Trouble {
        match self {
            ResolveDefect::Link(defect) => link_trouble(defect),
            ResolveDefect::Card(defect) => card_trouble(defect),
            ResolveDefect::PasscodeRefused { remaining: Some(0) } => Trouble::LinkLocked,
            ResolveDefect::PasscodeNeeded | ResolveDefect::PasscodeRefused { .. } => Trouble::LinkNeedsPasscode,
            ResolveDefect::Busy { .. } => Trouble::LinkBusy,
            ResolveDefect::Withdrawn => Trouble::LinkWithdrawn,
            ResolveDefect::NothingToRead => Trouble::NothingToRead,
            ResolveDefect::ShareTooLarge => Trouble::ShareTooLarge,
            ResolveDefect::Expired => Trouble::LinkExpired,
            // 404 is the standard's way to say that the link is over; some servers say 410.
            ResolveDefect::Status(404 | 410) => Trouble::LinkGone,
            ResolveDefect::Fetch(FetchDefect::AddressRefused) => Trouble::AddressRefused,
            ResolveDefect::Fetch(FetchDefect::Unreachable) | ResolveDefect::Status(_) => Trouble::ShareServerDown,
            ResolveDefect::Fetch(FetchDefect::TimedOut) => Trouble::TimedOut,
            ResolveDefect::Fetch(FetchDefect::TooLarge) => Trouble::ShareTooLarge,
            ResolveDefect::Bundle(BundleDefect::TooLarge) => Trouble::ShareTooLarge,
            ResolveDefect::Bundle(BundleDefect::NotJson | BundleDefect::Ambiguous | BundleDefect::NotABundle)
            | ResolveDefect::Differs(_) => Trouble::ContentUnreadable,
            ResolveDefect::Intake(IntakeDefect::NoPatient) => Trouble::NoPerson,
            ResolveDefect::Intake(IntakeDefect::SeveralPatients) => Trouble::SeveralPeople,
        }
    }
}

const fn link_trouble(defect: LinkDefect) -> Trouble {
    match defect {
        LinkDefect::NotALink | LinkDefect::Key | LinkDefect::Flags | LinkDefect::Expiry => Trouble::LinkUnreadable,
        LinkDefect::Address => Trouble::AddressRefused,
        LinkDefect::Version => Trouble::LinkTooNew,
        LinkDefect::NotAManifest
        | LinkDefect::FileWithoutContent
        | LinkDefect::SignedInsteadOfEncrypted
        | LinkDefect::NotCompactJwe
        | LinkDefect::Algorithm => Trouble::ContentUnreadable,
        LinkDefect::Inflate(InflateDefect::NotRawDeflate) => Trouble::ContentUnreadable,
        LinkDefect::Tag => Trouble::FileTampered,
        LinkDefect::TooManyFiles(_)
        | LinkDefect::TooManyHosts(_)
        | LinkDefect::TooLarge
        | LinkDefect::Inflate(InflateDefect::TooLarge) => Trouble::ShareTooLarge,
    }
}

const fn card_trouble(defect: CardDefect) -> Trouble {
    match defect {
        CardDefect::Signature => Trouble::CardNotGenuine,
        CardDefect::Expired => Trouble::CardExpired,
        CardDefect::NotYetValid => Trouble::CardNotYetValid,
        CardDefect::Revoked => Trouble::CardRevoked,
        CardDefect::RevocationUnavailable => Trouble::RevocationUnknown,
        CardDefect::Payload(InflateDefect::TooLarge)
        | CardDefect::Bundle(BundleDefect::TooLarge)
        | CardDefect::TooManyCards => Trouble::ShareTooLarge,
        _ => match defect.stage() {
            CardStage::Keys | CardStage::Revoked => Trouble::IssuerUnknownKey,
            CardStage::Decode | CardStage::Header | CardStage::Payload | CardStage::Signature | CardStage::Validity => {
                Trouble::CardUnreadable
            }
        },
    }
}

impl From<ScanDefect> for ResolveDefect {
    fn from(defect: ScanDefect) -> Self {
        match defect {
            ScanDefect::Link(defect) => defect.into(),
            ScanDefect::Card(defect) => defect.into(),
        }
    }
}

impl LogSafe for ResolveDefect {
    fn log_word(&self) -> &'static str {
        self.stage().word()
    }
}
