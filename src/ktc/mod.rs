//! Is this a Kill-the-Clipboard share (KTC 0.10.2)? A verdict with reasons. It never decides whether staff see the share: a
//! share that differs is shown as readable and marked with what differs.

mod examine;

pub use examine::{examine_bundle, examine_link};

use crate::sensitive::LogSafe;
use serde::{Deserialize, Serialize};

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every rule that a receiver checks holds.
    Conforms,
    /// It holds where it must, and differs from a recommendation.
    ConformsWithRemarks,
    /// It differs where it must not.
    Differs,
}

/// Whether a finding breaks a rule or only a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// A MUST of the draft.
    Rule,
    /// A SHOULD of the draft.
    Remark,
}

/// Where a validator stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The link's payload.
    Payload,
    /// The bundle.
    Bundle,
}

/// Declares the closed list of findings once: variant, code, section, stage, weight, what it is.
macro_rules! findings {
    ($($variant:ident $code:literal $section:literal $stage:ident $weight:ident $doc:literal)*) => {
        /// One way in which a share differs from the draft.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Finding { $(#[doc = $doc] $variant,)* }

        impl Finding {
            /// Every finding, for tests that every sentence exists.
            pub const ALL: &[Finding] = &[$(Finding::$variant,)*];

            /// The stable code; `assets/` holds the sentence under `finding-<code>`.
            pub const fn code(self) -> &'static str {
                match self { $(Finding::$variant => $code,)* }
            }

            /// What it is, for explanations; faces have their own words.
            pub const fn sentence(self) -> &'static str {
                match self { $(Finding::$variant => $doc,)* }
            }

            /// The section of KTC 0.10.2, or of SMART Health Links (SHL).
            pub const fn section(self) -> &'static str {
                match self { $(Finding::$variant => $section,)* }
            }

            /// Where a validator stops.
            pub const fn stage(self) -> Stage {
                match self { $(Finding::$variant => Stage::$stage,)* }
            }

            /// Rule or recommendation.
            pub const fn weight(self) -> Weight {
                match self { $(Finding::$variant => Weight::$weight,)* }
            }
        }
    };
}

findings! {
    FlagIsNotU "flag-is-not-u" "Link payload" Payload Rule "The link's flag is not exactly U."
    NoExpiry "no-expiry" "Link payload" Payload Rule "The link has no `exp`."
    Expired "expired" "Link payload" Payload Rule "The link's `exp` is over."
    ExpiryIsText "expiry-is-text" "Link payload" Payload Remark "The link's `exp` is text, not a number."
    ExpiryInMillis "expiry-in-millis" "Link payload" Payload Remark "The link's `exp` is in milliseconds, not seconds."
    KeyPadded "key-padded" "SHL: Link payload" Payload Remark "The link's key ends with a sign of padding."
    LabelTooLong "label-too-long" "SHL: Link payload" Payload Remark "The link's label is longer than 80 characters."
    MayChange "may-change" "SHL: Flags; status can-change" Payload Remark "The sender may change the files later; they were read once."
    OtherKeyNamed "other-key-named" "SHL: Encrypting and Decrypting Files" Bundle Remark "A file names another key than the link's, and opens with the link's."
    TypeDiffers "type-differs" "SHL: Encrypting and Decrypting Files" Bundle Remark "A file is not of the type that manifest or header say."
    TypeNotRead "type-not-read" "SHL: Manifest Request" Bundle Remark "A file is of a type that the kiosk does not read, and was left out."
    AccessNotUsed "access-not-used" "SHL: application/smart-api-access" Bundle Remark "The share offers access to a server; it was not used and not kept."
    OtherFhirVersion "other-fhir-version" "SHL: fhirVersion" Bundle Remark "A file is of another FHIR version than 4.0."
    NoBundle "no-bundle" "PatientSharedBundle" Bundle Rule "The share holds no Bundle of records."
    SingleResource "single-resource" "PatientSharedBundle" Bundle Rule "A file holds a single resource and no Bundle."
    RecordExport "record-export" "PatientSharedBundle" Bundle Rule "A file is the export of a personal health record and no Bundle."
    NotACollection "not-a-collection" "PatientSharedBundle" Bundle Rule "The Bundle's type is not `collection`."
    NoTimestamp "no-timestamp" "PatientSharedBundle" Bundle Rule "The Bundle has no timestamp, or none that is a time."
    NoPatient "no-patient" "PatientSharedBundle" Bundle Rule "The Bundle has no Patient."
    SeveralPatients "several-patients" "PatientSharedBundle" Bundle Rule "The Bundle has more than one Patient."
    PatientAlone "patient-alone" "PatientSharedBundle" Bundle Rule "The Bundle has nothing beside the Patient."
    UnreadableEntry "unreadable-entry" "PatientSharedBundle" Bundle Rule "An entry holds no resource."
    ClaimsProfile "claims-profile" "PatientSharedBundle" Bundle Remark "The Bundle, or a record in it, carries meta.profile."
    DocumentNotCurrent "document-not-current" "PatientSharedDocumentReference" Bundle Rule "A shared document's status is not `current`."
    DocumentWithoutPdf "document-without-pdf" "PatientSharedDocumentReference" Bundle Rule "A shared document holds no PDF data."
    DocumentTypeUnknown "document-type-unknown" "PatientSharedDocumentReference" Bundle Rule "A shared document is of neither PDF kind."
    DocumentNotPatientShared "document-not-patient-shared" "PatientSharedDocumentReference" Bundle Rule "A shared document lacks the category `patient-shared`."
    DocumentWithoutDate "document-without-date" "PatientSharedDocumentReference" Bundle Rule "A shared document has no date."
    DocumentOfOther "document-of-other" "PatientSharedDocumentReference" Bundle Rule "A shared document's subject is not the Patient of the Bundle."
    DocumentByOther "document-by-other" "PatientSharedDocumentReference" Bundle Rule "A shared document's author is not the Patient of the Bundle."
    DocumentNotLabelled "document-not-labelled" "PatientSharedDocumentReference" Bundle Remark "A shared document lacks the label PATAST."
}

impl LogSafe for Finding {
    fn log_word(&self) -> &'static str {
        self.code()
    }
}

/// The verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conformance {
    /// What differs, each once, in the order of the draft.
    pub findings: Vec<Finding>,
}

impl Conformance {
    /// From what was found in link and bundle.
    pub fn from_findings(findings: impl IntoIterator<Item = Finding>) -> Conformance {
        let mut findings: Vec<Finding> = findings.into_iter().collect();
        findings.sort();
        findings.dedup();
        Conformance { findings }
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        if self.findings.is_empty() {
            Verdict::Conforms
        } else if self.broken().next().is_none() {
            Verdict::ConformsWithRemarks
        } else {
            Verdict::Differs
        }
    }

    /// The rules that are broken.
    pub fn broken(&self) -> impl Iterator<Item = Finding> {
        self.findings.iter().copied().filter(|finding| finding.weight() == Weight::Rule)
    }
}
