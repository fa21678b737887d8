//! How a record stands, by what the EHR answered: as it was filed, undone, changed by somebody, gone.

use super::super::element::{put, said};
use super::mark::{is_marked, marked};
use super::{UndoBy, UndoStep};
use crate::delivery::UndoResult;
use crate::delivery::answer::{json_of, version_of};
use crate::delivery::existing::{is_in, is_record};
use crate::delivery::{EhrReply, Method, Receipt, Request};
use crate::filing::Amendment;
use crate::sensitive::Sensitive;
use serde_json::Value;

/// How it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing is left of what was filed.
    Undone(UndoResult),
    /// As it was filed: this request undoes it.
    AsFiled(Request),
    /// It is not undone from here.
    Not(UndoResult),
    /// The answer does not say.
    Unclear,
}

/// Reads the answer to a read of the step's record.
pub(super) fn standing_of(step: &UndoStep, receipt: &Receipt, reply: &EhrReply) -> Standing {
    let body = json_of(reply).map(Sensitive::new);
    let record = match (reply.status, &body) {
        (200, Some(body)) if is_record(body.reveal(), &step.target) => body.reveal(),
        // Gone is gone, whoever did it (R4 http.html#delete). A portal knows no OperationOutcome.
        (410, _) => return Standing::Undone(UndoResult::Deleted),
        (404, Some(body)) if body.reveal()["resourceType"] == "OperationOutcome" => {
            return Standing::Undone(UndoResult::Deleted);
        }
        (403 | 405 | 501, _) => return Standing::Not(UndoResult::NotAllowed),
        (200, Some(_)) => return Standing::Not(UndoResult::Refused),
        _ => return Standing::Unclear,
    };
    let version = version_of(reply.etag.as_deref(), record);
    match &step.by {
        UndoBy::Mark { .. } | UndoBy::Delete { .. } if is_marked(step.kind, record) => {
            Standing::Undone(UndoResult::Marked)
        }
        UndoBy::SetBack(elements) if elements.iter().all(|it| says(record, it) == it.was.reveal()) => {
            Standing::Undone(UndoResult::SetBack)
        }
        UndoBy::Mark { .. } | UndoBy::Delete { .. } if version.is_none() => Standing::Not(UndoResult::NoVersion),
        // Nothing tells whether somebody changed it since.
        UndoBy::Mark { .. } | UndoBy::Delete { .. } if step.version.is_none() => {
            Standing::Not(UndoResult::VersionUnknown)
        }
        UndoBy::Mark { .. } | UndoBy::Delete { .. } if step.version != version => {
            Standing::Not(UndoResult::ChangedSince)
        }
        // An EHR that joins two charts, or takes them apart, need not count that as a change of the record.
        UndoBy::Mark { .. } | UndoBy::Delete { .. } if !is_in_chart(record, receipt) => {
            Standing::Not(UndoResult::InAnotherChart)
        }
        UndoBy::SetBack(elements) if !elements.iter().all(|it| is_as_left(record, it)) => {
            Standing::Not(UndoResult::ChangedSince)
        }
        by => match version {
            Some(version) => request_of(step, by, record, &version),
            None => Standing::Not(UndoResult::NoVersion),
        },
    }
}

fn is_in_chart(record: &Value, receipt: &Receipt) -> bool {
    receipt.chart.as_ref().is_none_or(|chart| is_in(record, chart.reveal()))
}

fn request_of(step: &UndoStep, by: &UndoBy, record: &Value, version: &str) -> Standing {
    let changed = match by {
        UndoBy::Delete { .. } => None,
        UndoBy::Mark { .. } => match marked(step.kind, record) {
            Some(marked) => Some(marked),
            None => return Standing::Not(UndoResult::Refused),
        },
        UndoBy::SetBack(elements) => Some(set_back(record, elements)),
    };
    let if_match = Some(format!("W/\"{version}\""));
    let request = match changed.map(Sensitive::new) {
        Some(changed) => {
            let body = Sensitive::new(changed.reveal().to_string().into_bytes());
            Request::with_body(Method::Put, step.target.clone(), body)
        }
        None => Request { method: Method::Delete, ..Request::get(step.target.clone()) },
    };
    Standing::AsFiled(Request { if_match, ..request })
}

fn set_back(record: &Value, elements: &[Amendment]) -> Value {
    let mut changed = record.clone();
    for it in elements {
        put(&mut changed, &it.element, it.was.reveal());
    }
    changed
}

fn says<'r>(record: &'r Value, amendment: &Amendment) -> &'r Value {
    said(record, &amendment.element).unwrap_or(&Value::Null)
}

/// As the check-in left it, or as it was before.
fn is_as_left(record: &Value, amendment: &Amendment) -> bool {
    let now = says(record, amendment);
    now == amendment.becomes.reveal() || now == amendment.was.reveal()
}
