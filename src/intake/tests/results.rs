//! Results, vaccinations, conditions, plans: with their clock, their qualifiers and the words for their codes.

use super::{assert_told, coded};
use serde_json::{Value, json};

fn result(more: Value) -> Value {
    let mut record = json!({"resourceType": "Observation", "status": "final", "code": {"text": "Test"}});
    record.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
    record
}

#[test]
fn a_value_of_every_type_is_told_with_what_qualifies_it() {
    let absent = coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-performed");
    for (more, words) in [
        (json!({"valueQuantity": {"value": 3, "comparator": ">=", "unit": "g/L"}}), &["value: >= 3 g/L"][..]),
        (json!({"valueQuantity": {"value": 38, "code": "Cel"}}), &["38 Cel"]),
        (json!({"valueQuantity": {"value": "4.10", "unit": "mmol/L"}}), &["4.10", "mmol/L"]),
        (json!({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 64}}}), &["1 / 64"]),
        (json!({"valueRange": {"low": {"value": 2}, "high": {"value": 4, "unit": "/HPF"}}}), &["2 – 4 /HPF"]),
        (json!({"valueTime": "13:45:00"}), &["13:45:00"]),
        (json!({"valueBoolean": false}), &["value: no"]),
        (json!({"valueInteger": 0}), &["value: 0"]),
        (
            json!({"valuePeriod": {"start": "2026-02-01T08:00:00Z", "end": "2026-02-01T09:30:00Z"}}),
            &["08:00 UTC", "09:30 UTC"],
        ),
        (json!({"valueSampledData": {"origin": {"value": 0}, "data": "1 2 E"}}), &["1 2 E"]),
        (
            json!({"component": [{"code": {"text": "left"}, "valueQuantity": {"value": 20, "unit": "dB"}},
            {"code": {"text": "right"}, "dataAbsentReason": absent}]}),
            &["left: 20 dB", "right", "not done"],
        ),
        (
            json!({"valueInteger": 5, "referenceRange": [{"text": "below 9 at rest"}, {"low": {"value": 3}, "high": {"value": 7},
            "appliesTo": [{"text": "men"}], "age": {"low": {"value": 60, "unit": "a"}}}]}),
            &["below 9 at rest", "3 – 7 (men) (≥ 60 years)"],
        ),
        (json!({"valueInteger": 5, "effectiveDateTime": "2026-03-04T07:05:00-06:00"}), &["07:05 -06:00"]),
        (
            json!({"valueInteger": 5, "effectivePeriod": {"start": "2026-03-04T21:10:00Z", "end": "2026-03-05T06:20:00Z"}}),
            &["21:10 UTC", "06:20 UTC"],
        ),
        (json!({"valueInteger": 5, "effectiveTiming": {"event": ["2026-03-04T05:06:00Z"]}}), &["05:06 UTC"]),
        (json!({"valueInteger": 5, "bodyStructure": {"display": "left knee"}}), &["left knee"]),
    ] {
        assert_told(&result(more), words, &[]);
    }
}

#[test]
fn codes_of_a_meaning_have_words_in_whichever_version_their_system_is_named() {
    for system in [
        "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
        "http://terminology.hl7.org/CodeSystem/v2-0078",
        "http://hl7.org/fhir/v3/ObservationInterpretation",
        "http://hl7.org/fhir/v2/0078",
    ] {
        for (code, word) in [
            ("HH", "critically high"),
            ("LL", "critically low"),
            ("AA", "critically abnormal"),
            ("R", "resistant"),
            ("SDD", "susceptible depending on the dose"),
            ("WR", "weakly reactive"),
        ] {
            let interpretation = coded(system, code);
            // A list since R4.
            for interpretation in [json!([interpretation]), interpretation.clone()] {
                assert_told(&result(json!({"valueInteger": 1, "interpretation": interpretation})), &[word], &[]);
            }
        }
    }
}

#[test]
fn a_vaccination_says_how_it_went_and_how_it_is_known() {
    let site = |system: &str, code: &str| coded(&format!("http://terminology.hl7.org/CodeSystem/{system}"), code);
    for (more, words) in [
        (
            json!({"occurrenceString": "last winter", "protocolApplied": [{"doseNumberString": "booster"}]}),
            &["last winter", "booster"][..],
        ),
        (
            json!({"site": site("v3-ActSite", "RD"), "route": site("v3-RouteOfAdministration", "IM")}),
            &["right deltoid", "into a muscle"],
        ),
        (json!({"site": site("v2-0163", "LT"), "route": site("v2-0162", "SC")}), &["left thigh", "under the skin"]),
        (
            json!({"doseQuantity": {"value": 0.25, "unit": "mL"}, "expirationDate": "2025-01-31"}),
            &["2025-01-31", "0.25 mL"],
        ),
        (json!({"reaction": [{"date": "2026-01-06", "detail": {"display": "hives"}}]}), &["hives", "2026-01-06"]),
        (
            json!({"primarySource": false, "reportOrigin": coded("http://terminology.hl7.org/CodeSystem/immunization-origin", "record")}),
            &["from the primary source: no", "written record"],
        ),
        (
            json!({"primarySource": false, "informationSource": {"concept": {"text": "told by an aunt"}},
            "reason": [{"concept": {"text": "travel"}}]}),
            &["told by an aunt", "travel"],
        ),
        (
            json!({"date": "2017-02-02", "reported": true, "vaccinationProtocol": [{"doseSequence": 2, "targetDisease": [{"text": "Tetanus"}],
            "doseStatus": {"text": "does not count"}}]}),
            &["2017-02-02", "dose: 2", "Tetanus", "does not count", "reported: yes"],
        ),
    ] {
        let mut record = json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "V"}});
        record.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        assert_told(&record, words, &[]);
    }
}

