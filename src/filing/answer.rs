//! What the EHR's answer proves. Nothing counts as filed without a transaction-response that names a place for every entry.
//!
//! | answer | meaning |
//! | --- | --- |
//! | 200, transaction-response, every entry 200 or 201 with its place | accepted |
//! | no answer, 3xx, 407, 408, 425, 429, 5xx, a 200 that is not JSON (captive portal) | try again; the plan is safe to repeat |
//! | 401, 403, 404, 410 | try again: clinic IT must mend the configuration, and no check-in is at fault |
//! | anything else | refused; a person must look |

use super::{Expected, Filed, FilingPlan, Receipt, Step};
use crate::sensitive::{LogSafe, Sensitive};
use serde_json::Value;
use std::time::Duration;

/// An HTTP answer, as it came.
#[derive(Clone, Debug)]
pub struct EhrReply {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, when it was given in seconds.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Sensitive<Vec<u8>>,
}

/// What the answer came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Proven: everything is in the EHR.
    Accepted(Receipt),
    /// Not now.
    Retry {
        /// How long the EHR asks to wait.
        after: Option<Duration>,
        /// What clinic IT must mend first: it would stop every check-in, so none of them is parked for it.
        fault: Option<Refusal>,
    },
    /// Not like this.
    Refused(Refusal),
}

/// Why an EHR did not take a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 401.
    NotSignedIn,
    /// 403.
    NotAllowed,
    /// 404, 410: no FHIR service at the configured address.
    NoService,
    /// 409.
    Conflict,
    /// 412: several records carry our identifier.
    SeveralMatches,
    /// 413.
    TooLarge,
    /// 400, 422: the content was not accepted.
    ContentRefused,
    /// Any other status.
    OtherStatus,
    /// A good status around an OperationOutcome that reports an error.
    ErrorOutcome,
    /// Some entries were taken and some were not: the EHR ran the transaction as a batch.
    PartlyFiled,
    /// A good status, and no proof that everything is filed.
    NoProof,
    /// An answer of more bytes than any answer needs.
    AnswerTooLarge,
}

impl LogSafe for Refusal {
    fn log_word(&self) -> &'static str {
        match self {
            Refusal::NotSignedIn => "ehr-not-signed-in",
            Refusal::NotAllowed => "ehr-not-allowed",
            Refusal::NoService => "ehr-no-service",
            Refusal::Conflict => "ehr-conflict",
            Refusal::SeveralMatches => "ehr-several-matches",
            Refusal::TooLarge => "ehr-too-large",
            Refusal::ContentRefused => "ehr-content-refused",
            Refusal::OtherStatus => "ehr-other-status",
            Refusal::ErrorOutcome => "ehr-error-outcome",
            Refusal::PartlyFiled => "ehr-partly-filed",
            Refusal::NoProof => "ehr-no-proof",
            Refusal::AnswerTooLarge => "ehr-too-large-answer",
        }
    }
}

/// Reads the EHR's answer to the transaction of a plan.
pub fn read_answer(plan: &FilingPlan, reply: &EhrReply) -> Answer {
    let retry = Answer::Retry { after: reply.retry_after, fault: None };
    match reply.status {
        200 => match serde_json::from_slice::<Value>(reply.body.reveal()) {
            Ok(body) => read_body(plan, &body),
            Err(_) => retry,
        },
        300..=399 | 407 | 408 | 425 | 429 | 500..=599 => retry,
        401 | 403 | 404 | 410 => Answer::Retry { after: reply.retry_after, fault: Some(refusal_of(reply.status)) },
        other => Answer::Refused(refusal_of(other)),
    }
}

fn refusal_of(status: u16) -> Refusal {
    match status {
        401 => Refusal::NotSignedIn,
        403 => Refusal::NotAllowed,
        404 | 410 => Refusal::NoService,
        409 => Refusal::Conflict,
        412 => Refusal::SeveralMatches,
        413 => Refusal::TooLarge,
        400 | 422 => Refusal::ContentRefused,
        201..=299 => Refusal::NoProof,
        _ => Refusal::OtherStatus,
    }
}

fn read_body(plan: &FilingPlan, body: &Value) -> Answer {
    if body["resourceType"] == "OperationOutcome" {
        let worst = body["issue"].as_array().into_iter().flatten();
        let failed = worst.into_iter().any(|issue| issue["severity"] == "error" || issue["severity"] == "fatal");
        return Answer::Refused(if failed { Refusal::ErrorOutcome } else { Refusal::NoProof });
    }
    let expected: Vec<&Expected> = plan
        .steps
        .iter()
        .flat_map(|step| match step {
            Step::Transaction(transaction) => &transaction.expected,
        })
        .collect();
    let entries = body["entry"].as_array().map_or(&[][..], Vec::as_slice);
    if body["resourceType"] != "Bundle" || body["type"] != "transaction-response" && body["type"] != "batch-response" {
        return Answer::Refused(Refusal::NoProof);
    }
    let taken = entries.iter().filter(|entry| matches!(entry_status(entry), Some(200 | 201))).count();
    if taken < entries.len() {
        let first = entries.iter().filter_map(entry_status).find(|status| !matches!(status, 200 | 201));
        let refusal = if taken > 0 { Refusal::PartlyFiled } else { first.map_or(Refusal::NoProof, refusal_of) };
        return Answer::Refused(refusal);
    }
    let filed: Option<Vec<Filed>> = (entries.len() == expected.len())
        .then(|| entries.iter().zip(expected).map(|(entry, expected)| filed_of(entry, expected)).collect())
        .flatten();
    match filed {
        Some(filed) if body["type"] == "transaction-response" => {
            Answer::Accepted(Receipt { submission: plan.submission.clone(), filed, notes: plan.notes.clone() })
        }
        Some(_) | None => Answer::Refused(Refusal::NoProof),
    }
}

