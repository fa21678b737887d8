//! The one table of resource types (FHIR R4 4.0.1) by which something is decided: whose a record is, whether it is filed and
//! complete, by what it is compared with a chart, which of its elements turn its meaning around.
//!
//! A resource of any other type is shown, kept and goes into the document of the rest. Elements are named by path, `/` between
//! them and `[x]` for those whose name ends with a type; what is said of them is R4's own, where no comment says otherwise.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether records of a type become records of an EHR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    /// As what they are.
    AsItself,
    /// As what they are, where they are vital signs; the others in the document of the rest.
    VitalSigns,
    /// The trace that the kiosk leaves of every check-in; shared ones in the document of the rest.
    Trace,
    /// The answers to a clinic's questionnaire, which the kiosk makes where a profile has one; shared ones in the document of
    /// the rest.
    Answers,
    /// In the document of the rest.
    InDocument,
}

/// What is known of one type.
struct Row {
    subject: Option<&'static str>,
    filed: Filed,
    required: &'static [&'static str],
    compared: &'static [&'static str],
    modifiers: &'static [&'static str],
}

/// Declares the table once: type, the element that says whose record it is, whether it is filed, what is required beside that
/// element, by what it is compared, and its modifier elements.
macro_rules! record_types {
    ($($name:ident $subject:expr, $filed:ident $required:tt $compared:tt $modifiers:tt)*) => {
        /// A type of the table, in FHIR's spelling.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[derive(strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
        pub enum RecordType { $(#[doc = concat!("FHIR R4 ", stringify!($name), ".")] $name,)* }

        impl RecordType {
            const fn row(self) -> &'static Row {
                match self {
                    $(RecordType::$name => &Row {
                        subject: $subject,
                        filed: Filed::$filed,
                        required: &$required,
                        compared: &$compared,
                        modifiers: &$modifiers,
                    },)*
                }
            }
        }
    };
}

record_types! {
    AdverseEvent Some("subject"), InDocument ["actuality"] [] ["actuality"]
    // R4 lets an allergy and a problem be without a code; a record of nothing helps nobody, and its narrative is not filed.
    AllergyIntolerance Some("patient"), AsItself ["code"] ["code"] ["clinicalStatus", "verificationStatus"]
    Appointment None, InDocument ["status", "participant"] [] ["status"]
    Binary None, InDocument ["contentType"] [] []
    Bundle None, InDocument ["type"] [] []
    CarePlan Some("subject"), InDocument ["status", "intent"] []
        ["status", "intent", "activity/detail/status", "activity/detail/doNotPerform"]
    CareTeam Some("subject"), InDocument [] [] ["status"]
    ClinicalImpression Some("subject"), InDocument ["status"] [] ["status"]
    Composition Some("subject"), InDocument ["status", "type", "date", "author", "title"] [] ["status"]
    Condition Some("subject"), AsItself ["code"] ["code"] ["clinicalStatus", "verificationStatus"]
    Consent Some("patient"), InDocument ["status", "scope", "category"] [] ["status", "scope"]
    // The subscriber and the policy holder may be other people than the one who is insured.
    Coverage Some("beneficiary"), AsItself ["status", "payor"] ["payor"] ["status"]
    Device Some("patient"), InDocument [] [] ["status"]
    DeviceUseStatement Some("subject"), InDocument ["status", "device"] [] ["status"]
    DiagnosticReport Some("subject"), InDocument ["status", "code"] [] ["status"]
    DocumentReference Some("subject"), AsItself ["status", "content"] [] ["status"]
    Encounter Some("subject"), InDocument ["status", "class"] [] ["status"]
    FamilyMemberHistory Some("patient"), InDocument ["status", "relationship"] [] ["status"]
    Flag Some("subject"), InDocument ["status", "code"] [] ["status"]
    Goal Some("subject"), InDocument ["lifecycleStatus", "description"] [] ["lifecycleStatus"]
    Group None, InDocument ["type", "actual"] [] []
    ImagingStudy Some("subject"), InDocument ["status"] [] ["status"]
    Immunization Some("patient"), AsItself ["status", "vaccineCode", "occurrence[x]"] ["vaccineCode"] ["status", "isSubpotent"]
    Location None, InDocument [] [] ["status"]
    Media Some("subject"), InDocument ["status", "content"] [] ["status"]
    Medication None, InDocument [] [] ["status"]
    MedicationAdministration Some("subject"), InDocument ["status", "medication[x]", "effective[x]"] [] ["status"]
    MedicationDispense Some("subject"), InDocument ["status", "medication[x]"] [] ["status"]
    MedicationRequest Some("subject"), AsItself ["status", "intent", "medication[x]"]
        ["medicationCodeableConcept", "medicationReference"] ["status", "intent", "doNotPerform"]
    MedicationStatement Some("subject"), AsItself ["status", "medication[x]"]
        ["medicationCodeableConcept", "medicationReference"] ["status"]
    Observation Some("subject"), VitalSigns ["status", "code"] [] ["status"]
    OperationOutcome None, InDocument ["issue"] [] []
    Organization None, InDocument [] [] ["active"]
    Patient None, AsItself [] [] ["active", "deceased[x]", "link"]
    Person None, InDocument [] [] ["active"]
    Practitioner None, InDocument [] [] []
    PractitionerRole None, InDocument [] [] []
    Procedure Some("subject"), InDocument ["status"] [] ["status"]
    Provenance None, Trace ["target", "recorded", "agent"] [] []
    QuestionnaireResponse Some("subject"), Answers ["status"] [] ["status"]
    RelatedPerson Some("patient"), InDocument [] [] ["active"]
    ServiceRequest Some("subject"), InDocument ["status", "intent"] [] ["status", "intent", "doNotPerform"]
    Specimen Some("subject"), InDocument [] [] ["status"]
    Substance None, InDocument ["code"] [] ["status"]
}

impl RecordType {
    /// All of them, by name.
    pub const ALL: &'static [RecordType] = <RecordType as strum::VariantArray>::VARIANTS;

    /// FHIR's name of the type.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The type of this name; `None` when the table does not have it.
    pub fn from_word(word: &str) -> Option<RecordType> {
        word.parse().ok()
    }

    /// The type by whose elements a resource is read: its own, or the one that took the place of a type of DSTU2 or STU3, or that
    /// R5 gave another name. Such a resource is read and not filed: no EHR of R4 knows its type.
    pub fn read_as(kind: &str) -> Option<RecordType> {
        RecordType::from_word(kind).or(match kind {
            "MedicationOrder" | "MedicationPrescription" => Some(RecordType::MedicationRequest),
            "MedicationUsage" => Some(RecordType::MedicationStatement),
            "DiagnosticOrder" | "ProcedureRequest" | "ReferralRequest" => Some(RecordType::ServiceRequest),
            "DeviceUsage" => Some(RecordType::DeviceUseStatement),
            _ => None,
        })
    }

    /// The element that says whose record it is. Filing writes the chart into it.
    pub const fn subject(self) -> Option<&'static str> {
        self.row().subject
    }

    /// The types that a plan creates in every EHR that takes records.
    pub fn all_filed() -> impl Iterator<Item = RecordType> {
        let is_filed = |it: &RecordType| matches!(it.filed(), Filed::AsItself | Filed::VitalSigns | Filed::Trace);
        RecordType::ALL.iter().copied().filter(is_filed)
    }

    /// The types that are compared with a chart.
    pub fn all_compared() -> impl Iterator<Item = RecordType> {
        RecordType::ALL.iter().copied().filter(|it| !it.compared().is_empty())
    }

    /// Whether its records become records of an EHR.
    pub const fn filed(self) -> Filed {
        self.row().filed
    }

    /// Elements with a minimum of one, without the one that says whose record it is.
    pub const fn required(self) -> &'static [&'static str] {
        self.row().required
    }

    /// The elements that say what a record is, for the comparison with a chart; none where it is not compared.
    pub const fn compared(self) -> &'static [&'static str] {
        self.row().compared
    }

    /// Elements that change what the others mean (R4 2.1.0.2.1, "Is Modifier"), beside `implicitRules` and `modifierExtension`,
    /// which every type has.
    pub const fn modifiers(self) -> &'static [&'static str] {
        self.row().modifiers
    }

    /// Whether a record of it can say of itself that it does not count: that it was entered in error (its status in R4), or, of a
    /// Patient, that it is not in use (`Patient.active`).
    pub const fn has_error_mark(self) -> bool {
        match self {
            RecordType::AllergyIntolerance
            | RecordType::Condition
            | RecordType::Coverage
            | RecordType::DocumentReference
            | RecordType::Immunization
            | RecordType::MedicationRequest
            | RecordType::MedicationStatement
            | RecordType::Observation
            | RecordType::QuestionnaireResponse
            | RecordType::Patient => true,
            // Of these the kiosk files none, or R4 has no such status.
            RecordType::AdverseEvent
            | RecordType::Appointment
            | RecordType::Binary
            | RecordType::Bundle
            | RecordType::CarePlan
            | RecordType::CareTeam
            | RecordType::ClinicalImpression
            | RecordType::Composition
            | RecordType::Consent
            | RecordType::Device
            | RecordType::DeviceUseStatement
            | RecordType::DiagnosticReport
            | RecordType::Encounter
            | RecordType::FamilyMemberHistory
            | RecordType::Flag
            | RecordType::Goal
            | RecordType::Group
            | RecordType::ImagingStudy
            | RecordType::Location
            | RecordType::Media
            | RecordType::Medication
            | RecordType::MedicationAdministration
            | RecordType::MedicationDispense
            | RecordType::OperationOutcome
            | RecordType::Organization
            | RecordType::Person
            | RecordType::Practitioner
            | RecordType::PractitionerRole
            | RecordType::Procedure
            | RecordType::Provenance
            | RecordType::RelatedPerson
            | RecordType::ServiceRequest
            | RecordType::Specimen
            | RecordType::Substance => false,
        }
    }

    /// The search parameter by which records that refer to a Patient are found (R4); none where the type refers to none or has none.
    pub const fn patient_parameter(self) -> Option<&'static str> {
        match self {
            RecordType::AdverseEvent => Some("subject"),
            RecordType::Group => Some("member"),
            RecordType::AllergyIntolerance
            | RecordType::Appointment
            | RecordType::CarePlan
            | RecordType::CareTeam
            | RecordType::ClinicalImpression
            | RecordType::Composition
            | RecordType::Condition
            | RecordType::Consent
            | RecordType::Coverage
            | RecordType::Device
            | RecordType::DeviceUseStatement
            | RecordType::DiagnosticReport
            | RecordType::DocumentReference
            | RecordType::Encounter
            | RecordType::FamilyMemberHistory
            | RecordType::Flag
            | RecordType::Goal
            | RecordType::ImagingStudy
            | RecordType::Immunization
            | RecordType::Media
            | RecordType::MedicationAdministration
            | RecordType::MedicationDispense
            | RecordType::MedicationRequest
            | RecordType::MedicationStatement
            | RecordType::Observation
            | RecordType::Person
            | RecordType::Procedure
            | RecordType::Provenance
            | RecordType::QuestionnaireResponse
            | RecordType::RelatedPerson
            | RecordType::ServiceRequest
            | RecordType::Specimen => Some("patient"),
            RecordType::Binary
            | RecordType::Bundle
            | RecordType::Location
            | RecordType::Medication
            | RecordType::OperationOutcome
            | RecordType::Organization
            | RecordType::Patient
            | RecordType::Practitioner
            | RecordType::PractitionerRole
            | RecordType::Substance => None,
        }
    }

    /// The search parameter by which an EHR finds a record under the name that the kiosk gave it: R4 has no identifier of a
    /// Provenance, so its name is a tag.
    pub const fn name_parameter(self) -> &'static str {
        match self {
            RecordType::Provenance => "_tag",
            _ => "identifier",
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_known_by_its_own_name_alone() {
        for kind in RecordType::ALL {
            assert_eq!(RecordType::from_word(kind.word()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.word().into()));
        }
        for unknown in ["", "patient", "Patient ", "Account", "MedicationOrder"] {
            assert_eq!(RecordType::from_word(unknown), None, "{unknown}");
        }
        assert!(RecordType::ALL.is_sorted_by_key(|kind| kind.word()));
    }

    #[test]
    fn what_is_filed_as_itself_says_whose_it_is_unless_it_is_the_person() {
        for kind in RecordType::ALL.iter().filter(|kind| matches!(kind.filed(), Filed::AsItself | Filed::VitalSigns)) {
            assert_eq!(kind.subject().is_none(), *kind == RecordType::Patient, "{kind}");
        }
    }

    #[test]
    fn what_is_compared_with_a_chart_is_filed_as_itself() {
        for kind in RecordType::all_compared() {
            assert_eq!(kind.filed(), Filed::AsItself, "{kind}");
        }
    }
}
