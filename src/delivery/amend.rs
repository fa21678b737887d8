//! A change of a record that is there: read it, make sure that it is still as staff saw it, replace that version.
//!
//! Nothing of the record but the decided elements changes, and nothing that somebody else changed since is overwritten: what
//! is no longer as it was goes to a person. Sent twice, it changes nothing more.

use super::answer::{Answer, json_of, outcome_of, without_proof};
use super::element::{put, said};
use super::{EhrReply, Filed, Method, Request, WaitReason};
use crate::filing::{Amend, Amendment, NoteKind};
use crate::reconciliation::AppointmentStatus;
use crate::sensitive::Sensitive;
use serde_json::Value;

const TAGS: &str = "meta.tag";
const APPOINTMENT: &str = "Appointment/";

impl Amend {
    /// What it comes to when it is done.
    pub(super) fn done(&self) -> Filed {
        let items = self.elements.iter().filter_map(|amendment| amendment.item).collect();
        Filed { items, location: self.target.clone(), created: false, is_altered: false, version: None }
    }

    /// Whether nothing waits for it: a mark of ours, which an EHR may keep though a record is sent without it (FHIR R4, Resource
    /// operation `$meta-delete`), or an arrival, which somebody there may have seen to.
    pub(super) fn holds_nothing_up(&self) -> bool {
        self.target.starts_with(APPOINTMENT) || self.elements.iter().all(|it| it.element == TAGS)
    }

    /// Reads the record: done, to be changed, or for a person.
    pub(super) fn read(&self, reply: &EhrReply) -> Answer {
        let body = json_of(reply).map(Sensitive::new);
        let record = match (reply.status, &body) {
            (200, Some(body)) if self.is_target(body.reveal()) => body.reveal(),
            (200, Some(_)) => return Answer::Refused(WaitReason::EhrNoProof),
            (404 | 410, Some(_)) => return Answer::Refused(WaitReason::EhrChartChanged),
            _ => return without_proof(reply),
        };
        let says = |element: &str| said(record, element).unwrap_or(&Value::Null);
        if self.elements.iter().all(|it| says(&it.element) == it.becomes.reveal()) {
            return Answer::Filed(vec![self.done()]);
        }
        let status = says("status").as_str().and_then(|status| status.parse().ok());
        let is_further = matches!(status, Some(AppointmentStatus::CheckedIn | AppointmentStatus::Fulfilled));
        if self.target.starts_with(APPOINTMENT) && is_further {
            return Answer::Noted(NoteKind::AlreadyThere, Some(self.target.clone()));
        }
        let known = |now: &Value, it: &Amendment| now == it.was.reveal() || now == it.becomes.reveal();
        let is_as_seen = self.only_while.iter().all(|(element, then)| says(element) == then.reveal());
        if !is_as_seen || !self.elements.iter().all(|it| known(says(&it.element), it)) {
            return Answer::Refused(WaitReason::EhrChartChanged);
        }
        let stated = || record["meta"]["versionId"].as_str().map(|version| format!("W/\"{version}\""));
        let Some(version) = reply.etag.clone().or_else(stated) else {
            return Answer::Refused(WaitReason::EhrNoVersion);
        };
        let mut changed = record.clone();
        for amendment in &self.elements {
            put(&mut changed, &amendment.element, amendment.becomes.reveal());
        }
        let changed = Sensitive::new(changed);
        let body = Sensitive::new(changed.reveal().to_string().into_bytes());
        Answer::Change(Request {
            if_match: Some(version),
            ..Request::with_body(Method::Put, self.target.clone(), body)
        })
    }

    /// Reads the answer to the change.
    pub(super) fn changed(&self, reply: &EhrReply) -> Answer {
        let body = json_of(reply).map(Sensitive::new);
        match (reply.status, body.as_ref().map(Sensitive::reveal)) {
            (200, Some(body)) if outcome_of(body) == Some(WaitReason::EhrErrorOutcome) => {
                Answer::Refused(WaitReason::EhrErrorOutcome)
            }
            (200, Some(body)) if self.is_target(body) && self.is_shown(body) => Answer::Filed(vec![self.done()]),
            (200, Some(_)) => Answer::Acknowledged,
            (200 | 204, None) if reply.body.reveal().is_empty() => Answer::Acknowledged,
            _ => without_proof(reply),
        }
    }

    /// Whether an answer shows every change. What is absent from it may only have been left out.
    fn is_shown(&self, record: &Value) -> bool {
        self.elements.iter().all(|it| said(record, &it.element).is_some_and(|now| now == it.becomes.reveal()))
    }

