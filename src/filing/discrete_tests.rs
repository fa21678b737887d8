//! What is filed is what was shown: whichever leaf of a resource changes, the words of its title or of a fact change, or the record does
//! not. What stands under "more" counts for nothing here.

use super::super::rebuild::Rebuild;
use super::super::{SubmissionId, item_identifier::Targets, name::Name};
use super::*;
use crate::fhir::Bundle;
use crate::intake::any_resource::{Random, changed, count, kinds, wanted};
use crate::intake::{Intake, SharedDocument, Source, SourceKind};
use crate::language::Language;
use crate::time::Timestamp;
use serde_json::json;

const DAY: Day = Day::constant(2026, 11, 30);
const ID: &str = "0123456789abcdef0123456789abcdef";

/// The item of a resource in a share of a person.
pub(super) fn item_of(resource: &Value) -> IntakeItem {
    let person =
        json!({"resourceType": "Patient", "id": "p9", "birthDate": "1980-02-03", "name": [{"family": "Delgado"}]});
    let is_person = resource["resourceType"] == "Patient";
    let entries = [person, resource.clone()].into_iter().skip(usize::from(is_person));
    let entries: Vec<Value> = entries.map(|resource| json!({ "resource": resource })).collect();
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [1; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    let mut intake = Intake::of_each_person(vec![document], DAY).expect("forms").remove(0);
    intake.items.pop().expect("an item")
}

fn words_of(item: &IntakeItem) -> Vec<String> {
    let english = |fact: &crate::intake::Fact| {
        let about = fact.element(Language::English).unwrap_or_else(|| fact.kind.text_id().to_owned());
        format!("{about}: {}", fact.text(Language::English).reveal())
    };
    std::iter::once(item.title.reveal().clone()).chain(item.facts.iter().map(english)).collect()
}

/// The record as it is sent, by a name that does not depend on what is in it.
pub(super) fn sent(item: &IntakeItem) -> Option<Value> {
    let record = discrete(item, DAY)?;
    let submission = SubmissionId::parse(ID).expect("an id");
    let targets = Targets::default();
    let confirmed_at = Timestamp::from_unix_millis(0);
    let rebuild = Rebuild { submission: &submission, chart: "Patient/chart-7", targets: &targets, confirmed_at };
    Some(rebuild.record(item, &record, &Name::from_parts(&[b"test"])).1)
}

/// A resource that can be filed, with as much around it as a sender may think of.
fn fileable(random: &mut Random, kind: &str) -> Value {
    let coding =
        |random: &mut Random, system: &str| json!({"system": system, "code": random.below(99_999).to_string()});
    let concept = |random: &mut Random| {
        let (first, second) =
            (coding(random, "http://snomed.info/sct"), coding(random, "http://hl7.org/fhir/sid/icd-10-cm"));
        let mut third = coding(random, "urn:of:somebody");
        third["display"] = json!(random.word());
        json!({"coding": [first, second, third], "text": random.word()})
    };
    let hl7 = |name: &str, code: &str| json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{name}"), "code": code}]});
    let dose = |random: &mut Random| {
        let unit = ["mg", "tablet", "mL"][random.below(3)];
        let code = ["mg", "{tbl}", "mL"][random.below(3)];
        json!({"value": random.below(9), "unit": unit, "system": "http://unitsofmeasure.org", "code": code})
    };
    let dosage = |random: &mut Random, sequence: usize| {
        json!({"sequence": sequence, "text": random.word(), "asNeededBoolean": random.below(2) == 0, "route": concept(random),
            "timing": {"repeat": {"frequency": random.below(4) + 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"type": hl7("dose-rate-type", "ordered"), "doseQuantity": dose(random)}]})
    };
    let mut json = json!({"resourceType": kind, "id": "i", "status": "active", "extension": [{"url": "urn:x", "valueString": random.word()}],
        "identifier": [{"use": "official", "system": "urn:x", "value": random.word()}], "note": [{"text": random.word()}],
        "extra": random.word(), "language": "en", "recorder": {"reference": "Practitioner/1", "display": random.word()},
        "encounter": {"reference": "Encounter/7"}, "text": {"status": "generated", "div": "<div>A</div>"},
        "subject": {"reference": "Patient/p9"}});
    let more = match kind {
        "AllergyIntolerance" => {
            json!({"code": concept(random), "clinicalStatus": hl7("allergyintolerance-clinical", "active"),
            "verificationStatus": hl7("allergyintolerance-verification", "confirmed"), "criticality": "high", "category": ["food"],
            "reaction": [{"manifestation": [concept(random), concept(random)], "severity": "severe", "onset": "2020-01-02"}]})
        }
        "Condition" => json!({"code": concept(random), "clinicalStatus": hl7("condition-clinical", "active"),
            "category": [hl7("condition-category", "problem-list-item")], "severity": concept(random), "onsetAge": dose(random)}),
        "MedicationRequest" => json!({"intent": "order", "medicationCodeableConcept": concept(random),
            "dosageInstruction": [dosage(random, 1), dosage(random, 2)], "dispenseRequest": {"numberOfRepeatsAllowed": 2}}),
        "MedicationStatement" => json!({"medicationCodeableConcept": concept(random), "dosage": [dosage(random, 1)],
            "effectivePeriod": {"start": "2020-01-02"}}),
        "Immunization" => {
            json!({"vaccineCode": concept(random), "occurrenceDateTime": "2021-02-03T08:00:00.000Z", "isSubpotent": true,
            "doseQuantity": dose(random), "site": hl7("v3-ActSite", "LA"), "performer": [{"actor": {"display": random.word()}}]})
        }
        "Coverage" => {
            json!({"payor": [{"display": random.word()}], "subscriberId": random.word(), "relationship": hl7("subscriber-relationship", "self"),
            "class": [{"type": hl7("coverage-class", "group"), "value": random.word(), "name": random.word()}, {"type": concept(random), "value": "7"}],
            "period": {"start": "2020", "end": "2099"}})
        }
        "Observation" => {
            json!({"status": "final", "code": concept(random), "category": [hl7("observation-category", "vital-signs")],
            "valueQuantity": dose(random), "component": [{"code": concept(random), "valueQuantity": dose(random)}],
            "interpretation": [hl7("v3-ObservationInterpretation", "H")], "referenceRange": [{"low": dose(random), "text": random.word()}]})
        }
        "DocumentReference" => json!({"status": "current", "type": concept(random), "description": random.word(),
            "content": [{"attachment": {"contentType": "text/plain", "data": "QUJD", "title": random.word(), "url": "urn:x", "creation": "2020"}}]}),
        "Patient" => {
            json!({"birthDate": "1980-02-03T00:00:00Z", "gender": "female", "active": true, "multipleBirthInteger": 2,
            "name": [{"use": "official", "text": "Ana Maria Ruiz", "family": "Ruiz", "given": ["Ana", "Maria"],
                "_family": {"extension": [{"url": "urn:x", "valueString": random.word()}]}},
                {"use": "nickname", "given": [random.word()], "period": {"end": "2001"}}],
            "telecom": [{"system": "phone", "value": random.word(), "use": "home", "rank": 1}, {"system": "email", "value": random.word()}],
            "address": [{"text": "1 Main, Town", "line": ["1 Main"], "city": "Town", "district": "D", "type": "both"},
                {"use": "old", "line": [random.word()], "postalCode": "9"}],
            "identifier": [{"use": "usual", "system": "urn:x", "value": random.word()}, {"system": "urn:mrn", "value": random.word(),
                "type": {"text": "MRN"}}, {"value": random.word(), "use": "old"}]})
        }
        _ => {
            json!({"code": concept(random), "type": concept(random), "performedDateTime": "2020-01-02", "category": concept(random)})
        }
    };
    let members = json.as_object_mut().expect("members");
    members.extend(more.as_object().expect("members").clone());
    if matches!(kind, "AllergyIntolerance" | "Condition") {
        members.shift_remove("status");
    }
    json
}

/// What was tried: changed leaves, those of them that were in a record, and the paths of those that nobody saw.
#[derive(Default)]
struct Tried {
    leaves: usize,
    filed: usize,
    unseen: Vec<String>,
}

fn tried(most: usize, record: &dyn Fn(&IntakeItem) -> Option<Value>) -> Tried {
    let (mut random, mut tried) = (Random(20_261_130), Tried::default());
    while tried.leaves < most {
        for kind in kinds() {
            for json in [random.resource(kind), fileable(&mut random, kind)] {
                let item = item_of(&json);
                let (words, filed) = (words_of(&item), record(&item));
                for leaf in 0..count(&json) {
                    let (other, path) = changed(&json, leaf);
                    // The type decides everything else; documents are opened and looked at.
                    if path == "resourceType" || path.ends_with("attachment.data") {
                        continue;
                    }
                    let changed = item_of(&other);
                    let is_filed = record(&changed) != filed;
                    tried.leaves += 1;
                    tried.filed += usize::from(is_filed);
                    if is_filed && words_of(&changed) == words {
                        tried.unseen.push(format!("{path} of {kind}"));
                    }
                }
            }
        }
    }
    tried
}

#[test]
fn whichever_leaf_changes_staff_see_it_or_it_is_not_filed() {
    assert!(kinds().len() >= 40);
    let tried = tried(wanted(), &sent);
    assert_eq!(tried.unseen, Vec::<String>::new());
    assert!(tried.filed * 20 > tried.leaves, "records are made: {} of {}", tried.filed, tried.leaves);
}

#[test]
fn a_leaf_that_is_filed_unseen_is_found() {
    let with_more = |element: &'static str| {
        move |item: &IntakeItem| {
            let mut record = sent(item)?;
            record[element] = item.resource.json().reveal()[element].clone();
            Some(record)
        }
    };
    for element in ["identifier", "extra", "encounter"] {
        let found = tried(600, &with_more(element)).unseen;
        assert!(!found.is_empty() && found.iter().all(|path| path.starts_with(element)), "{element}: {found:?}");
    }
}

