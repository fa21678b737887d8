//! Confirmed intake to a plan of requests with stable ids. How a plan is followed stands in [`crate::delivery`].
//!
//! The received Bundle is never forwarded (note 15, attack 42). A record is made of what staff were shown of a resource
//! (note 35), inside a transaction of our own: with every reference re-pointed or put into words, labelled with what was
//! proven, and created only if it is not there yet. So a plan may be sent twice.
//!
//! | file | its one job |
//! | --- | --- |
//! | `plan` | which resources are filed, in which order |
//! | `name` | the name under which something is filed: what it is hashed from, identifier, `urn:uuid` |
//! | `item_identifier` | the name of each filed item, who refers to it by what |
//! | `patient_key` | which patient, for those names and for the order of sending |
//! | `label` | by what staff know a check-in that waits |
//! | `draft` | resources that are made, and the steps made of them |
//! | `discrete` | what of a resource becomes a record: what staff saw of it, whole |
//! | `meaning` | which elements change what a record says |
//! | `seen` | how much of a value staff saw |
//! | `rebuild` | records and documents with what all of them have in common |
//! | `references` | where a reference leads after filing |
//! | `security_labels` | patient-asserted, patient-shared, our own tags |
//! | `provenance` | who said it, who passed it on, who checked it |
//! | `step`, `saved` | a plan, and how it is written down |
//! | `changes` | which changes of records that are there the EHR takes |
//! | `readable`, `pdf` | what people read of it: lines, pages |
//! | `profile` | what is known of a kind of EHR |
//! | `capabilities` | what an EHR says that it can do |
//! | `site` | both together: what this EHR takes |
//! | `loss` | what it will not have as a record, told before it is filed |

mod capabilities;
mod changes;
mod discrete;
mod draft;
mod item_identifier;
mod label;
mod loss;
mod meaning;
mod name;
mod patient_key;
pub(crate) mod pdf;
mod plan;
mod profile;
mod provenance;
mod readable;
mod rebuild;
mod references;
pub(crate) mod saved;
mod security_labels;
mod seen;
mod site;
mod stable_id;
mod step;

pub use capabilities::Capabilities;
pub(crate) use changes::is_fhir_id;
pub use label::{CheckInLabel, LabelledChart};
pub use loss::{Loss, losses};
pub(crate) use meaning::changes_the_meaning;
pub use patient_key::PatientKey;
pub use plan::plan;
pub use profile::{
    Changes, Contents, Documents, LetGo, Profile, ProfileDefect, Questionnaire, Scopes, SignIn, Strategy, TypeRules,
};
pub use site::{Site, UndoMode};
pub use stable_id::SubmissionId;
pub(crate) use stable_id::{digest_of, hex_of, urn_of};
pub use step::{
    Amend, Amendment, Create, Expected, FilingNote, FilingPlan, Keep, NewPatient, NoteKind, RepeatSafety, Step,
    Transaction,
};

use crate::sensitive::LogSafe;

/// Names of our own in the EHR. They are names, not addresses: nothing is fetched from them.
pub mod systems {
    /// Identifier of a filed item, and tag of a filed Provenance.
    pub const ITEM: &str = "https://ktc-kiosk.org/fhir/item";
    /// Identifier of a filed item that was undone: no check-in looks for it.
    pub const UNDONE_ITEM: &str = "https://ktc-kiosk.org/fhir/undone-item";
    /// Tag that names the check-in by which a resource came.
    pub const CHECK_IN: &str = "https://ktc-kiosk.org/fhir/check-in";
    /// Identifier of a staff member of the clinic.
    pub const STAFF: &str = "https://ktc-kiosk.org/fhir/staff";
    /// Identifier of a link or card: SHA-256, from which neither address nor key can be had.
    pub const SOURCE: &str = "https://ktc-kiosk.org/fhir/source";
    /// Activity of a Provenance: a section of the share was gone through beside the chart.
    pub const REVIEWED: &str = "https://ktc-kiosk.org/fhir/reviewed";
    /// Extension with the code of what was proven.
    pub const ASSURANCE: &str = "https://ktc-kiosk.org/fhir/assurance";
}

/// The clinic on whose behalf the kiosk files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clinic {
    /// Its name, as patients and other clinics know it.
    pub name: String,
}

/// Why a confirmed intake makes no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum FilingDefect {
    /// Nothing was ticked.
    #[error("nothing was confirmed")]
    NothingConfirmed,
    /// A new record is made from demographics that staff ticked, and there are none.
    #[error("a new patient without demographics")]
    NewPatientWithoutDemographics,
    /// FHIR R4 `id`: the chosen chart has no usable logical id.
    #[error("the chart's id is no FHIR id")]
    ChartId,
    /// An item names a source that the form does not have.
    #[error("an item without its source")]
    NoSource,
    /// An item is another person's, or not fit to be filed for another reason that staff were shown.
    #[error("an item that must not be filed")]
    MustNotBeFiled,
}

impl LogSafe for FilingDefect {
    fn log_word(&self) -> &'static str {
        self.into()
    }
}
