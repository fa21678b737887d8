//! Which resource belongs in which section, and which of its elements a front desk reads: US Core, USCDI v3, IPS.
//!
//! What stands in no row is kept and counted in [`Section::Other`].

use super::{FactKind, Section};
use crate::fhir::Resource;

/// One type of resource. A path may name several elements, `|` between them; the first that says something counts.
pub(super) struct ResourceType {
    pub kind: &'static str,
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

const fn row(
    kind: &'static str,
    section: Section,
    title: &'static str,
    facts: &'static [(FactKind, &'static str)],
) -> ResourceType {
    ResourceType { kind, section, title, facts }
}

const RESOURCE_TYPES: &[ResourceType] = &[
    row("Patient", Section::Demographics, "", &[]),
    row("Coverage", Section::Insurance, "", &[]),
    row("DocumentReference", Section::Documents, "description|type|content/attachment/title", &[]),
    row(
        "AllergyIntolerance",
        Section::Allergies,
        "code",
        &[
            (Reaction, "reaction/manifestation|reaction/description"),
            (Severity, "reaction/severity"),
            (Criticality, "criticality"),
            STATUS,
            (Verification, "verificationStatus/coding/code|verificationStatus/text|verificationStatus"),
            (When, "onset[x]|recordedDate"),
            NOTE,
        ],
    ),
    row("MedicationRequest", Section::Medications, "medication[x]", MEDICATION_FACTS),
    row("MedicationStatement", Section::Medications, "medication[x]", MEDICATION_FACTS),
    row("MedicationDispense", Section::Medications, "medication[x]", MEDICATION_FACTS),
    row("MedicationAdministration", Section::Medications, "medication[x]", MEDICATION_FACTS),
    row(
        "Condition",
        Section::Problems,
        "code",
        &[
            STATUS,
            (Verification, "verificationStatus/coding/code|verificationStatus/text|verificationStatus"),
            (Severity, "severity"),
            (BodySite, "bodySite"),
            (When, "onset[x]|recordedDate"),
            (End, "abatement[x]"),
            NOTE,
        ],
    ),
    row(
        "Immunization",
        Section::Immunizations,
        "vaccineCode",
        &[
            (When, "occurrence[x]"),
            STATUS,
            (Lot, "lotNumber"),
            (Maker, "manufacturer"),
            (Performer, "performer/actor"),
            REASON,
            NOTE,
        ],
    ),
    row(
        "Observation",
        Section::Results,
        "code",
        &[
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
    ),
    row(
        "DiagnosticReport",
        Section::Results,
        "code",
        &[
            (Conclusion, "conclusion|conclusionCode"),
            (Part, "result"),
            (Category, "category"),
            (When, "effective[x]|issued"),
            STATUS,
            (Performer, "performer"),
        ],
    ),
    row("Specimen", Section::Results, "type", &[(When, "collection/collected[x]|receivedTime"), STATUS, NOTE]),
    row(
        "ImagingStudy",
        Section::Results,
        "description|procedureCode|modality",
        &[(When, "started"), STATUS, (BodySite, "series/bodySite"), REASON, NOTE],
    ),
    row("Media", Section::Results, "type|content/title|modality", &[(When, "created[x]|issued"), STATUS, NOTE]),
    row(
        "Procedure",
        Section::Procedures,
        "code",
        &[
            (When, "performed[x]"),
            STATUS,
            (BodySite, "bodySite"),
            REASON,
            (Conclusion, "outcome"),
            (Performer, "performer/actor"),
            NOTE,
        ],
    ),
    row(
        "Device",
        Section::Procedures,
        "type|deviceName/name|modelNumber|udiCarrier/deviceIdentifier",
        &[
            (Udi, "udiCarrier/carrierHRF|udiCarrier/deviceIdentifier"),
            (Maker, "manufacturer"),
            (Model, "modelNumber"),
            (Serial, "serialNumber"),
            (Lot, "lotNumber"),
            (Expires, "expirationDate"),
            STATUS,
            NOTE,
        ],
    ),
    row(
        "DeviceUseStatement",
        Section::Procedures,
        "device",
        &[(When, "timing[x]|recordedOn"), STATUS, (BodySite, "bodySite"), REASON, NOTE],
    ),
    row(
        "FamilyMemberHistory",
        Section::History,
        "relationship|name",
        &[(Part, "condition/code"), (Deceased, "deceased[x]"), (When, "date"), STATUS, NOTE],
    ),
    row("Flag", Section::History, "code", &[(Period, "period"), STATUS, (Category, "category")]),
    row("AdverseEvent", Section::History, "event", &[(When, "date"), (Severity, "severity"), (Conclusion, "outcome")]),
    row(
        "ClinicalImpression",
        Section::History,
        "code|description",
        &[(Conclusion, "summary|finding/itemCodeableConcept"), (When, "effective[x]|date"), STATUS, NOTE],
    ),
    row(
        "Encounter",
        Section::Care,
        "type|serviceType|class",
        &[
            (Period, "period"),
            STATUS,
            REASON,
            (Place, "location/location|serviceProvider"),
            (Participant, "participant/individual"),
        ],
    ),
    row(
        "Appointment",
        Section::Care,
        "serviceType|appointmentType|description",
        &[(When, "start"), STATUS, REASON, (Participant, "participant/actor"), (Note, "comment|patientInstruction")],
    ),
    row(
        "CareTeam",
        Section::Care,
        "name|category",
        &[(Participant, "participant/member|participant/role"), (Period, "period"), STATUS, REASON],
    ),
    row(
        "CarePlan",
        Section::Care,
        "title|category|description",
        &[
            (Activity, "activity/detail/description|activity/detail/code|activity/reference"),
            (Target, "goal"),
            (Note, "description|note/text"),
            (Period, "period"),
            STATUS,
        ],
    ),
    row(
        "Goal",
        Section::Care,
        "description",
        &[
            (Target, "target/measure"),
            (Value, "target/detail[x]"),
            (End, "target/due[x]"),
            (When, "start[x]|statusDate"),
            STATUS,
            NOTE,
        ],
    ),
    row(
        "ServiceRequest",
        Section::Care,
        "code",
        &[
            (Category, "intent"),
            STATUS,
            (When, "occurrence[x]|authoredOn"),
            REASON,
            (Performer, "performer|requester"),
            NOTE,
        ],
    ),
    row(
        "RelatedPerson",
        Section::Care,
        "name",
        &[(Relationship, "relationship"), (Phone, "telecom"), (Address, "address"), (Period, "period")],
    ),
    row(
        "QuestionnaireResponse",
        Section::Forms,
        "_questionnaire/extension/valueString|text/title|questionnaire",
        &[(When, "authored"), STATUS, (Performer, "author|source"), (Answer, "")],
    ),
    row(
        "Consent",
        Section::Forms,
        "category|scope",
        &[(Decision, "provision/type"), (When, "dateTime"), STATUS, (Period, "provision/period"), (Note, "policyRule")],
    ),
];

/// The row of a type; `None` for what goes with the rest.
pub(super) fn row_of(resource: &Resource) -> Option<&'static ResourceType> {
    RESOURCE_TYPES.iter().find(|row| row.kind == resource.kind())
}

/// Where the resource is shown.
pub(super) fn section_of(resource: &Resource) -> Section {
    match row_of(resource) {
        Some(row) if row.kind == "Observation" => section_of_observation(resource),
        Some(row) => row.section,
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
    let codes = crate::fhir::found(resource.json().reveal(), "category/coding/code");
    let of = |categories: &[&str]| codes.iter().any(|code| categories.iter().any(|category| **code == **category));
    let coded =
        |known: &[&str]| known.iter().any(|code| resource.has_coding("/code", crate::fhir::systems::LOINC, code));
    if of(&["vital-signs"]) || (codes.is_empty() && coded(&VITAL_SIGNS)) {
        Section::VitalSigns
    } else if of(&["social-history", "survey", "activity", "sdoh", "functional-status", "disability-status"])
        || coded(&HISTORY)
    {
        Section::History
    } else {
        Section::Results
    }
}