/// The record of a resource, and all words that staff read of it in one text.
fn filed_and_read(resource: &Value) -> (Option<Value>, String) {
    let item = item_of(resource);
    (sent(&item), words_of(&item).join("\n"))
}

fn medicine(dosage: Value) -> Value {
    json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"reference": "Patient/p9"},
        "medicationCodeableConcept": {"text": "Methotrexate 2.5 mg"}, "dosageInstruction": dosage})
}

#[test]
fn every_dosage_is_read_and_filed_or_none() {
    let weekly = json!({"sequence": 1, "text": "1 tablet weekly"});
    let daily = json!({"sequence": 2, "doseAndRate": [{"doseQuantity": {"value": 4, "unit": "tablet"}}],
        "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}});
    let (filed, read) = filed_and_read(&medicine(json!([weekly, daily])));
    assert!(read.contains("1. 1 tablet weekly") && read.contains("2. 4 tablet, 3 times a day"), "{read}");
    assert_eq!(filed.expect("a record")["dosageInstruction"], json!([weekly, daily]));
    for unseen in [json!({"url": "urn:x", "valueString": "titrate"}), json!({"url": "urn:x", "valueBoolean": true})] {
        let mut odd = daily.clone();
        odd["extension"] = json!([unseen]);
        assert_eq!(filed_and_read(&medicine(json!([weekly, odd]))).0, None, "half a dosage");
        odd["extension"] = json!([]);
        assert!(filed_and_read(&medicine(json!([weekly, odd]))).0.is_some());
    }
}

#[test]
fn a_coded_dosage_is_read_as_it_is_filed() {
    let rectal = json!({"coding": [{"system": "http://snomed.info/sct", "code": "37161004"}], "text": "rectal"});
    let unit = json!({"value": 2, "unit": "tablet", "system": "http://unitsofmeasure.org", "code": "{tbl}"});
    let dosage = json!([{"doseAndRate": [{"doseQuantity": unit}], "asNeededBoolean": true, "route": rectal,
        "timing": {"repeat": {"frequency": 1, "period": 4, "periodUnit": "h"}},
        "maxDosePerPeriod": {"numerator": {"value": 4, "unit": "tablet"}, "denominator": {"value": 1, "unit": "d"}}}]);
    let (filed, read) = filed_and_read(&medicine(dosage.clone()));
    assert_eq!(filed.expect("a record")["dosageInstruction"], dosage);
    for words in ["2 tablet, every 4 hours, as needed, rectal, at most 4 tablet in 1 day", "SNOMED CT 37161004"] {
        assert!(read.contains(words), "{words}: {read}");
    }
}

#[test]
fn what_turns_a_record_around_is_read_or_nothing_is_filed() {
    let mut proposal = medicine(json!([]));
    proposal["intent"] = json!("proposal");
    let (filed, read) = filed_and_read(&proposal);
    assert!(read.contains("proposal"), "{read}");
    assert_eq!(filed.expect("a record")["intent"], "proposal");
    for modifier in ["modifierExtension", "implicitRules"] {
        let mut modified = medicine(json!([]));
        modified[modifier] = if modifier == "implicitRules" { json!("urn:rules") } else { json!([{"url": "urn:not"}]) };
        assert_eq!(filed_and_read(&modified).0, None, "{modifier}");
    }
    for (kind, denial) in [("AllergyIntolerance", "status"), ("Condition", "status"), ("Immunization", "wasNotGiven")] {
        let mut denied = json!({"resourceType": kind, "code": {"text": "C"}, "vaccineCode": {"text": "V"}, "status": "completed",
            "occurrenceDateTime": "2021-02-03"});
        denied[denial] = json!("refuted");
        assert_eq!(filed_and_read(&denied).0, None, "an EHR of R4 would not read {denial} of {kind}");
    }
    let weak = json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "MMR"},
        "occurrenceDateTime": "2021-02-03", "isSubpotent": true, "patient": {"reference": "Patient/p9"}});
    let (filed, read) = filed_and_read(&weak);
    assert!(read.contains("yes"), "{read}");
    assert_eq!(filed.expect("a record")["isSubpotent"], true);
}

