//! Resources of every type with values of every kind, and each leaf of them in another value: for tests of what staff can see and of
//! what is filed.

use super::leaves::{named, walk};
use super::resource_types::row_for;
use crate::fhir::{RecordType, Resource};
use serde_json::{Map, Value, json};

/// How many leaves are changed; `KTC_CHANGED_LEAVES` asks for more.
#[expect(clippy::disallowed_methods, reason = "a test has no configuration file")]
pub(crate) fn wanted() -> usize {
    std::env::var("KTC_CHANGED_LEAVES").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

/// Types without a row, of R4 and of other versions.
pub(crate) const OTHERS: [&str; 12] = [
    "Task",
    "List",
    "DetectedIssue",
    "RiskAssessment",
    "Communication",
    "SupplyDelivery",
    "ExplanationOfBenefit",
    "NutritionOrder",
    "VisionPrescription",
    "MedicationOrder",
    "EpisodeOfCare",
    "Unheard",
];

pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }

    pub(crate) fn word(&mut self) -> String {
        const WORDS: [&str; 10] =
            ["alder", "birch", "cedar", "dogwood", "elder", "fir", "gorse", "hazel", "iris", "juniper"];
        format!("{} {}", WORDS[self.below(10)], self.below(100_000))
    }

    pub(crate) fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 12 } else { 16 }) {
            0 => {
                json!({"coding": [{"system": "http://snomed.info/sct", "code": self.below(99_999).to_string(), "display": self.word()},
                {"system": "urn:other", "code": self.word()}], "text": self.word()})
            }
            1 => json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]}),
            2 => {
                json!({"value": self.below(900), "unit": self.word(), "system": "http://unitsofmeasure.org", "code": "mg"})
            }
            3 => json!({"start": format!("20{:02}-03-04", self.below(90) + 10), "end": "2199-03-04T05:06:07Z"}),
            4 => json!({"reference": format!("Practitioner/{}", self.below(9_999)), "display": self.word()}),
            5 => json!(self.word()),
            6 => json!(["active", "draft", "high", "left-open"][self.below(4)]),
            7 => json!(self.below(2) == 0),
            8 => json!(self.below(5_000)),
            9 => json!("2024-05-06T07:08:09.120-05:00"),
            10 => {
                json!({"numerator": {"value": self.below(9), "unit": "mL"}, "denominator": {"value": 2, "code": "h"}})
            }
            11 => {
                json!({"low": {"value": self.below(9), "unit": "mmol/L"}, "high": {"value": 19}, "appliesTo": [{"text": self.word()}]})
            }
            12 => Value::Array((0..=self.below(3)).map(|_| self.value(depth + 1)).collect()),
            13 => json!({"text": self.word(), "time": "2025-01-02", "authorString": self.word()}),
            14 => {
                json!({"repeat": {"frequency": self.below(4) + 1, "period": self.below(3) + 1, "periodUnit": "d", "when": ["MORN"],
                "dayOfWeek": ["tue"], "timeOfDay": ["08:00:00"], "boundsDuration": {"value": 5, "unit": "d"}}})
            }
            _ => {
                let names =
                    ["code", "role", "member", "severity", "note", "detail", "extra", "text", "status", "onsetAge"];
                let members = (0..=self.below(4)).map(|_| (names[self.below(10)].to_owned(), self.value(depth + 1)));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    /// A resource of a type with values at the places that are read, and at some that are not.
    pub(crate) fn resource(&mut self, kind: &str) -> Value {
        let mut json = json!({"resourceType": kind, "id": "i", "status": "active"});
        let of_type = Resource::from_json(json.clone()).expect("a resource");
        let mut paths: Vec<String> =
            row_for(&of_type).into_iter().flat_map(|row| row.facts).map(|(_, path)| (*path).to_owned()).collect();
        paths.extend(row_for(&of_type).into_iter().flat_map(|row| row.title.split('|')).map(str::to_owned));
        let more = [
            "extra",
            "identifier",
            "name",
            "telecom",
            "address",
            "contact",
            "dosage",
            "reaction",
            "class",
            "costToBeneficiary",
            "payor",
            "relationship",
            "order",
            "communication",
            "item",
            "contained",
            "extension",
            "subject",
            "text",
            "category",
        ];
        paths.extend(more.iter().map(|name| (*name).to_owned()));
        paths.retain(|path| !path.is_empty());
        for _ in 0..12 {
            let path = paths[self.below(paths.len())].replace("[x]", "String");
            let value = match path.as_str() {
                "dosage" | "dosageInstruction" => {
                    json!([{"text": self.word(), "timing": self.value(0), "asNeededBoolean": true,
                    "route": {"text": self.word()}, "doseAndRate": [{"doseQuantity": {"value": self.below(9), "unit": "tablet"}}],
                    "maxDosePerPeriod": {"numerator": {"value": 4}, "denominator": {"value": 1, "unit": "d"}}, "sequence": 1}])
                }
                "name" => {
                    json!([{"use": "official", "text": self.word(), "family": self.word(), "given": [self.word()]},
                    {"use": "nickname", "given": [self.word()], "period": {"end": "2001"}}])
                }
                "telecom" => json!([{"system": "phone", "value": self.word(), "use": "home", "rank": 2}]),
                "address" => {
                    json!([{"use": "temp", "line": [self.word()], "city": self.word(), "period": {"end": "2030"}, "district": "d"}])
                }
                "identifier" => json!([{"system": "urn:x", "value": self.word(), "type": {"text": self.word()}}]),
                "text" => json!({"status": "generated", "div": format!("<div>{}</div>", self.word())}),
                "extension" => {
                    json!([{"url": "http://hl7.org/fhir/StructureDefinition/patient-religion", "valueString": self.word()},
                    {"url": "urn:own", "valueCode": "a"}])
                }
                "contained" => json!([{"resourceType": "Medication", "id": "m", "code": {"text": self.word()}}]),
                "item" => json!([{"linkId": "1", "text": self.word(), "answer": [{"valueString": self.word()}]}]),
                _ => self.value(0),
            };
            let mut place = &mut json;
            for name in path.split('/') {
                place = &mut place[name];
                if !(place.is_null() || place.is_object()) {
                    break;
                }
            }
            *place = value;
        }
        json
    }
}

