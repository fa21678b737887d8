//! Which resource belongs in which section, and which of its elements a front desk reads: what US Core and the IPS ask to be shown
//! ("must support"), in the order of importance, with the places where the same stood in other versions of FHIR.
//!
//! A type without a row is read element by element ([`super::reading`]). What only other records refer to (an organisation, a place,
//! a drug) is kept and counted in [`Section::Other`].

use super::{FactKind, Section};
use crate::fhir::{RecordType, Resource, found, systems};

/// One type of resource: its section, the places of its title (`|` between them; the first that says something counts), and its facts.
/// Every value at the path of a fact is one fact, in the order of the resource.
pub(super) struct ResourceType {
    pub section: Section,
    pub title: &'static str,
    pub facts: &'static [(FactKind, &'static str)],
}

use FactKind::{
    Activity, Address, BodySite, Category, Conclusion, Criticality, Deceased, Decision, Dosage, Element, End, Expires,
    Interpretation, Lot, Maker, Method, Model, Note, Part, Participant, Performer, Period, Phone, Place, Quantity,
    Range, Reaction, Reason, Relationship, Serial, Severity, Status, Target, Udi, Value, Verification, When,
};

const STATUS: (FactKind, &str) = (Status, "status");
const STATUS_REASON: (FactKind, &str) = (Element, "statusReason");
const STATUS_REASON_X: (FactKind, &str) = (Element, "statusReason[x]");
const NOTE: (FactKind, &str) = (Note, "note");
const REASON: (FactKind, &str) = (Reason, "reasonCode");
const REASON_REFERENCE: (FactKind, &str) = (Reason, "reasonReference");
/// R5 and DSTU2.
const REASON_OTHER: (FactKind, &str) = (Reason, "reason");
const REASON_X: (FactKind, &str) = (Reason, "reason[x]");
const CATEGORY: (FactKind, &str) = (Category, "category");
const INTENT: (FactKind, &str) = (Element, "intent");
const PRIORITY: (FactKind, &str) = (Element, "priority");
const ENCOUNTER: (FactKind, &str) = (Element, "encounter");
/// When the sender last changed its record, an additional USCDI requirement of US Core.
const LAST_UPDATED: (FactKind, &str) = (Element, "meta/lastUpdated");
const VERIFICATION: (FactKind, &str) = (Verification, "verificationStatus");

