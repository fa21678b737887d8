//! What a record says is not there: why a value is missing (`data-absent-reason`), and that nothing is known (IPS "absent/unknown
//! data", SNOMED CT's situations, or words alone), which is a fact about the patient; an empty list is none.

use super::absence_codes::absence_of;
use super::code_against_words::{code_against_words, concepts, denies_elsewhere};
use super::drafted::Drafted;
use super::none_known::{Denial, denial};
use super::{Fact, FactKind, ReferenceTarget};
use crate::fhir::{RecordType, Resource, each, find, found, member};
use crate::text::{Said, plain_text};
use serde_json::Value;

const URL: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

/// Everything that the resource says is missing.
pub(super) fn facts<'v>(
    resource: &'v Resource,
    targets: &[ReferenceTarget],
    title: Option<&str>,
    drafted: &mut Vec<Drafted<'v>>,
) {
    let json = resource.json().reveal();
    if let Some(kind) = stated_absence(resource, targets, title) {
        drafted.push(Drafted { fact: Fact::new(kind, None, Said::nothing()), from: Vec::new() });
    }
    let mut add = |leaf: &'v Value, element: &str| {
        let Some(code) = leaf.as_str() else { return };
        let kind = FactKind::of_absence(code);
        let unexplained = kind == FactKind::AbsentUnexplained;
        let said = [element, if unexplained { code } else { "" }];
        let said: Vec<&str> = said.into_iter().filter(|it| !it.is_empty()).collect();
        drafted.push(Drafted { fact: Fact::sent(kind, plain_text(&said.join(": "))), from: vec![leaf] });
    };
    let whole = found(json, "dataAbsentReason/coding/code").into_iter().chain(found(json, "dataAbsentReason/text"));
    whole.take(1).for_each(|leaf| add(leaf, ""));
    let Value::Object(members) = json else { return };
    for (element, value) in members {
        find(value, Some("extension"), &mut |_, extension| {
            if extension["url"] == URL
                && let Some(leaf) = extension.as_object().and_then(|it| member(it, "valueCode"))
            {
                add(leaf, element.trim_start_matches('_'));
            }
        });
    }
}

/// Whether a record under this title states that nothing of its kind is known.
pub(crate) fn states_none_known(resource: &Resource, title: Option<&str>) -> bool {
    stated_absence(resource, &[], title) == Some(FactKind::NoKnown)
}

/// Whether the record states that there is nothing to record. Where the words say something else than the code, it does not.
fn stated_absence(resource: &Resource, targets: &[ReferenceTarget], title: Option<&str>) -> Option<FactKind> {
    if !matches!(
        RecordType::read_as(resource.kind()),
        Some(
            RecordType::AllergyIntolerance
                | RecordType::Condition
                | RecordType::MedicationStatement
                | RecordType::MedicationRequest
                | RecordType::Procedure
                | RecordType::Immunization
                | RecordType::Device
                | RecordType::DeviceUseStatement
                | RecordType::FamilyMemberHistory
                | RecordType::Observation
        )
    ) {
        return None;
    }
    let concepts = concepts(resource, targets);
    let codings = || concepts.iter().flat_map(|concept| each(&concept["coding"]));
    let by_code = codings().find_map(|coding| {
        absence_of(coding["system"].as_str().unwrap_or_default(), coding["code"].as_str().unwrap_or_default())
    });
    // What is measured and asked has its answer in its value.
    let is_answered = resource.is(RecordType::Observation);
    let by_words = title.and_then(denial);
    let Some((kind, _)) = by_code else {
        return by_words.filter(|_| !is_answered).map(|denied| match denied {
            Denial::NoneKnown => FactKind::NoKnown,
            Denial::NoneOnFile => FactKind::AbsentUnknown,
        });
    };
    let says = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let is_worded = concepts.iter().any(|concept| says(&concept["text"])) || codings().any(|it| says(&it["display"]));
    let agrees = || code_against_words(resource, targets).is_none();
    match (kind, by_words) {
        // An empty list claims less than the code.
        (FactKind::NoKnown, Some(Denial::NoneOnFile)) => Some(FactKind::AbsentUnknown),
        (FactKind::NoKnown, None) if is_worded => {
            (title.is_none_or(denies_elsewhere) && agrees()).then_some(FactKind::NoKnown)
        }
        (kind, Some(_)) => Some(kind),
        (kind, None) => agrees().then_some(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::super::absence_codes::SNOMED;
    use super::*;
    use serde_json::json;

    fn allergy(code: Value) -> Resource {
        Resource::from_json(json!({"resourceType": "AllergyIntolerance", "code": code})).expect("a resource")
    }

    #[test]
    fn that_nothing_is_known_is_said_by_codes() {
        let coded = |system: &str, code: &str| {
            stated_absence(&allergy(json!({"coding": [{"system": system, "code": code}]})), &[], None)
        };
        assert_eq!(coded(SNOMED, "716186003"), Some(FactKind::NoKnown));
        let ips = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
        assert_eq!(coded(ips, "no-known-allergies"), Some(FactKind::NoKnown));
        assert_eq!(coded(ips, "no-allergy-info"), Some(FactKind::AbsentUnavailable));
        assert_eq!(coded(SNOMED, "91935009"), None);
    }
}