/// The number at the start of `response.status` (`201 Created`).
fn entry_status(entry: &Value) -> Option<u16> {
    entry["response"]["status"].as_str()?.split(' ').next()?.parse().ok()
}

/// Where the entry lies; `None` without a place, or with a place of another type.
fn filed_of(entry: &Value, expected: &Expected) -> Option<Filed> {
    let resource = &entry["resource"];
    let place = entry["response"]["location"]
        .as_str()
        .map(str::to_owned)
        .or_else(|| Some(format!("{}/{}", resource["resourceType"].as_str()?, resource["id"].as_str()?)))?;
    let place = place.split("/_history/").next()?;
    let mut parts = place.rsplit('/');
    let (id, kind) = (parts.next()?, parts.next()?);
    let fits = !id.is_empty() && kind == expected.kind;
    fits.then(|| Filed {
        items: expected.items.clone(),
        location: format!("{kind}/{id}"),
        created: entry_status(entry) == Some(201),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filing::{SubmissionId, Transaction};
    use crate::intake::ItemId;
    use serde_json::json;

    fn a_plan() -> FilingPlan {
        let expected = |items: Vec<ItemId>, kind: &str| Expected { items, kind: kind.to_owned(), name: "n".to_owned() };
        let expected = vec![expected(vec![ItemId(3)], "Condition"), expected(Vec::new(), "Provenance")];
        let transaction = Transaction { bundle: Sensitive::new(json!({})), expected };
        let submission = SubmissionId::parse("00000000000000000000000000000001").expect("an id");
        FilingPlan { submission, steps: vec![Step::Transaction(transaction)], notes: Vec::new() }
    }

    fn answer(status: u16, body: &str) -> Answer {
        let reply = EhrReply { status, retry_after: None, body: Sensitive::new(body.as_bytes().to_vec()) };
        read_answer(&a_plan(), &reply)
    }

    fn retry(fault: Option<Refusal>) -> Answer {
        Answer::Retry { after: None, fault }
    }

    fn response(entries: &Value) -> String {
        json!({"resourceType": "Bundle", "type": "transaction-response", "entry": entries}).to_string()
    }

    fn entry(status: &str, location: &str) -> Value {
        json!({"response": {"status": status, "location": location}})
    }

    #[test]
    fn a_place_for_every_entry_is_proof() {
        let body = response(&json!([
            entry("201 Created", "https://ehr.example/fhir/Condition/7/_history/1"),
            entry("200 OK", "Provenance/9")
        ]));
        let Answer::Accepted(receipt) = answer(200, &body) else { panic!("not accepted") };
        assert_eq!(receipt.filed[0], Filed { items: vec![ItemId(3)], location: "Condition/7".into(), created: true });
        assert!(!receipt.filed[1].created);
        assert_eq!(Receipt::from_bytes(receipt.to_bytes().reveal()), Some(receipt));
    }

    #[test]
    fn a_missing_entry_a_missing_place_and_a_foreign_type_are_no_proof() {
        let condition = || entry("201", "Condition/7");
        let no_place = json!({"response": {"status": "201"}});
        for entries in
            [json!([condition()]), json!([condition(), no_place]), json!([condition(), condition()]), json!([])]
        {
            assert_eq!(answer(200, &response(&entries)), Answer::Refused(Refusal::NoProof), "{entries}");
        }
        assert_eq!(answer(200, "{}"), Answer::Refused(Refusal::NoProof));
        assert_eq!(answer(202, ""), Answer::Refused(Refusal::NoProof));
    }

    #[test]
    fn a_captive_portal_is_not_the_ehr() {
        assert_eq!(answer(200, "<html>Please accept our terms</html>"), retry(None));
        assert_eq!(answer(302, ""), retry(None));
    }

    #[test]
    fn an_outcome_with_an_error_is_a_refusal_whatever_the_status_says() {
        let outcome = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"}]}"#;
        assert_eq!(answer(200, outcome), Answer::Refused(Refusal::ErrorOutcome));
    }

    #[test]
    fn a_transaction_run_as_a_batch_is_not_done() {
        let body = response(&json!([entry("201", "Condition/7"), entry("400 Bad Request", "")]));
        assert_eq!(answer(200, &body), Answer::Refused(Refusal::PartlyFiled));
    }

    #[test]
    fn each_status_has_its_meaning() {
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(answer(status, ""), retry(None), "{status}");
        }
        let refused = [
            (400, Refusal::ContentRefused),
            (409, Refusal::Conflict),
            (412, Refusal::SeveralMatches),
            (413, Refusal::TooLarge),
            (418, Refusal::OtherStatus),
            (422, Refusal::ContentRefused),
        ];
        for (status, refusal) in refused {
            assert_eq!(answer(status, "{}"), Answer::Refused(refusal), "{status}");
        }
    }

    #[test]
    fn what_clinic_it_must_mend_parks_no_check_in() {
        let faults = [
            (401, Refusal::NotSignedIn),
            (403, Refusal::NotAllowed),
            (404, Refusal::NoService),
            (410, Refusal::NoService),
        ];
        for (status, fault) in faults {
            assert_eq!(answer(status, "{}"), retry(Some(fault)), "{status}");
        }
    }
}