/// The leaf with this number in another value, and its path.
pub(crate) fn changed(json: &Value, wanted: u32) -> (Value, String) {
    let mut place = String::new();
    named(json, &mut String::new(), &mut 0, &mut |number, path, _| {
        if number == wanted {
            place = path.to_owned();
        }
    });
    let mut json = json.clone();
    let pointer = format!("/{}", place.replace("].", "/").replace(['[', '.'], "/").replace(']', ""));
    let leaf = json.pointer_mut(&pointer).expect("a leaf");
    *leaf = match &*leaf {
        Value::Bool(yes) => json!(!yes),
        Value::Number(number) => json!(number.as_u64().unwrap_or_default() + 7),
        Value::String(text) if text.starts_with('<') => json!(text.replace("</", " more</")),
        Value::String(text) => json!(format!("{text}x")),
        Value::Null | Value::Array(_) | Value::Object(_) => unreachable!("a leaf"),
    };
    (json, place)
}

pub(crate) fn count(json: &Value) -> u32 {
    let mut leaves = 0;
    walk(json, &mut leaves, &mut |_, _| {});
    leaves
}

/// All types that a share may hold, R4's and others.
pub(crate) fn kinds() -> Vec<&'static str> {
    let kinds = RecordType::ALL.iter().map(|kind| kind.word()).chain(OTHERS);
    kinds.filter(|kind| !matches!(*kind, "Bundle" | "Binary" | "Composition")).collect()
}