#[test]
fn a_new_chart_takes_what_was_shown_of_the_person_and_nothing_else() {
    let person = json!({"resourceType": "Patient", "id": "p9", "active": false, "multipleBirthInteger": 2, "birthDate": "1980-02-03",
        "name": [{"use": "official", "text": "Ana Ruiz", "family": "Ruiz", "given": ["Ana"]}], "gender": "female",
        "telecom": [{"system": "phone", "value": "555-0101"}, {"system": "email", "value": "ana@example.org"}],
        "photo": [{"contentType": "image/png", "data": "AA=="}], "link": [{"type": "seealso", "other": {"display": "Ann"}}],
        "identifier": [
            {"system": "http://clinic.example/mrn", "value": "MRN-OF-ANOTHER", "type": {"text": "Medical record number"}},
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-00-1111"}]});
    let item = item_of(&person);
    let (filed, read) = filed_and_read(&person);
    let filed = filed.expect("a record");
    let members: Vec<&str> = filed.as_object().expect("members").keys().map(String::as_str).collect();
    assert_eq!(members, ["resourceType", "birthDate", "name", "gender", "telecom", "identifier", "meta"]);
    assert_eq!(filed["name"], person["name"]);
    assert!(!filed.to_string().contains("MRN-OF-ANOTHER"), "whose number it is was not shown");
    assert!(filed.to_string().contains("999-00-1111") && read.contains("http://hl7.org/fhir/sid/us-ssn"), "{read}");
    assert!(discrete(&item, DAY).is_some_and(|record| !record.is_whole), "the rest can be read in the document");
    let mut dead = person;
    dead["deceasedBoolean"] = json!(true);
    assert_eq!(filed_and_read(&dead).0, None);
    dead["deceasedBoolean"] = json!(false);
    assert!(filed_and_read(&dead).0.is_some_and(|record| record["deceasedBoolean"].is_null()));
}

#[test]
fn a_label_of_a_document_is_read_and_stays_on_it() {
    let restricted =
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]});
    let letter = json!({"resourceType": "DocumentReference", "status": "current", "securityLabel": [restricted],
        "content": [{"attachment": {"contentType": "text/plain", "data": "QQ==", "url": "https://tracker.example/x"}}]});
    let (filed, read) = filed_and_read(&letter);
    assert!(read.contains("restricted"), "{read}");
    let filed = filed.expect("a record");
    assert_eq!(filed["securityLabel"], json!([restricted]));
    assert_eq!(filed["content"], json!([{"attachment": {"contentType": "text/plain", "data": "QQ=="}}]));
}

