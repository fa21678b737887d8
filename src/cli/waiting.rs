//! Why a check-in waits, in plain words, and who must act.

use crate::store::{OutboxEntry, OutboxState};

/// What is the matter, and who does something about it. `None` for one that the EHR has.
pub(super) fn explained(entry: &OutboxEntry) -> Option<(&'static str, &'static str)> {
    match entry.state {
        OutboxState::Accepted => None,
        OutboxState::Sending => Some(("It is being sent.", NOBODY)),
        OutboxState::Queued => Some(queued(entry.reason.as_deref().unwrap_or_default())),
        OutboxState::NeedsPerson => Some(parked(entry.reason.as_deref().unwrap_or_default())),
    }
}

const NOBODY: &str = "Nobody: the kiosk sends it by itself.";
const IT: &str = "Clinic IT";
const STAFF_HAND: &str =
    "Staff: look in the chart. If it is missing there: outbox retry. Once it is all there: outbox finish.";

fn queued(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "ehr-not-there" => ("The EHR could not be reached or asked to wait.", NOBODY),
        "ehr-not-signed-in" => {
            ("The EHR does not accept the kiosk's sign-in (401).", "Clinic IT: mend the credentials.")
        }
        "ehr-not-allowed" => ("The EHR does not let the kiosk write (403).", "Clinic IT: grant what is missing."),
        "ehr-no-service" => {
            ("There is no FHIR service at the EHR's address (404, 410).", "Clinic IT: mend the address.")
        }
        "behind-a-parked-one" => (
            "An earlier check-in of the same patient waits for a person.",
            "Staff: see to that one; this one follows by itself.",
        ),
        "interrupted" => ("The program ended while it was being sent.", NOBODY),
        "not-written" => ("The disk could not be written, so it was not sent.", "Clinic IT: look at the disk."),
        _ => ("It waits for its turn, or for an earlier check-in of the same patient.", NOBODY),
    }
}

fn parked(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "ehr-conflict" => ("The EHR says that it conflicts with something it has (409).", STAFF_HAND),
        "ehr-several-matches" => {
            ("Several records in the EHR carry this check-in's name (412).", "Clinic IT: find out which one counts.")
        }
        "ehr-too-large" => ("It is too large for the EHR (413).", "Clinic IT: raise the EHR's limit, then retry."),
        "ehr-content-refused" => (
            "The EHR does not accept the content (400, 422).",
            "Clinic IT: the EHR's log says why; mend it, then retry.",
        ),
        "ehr-fails-on-it" => (
            "The EHR failed on it again and again, while it took others.",
            "Clinic IT: the EHR's log says why; then retry.",
        ),
        "ehr-other-ehr" => (
            "It was confirmed for another EHR than the one that is configured now.",
            "Clinic IT: was the address changed? Staff: enter it by hand, then outbox finish.",
        ),
        "ehr-chart-changed" | "ehr-no-version" => (
            "The chart was changed after staff decided, or cannot be changed safely.",
            "Staff: make the change there by hand, then outbox finish.",
        ),
        "ehr-partly-filed" => ("The EHR took a part of it and refused the rest.", STAFF_HAND),
        "ehr-lost-answer" => ("The EHR's answer was lost; it cannot be known whether it has this.", STAFF_HAND),
        "restored-copy" => ("The database was restored from a copy; this was perhaps sent before.", STAFF_HAND),
        "row-changed" | "plan-changed" => (
            "It is not what staff confirmed: the row was changed on disk.",
            "Clinic IT: find out by whom. Staff: check the patient in again.",
        ),
        "ehr-too-large-answer" | "ehr-no-proof" | "ehr-error-outcome" | "ehr-other-status" => (
            "The EHR's answer proves nothing.",
            "Clinic IT: look at the EHR. Staff: look in the chart before retrying.",
        ),
        _ => ("The EHR did not take it.", IT),
    }
}
