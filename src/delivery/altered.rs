//! Whether an EHR keeps what was sent. It answers with the record as it stands there now, or is asked for it. Where that says less
//! of what changes the meaning (reaction, severity, certainty, dosage ...), or something else, the receipt remarks on it.

use crate::fhir::RecordType;
use crate::filing::changes_the_meaning;
use serde_json::Value;

/// Whether a record must be read before anybody knows whether it holds what was sent: the answer did not show it. A document may be
/// as large as a share, and its text is in one piece.
pub(super) fn is_unshown(kind: RecordType, sent: &Value, answered: &Value) -> bool {
    let is_record = answered["resourceType"].as_str().and_then(RecordType::from_word) == Some(kind);
    let is_telling = |(name, _): (&String, &Value)| changes_the_meaning(kind, name);
    let is_left_out = matches!(kind, RecordType::DocumentReference | RecordType::Binary | RecordType::Provenance);
    !is_record && !is_left_out && sent.as_object().is_some_and(|sent| sent.iter().any(is_telling))
}

/// Whether the answer is a record of this type that does not hold what was sent. An answer without a record shows nothing.
pub(super) fn is_altered(kind: RecordType, sent: &Value, kept: &Value) -> bool {
    let (Value::Object(sent), Some(stated)) = (sent, kept["resourceType"].as_str()) else { return false };
    RecordType::from_word(stated) == Some(kind)
        && sent.iter().any(|(name, value)| changes_the_meaning(kind, name) && !holds(&kept[name], value))
}

/// Whether a value is kept: numbers and times however they are written, codes whatever they are called, references wherever they
/// lead, the bytes of a document wherever the EHR stores them.
fn holds(kept: &Value, sent: &Value) -> bool {
    match (kept, sent) {
        (Value::Number(kept), Value::Number(sent)) => kept.as_f64() == sent.as_f64(),
        (Value::Array(kept), Value::Array(sent)) => {
            kept.len() == sent.len() && sent.iter().all(|sent| kept.iter().any(|kept| holds(kept, sent)))
        }
        (Value::Object(kept), Value::Object(all)) => {
            let is_coded = all.contains_key("coding") || all.contains_key("code");
            let is_name =
                |name: &str| matches!(name, "reference" | "data") || is_coded && matches!(name, "text" | "display");
            all.iter().all(|(name, sent)| is_name(name) || kept.get(name).is_some_and(|kept| holds(kept, sent)))
        }
        (Value::String(kept), Value::String(sent)) => without_fraction(kept) == without_fraction(sent),
        (kept, sent) => kept == sent,
    }
}

/// A time without a fraction of a second that is none.
fn without_fraction(text: &str) -> String {
    text.trim().replace(".000Z", "Z").replace("+00:00", "Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_that_the_answer_did_not_show_is_read_unless_it_is_a_document() {
        let problem = json!({"resourceType": "Condition", "severity": {"text": "severe"}});
        let is_unshown = |kind, answered: Value| is_unshown(kind, &problem, &answered);
        assert!(is_unshown(RecordType::Condition, Value::Null));
        assert!(is_unshown(RecordType::Condition, json!({"resourceType": "OperationOutcome"})));
        assert!(!is_unshown(RecordType::Condition, problem.clone()));
        assert!(!is_unshown(RecordType::DocumentReference, Value::Null));
    }

    #[test]
    fn a_lost_severity_and_a_changed_dosage_are_told_and_another_spelling_is_not() {
        let sent = json!({"resourceType": "AllergyIntolerance", "criticality": "high", "note": [{"text": "n"}],
            "verificationStatus": {"coding": [{"system": "s", "code": "confirmed"}], "text": "Confirmed"},
            "reaction": [{"manifestation": [{"text": "hives"}], "severity": "severe"}]});
        let kept = |change: &dyn Fn(&mut Value)| {
            let mut kept = sent.clone();
            change(&mut kept);
            is_altered(RecordType::AllergyIntolerance, &sent, &kept)
        };
        assert!(!kept(&|_| {}));
        assert!(!kept(&|it| it["verificationStatus"]["coding"][0]["display"] = json!("Sure")));
        assert!(!kept(&|it| it["verificationStatus"]["text"] = json!("confirmado")));
        assert_eq!(without_fraction("2021-02-03T08:00:00.000Z"), without_fraction("2021-02-03T08:00:00+00:00"));
        assert!(!kept(&|it| it["note"] = Value::Null), "that changes no meaning, and is in the record's history");
        assert!(!kept(&|it| *it = json!({"resourceType": "OperationOutcome"})), "no record came back");
        assert!(kept(&|it| it["criticality"] = Value::Null));
        assert!(kept(&|it| it["verificationStatus"]["coding"][0]["code"] = json!("unconfirmed")));
        assert!(kept(&|it| it["reaction"][0]["severity"] = Value::Null));
        assert!(kept(&|it| it["reaction"][0]["manifestation"] = json!([{"text": "rash"}])));
        assert!(kept(&|it| it["reaction"] = json!([])));
        let dose = |value: &str| {
            let value: Value = serde_json::from_str(value).expect("a number");
            json!({"resourceType": "MedicationRequest", "dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": value}}]}]})
        };
        let of = |sent, kept| is_altered(RecordType::MedicationRequest, &dose(sent), &dose(kept));
        assert_eq!((of("1.50", "1.5"), of("1.5", "15")), (false, true));
    }
}