#[test]
fn a_record_arrives_with_the_codes_that_staff_could_see() {
    let codes = json!({"text": "Diabetes", "coding": [{"system": "http://snomed.info/sct", "code": "44054006", "version": "2020"},
        {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}, {"system": "urn:of:somebody", "code": "D"}]});
    let active =
        json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]});
    let (filed, read) = filed_and_read(&json!({"resourceType": "Condition", "code": codes, "clinicalStatus": active}));
    let filed = filed.expect("a record");
    assert!(read.contains("fact-codes: SNOMED CT 44054006, ICD-10-CM E11.9, urn:of:somebody D"), "{read}");
    assert_eq!(filed["clinicalStatus"], active, "our word for it says it");
    let coding = filed["code"]["coding"].as_array().expect("codes");
    assert_eq!(
        coding.iter().map(|it| it["code"].as_str().expect("a code")).collect::<Vec<_>>(),
        ["44054006", "E11.9", "D"]
    );
    assert!(coding[0]["version"].is_null());
}

#[test]
fn what_has_the_shape_of_another_version_is_no_record() {
    let dosage = json!([{"text": "1 tablet", "doseQuantity": {"value": 1, "unit": "tablet"}}]);
    assert_eq!(filed_and_read(&medicine(dosage)).0, None, "an EHR of R4 would keep a dosage without its dose");
    for (element, shared) in [("clinicalStatus", "resolved"), ("verificationStatus", "refuted")] {
        let mut allergy = json!({"resourceType": "AllergyIntolerance", "code": {"text": "Latex"}, "patient": {"reference": "Patient/p9"}});
        allergy[element] = json!(shared);
        assert_eq!(filed_and_read(&allergy).0, None, "{element}");
    }
}

