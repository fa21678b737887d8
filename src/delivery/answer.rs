//! What the EHR's answers prove. Nothing counts as filed without a place for it.
//!
//! | answer to a transaction or create | meaning |
//! | --- | --- |
//! | 200 or 201 with a place for everything | filed |
//! | 200 or 201 to a create, without a place | taken; a search must show where |
//! | a new Patient: 202, 200 to an unconditional create, or a code for "is there already" | no chart of ours until a search finds our identifier, or a person looks |
//! | 202 to a create | taken for review: a person at the EHR takes it over |
//! | a create refused with a code that means "is there already" | there |
//! | 429, 503 with `Retry-After` | later; surely nothing was done |
//! | 401, 403, 404, 410 | later: clinic IT must mend the configuration, and no check-in is at fault |
//! | 3xx, 407, 408, 425, 503 without it, other 5xx, a 200 that is not JSON (captive portal) | later; perhaps it was done |
//! | anything else | refused; a person must look |

use super::altered::is_altered;
use super::came_by::came_by;
use super::{EhrReply, Filed, Request, WaitReason};
use crate::fhir::{RecordType, says_failed};
use crate::filing::systems::ITEM;
use crate::filing::{Create, Expected, NoteKind, RepeatSafety, SubmissionId, Transaction};
use serde_json::Value;
use std::time::Duration;

/// A longer name of a version is none (R4 `id`, with room).
const MAX_VERSION: usize = 128;

/// What an answer to a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Proven: it is in the EHR.
    Filed(Vec<Filed>),
    /// The EHR has it, in this sense, and perhaps says where.
    Noted(NoteKind, Option<String>),
    /// The EHR says that it has it, and does not say where.
    Acknowledged,
    /// The record is as staff saw it: this request changes it.
    Change(Request),
    /// Somebody else was quicker: the record is read again.
    ReadAgain,
    /// A search proves that it is not there.
    NotThere,
    /// Not now.
    Later { after: Option<Duration>, surely_not_done: bool, fault: Option<WaitReason> },
    /// Not like this.
    Refused(WaitReason),
}

/// What a search for our own identifier came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Once(Filed),
    Nothing,
    Several,
    /// No search result at all.
    NoSearch(Answer),
}

/// Reads the answer to a transaction.
pub(super) fn read_transaction(transaction: &Transaction, reply: &EhrReply) -> Answer {
    match (reply.status, json_of(reply)) {
        (200, Some(body)) => read_bundle(transaction, &body),
        _ => without_proof(reply),
    }
}

/// Reads the answer to a create. The body may be empty (`Prefer`), the place is in `Location` or in the resource.
pub(super) fn read_created(create: &Create, reply: &EhrReply) -> Answer {
    let body = json_of(reply);
    if body.as_ref().is_some_and(|body| says_one_of(body, &create.duplicate_codes)) && reply.status >= 400 {
        if create.expected.kind == RecordType::Patient {
            return Answer::Refused(WaitReason::EhrConflict);
        }
        return Answer::Noted(NoteKind::AlreadyThere, None);
    }
    if !matches!(reply.status, 200..=202) || body.is_none() && !reply.body.reveal().is_empty() {
        return without_proof(reply);
    }
    if let Some(refusal) = body.as_ref().and_then(outcome_of).filter(|refusal| *refusal == WaitReason::EhrErrorOutcome)
    {
        return Answer::Refused(refusal);
    }
    let place = place_of(reply.location.as_deref(), body.as_ref().unwrap_or(&Value::Null), create.expected.kind);
    // Everything else goes into this chart: one that is held, or one that staff did not choose, is none. Only our own
    // identifier, found by a search, shows that it is the one that was asked for.
    let is_chosen = reply.status == 201 || reply.status == 200 && create.again == RepeatSafety::Conditional;
    if create.expected.kind == RecordType::Patient && !is_chosen {
        return Answer::Acknowledged;
    }
    match place {
        place if reply.status == 202 => Answer::Noted(NoteKind::HeldForReview, place),
        Some(location) => {
            let is_altered =
                is_altered(create.expected.kind, create.resource.reveal(), body.as_ref().unwrap_or(&Value::Null));
            let items = create.expected.items.clone();
            Answer::Filed(vec![Filed {
                items,
                location,
                created: reply.status == 201,
                is_altered,
                version: version_of(reply.etag.as_deref(), body.as_ref().unwrap_or(&Value::Null))
                    .or_else(|| version_in(reply.location.as_deref())),
            }])
        }
        None => Answer::Acknowledged,
    }
}