const MEDICATION_FACTS: &[(FactKind, &str)] = &[
    (Dosage, "dosageInstruction"),
    (Dosage, "dosage"),
    (Dosage, "renderedDosageInstruction"),
    (Quantity, "quantity"),
    (Quantity, "dispenseRequest/quantity"),
    STATUS,
    INTENT,
    (Element, "doNotPerform"),
    (When, "authoredOn"),
    (When, "dateWritten"),
    (When, "effective[x]"),
    // R5, in its spelling.
    (When, "occurence[x]"),
    (Element, "dateAsserted"),
    (Element, "whenHandedOver"),
    (Element, "whenPrepared"),
    (Element, "dispenseRequest/validityPeriod"),
    (Element, "dispenseRequest/numberOfRepeatsAllowed"),
    (Element, "dispenseRequest/expectedSupplyDuration"),
    (Element, "dispenseRequest/initialFill"),
    (Element, "dispenseRequest/dispenseInterval"),
    (Element, "dispenseRequest/performer"),
    (Element, "daysSupply"),
    CATEGORY,
    PRIORITY,
    (Element, "reported[x]"),
    (Element, "reported"),
    (Element, "requester"),
    (Element, "prescriber"),
    (Element, "informationSource"),
    (Element, "recorder"),
    (Performer, "performer"),
    (Element, "type"),
    REASON_OTHER,
    REASON_X,
    (Reason, "reasonForUse[x]"),
    STATUS_REASON,
    STATUS_REASON_X,
    (Element, "substitution"),
    (Element, "courseOfTherapyType"),
    (Element, "taken"),
    (Element, "wasNotTaken"),
    (Element, "notGiven"),
    (Element, "wasNotGiven"),
    (Element, "adherence"),
    (Element, "reasonNotTaken"),
    (Element, "reasonNotGiven"),
    (Element, "basedOn"),
    (Element, "authorizingPrescription"),
    (Element, "priorPrescription"),
    (Element, "detectedIssue"),
    ENCOUNTER,
    (Element, "context"),
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
            facts: &[
                (Element, "type"),
                CATEGORY,
                (When, "date"),
                (When, "indexed"),
                (When, "created"),
                (Element, "author"),
                (Element, "authenticator"),
                (Element, "custodian"),
                STATUS,
                (Element, "docStatus"),
                (Element, "securityLabel"),
                (Element, "relatesTo"),
                (Element, "identifier"),
                (Element, "context/period"),
                (Element, "context/encounter"),
                (Element, "context/event"),
                (Element, "context/facilityType"),
                (Element, "context/practiceSetting"),
                (Element, "content/format"),
                (Element, "content/attachment/title"),
                (Element, "content/attachment/creation"),
            ],
        },
        RecordType::AllergyIntolerance => &ResourceType {
            section: Section::Allergies,
            title: "code|substance",
            facts: &[
                (Reaction, "reaction"),
                (Criticality, "criticality"),
                (Status, "clinicalStatus"),
                STATUS,
                VERIFICATION,
                CATEGORY,
                (Element, "type"),
                (Element, "onset[x]"),
                (Element, "onset"),
                (Element, "recordedDate"),
                (Element, "assertedDate"),
                (Element, "lastOccurrence"),
                (Element, "lastOccurence"),
                (Element, "recorder"),
                (Element, "asserter"),
                (Element, "reporter"),
                // R5.
                (Participant, "participant"),
                ENCOUNTER,
                NOTE,
            ],
        },
        RecordType::MedicationRequest
        | RecordType::MedicationStatement
        | RecordType::MedicationDispense
        | RecordType::MedicationAdministration => {
            &ResourceType { section: Section::Medications, title: "medication[x]|medication", facts: MEDICATION_FACTS }
        }
        RecordType::Condition => &ResourceType {
            section: Section::Problems,
            title: "code",
            facts: &[
                (Status, "clinicalStatus"),
                STATUS,
                VERIFICATION,
                CATEGORY,
                (Severity, "severity"),
                (BodySite, "bodySite"),
                (Element, "onset[x]"),
                (End, "abatement[x]"),
                (Element, "stage"),
                (Element, "evidence"),
                (Element, "recordedDate"),
                (Element, "dateRecorded"),
                (Element, "assertedDate"),
                (Element, "recorder"),
                (Element, "asserter"),
                (Participant, "participant"),
                ENCOUNTER,
                (Note, "notes"),
                NOTE,
                LAST_UPDATED,
            ],
        },
        RecordType::Immunization => &ResourceType {
            section: Section::Immunizations,
            title: "vaccineCode",
            facts: &[
                (When, "occurrence[x]"),
                (When, "date"),
                STATUS,
                STATUS_REASON,
                (Element, "isSubpotent"),
                (Element, "subpotentReason"),
                (Element, "protocolApplied"),
                (Element, "vaccinationProtocol"),
                (Lot, "lotNumber"),
                (Expires, "expirationDate"),
                (Maker, "manufacturer"),
                (BodySite, "site"),
                (Element, "route"),
                (Element, "doseQuantity"),
                (Reaction, "reaction"),
                (Element, "primarySource"),
                (Element, "reportOrigin"),
                (Element, "informationSource"),
                (Element, "reported"),
                (Performer, "performer"),
                (Place, "location"),
                REASON,
                REASON_REFERENCE,
                REASON_OTHER,
                (Element, "notGiven"),
                (Element, "wasNotGiven"),
                (Element, "explanation"),
                (Element, "programEligibility"),
                (Element, "fundingSource"),
                (Element, "education"),
                (Element, "recorded"),
                ENCOUNTER,
                NOTE,
            ],
        },
        RecordType::Observation => &ResourceType {
            section: Section::Results,
            title: "code",
            facts: &[
                (Value, "value[x]"),
                (Part, "component"),
                (Interpretation, "interpretation"),
                (Range, "referenceRange"),
                (When, "effective[x]"),
                (Element, "issued"),
                STATUS,
                CATEGORY,
                (Part, "hasMember"),
                (Element, "derivedFrom"),
                (BodySite, "bodySite"),
                (BodySite, "bodyStructure"),
                (Method, "method"),
                (Element, "specimen"),
                (Element, "device"),
                (Element, "focus"),
                (Performer, "performer"),
                (Element, "basedOn"),
                ENCOUNTER,
                (Note, "comments"),
                (Note, "comment"),
                NOTE,
                LAST_UPDATED,
            ],
        },
        RecordType::DiagnosticReport => &ResourceType {
            section: Section::Results,
            title: "code",
            facts: &[
                (Conclusion, "conclusion"),
                (Conclusion, "conclusionCode"),
                (Conclusion, "codedDiagnosis"),
                (Part, "result"),
                (Part, "media/comment"),
                CATEGORY,
                (When, "effective[x]"),
                (Element, "issued"),
                STATUS,
                (Performer, "performer"),
                (Element, "resultsInterpreter"),
                (Element, "specimen"),
                (Element, "imagingStudy"),
                (Element, "basedOn"),
                ENCOUNTER,
                (Element, "presentedForm/title"),
                NOTE,
                LAST_UPDATED,
            ],
        },
        RecordType::Specimen => &ResourceType {
            section: Section::Results,
            title: "type",
            facts: &[
                (Element, "collection"),
                (Element, "receivedTime"),
                STATUS,
                (Element, "condition"),
                (Element, "accessionIdentifier"),
                (Element, "identifier"),
                (Element, "processing"),
                NOTE,
            ],
        },
        RecordType::ImagingStudy => &ResourceType {
            section: Section::Results,
            title: "description|procedureCode|modality",
            facts: &[
                (When, "started"),
                STATUS,
                (Element, "modality"),
                (Element, "procedureCode"),
                (BodySite, "series/bodySite"),
                (Element, "series/description"),
                (Performer, "interpreter"),
                (Element, "referrer"),
                REASON,
                REASON_REFERENCE,
                REASON_OTHER,
                NOTE,
            ],
        },
        RecordType::Media => &ResourceType {
            section: Section::Results,
            title: "type|content/title|modality",
            facts: &[
                (When, "created[x]"),
                (Element, "issued"),
                STATUS,
                (BodySite, "bodySite"),
                (Element, "view"),
                (Element, "content/title"),
                (Performer, "operator"),
                REASON,
                NOTE,
            ],
        },
        RecordType::Procedure => &ResourceType {
            section: Section::Procedures,
            title: "code",
            facts: &[
                (When, "performed[x]"),
                (When, "occurrence[x]"),
                STATUS,
                STATUS_REASON,
                (Element, "notPerformed"),
                (Element, "reasonNotPerformed"),
                (Element, "notDone"),
                (Element, "notDoneReason"),
                (BodySite, "bodySite"),
                REASON_X,
                REASON_OTHER,
                (Conclusion, "outcome"),
                (Element, "complication"),
                (Element, "complicationDetail"),
                (Element, "followUp"),
                (Performer, "performer"),
                (Element, "recorder"),
                (Element, "asserter"),
                (Place, "location"),
                CATEGORY,
                (Element, "report"),
                (Element, "focalDevice"),
                (Element, "usedReference"),
                (Element, "usedCode"),
                (Element, "basedOn"),
                ENCOUNTER,
                NOTE,
            ],
        },
        RecordType::Device => &ResourceType {
            section: Section::Procedures,
            title: "type|deviceName|name|modelNumber|udiCarrier/deviceIdentifier",
            facts: &[
                (Element, "deviceName"),
                (Udi, "udiCarrier/carrierHRF"),
                (Udi, "udiCarrier/deviceIdentifier"),
                (Udi, "udi"),
                (Element, "distinctIdentifier"),
                (Maker, "manufacturer"),
                (Element, "manufactureDate"),
                (Model, "modelNumber"),
                (Model, "model"),
                (Serial, "serialNumber"),
                (Lot, "lotNumber"),
                (Expires, "expirationDate"),
                STATUS,
                STATUS_REASON,
                (Element, "safety"),
                (Element, "property"),
                (Element, "version"),
                (Element, "owner"),
                (Place, "location"),
                NOTE,
            ],
        },
        RecordType::DeviceUseStatement => &ResourceType {
            section: Section::Procedures,
            title: "device",
            facts: &[
                (When, "timing[x]"),
                (When, "whenUsed"),
                (Element, "recordedOn"),
                STATUS,
                (BodySite, "bodySite"),
                (Element, "source"),
                REASON,
                REASON_REFERENCE,
                REASON_OTHER,
                (Reason, "indication"),
                NOTE,
                (Note, "notes"),
            ],
        },
        RecordType::FamilyMemberHistory => &ResourceType {
            section: Section::History,
            title: "relationship|name",
            facts: &[
                (Part, "condition"),
                (Element, "name"),
                (Element, "sex"),
                (Element, "gender"),
                (Element, "born[x]"),
                (Element, "age[x]"),
                (Element, "estimatedAge"),
                (Deceased, "deceased[x]"),
                REASON,
                REASON_REFERENCE,
                REASON_OTHER,
                (Element, "date"),
                STATUS,
                (Element, "notDone"),
                (Element, "dataAbsentReason"),
                NOTE,
            ],
        },
        RecordType::Flag => &ResourceType {
            section: Section::History,
            title: "code",
            facts: &[(Period, "period"), STATUS, CATEGORY, (Element, "author"), ENCOUNTER],
        },
        RecordType::AdverseEvent => &ResourceType {
            section: Section::History,
            title: "event|code|category",
            facts: &[
                (Element, "actuality"),
                (When, "date"),
                (When, "occurrence[x]"),
                (Element, "detected"),
                (Element, "recordedDate"),
                (Element, "seriousness"),
                (Severity, "severity"),
                (Conclusion, "outcome"),
                CATEGORY,
                (Reaction, "resultingCondition"),
                (Reaction, "reaction"),
                (Element, "suspectEntity"),
                (Place, "location"),
                (Element, "recorder"),
                (Element, "contributor"),
                (Element, "subjectMedicalHistory"),
                (Element, "referenceDocument"),
                (Element, "description"),
            ],
        },
        RecordType::ClinicalImpression => &ResourceType {
            section: Section::History,
            title: "code|description",
            facts: &[
                (Conclusion, "summary"),
                (Conclusion, "finding"),
                (Element, "description"),
                (Element, "investigation"),
                (Element, "problem"),
                (Element, "prognosisCodeableConcept"),
                (When, "effective[x]"),
                (Element, "date"),
                STATUS,
                STATUS_REASON,
                (Element, "assessor"),
                NOTE,
            ],
        },
        RecordType::Encounter => &ResourceType {
            section: Section::Care,
            title: "type|serviceType|class",
            facts: &[
                (Period, "period"),
                (Period, "actualPeriod"),
                STATUS,
                (Element, "class"),
                (Element, "serviceType"),
                PRIORITY,
                REASON,
                REASON_REFERENCE,
                REASON_OTHER,
                (Place, "location"),
                (Place, "serviceProvider"),
                (Participant, "participant"),
                (Element, "diagnosis"),
                (Element, "hospitalization"),
                (Element, "admission"),
                (Element, "length"),
                (Element, "identifier"),
                (Element, "basedOn"),
                LAST_UPDATED,
            ],
        },
        RecordType::Appointment => &ResourceType {
            section: Section::Care,
            title: "serviceType|appointmentType|description",
            facts: &[
                (When, "start"),
                (End, "end"),
                STATUS,
                (Element, "cancelationReason"),
                (Element, "cancellationReason"),
                (Element, "appointmentType"),
                (Element, "serviceCategory"),
                (Element, "specialty"),
                REASON,
                REASON_REFERENCE,
                REASON_OTHER,
                (Participant, "participant"),
                (Note, "comment"),
                (Note, "patientInstruction"),
                (Element, "description"),
                NOTE,
            ],
        },
        RecordType::CareTeam => &ResourceType {
            section: Section::Care,
            title: "name|category",
            facts: &[
                (Participant, "participant"),
                (Period, "period"),
                STATUS,
                CATEGORY,
                REASON,
                REASON_REFERENCE,
                REASON_OTHER,
                (Element, "managingOrganization"),
                (Phone, "telecom"),
                NOTE,
            ],
        },
        RecordType::CarePlan => &ResourceType {
            section: Section::Care,
            title: "title|category|description",
            facts: &[
                (Activity, "activity"),
                (Target, "goal"),
                (Element, "description"),
                (Element, "addresses"),
                (Period, "period"),
                (Element, "created"),
                STATUS,
                INTENT,
                CATEGORY,
                (Element, "author"),
                (Element, "contributor"),
                (Element, "careTeam"),
                (Element, "basedOn"),
                (Element, "replaces"),
                NOTE,
            ],
        },
        RecordType::Goal => &ResourceType {
            section: Section::Care,
            title: "description",
            facts: &[
                (Target, "target"),
                (When, "start[x]"),
                (Element, "statusDate"),
                (Status, "lifecycleStatus"),
                STATUS,
                (Element, "achievementStatus"),
                STATUS_REASON,
                PRIORITY,
                CATEGORY,
                (Element, "expressedBy"),
                (Element, "source"),
                (Element, "addresses"),
                (Element, "outcomeCode"),
                (Element, "outcome"),
                NOTE,
            ],
        },
        RecordType::ServiceRequest => &ResourceType {
            section: Section::Care,
            // In older versions a request for a visit, and several studies in one.
            title: "code|serviceRequested|item/code|description|type",
            facts: &[
                INTENT,
                STATUS,
                (Element, "doNotPerform"),
                (Element, "orderDetail"),
                (Quantity, "quantity[x]"),
                (When, "occurrence[x]"),
                (Element, "asNeeded[x]"),
                (Element, "authoredOn"),
                PRIORITY,
                CATEGORY,
                REASON,
                REASON_REFERENCE,
                REASON_OTHER,
                (Performer, "performer"),
                (Element, "performerType"),
                (Element, "requester"),
                (BodySite, "bodySite"),
                (Element, "specimen"),
                (Element, "supportingInfo"),
                (Element, "basedOn"),
                ENCOUNTER,
                (Note, "patientInstruction"),
                NOTE,
            ],
        },
        RecordType::RelatedPerson => &ResourceType {
            section: Section::Care,
            title: "name",
            facts: &[
                (Relationship, "relationship"),
                (Phone, "telecom"),
                (Address, "address"),
                (Element, "gender"),
                (Element, "birthDate"),
                (Element, "communication"),
                (Period, "period"),
                (Element, "active"),
            ],
        },
        RecordType::QuestionnaireResponse => &ResourceType {
            section: Section::Forms,
            title: "_questionnaire/extension/valueString|text/title|questionnaire",
            facts: &[
                (When, "authored"),
                STATUS,
                (Element, "author"),
                (Element, "source"),
                ENCOUNTER,
                (Element, "identifier"),
                (Element, "questionnaire"),
            ],
        },
        RecordType::Consent => &ResourceType {
            section: Section::Forms,
            title: "category|scope",
            facts: &[
                (Element, "scope"),
                (Decision, "provision"),
                (Decision, "decision"),
                (When, "dateTime"),
                (When, "date"),
                STATUS,
                (Period, "period"),
                (Element, "performer"),
                (Element, "organization"),
                (Element, "policy"),
                (Element, "policyRule"),
                (Element, "verification"),
                (Element, "source[x]"),
                (Element, "except"),
            ],
        },
        // What the source says about the share itself.
        RecordType::OperationOutcome => &ResourceType {
            section: Section::Other,
            title: "issue/details|issue/diagnostics|issue/code",
            facts: &[(Severity, "issue/severity"), (Element, "issue/code"), (Element, "issue/diagnostics")],
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

/// The row by which a resource is read: of its type, or of the type that took the place of an older one.
pub(super) fn row_for(resource: &Resource) -> Option<&'static ResourceType> {
    row_of(RecordType::read_as(resource.kind())?)
}

/// Whether others refer to it and it says nothing of the patient by itself.
pub(super) fn is_supporting(resource: &Resource) -> bool {
    resource.record_type().is_some_and(|record_type| row_of(record_type).is_none())
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
    match RecordType::read_as(resource.kind()) {
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