#[test]
fn when_a_condition_began_is_not_when_it_was_written_down() {
    for (more, words) in [
        (
            json!({"onsetAge": {"value": 7, "unit": "a"}, "recordedDate": "2021-03-04"}),
            &["onset: 7 years", "recorded: 2021-03-04"][..],
        ),
        (
            json!({"onsetPeriod": {"start": "1988", "end": "1990"}, "dateRecorded": "2014-01-01"}),
            &["onset: 1988 – 1990", "recorded: 2014-01-01"],
        ),
        (
            json!({"onsetString": "as a child", "assertedDate": "2016-02-01"}),
            &["onset: as a child", "asserted: 2016-02-01"],
        ),
        (json!({"abatementString": "by spring"}), &["fact-end: by spring"]),
        (
            json!({"stage": [{"summary": {"text": "T2"}, "type": {"text": "clinical"}, "assessment": [{"display": "scan"}]}],
            "evidence": [{"code": [{"text": "needle biopsy"}], "detail": [{"display": "slide 9"}]}]}),
            &["clinical", "T2", "scan", "needle biopsy", "slide 9"],
        ),
        (
            json!({"participant": [{"function": {"text": "author"}, "actor": {"display": "Dr. N. Auerbach"}}]}),
            &["Dr. N. Auerbach"],
        ),
        (
            json!({"category": [coded("http://hl7.org/fhir/us/core/CodeSystem/condition-category", "health-concern")]}),
            &["health concern"],
        ),
    ] {
        let mut record = json!({"resourceType": "Condition", "code": {"text": "C"}});
        record.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        assert_told(&record, words, &[]);
    }
}

/// US Core and the IPS: what must be shown of a record.
#[test]
fn each_part_of_an_allergy_a_goal_and_a_team_stands_with_what_it_belongs_to() {
    for (record, words) in [
        (
            json!({"resourceType": "AllergyIntolerance", "code": {"text": "Nuts"}, "category": ["food"], "reaction": [
            {"substance": {"text": "cashew"}, "manifestation": [{"text": "hives"}], "exposureRoute": {"text": "by mouth"},
                "severity": "severe", "onset": "2019-05-01", "note": [{"text": "two nights in hospital"}]},
            {"substance": {"text": "pistachio"}, "manifestation": [{"concept": {"text": "swelling"}}]}]}),
            &["hives", "cashew", "by mouth", "2019-05-01", "two nights in hospital", "swelling", "pistachio", "food"][..],
        ),
        (
            json!({"resourceType": "Goal", "description": {"text": "G"}, "target": [
            {"measure": {"text": "HbA1c"}, "detailRange": {"low": {"value": 6, "unit": "%"}, "high": {"value": 7, "unit": "%"}}, "dueDate": "2027-03-01"},
            {"measure": {"text": "Weight"}, "detailQuantity": {"value": 80, "unit": "kg", "comparator": "<"}}]}),
            &["HbA1c", "6 % – 7 %", "2027-03-01", "Weight", "< 80 kg"],
        ),
        (
            json!({"resourceType": "CareTeam", "name": "Team", "participant": [
            {"role": [{"text": "night nurse"}], "member": {"display": "Ottmar Reave"}, "onBehalfOf": {"display": "Fen House"}},
            {"role": [{"text": "neighbour"}], "member": {"display": "Sela Droste"}}], "reason": [{"concept": {"text": "stroke"}}]}),
            &["night nurse, Ottmar Reave", "Fen House", "neighbour, Sela Droste", "stroke"],
        ),
        (
            json!({"resourceType": "Procedure", "status": "completed", "code": {"text": "P"}, "occurrencePeriod": {"start": "2024-05-06"},
            "complicationDetail": [{"display": "clot"}], "followUp": [{"text": "stockings"}], "reason": [{"concept": {"text": "pain"}}]}),
            &["2024-05-06", "pain", "clot", "stockings"],
        ),
        (
            json!({"resourceType": "FamilyMemberHistory", "relationship": {"text": "uncle"}, "deceasedAge": {"value": 70, "unit": "a"},
            "condition": [{"code": {"text": "Stroke"}, "onsetAge": {"value": 61, "unit": "a"}, "contributedToDeath": true}]}),
            &["uncle", "Stroke", "61 years", "contributed to death: yes", "70 years"],
        ),
        (
            json!({"resourceType": "ReferralRequest", "intent": "order", "serviceRequested": [{"text": "Eye clinic"}]}),
            &["Eye clinic"],
        ),
        (
            json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "R"}, "note": [{"text": "seen by two"}]}),
            &["seen by two"],
        ),
    ] {
        assert_told(&record, words, &[]);
    }
}
