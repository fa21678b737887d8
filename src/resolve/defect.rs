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
    /// A text that a hand scanner typed into a computer that is set otherwise.
    #[error("the hand scanner's keyboard layout is not this computer's, or Caps Lock is on")]
    ScannerLayout,
    /// Manifest Request, 401 with `remainingAttempts`, of a link without the flag P and before anybody typed a passcode.
    #[error("the share's server asks for a passcode, which the link does not announce")]
    PasscodeAsked {
        /// As for [`ResolveDefect::PasscodeRefused`].
        remaining: Option<u32>,
    },
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
            ResolveDefect::Link(LinkDefect::NotALink | LinkDefect::Malformed) | ResolveDefect::ScannerLayout => {
                Stage::Decode
            }
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
            | ResolveDefect::PasscodeAsked { .. }
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
        match self {
            ResolveDefect::Status(status) => passes_by_itself(status),
            _ => matches!(
                self,
                ResolveDefect::Fetch(FetchDefect::Unreachable | FetchDefect::TimedOut)
                    | ResolveDefect::Card(CardDefect::KeysUnavailable | CardDefect::RevocationUnavailable)
            ),
        }
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
            ResolveDefect::PasscodeRefused { remaining: Some(0) }
            | ResolveDefect::PasscodeAsked { remaining: Some(0) } => None,
            ResolveDefect::PasscodeRefused { remaining } | ResolveDefect::PasscodeAsked { remaining } => {
                Some(*remaining)
            }
            _ => None,
        }
    }

    /// What people are told.
    pub const fn trouble(self) -> Trouble {
        match self {
            ResolveDefect::Link(defect) => link_trouble(defect),
            ResolveDefect::Card(defect) => card_trouble(defect),
            ResolveDefect::PasscodeRefused { remaining: Some(0) }
            | ResolveDefect::PasscodeAsked { remaining: Some(0) } => Trouble::LinkLocked,
            ResolveDefect::PasscodeNeeded
            | ResolveDefect::PasscodeRefused { .. }
            | ResolveDefect::PasscodeAsked { .. } => Trouble::LinkNeedsPasscode,
            ResolveDefect::ScannerLayout => Trouble::ScannerLayout,
            ResolveDefect::Busy { .. } => Trouble::LinkBusy,
            ResolveDefect::Withdrawn => Trouble::LinkWithdrawn,
            ResolveDefect::NothingToRead => Trouble::NothingToRead,
            ResolveDefect::ShareTooLarge => Trouble::ShareTooLarge,
            ResolveDefect::Expired => Trouble::LinkExpired,
            ResolveDefect::Fetch(FetchDefect::AddressRefused) => Trouble::AddressRefused,
            ResolveDefect::Fetch(FetchDefect::Unreachable) => Trouble::ShareServerDown,
            ResolveDefect::Status(status) => status_trouble(status),
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

/// Whether the same request may be answered later (RFC 9110 15): a server that is late, busy or out of order; not one that does
/// not do such a thing at all.
const fn passes_by_itself(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 506..=599)
}

/// What an answer without a file means.
const fn status_trouble(status: u16) -> Trouble {
    match status {
        // 404 is the standard's way to say that the link is over; some servers say 410.
        404 | 410 => Trouble::LinkGone,
        _ if passes_by_itself(status) => Trouble::ShareServerDown,
        // It wants a sign-in, sends elsewhere, or does not take the request that the standard asks for.
        _ => Trouble::ShareServerRefuses,
    }
}

const fn link_trouble(defect: LinkDefect) -> Trouble {
    match defect {
        LinkDefect::NotALink => Trouble::LinkUnreadable,
        LinkDefect::Malformed | LinkDefect::Key | LinkDefect::Flags | LinkDefect::Expiry => Trouble::LinkMalformed,
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
            ScanDefect::ScannerLayout => ResolveDefect::ScannerLayout,
        }
    }
}

impl LogSafe for ResolveDefect {
    fn log_word(&self) -> &'static str {
        self.stage().word()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trouble::Actor;

    #[test]
    fn only_what_passes_by_itself_is_tried_again() {
        for status in [408, 425, 500, 502, 503, 504, 529] {
            let defect = ResolveDefect::Status(status);
            assert_eq!((defect.trouble(), defect.is_unreachable()), (Trouble::ShareServerDown, true), "{status}");
        }
        for status in [200, 204, 301, 307, 400, 401, 403, 405, 406, 415, 421, 451, 501, 505] {
            let defect = ResolveDefect::Status(status);
            assert_eq!((defect.trouble(), defect.is_unreachable()), (Trouble::ShareServerRefuses, false), "{status}");
            assert!(!defect.trouble().can_retry());
        }
        for status in [404, 410] {
            assert_eq!(ResolveDefect::Status(status).trouble(), Trouble::LinkGone);
        }
    }

    #[test]
    fn what_the_app_made_wrongly_is_never_the_patients() {
        for defect in
            [LinkDefect::Malformed, LinkDefect::Key, LinkDefect::Flags, LinkDefect::Expiry, LinkDefect::Address]
        {
            let trouble = ResolveDefect::Link(defect).trouble();
            assert_eq!((trouble.actor(), trouble.can_retry()), (Actor::SendingApp, false), "{defect:?}");
        }
        assert_eq!(ResolveDefect::ScannerLayout.trouble().actor(), Actor::ClinicIt);
    }
}
