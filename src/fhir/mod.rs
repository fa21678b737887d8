//! FHIR R4, read tolerantly: the resources and fields a clinic uses, nothing dropped.
//!
//! The received JSON stays as it came ([`Resource::json`]); views over it return `Option`, never panic and never correct
//! what was sent. One unreadable entry does not make the others unreadable.

mod bundle;
mod codes;
mod current;
mod dosage;
mod name_parts;
mod originals;
mod outline;
mod patient;
mod period;
mod record_type;
mod resource;
mod security;
mod spoken;
mod words;
mod written_codes;

pub use bundle::{Bundle, BundleDefect, Entry};
pub(crate) use current::{by_currency, contacts, is_former};
pub(crate) use name_parts::NameParts;
pub use originals::Originals;
pub(crate) use originals::Texts;
pub use outline::Outline;
pub use patient::PatientView;
pub(crate) use patient::{is_family_first, name_in_words};
pub use record_type::{Filed, RecordType};
pub use resource::{Resource, says_failed, says_incomplete};
pub(crate) use resource::{concept_text, is_left_out, member};
pub(crate) use security::is_restricted;
pub(crate) use spoken::{Words, each};
pub(crate) use words::{Context, find, found, holds_words, stem_of, words, words_at};
pub(crate) use written_codes::{written_out, written_out_behind};

/// Code systems and identifiers of the standards, spelled once.
pub mod systems {
    /// Our own tag of a Patient that a kiosk opened, until somebody at the EHR has verified who it is and takes it off.
    pub const OPENED_BY_KIOSK: &str = "https://ktc-kiosk.org/fhir/opened-by-kiosk";
    /// Its code.
    pub const NOT_VERIFIED: &str = "not-verified";
    /// LOINC.
    pub const LOINC: &str = "http://loinc.org";
    /// HL7 v3 ObservationValue, home of `PATAST`: asserted by the patient.
    pub const OBSERVATION_VALUE: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
    /// Category of documents that a patient shares (KTC 0.10.2 "PatientSharedDocumentReference").
    pub const PATIENT_SHARED: &str = "https://cms.gov/fhir/CodeSystem/patient-shared-category";
    /// LOINC code of the PDF that an app rendered from FHIR.
    pub const RENDERED_PDF: &str = "60591-5";
    /// LOINC code of the PDF in which patients tell their story.
    pub const STORY_PDF: &str = "51855-5";
    /// CVX vaccine codes.
    pub const CVX: &str = "http://hl7.org/fhir/sid/cvx";
    /// Insurance class kinds.
    pub const COVERAGE_CLASS: &str = "http://terminology.hl7.org/CodeSystem/coverage-class";
}
