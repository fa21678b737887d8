//! All that a person is told when something is in the way: a stable code, who must act, and whether trying again helps.
//! The sentences live in `assets/`, under `trouble-<code>-title`, `-patient` and `-staff`.

use crate::sensitive::LogSafe;
use serde::{Deserialize, Serialize};

/// Who must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The patient, at the kiosk or on the phone.
    Patient,
    /// The makers of the app that made the share.
    SendingApp,
    /// Front-desk staff.
    FrontDesk,
    /// The clinic's IT.
    ClinicIt,
}

impl Actor {
    /// The id under which `assets/` holds the words.
    pub const fn text_id(self) -> &'static str {
        match self {
            Actor::Patient => "actor-patient",
            Actor::SendingApp => "actor-sending-app",
            Actor::FrontDesk => "actor-front-desk",
            Actor::ClinicIt => "actor-clinic-it",
        }
    }
}

/// Declares the closed list once: variant, code, who acts, whether trying again helps, what it is.
macro_rules! troubles {
    ($($variant:ident $code:literal $actor:ident $again:literal $doc:literal)*) => {
        /// What is in the way. Holds no patient data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Trouble { $(#[doc = $doc] $variant,)* }

        impl Trouble {
            /// Every trouble, for tests that every sentence exists.
            pub const ALL: &[Trouble] = &[$(Trouble::$variant,)*];

            /// The stable code, also the middle of the text ids.
            pub const fn code(self) -> &'static str {
                match self { $(Trouble::$variant => $code,)* }
            }

            /// Who must act.
            pub const fn actor(self) -> Actor {
                match self { $(Trouble::$variant => Actor::$actor,)* }
            }

            /// Whether trying again can help.
            pub const fn can_retry(self) -> bool {
                match self { $(Trouble::$variant => $again,)* }
            }
        }
    };
}

troubles! {
    LinkUnreadable "link-unreadable" Patient true "The link is cut short or damaged."
    LinkMalformed "link-malformed" SendingApp false "The link is whole, and not as the standard asks."
    ScannerLayout "scanner-layout" ClinicIt false "The hand scanner types for another keyboard layout, or Caps Lock is on."
    LinkExpired "link-expired" Patient true "The link says that its time is over."
    LinkGone "link-gone" Patient true "The server no longer has the link: expired, withdrawn or used up."
    LinkTooNew "link-too-new" ClinicIt false "The link uses a later version of the standard."
    LinkLocked "link-locked" Patient true "The link has no passcode tries left."
    PasscodeWrong "passcode-wrong" FrontDesk false "The passcode was wrong as often as this kiosk lets anybody try."
    LinkBusy "link-busy" Patient true "The share's server asks to wait."
    LinkWithdrawn "link-withdrawn" Patient true "The sender says that the files are no longer valid."
    LinkNeedsPasscode "link-needs-passcode" Patient true "The link asks for a passcode and none was given."
    NothingToRead "nothing-to-read" SendingApp false "The share opened, and holds no health records or cards."
    DocumentNotShown "document-not-shown" FrontDesk false "A document cannot be drawn: damaged, locked, too large, or of another kind."
    AddressRefused "address-refused" SendingApp false "The link leads to an address that the kiosk never opens."
    ShareServerDown "share-server-down" Patient true "The server of the patient's app does not answer properly."
    ShareServerRefuses "share-server-refuses" SendingApp false "The share's server answers, and asks for what the link does not bring."
    ShareTooLarge "share-too-large" SendingApp false "The share exceeds a limit."
    FileTampered "file-tampered" SendingApp true "The file does not open with the link's key: damaged or changed."
    ContentUnreadable "content-unreadable" SendingApp false "The file opened, and its content is not health records."
    NoPerson "no-person" SendingApp false "The share describes no patient and holds no record."
    SeveralPeople "several-people" FrontDesk false "The share holds records of more people than can be told apart here."
    CardUnreadable "card-unreadable" Patient true "The card's code is incomplete or damaged."
    CardNotGenuine "card-not-genuine" FrontDesk false "The card's signature does not match its issuer."
    IssuerUnknownKey "issuer-unknown-key" FrontDesk false "The issuer does not publish the key that signed the card, or not properly."
    RevocationUnknown "revocation-unknown" FrontDesk true "The issuer's list of cards taken back cannot be had now."
    CardExpired "card-expired" Patient false "The card's time is over."
    CardNotYetValid "card-not-yet-valid" Patient false "The card's time has not begun."
    CardRevoked "card-revoked" FrontDesk false "The issuer took the card back."
    NotStored "not-stored" ClinicIt true "The check-in could not be put on disk."
    AuditNotWritten "audit-not-written" ClinicIt true "The audit log could not be written, so nothing was done."
    TimedOut "timed-out" Patient true "Reading the share took too long."
    ReaderFailed "reader-failed" ClinicIt true "The reading part of the program failed."
}

impl LogSafe for Trouble {
    fn log_word(&self) -> &'static str {
        self.code()
    }
}