    fn is_target(&self, record: &Value) -> bool {
        let id = record["id"].as_str().unwrap_or_default();
        let kind = record["resourceType"].as_str().unwrap_or_default();
        self.target.split_once('/') == Some((kind, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_arrival_is_written_onto_the_visit_that_staff_saw_and_onto_no_other() {
        let status = Amendment {
            element: "status".into(),
            was: Sensitive::new(json!("booked")),
            becomes: Sensitive::new(json!("arrived")),
            item: None,
        };
        let at = |start: &str| json!(format!("2026-12-01T{start}:00Z"));
        let of = |patient: &str| json!([{"actor": {"reference": format!("Patient/{patient}")}, "status": "accepted"}]);
        let only_while = vec![
            ("start".to_owned(), Sensitive::new(at("09:30"))),
            ("participant".to_owned(), Sensitive::new(of("7"))),
        ];
        let amend = Amend { target: "Appointment/v".into(), elements: vec![status], only_while };
        let read = |status: &str, start: &str, patient: &str| {
            let record = json!({"resourceType": "Appointment", "id": "v", "meta": {"versionId": "4"}, "status": status,
                "start": at(start), "participant": of(patient)});
            let body = Sensitive::new(record.to_string().into_bytes());
            amend.read(&EhrReply { status: 200, retry_after: None, location: None, etag: None, body })
        };
        assert!(matches!(read("booked", "09:30", "7"), Answer::Change(_)));
        for (status, start, patient) in
            [("booked", "10:30", "7"), ("booked", "09:30", "8"), ("cancelled", "09:30", "7"), ("noshow", "09:30", "7")]
        {
            assert_eq!(read(status, start, patient), Answer::Refused(WaitReason::EhrChartChanged), "{status} {start}");
        }
        for further in ["checked-in", "fulfilled"] {
            let there = Answer::Noted(NoteKind::AlreadyThere, Some("Appointment/v".to_owned()));
            assert_eq!(read(further, "09:30", "7"), there, "{further}");
        }
    }

    #[test]
    fn an_element_inside_another_is_changed_and_its_neighbours_stay() {
        let tag = Amendment {
            element: "meta.tag".into(),
            was: Sensitive::new(json!([{"code": "a"}])),
            becomes: Sensitive::new(Value::Null),
            item: None,
        };
        let amend = Amend { target: "Patient/7".into(), elements: vec![tag], only_while: Vec::new() };
        let reply = |record: &Value| EhrReply {
            status: 200,
            retry_after: None,
            location: None,
            etag: None,
            body: Sensitive::new(record.to_string().into_bytes()),
        };
        let there = json!({"resourceType": "Patient", "id": "7", "meta": {"versionId": "2", "tag": [{"code": "a"}]}, "gender": "male"});
        let Answer::Change(request) = amend.read(&reply(&there)) else { panic!("a change") };
        let sent: Value = serde_json::from_slice(request.body.expect("a body").reveal()).expect("JSON");
        assert_eq!(sent, json!({"resourceType": "Patient", "id": "7", "meta": {"versionId": "2"}, "gender": "male"}));
        let after = json!({"resourceType": "Patient", "id": "7", "meta": {"versionId": "3"}, "gender": "male"});
        assert_eq!(amend.read(&reply(&after)), Answer::Filed(vec![amend.done()]));
        let other = json!({"resourceType": "Patient", "id": "7", "meta": {"versionId": "3", "tag": [{"code": "b"}]}});
        assert_eq!(amend.read(&reply(&other)), Answer::Refused(WaitReason::EhrChartChanged));
    }

    #[test]
    fn only_an_answer_that_shows_every_change_proves_it() {
        let of = |element: &str, becomes: Value| Amendment {
            element: element.into(),
            was: Sensitive::new(json!("old")),
            becomes: Sensitive::new(becomes),
            item: None,
        };
        let amend = |elements| Amend { target: "Patient/7".into(), elements, only_while: Vec::new() };
        let answer = |amend: &Amend, record: Value| {
            let body = Sensitive::new(record.to_string().into_bytes());
            amend.changed(&EhrReply { status: 200, retry_after: None, location: None, etag: None, body })
        };
        let both = amend(vec![of("gender", json!("new")), of("birthDate", json!("new"))]);
        let record = |gender: &str, birth: &str| json!({"resourceType": "Patient", "id": "7", "gender": gender, "birthDate": birth});
        assert_eq!(answer(&both, record("new", "new")), Answer::Filed(vec![both.done()]));
        assert_eq!(answer(&both, record("new", "old")), Answer::Acknowledged);
        let bare = || json!({"resourceType": "Patient", "id": "7"});
        assert_eq!(answer(&both, bare()), Answer::Acknowledged);
        assert_eq!(answer(&amend(vec![of("gender", Value::Null)]), bare()), Answer::Acknowledged);
    }
}
