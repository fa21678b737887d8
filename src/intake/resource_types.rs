//! Which resource belongs in which section, and which of its elements a front desk reads: US Core, USCDI v3, IPS.
//!
//! What stands in no row is kept and counted in [`Section::Other`].

use super::{FactKind, Section};
use crate::fhir::{RecordType, Resource, found, systems};

/// One type of resource. A path may name several elements, `|` between them; the first that says something counts.
pub(super) struct ResourceType {
    section: Section,
    pub title: &'static str,
    pub facts: &'static [(FactKind, &'static str)],
}

use FactKind::{
    Activity, Address, Answer, BodySite, Category, Conclusion, Criticality, Deceased, Decision, Dosage, End, Expires,
    Interpretation, Lot, Maker, Method, Model, Note, Part, Participant, Performer, Period, Phone, Place, Quantity,
    Range, Reaction, Reason, Relationship, Serial, Severity, Status, Target, Udi, Value, Verification, When,
};

const STATUS: (FactKind, &str) =
    (Status, "clinicalStatus/coding/code|clinicalStatus/text|clinicalStatus|lifecycleStatus|status");
const NOTE: (FactKind, &str) = (Note, "note/text");
const REASON: (FactKind, &str) = (Reason, "reasonCode|reasonReference|statusReason[x]|statusReason");

const MEDICATION_FACTS: &[(FactKind, &str)] = &[
    (
        Dosage,
        "dosageInstruction/text|dosage/text|dosageInstruction/doseAndRate/dose[x]|dosage/dose|dosage/doseAndRate/dose[x]",
    ),
    (Quantity, "quantity|dispenseRequest/quantity"),
    STATUS,
    (When, "authoredOn|effective[x]|dateAsserted|whenHandedOver|whenPrepared"),
    REASON,
    NOTE,
];