#[test]
fn a_medicine_that_is_over_is_never_filed_without_its_end() {
    let absent = json!({"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]});
    let over = json!({"resourceType": "MedicationStatement", "status": "active", "subject": {"reference": "Patient/p9"},
        "medicationCodeableConcept": {"text": "Warfarin"}, "effectivePeriod": {"_start": absent, "end": "2019-03"}});
    let (filed, read) = filed_and_read(&over);
    assert!(read.contains("2019-03"), "{read}");
    assert!(filed.is_none_or(|filed| filed["effectivePeriod"]["end"] == "2019-03"));
}

#[test]
fn a_drug_inside_a_record_is_filed_with_its_strength() {
    let strength = json!({"numerator": {"value": 10, "unit": "mg"}, "denominator": {"value": 1, "unit": "tablet"}});
    let mut order = medicine(json!([{"text": "1 tablet weekly"}]));
    order.as_object_mut().expect("members").shift_remove("medicationCodeableConcept");
    order["medicationReference"] = json!({"reference": "#m"});
    order["contained"] = json!([{"resourceType": "Medication", "id": "m", "code": {"text": "Methotrexate"},
        "ingredient": [{"itemCodeableConcept": {"text": "Methotrexate"}, "strength": strength}]}]);
    let (filed, read) = filed_and_read(&order);
    assert!(read.contains("Methotrexate, 10 mg"), "{read}");
    let text = filed.expect("a record")["medicationCodeableConcept"]["text"].clone();
    assert!(text.as_str().is_some_and(|text| text.starts_with("Methotrexate, 10 mg")), "{text}");
}

#[test]
fn a_code_without_a_name_beside_words_is_shown_and_not_filed() {
    let rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
    let order = |text: Option<&str>, code: &str, display: Option<&str>| {
        let mut order = medicine(json!([]));
        let mut coding = json!({"system": rxnorm, "code": code});
        if let Some(display) = display {
            coding["display"] = json!(display);
        }
        let mut concept = json!({"coding": [coding]});
        if let Some(text) = text {
            concept["text"] = json!(text);
        }
        order["medicationCodeableConcept"] = concept;
        order
    };
    let inside = |order: &Value| {
        let mut order = order.clone();
        let code = order.as_object_mut().expect("members").shift_remove("medicationCodeableConcept");
        order["medicationReference"] = json!({"reference": "#m"});
        order["contained"] = json!([{"resourceType": "Medication", "id": "m", "code": code}]);
        order
    };
    let nameless = order(Some("Warfarin 5 mg"), "860975", None);
    for shared in [nameless.clone(), inside(&nameless)] {
        let (filed, read) = filed_and_read(&shared);
        assert!(read.contains("RxNorm 860975"), "{read}");
        assert_eq!(filed.expect("a record")["medicationCodeableConcept"], json!({"text": "Warfarin 5 mg"}));
        assert!(discrete(&item_of(&shared), DAY).is_some_and(|record| !record.is_whole), "the code is in the document");
    }
    for named in [
        order(Some("Warfarin 5 mg"), "855332", Some("warfarin sodium 5 MG Oral Tablet")),
        order(Some("Warfarin 5 mg"), "11289", None),
        order(None, "860975", None),
    ] {
        for shared in [named.clone(), inside(&named)] {
            let filed = filed_and_read(&shared).0.expect("a record");
            assert_eq!(filed["medicationCodeableConcept"]["coding"][0]["system"], rxnorm, "{filed}");
        }
    }
}