/// Reads the answer to a search for what a create made. Each result is compared here again: servers ignore parameters that
/// they do not know. Where other records or further pages may hide ours, a person looks.
pub(super) fn read_found(create: &Create, submission: &SubmissionId, reply: &EhrReply) -> Found {
    let Some(body) = json_of(reply).filter(|body| reply.status == 200 && body["resourceType"] == "Bundle") else {
        return Found::NoSearch(without_proof(reply));
    };
    let expected = &create.expected;
    let ours = |named: &Value, value: &str| named["system"] == ITEM && named[value] == expected.name.as_str();
    let is_it = |resource: &&Value| {
        // A QuestionnaireResponse has one identifier, everything else a list.
        let any = |named: &Value, value| match named {
            Value::Array(several) => several.iter().any(|named| ours(named, value)),
            one => ours(one, value),
        };
        any(&resource["identifier"], "value") || any(&resource["meta"]["tag"], "code")
    };
    let resources = || body["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let is_remark = |resource: &Value| outcome_of(resource) == Some(WaitReason::EhrNoProof);
    let mut places: Vec<String> =
        resources().filter(is_it).filter_map(|resource| place_of(None, resource, expected.kind)).collect();
    places.sort();
    places.dedup();
    match (places.pop(), places.is_empty()) {
        (None, _) if resources().all(is_remark) && is_proof_of_absence(create, &body) => Found::Nothing,
        (None, _) => Found::NoSearch(Answer::Refused(WaitReason::EhrNoProof)),
        (Some(location), true) => {
            let kept = resources().find(is_it).unwrap_or(&Value::Null);
            let is_altered = is_altered(expected.kind, create.resource.reveal(), kept);
            Found::Once(Filed {
                items: expected.items.clone(),
                location,
                created: came_by(kept, submission),
                is_altered,
                version: first_version(kept),
            })
        }
        (Some(_), false) => Found::Several,
    }
}

/// Whether a search that shows no record proves that there is none: it has no further page and counts nothing, and the EHR
/// heard the question. A part that was not heard only widens it, so that no answer at all is still "nothing".
fn is_proof_of_absence(create: &Create, body: &Value) -> bool {
    let question = create.query();
    let parameter = question.split('=').next();
    let asks = |address: &str| {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        query.split('&').any(|pair| pair.split(['=', ':']).next() == parameter)
    };
    let is_empty = body["entry"].as_array().is_none_or(Vec::is_empty);
    let mut links = body["link"].as_array().into_iter().flatten();
    body["total"].as_u64().unwrap_or(0) == 0
        && links.all(|link| match link["relation"].as_str() {
            Some("next") => false,
            Some("self") => is_empty || link["url"].as_str().is_some_and(asks),
            _ => true,
        })
}

/// Whether an OperationOutcome names one of these codes.
fn says_one_of(body: &Value, codes: &[String]) -> bool {
    let issues = body["issue"].as_array().into_iter().flatten();
    let mut codings = issues.flat_map(|issue| issue["details"]["coding"].as_array().into_iter().flatten());
    body["resourceType"] == "OperationOutcome"
        && codings.any(|coding| codes.iter().any(|code| coding["code"] == code.as_str()))
}

pub(super) fn json_of(reply: &EhrReply) -> Option<Value> {
    serde_json::from_slice(reply.body.reveal()).ok()
}

pub(super) fn without_proof(reply: &EhrReply) -> Answer {
    let later = |surely_not_done, fault| Answer::Later { after: reply.retry_after, surely_not_done, fault };
    match reply.status {
        429 => later(true, None),
        // A server says when; one that stands before it may have handed the request on.
        503 => later(reply.retry_after.is_some(), None),
        401 | 403 | 404 | 410 => later(true, Some(refusal_of(reply.status))),
        200..=201 | 300..=399 | 407 | 408 | 425 | 500..=599 => later(false, None),
        other => Answer::Refused(refusal_of(other)),
    }
}

fn refusal_of(status: u16) -> WaitReason {
    match status {
        401 => WaitReason::EhrNotSignedIn,
        403 => WaitReason::EhrNotAllowed,
        404 | 410 => WaitReason::EhrNoService,
        409 => WaitReason::EhrConflict,
        412 => WaitReason::EhrSeveralMatches,
        413 => WaitReason::EhrTooLarge,
        400 | 422 => WaitReason::EhrContentRefused,
        201..=299 => WaitReason::EhrNoProof,
        _ => WaitReason::EhrOtherStatus,
    }
}

/// What an OperationOutcome says; `None` when it is none.
pub(super) fn outcome_of(body: &Value) -> Option<WaitReason> {
    (body["resourceType"] == "OperationOutcome").then_some(if says_failed(body) {
        WaitReason::EhrErrorOutcome
    } else {
        WaitReason::EhrNoProof
    })
}

fn read_bundle(Transaction { bundle, expected }: &Transaction, body: &Value) -> Answer {
    if let Some(refusal) = outcome_of(body) {
        return Answer::Refused(refusal);
    }
    let entries = body["entry"].as_array().map_or(&[][..], Vec::as_slice);
    if body["resourceType"] != "Bundle" || body["type"] != "transaction-response" && body["type"] != "batch-response" {
        return Answer::Refused(WaitReason::EhrNoProof);
    }
    let taken = entries.iter().filter(|entry| matches!(entry_status(entry), Some(200 | 201))).count();
    if taken < entries.len() {
        let first = entries.iter().filter_map(entry_status).find(|status| !matches!(status, 200 | 201));
        let refusal =
            if taken > 0 { WaitReason::EhrPartlyFiled } else { first.map_or(WaitReason::EhrNoProof, refusal_of) };
        return Answer::Refused(refusal);
    }
    let filed: Option<Vec<Filed>> = (entries.len() == expected.len())
        .then(|| {
            let all = entries.iter().zip(expected).enumerate();
            all.map(|(place, (entry, expected))| {
                filed_of(entry, expected, &bundle.reveal()["entry"][place]["resource"])
            })
            .collect()
        })
        .flatten();
    match filed {
        Some(filed) if body["type"] == "transaction-response" => Answer::Filed(filed),
        Some(_) | None => Answer::Refused(WaitReason::EhrNoProof),
    }
}

/// The number at the start of `response.status` (`201 Created`).
fn entry_status(entry: &Value) -> Option<u16> {
    entry["response"]["status"].as_str()?.split(' ').next()?.parse().ok()
}

fn filed_of(entry: &Value, expected: &Expected, sent: &Value) -> Option<Filed> {
    let location = place_of(entry["response"]["location"].as_str(), &entry["resource"], expected.kind)?;
    let is_altered = is_altered(expected.kind, sent, &entry["resource"]);
    Some(Filed {
        items: expected.items.clone(),
        location,
        created: entry_status(entry) == Some(201),
        is_altered,
        version: version_of(entry["response"]["etag"].as_str(), &entry["resource"])
            .or_else(|| version_in(entry["response"]["location"].as_str())),
    })
}

/// The version of a record (FHIR R4 http.html#versioning), by the header or by the record itself; `None` where neither says it.
pub(super) fn version_of(etag: Option<&str>, record: &Value) -> Option<String> {
    let bare = |etag: &str| etag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    let stated = record["meta"]["versionId"].as_str().map(str::to_owned);
    stated.or_else(|| etag.map(bare)).filter(|version| !version.is_empty() && version.len() <= MAX_VERSION)
}

/// The version in the address of what was made, `.../_history/N` (FHIR R4 http.html#create).
fn version_in(location: Option<&str>) -> Option<String> {
    let (_, version) = location?.split_once("/_history/")?;
    Some(version.to_owned())
        .filter(|version| !version.is_empty() && version.len() <= MAX_VERSION && !version.contains('/'))
}

/// The version of a record that was found, not made a moment ago: only the first is surely as it was filed, whatever came since.
pub(super) fn first_version(record: &Value) -> Option<String> {
    version_of(None, record).filter(|version| version == "1")
}

/// `Type/id`, from the address that the EHR gives or from the resource that it returns; `None` for another type.
fn place_of(location: Option<&str>, resource: &Value, kind: RecordType) -> Option<String> {
    let given = || Some(format!("{}/{}", resource["resourceType"].as_str()?, resource["id"].as_str()?));
    let place = location.map(str::to_owned).or_else(given)?;
    let mut parts = place.split("/_history/").next()?.rsplit('/');
    let (id, stated) = (parts.next()?, parts.next()?);
    (!id.is_empty() && stated == kind.word()).then(|| format!("{kind}/{id}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::ItemId;
    use crate::sensitive::Sensitive;
    use serde_json::json;

    fn answer(status: u16, body: &str) -> Answer {
        let expected = |items: Vec<ItemId>, kind: RecordType| Expected { items, kind, name: "n".to_owned() };
        let expected =
            vec![expected(vec![ItemId(3)], RecordType::Condition), expected(Vec::new(), RecordType::Provenance)];
        let body = Sensitive::new(body.as_bytes().to_vec());
        let reply = EhrReply { status, retry_after: None, location: None, etag: None, body };
        read_transaction(&Transaction { bundle: Sensitive::new(json!({})), expected }, &reply)
    }

    fn later(surely_not_done: bool, fault: Option<WaitReason>) -> Answer {
        Answer::Later { after: None, surely_not_done, fault }
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
        let Answer::Filed(filed) = answer(200, &body) else { panic!("not accepted") };
        assert_eq!(
            filed[0],
            Filed {
                items: vec![ItemId(3)],
                location: "Condition/7".into(),
                created: true,
                is_altered: false,
                version: Some("1".into())
            }
        );
        assert!(!filed[1].created);
    }

    #[test]
    fn a_missing_entry_a_missing_place_and_a_foreign_type_are_no_proof() {
        let condition = || entry("201", "Condition/7");
        let no_place = json!({"response": {"status": "201"}});
        for entries in
            [json!([condition()]), json!([condition(), no_place]), json!([condition(), condition()]), json!([])]
        {
            assert_eq!(answer(200, &response(&entries)), Answer::Refused(WaitReason::EhrNoProof), "{entries}");
        }
        assert_eq!(answer(200, "{}"), Answer::Refused(WaitReason::EhrNoProof));
        assert_eq!(answer(202, ""), Answer::Refused(WaitReason::EhrNoProof));
    }

    fn created(kind: RecordType, again: RepeatSafety, status: u16, body: &Value) -> Answer {
        let expected = Expected { items: vec![ItemId(3)], kind, name: "n".to_owned() };
        let (resource, urn) = (Sensitive::new(json!({})), "urn:uuid:a".to_owned());
        let create = Create { resource, urn, expected, again, duplicate_codes: vec!["59189".to_owned()] };
        let body = Sensitive::new(body.to_string().into_bytes());
        let location = Some(format!("https://ehr.example/fhir/{kind}/8"));
        read_created(&create, &EhrReply { status, retry_after: None, location, etag: None, body })
    }

    #[test]
    fn a_patient_that_staff_did_not_choose_or_that_is_held_gets_no_records() {
        let patient = json!({"resourceType": "Patient", "id": "8"});
        let of = |again, status| created(RecordType::Patient, again, status, &patient);
        for (again, status) in [
            (RepeatSafety::Never, 202),
            (RepeatSafety::Conditional, 202),
            (RepeatSafety::Never, 200),
            (RepeatSafety::Search, 200),
        ] {
            assert_eq!(of(again, status), Answer::Acknowledged, "{again:?} {status}");
        }
        for (again, status) in
            [(RepeatSafety::Never, 201), (RepeatSafety::Search, 201), (RepeatSafety::Conditional, 200)]
        {
            assert!(matches!(of(again, status), Answer::Filed(_)), "{again:?} {status}");
        }
        let there =
            json!({"resourceType": "OperationOutcome", "issue": [{"details": {"coding": [{"code": "59189"}]}}]});
        assert_eq!(
            created(RecordType::Patient, RepeatSafety::Never, 422, &there),
            Answer::Refused(WaitReason::EhrConflict)
        );
        assert_eq!(
            created(RecordType::Condition, RepeatSafety::Never, 422, &there),
            Answer::Noted(NoteKind::AlreadyThere, None)
        );
    }

    #[test]
    fn a_captive_portal_is_not_the_ehr() {
        assert_eq!(answer(200, "<html>Please accept our terms</html>"), later(false, None));
        assert_eq!(answer(302, ""), later(false, None));
    }

    #[test]
    fn an_outcome_with_an_error_is_a_refusal_whatever_the_status_says() {
        let outcome = r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"}]}"#;
        assert_eq!(answer(200, outcome), Answer::Refused(WaitReason::EhrErrorOutcome));
    }

    #[test]
    fn a_transaction_run_as_a_batch_is_not_done() {
        let body = response(&json!([entry("201", "Condition/7"), entry("400 Bad Request", "")]));
        assert_eq!(answer(200, &body), Answer::Refused(WaitReason::EhrPartlyFiled));
    }

    fn found(bundle: Value) -> Found {
        let create = Create {
            resource: Sensitive::new(json!({})),
            urn: "urn:uuid:c".into(),
            expected: Expected { items: vec![ItemId(3)], kind: RecordType::Condition, name: "n".into() },
            again: crate::filing::RepeatSafety::Search,
            duplicate_codes: Vec::new(),
        };
        let body = Sensitive::new(bundle.to_string().into_bytes());
        let submission = SubmissionId::parse(&"a".repeat(32)).expect("an id");
        read_found(&create, &submission, &EhrReply { status: 200, retry_after: None, location: None, etag: None, body })
    }

    fn searchset(own: &str, resources: &[Value]) -> Value {
        let entries: Vec<Value> = resources.iter().map(|resource| json!({"resource": resource})).collect();
        let own = json!({"relation": "self", "url": own});
        json!({"resourceType": "Bundle", "type": "searchset", "link": [own], "entry": entries})
    }

    const HEARD: &str = "https://ehr.example/fhir/Condition?identifier=s%7Cn&_count=20";
    const IGNORED: &str = "https://ehr.example/fhir/Condition?_count=20&x-identifier=1";

    #[test]
    fn an_empty_search_result_shows_that_nothing_is_there() {
        assert_eq!(found(json!({"resourceType": "Bundle", "type": "searchset"})), Found::Nothing);
        assert_eq!(found(searchset(HEARD, &[])), Found::Nothing);
        let remark =
            json!({"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "processing"}]});
        assert_eq!(found(searchset(HEARD, &[remark])), Found::Nothing);
        assert_eq!(found(searchset(IGNORED, &[])), Found::Nothing, "nothing of this type at all");
    }

    #[test]
    fn what_may_hide_our_record_goes_to_a_person_and_our_record_counts_wherever_it_stands() {
        let with = |value: &str| {
            let identifier = json!([{"system": ITEM, "value": value}]);
            json!({"resourceType": "Condition", "id": value, "identifier": identifier})
        };
        let remark =
            json!({"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "not-supported"}]});
        let failed = json!({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]});
        let mut paged = searchset(HEARD, &[]);
        let next = json!({"relation": "next", "url": "https://ehr.example/fhir?page=2"});
        paged["link"].as_array_mut().expect("links").push(next.clone());
        let without_a_place = json!({"resourceType": "Condition", "identifier": [{"system": ITEM, "value": "n"}]});
        let counted = json!({"resourceType": "Bundle", "type": "searchset", "total": 1});
        let no_proof = [
            searchset(HEARD, &[with("other")]),
            searchset(IGNORED, &[remark]),
            searchset(HEARD, &[failed]),
            searchset(HEARD, &[without_a_place]),
            paged,
            counted,
        ];
        for bundle in no_proof {
            assert_eq!(found(bundle.clone()), Found::NoSearch(Answer::Refused(WaitReason::EhrNoProof)), "{bundle}");
        }
        let mut among_others = searchset(IGNORED, &[with("other"), with("n")]);
        among_others["link"].as_array_mut().expect("links").push(next);
        let Found::Once(filed) = found(among_others) else { panic!("not found") };
        assert_eq!(filed.location, "Condition/n");
    }

    #[test]
    fn each_status_has_its_meaning() {
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(answer(status, ""), later(status == 429, None), "{status}");
        }
        let refused = [
            (400, WaitReason::EhrContentRefused),
            (409, WaitReason::EhrConflict),
            (412, WaitReason::EhrSeveralMatches),
            (413, WaitReason::EhrTooLarge),
            (418, WaitReason::EhrOtherStatus),
            (422, WaitReason::EhrContentRefused),
        ];
        for (status, refusal) in refused {
            assert_eq!(answer(status, "{}"), Answer::Refused(refusal), "{status}");
        }
    }

    #[test]
    fn what_clinic_it_must_mend_parks_no_check_in() {
        let faults = [
            (401, WaitReason::EhrNotSignedIn),
            (403, WaitReason::EhrNotAllowed),
            (404, WaitReason::EhrNoService),
            (410, WaitReason::EhrNoService),
        ];
        for (status, fault) in faults {
            assert_eq!(answer(status, "{}"), later(true, Some(fault)), "{status}");
        }
    }
}