/// The row of a type; `None` for what goes with the rest.
pub(super) const fn row_of(record_type: RecordType) -> Option<&'static ResourceType> {
    Some(match record_type {
        RecordType::Patient => &ResourceType { section: Section::Demographics, title: "", facts: &[] },
        RecordType::Coverage => &ResourceType { section: Section::Insurance, title: "", facts: &[] },
        RecordType::DocumentReference => &ResourceType {
            section: Section::Documents,
            title: "description|type|content/attachment/title",
            facts: &[],
        },
        RecordType::AllergyIntolerance => &ResourceType {
            section: Section::Allergies,
            title: "code",
            facts: &[
                (Reaction, "reaction/manifestation|reaction/description"),
                (Severity, "reaction/severity"),
                (Criticality, "criticality"),
                STATUS,
                (Verification, "verificationStatus/coding/code|verificationStatus/text|verificationStatus"),
                (When, "onset[x]|recordedDate"),
                NOTE,
            ],
        },
        RecordType::MedicationRequest
        | RecordType::MedicationStatement
        | RecordType::MedicationDispense
        | RecordType::MedicationAdministration => {
            &ResourceType { section: Section::Medications, title: "medication[x]", facts: MEDICATION_FACTS }
        }
        RecordType::Condition => &ResourceType {
            section: Section::Problems,
            title: "code",
            facts: &[
                STATUS,
                (Verification, "verificationStatus/coding/code|verificationStatus/text|verificationStatus"),
                (Severity, "severity"),
                (BodySite, "bodySite"),
                (When, "onset[x]|recordedDate"),
                (End, "abatement[x]"),
                NOTE,
            ],
        },
        RecordType::Immunization => &ResourceType {
            section: Section::Immunizations,
            title: "vaccineCode",
            facts: &[
                (When, "occurrence[x]"),
                STATUS,
                (Lot, "lotNumber"),
                (Maker, "manufacturer"),
                (Performer, "performer/actor"),
                REASON,
                NOTE,
            ],
        },
        RecordType::Observation => &ResourceType {
            section: Section::Results,
            title: "code",
            facts: &[
                (Value, "value[x]"),
                (Interpretation, "interpretation"),
                (Range, "referenceRange"),
                (When, "effective[x]|issued"),
                STATUS,
                (Part, "hasMember"),
                (BodySite, "bodySite"),
                (Method, "method"),
                (Performer, "performer"),
                NOTE,
            ],
        },
        RecordType::DiagnosticReport => &ResourceType {
            section: Section::Results,
            title: "code",
            facts: &[
                (Conclusion, "conclusion|conclusionCode"),
                (Part, "result"),
                (Category, "category"),
                (When, "effective[x]|issued"),
                STATUS,
                (Performer, "performer"),
            ],
        },
        RecordType::Specimen => &ResourceType {
            section: Section::Results,
            title: "type",
            facts: &[(When, "collection/collected[x]|receivedTime"), STATUS, NOTE],
        },
        RecordType::ImagingStudy => &ResourceType {
            section: Section::Results,
            title: "description|procedureCode|modality",
            facts: &[(When, "started"), STATUS, (BodySite, "series/bodySite"), REASON, NOTE],
        },
        RecordType::Media => &ResourceType {
            section: Section::Results,
            title: "type|content/title|modality",
            facts: &[(When, "created[x]|issued"), STATUS, NOTE],
        },
        RecordType::Procedure => &ResourceType {
            section: Section::Procedures,
            title: "code",
            facts: &[
                (When, "performed[x]"),
                STATUS,
                (BodySite, "bodySite"),
                REASON,
                (Conclusion, "outcome"),
                (Performer, "performer/actor"),
                NOTE,
            ],
        },
        RecordType::Device => &ResourceType {
            section: Section::Procedures,
            title: "type|deviceName/name|modelNumber|udiCarrier/deviceIdentifier",
            facts: &[
                (Udi, "udiCarrier/carrierHRF|udiCarrier/deviceIdentifier"),
                (Maker, "manufacturer"),
                (Model, "modelNumber"),
                (Serial, "serialNumber"),
                (Lot, "lotNumber"),
                (Expires, "expirationDate"),
                STATUS,
                NOTE,
            ],
        },
        RecordType::DeviceUseStatement => &ResourceType {
            section: Section::Procedures,
            title: "device",
            facts: &[(When, "timing[x]|recordedOn"), STATUS, (BodySite, "bodySite"), REASON, NOTE],
        },
        RecordType::FamilyMemberHistory => &ResourceType {
            section: Section::History,
            title: "relationship|name",
            facts: &[(Part, "condition/code"), (Deceased, "deceased[x]"), (When, "date"), STATUS, NOTE],
        },
        RecordType::Flag => &ResourceType {
            section: Section::History,
            title: "code",
            facts: &[(Period, "period"), STATUS, (Category, "category")],
        },
        RecordType::AdverseEvent => &ResourceType {
            section: Section::History,
            title: "event",
            facts: &[(When, "date"), (Severity, "severity"), (Conclusion, "outcome")],
        },
        RecordType::ClinicalImpression => &ResourceType {
            section: Section::History,
            title: "code|description",
            facts: &[(Conclusion, "summary|finding/itemCodeableConcept"), (When, "effective[x]|date"), STATUS, NOTE],
        },
        RecordType::Encounter => &ResourceType {
            section: Section::Care,
            title: "type|serviceType|class",
            facts: &[
                (Period, "period"),
                STATUS,
                REASON,
                (Place, "location/location|serviceProvider"),
                (Participant, "participant/individual"),
            ],
        },
        RecordType::Appointment => &ResourceType {
            section: Section::Care,
            title: "serviceType|appointmentType|description",
            facts: &[
                (When, "start"),
                STATUS,
                REASON,
                (Participant, "participant/actor"),
                (Note, "comment|patientInstruction"),
            ],
        },
        RecordType::CareTeam => &ResourceType {
            section: Section::Care,
            title: "name|category",
            facts: &[(Participant, "participant/member|participant/role"), (Period, "period"), STATUS, REASON],
        },
        RecordType::CarePlan => &ResourceType {
            section: Section::Care,
            title: "title|category|description",
            facts: &[
                (Activity, "activity/detail/description|activity/detail/code|activity/reference"),
                (Target, "goal"),
                (Note, "description|note/text"),
                (Period, "period"),
                STATUS,
            ],
        },
        RecordType::Goal => &ResourceType {
            section: Section::Care,
            title: "description",
            facts: &[
                (Target, "target/measure"),
                (Value, "target/detail[x]"),
                (End, "target/due[x]"),
                (When, "start[x]|statusDate"),
                STATUS,
                NOTE,
            ],
        },
        RecordType::ServiceRequest => &ResourceType {
            section: Section::Care,
            title: "code",
            facts: &[
                (Category, "intent"),
                STATUS,
                (When, "occurrence[x]|authoredOn"),
                REASON,
                (Performer, "performer|requester"),
                NOTE,
            ],
        },
        RecordType::RelatedPerson => &ResourceType {
            section: Section::Care,
            title: "name",
            facts: &[(Relationship, "relationship"), (Phone, "telecom"), (Address, "address"), (Period, "period")],
        },
        RecordType::QuestionnaireResponse => &ResourceType {
            section: Section::Forms,
            title: "_questionnaire/extension/valueString|text/title|questionnaire",
            facts: &[(When, "authored"), STATUS, (Performer, "author|source"), (Answer, "")],
        },
        RecordType::Consent => &ResourceType {
            section: Section::Forms,
            title: "category|scope",
            facts: &[
                (Decision, "provision/type"),
                (When, "dateTime"),
                STATUS,
                (Period, "provision/period"),
                (Note, "policyRule"),
            ],
        },
        RecordType::Binary
        | RecordType::Bundle
        | RecordType::Composition
        | RecordType::Group
        | RecordType::Location
        | RecordType::Medication
        | RecordType::Organization
        | RecordType::Person
        | RecordType::Practitioner
        | RecordType::PractitionerRole
        | RecordType::Provenance
        | RecordType::Substance => return None,
    })
}

