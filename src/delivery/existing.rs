//! Records that the EHR had before a request of ours, or that a search found by our name: whose they are is read before they
//! count. An EHR that joins two charts, or takes them apart again, carries names of ours from one to the other. A Patient is
//! such a record too, and everything else goes where it is.

use super::answer::{Answer, first_version, json_of, without_proof};
use super::came_by::came_by;
use super::references::WHOSE;
use super::{EhrReply, Filed, PlaceToLook, WaitReason};
use crate::fhir::Resource;
use crate::filing::{NewPatient, SubmissionId, is_fhir_id};
use crate::reconciliation::{ChartPatient, is_in_use, plausible};
use serde_json::Value;

/// Whether the resource that was sent says whose it is by the chart of the plan.
pub(super) fn names_chart(sent: &Value, chart: &str) -> bool {
    WHOSE.iter().any(|element| sent[element]["reference"] == chart)
}

/// Whether the record that was read is this one and in this chart.
pub(super) fn read_whose(filed: &Filed, chart: &str, submission: &SubmissionId, reply: &EhrReply) -> Answer {
    let body = match read(reply) {
        Ok(body) if is_record(&body, &filed.location) => body,
        Ok(_) => return Answer::Refused(WaitReason::EhrNoProof),
        Err(answer) => return answer,
    };
    match is_in(&body, chart) && WHOSE.iter().any(|it| body[it].is_object()) {
        true => Answer::Filed(vec![as_read(filed, &body, submission)]),
        false => Answer::Refused(WaitReason::EhrOtherChart),
    }
}

/// Whether the Patient that was read is this one, still in use, nobody whom staff turned down, and fits who gets a chart.
pub(super) fn read_patient(
    filed: &Filed,
    (new, submission): (&NewPatient, &SubmissionId),
    seen: &[PlaceToLook],
    reply: &EhrReply,
) -> Answer {
    let body = match read(reply) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let sought = Resource::from_json(new.sought.reveal().clone());
    let chart = Some(&body).filter(|body| is_record(body, &filed.location)).cloned().and_then(Resource::from_json);
    let chart = chart.filter(is_in_use).and_then(|chart| ChartPatient::from_resource(chart, new.day));
    let is_theirs = sought.zip(chart).is_some_and(|(sought, chart)| {
        let is_seen = seen.iter().any(|seen| seen.place == filed.location);
        !new.turned_down.contains(&chart.id) && !is_seen && !plausible(&sought, new.day, vec![chart]).is_empty()
    });
    match is_theirs {
        true => Answer::Filed(vec![as_read(filed, &body, submission)]),
        false => Answer::Refused(WaitReason::EhrMayKnowPatient),
    }
}

/// Where the answer to an earlier request was lost, the EHR says that it had what that request made: the tag says who made it.
fn as_read(filed: &Filed, record: &Value, submission: &SubmissionId) -> Filed {
    match filed.created || !came_by(record, submission) {
        true => filed.clone(),
        false => Filed { created: true, version: first_version(record), ..filed.clone() },
    }
}

/// The record that was read. One that cannot be read proves nothing, and no other check-in waits for it.
fn read(reply: &EhrReply) -> Result<Value, Answer> {
    match (reply.status, json_of(reply)) {
        (200, Some(body)) => Ok(body),
        (401 | 403 | 404 | 410, _) => Err(Answer::Refused(WaitReason::EhrNoProof)),
        (_, _) => Err(without_proof(reply)),
    }
}

/// Whether a place can be read: some EHRs have ids that are none (FHIR R4, datatypes.html#id).
pub(super) fn is_address(location: &str) -> bool {
    location.split_once('/').is_some_and(|(_, id)| is_fhir_id(id))
}

pub(super) fn is_record(body: &Value, location: &str) -> bool {
    let place = body["resourceType"].as_str().zip(body["id"].as_str());
    place.is_some_and(|(kind, id)| location.split_once('/') == Some((kind, id)))
}

/// Whether whatever the record says of whose it is leads to this chart; one that says nothing is nobody else's.
pub(super) fn is_in(record: &Value, chart: &str) -> bool {
    let said = WHOSE.iter().filter_map(|element| record[element]["reference"].as_str());
    said.into_iter().all(|reference| leads_to(reference, chart))
}

/// Whether a reference leads to `Patient/<id>`: by itself, or by the whole address of it.
fn leads_to(reference: &str, chart: &str) -> bool {
    let place = reference.split("/_history/").next().unwrap_or_default();
    place == chart || place.strip_suffix(chart).is_some_and(|base| base.starts_with("http") && base.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensitive::Sensitive;
    use serde_json::json;

    fn answered(status: u16, body: &Value) -> Answer {
        let filed = Filed {
            items: Vec::new(),
            location: "Condition/3".into(),
            created: false,
            is_altered: false,
            version: None,
        };
        let body = Sensitive::new(body.to_string().into_bytes());
        let submission = SubmissionId::parse(&"a".repeat(32)).expect("an id");
        read_whose(
            &filed,
            "Patient/7",
            &submission,
            &EhrReply { status, retry_after: None, location: None, etag: None, body },
        )
    }

    #[test]
    fn a_record_is_in_the_chart_that_each_of_its_references_leads_to() {
        let of =
            |element: &str, chart: &str| json!({"resourceType": "Condition", "id": "3", element: {"reference": chart}});
        for chart in ["Patient/7", "Patient/7/_history/2", "https://ehr.example/fhir/Patient/7"] {
            for element in WHOSE {
                assert!(matches!(answered(200, &of(element, chart)), Answer::Filed(_)), "{element} {chart}");
            }
        }
        for chart in
            ["Patient/17", "Patient/71", "Patient/7/x", "xPatient/7", "Group/7", "https://ehr.example/fhir/Patient/17"]
        {
            assert_eq!(answered(200, &of("subject", chart)), Answer::Refused(WaitReason::EhrOtherChart), "{chart}");
        }
        let both = json!({"resourceType": "Condition", "id": "3", "subject": {"reference": "Patient/7"},
            "patient": {"reference": "Patient/8"}});
        let nobodys = json!({"resourceType": "Condition", "id": "3"});
        for record in [both, nobodys] {
            assert_eq!(answered(200, &record), Answer::Refused(WaitReason::EhrOtherChart));
        }
    }

    #[test]
    fn what_cannot_be_read_proves_nothing_and_an_ehr_that_is_away_is_asked_later() {
        let another = json!({"resourceType": "Condition", "id": "4", "subject": {"reference": "Patient/7"}});
        for (status, body) in [(200, &another), (404, &json!({})), (403, &json!({}))] {
            assert_eq!(answered(status, body), Answer::Refused(WaitReason::EhrNoProof), "{status}");
        }
        assert!(matches!(answered(503, &json!({})), Answer::Later { .. }));
    }
}