impl Section {
    /// Where records of this type are shown; an observation that says nothing of its kind stands among results.
    pub const fn from_record_type(record_type: RecordType) -> Section {
        match row_of(record_type) {
            Some(row) => row.section,
            None => Section::Other,
        }
    }
}

/// Where the resource is shown.
pub(super) fn section_of(resource: &Resource) -> Section {
    match resource.record_type() {
        Some(RecordType::Observation) => section_of_observation(resource),
        Some(record_type) => Section::from_record_type(record_type),
        None => Section::Other,
    }
}

/// By `category`; without one, by the few codes that leave no doubt.
fn section_of_observation(resource: &Resource) -> Section {
    const VITAL_SIGNS: [&str; 12] = [
        "85354-9", "8480-6", "8462-4", "8867-4", "9279-1", "8310-5", "8302-2", "29463-7", "39156-5", "59408-5",
        "2708-6", "85353-1",
    ];
    const HISTORY: [&str; 7] = ["72166-2", "82810-3", "86645-9", "11778-8", "76689-9", "76690-7", "76691-5"];
    let json = resource.json().reveal();
    let categories = found(json, "category/coding/code");
    let of = |known: &[&str]| categories.iter().filter_map(|code| code.as_str()).any(|code| known.contains(&code));
    let codings = resource.list("/code/coding").iter().filter(|coding| coding["system"] == systems::LOINC);
    let coded =
        |known: &[&str]| codings.clone().filter_map(|coding| coding["code"].as_str()).any(|code| known.contains(&code));
    if of(&["vital-signs"]) || (categories.is_empty() && coded(&VITAL_SIGNS)) {
        Section::VitalSigns
    } else if of(&["social-history", "survey", "activity", "sdoh", "functional-status", "disability-status"])
        || coded(&HISTORY)
    {
        Section::History
    } else {
        Section::Results
    }
}
