//! Why a check-in waits, in plain words, and who must act.

use crate::delivery::WaitReason::{self, *};
use crate::store::{OutboxEntry, OutboxState};
use crate::trouble::Actor;

/// What is the matter, and who does something about it. `None` for one that the EHR has.
pub(super) fn explained(entry: &OutboxEntry) -> Option<(&'static str, String)> {
    let nobody = || "Nobody: the kiosk sends it by itself.".to_owned();
    match (entry.state, entry.waits_for()) {
        (OutboxState::Accepted, _) => None,
        (OutboxState::Sending, _) => Some(("It is being sent.", nobody())),
        (OutboxState::Queued | OutboxState::NeedsPerson, None) => {
            Some(("It waits for its turn, or for an earlier check-in of the same patient.", nobody()))
        }
        (OutboxState::Queued | OutboxState::NeedsPerson, Some(reason)) => Some((what(reason), who(reason))),
    }
}

fn who(reason: WaitReason) -> String {
    let advice = advice(reason);
    match reason.actor() {
        None => format!("Nobody: {advice}"),
        Some(Actor::ClinicIt) => format!("Clinic IT: {advice}"),
        Some(Actor::FrontDesk) => format!("Staff: {advice}"),
        Some(Actor::Patient) => format!("The patient: {advice}"),
        Some(Actor::SendingApp) => format!("The makers of the app: {advice}"),
    }
}

const fn what(reason: WaitReason) -> &'static str {
    match reason {
        EhrNotThere => "The EHR could not be reached or asked to wait.",
        Interrupted => "The program ended while it was being sent.",
        NotWritten => "The disk could not be written, so it was not sent.",
        BehindAParkedOne => "An earlier check-in of the same patient waits for a person.",
        EhrNotSignedIn => "The EHR does not accept the kiosk's sign-in (401).",
        EhrNotAllowed => "The EHR does not let the kiosk write (403).",
        EhrNoService => "There is no FHIR service at the EHR's address (404, 410).",
        EhrConflict => "The EHR says that it conflicts with something it has (409).",
        EhrSeveralMatches => "Several records in the EHR carry this check-in's name (412).",
        EhrTooLarge => "It is too large for the EHR (413).",
        EhrContentRefused => "The EHR does not accept the content (400, 422).",
        EhrPartlyFiled => "The EHR took a part of it and refused the rest.",
        EhrOtherStatus | EhrErrorOutcome | EhrNoProof | EhrTooLargeAnswer => "The EHR's answer proves nothing.",
        EhrLostAnswer => "The EHR's answer was lost; it cannot be known whether it has this.",
        EhrNothingToPointAt => "The EHR does not say where it holds a record that the rest of this check-in refers to.",
        EhrChartChanged | EhrNoVersion => "The chart was changed after staff decided, or cannot be changed safely.",
        EhrFailsOnIt => "The EHR failed on it again and again, while it took others.",
        EhrOtherEhr => "It was confirmed for another EHR than the one that is configured now.",
        EhrMayKnowPatient => "The EHR may know this new patient: a chart fits that staff did not turn down.",
        EhrOtherChart => {
            "What the EHR has under this check-in's name is in another chart than the one that staff chose."
        }
        RestoredCopy => "The database was restored from a copy; this was perhaps sent before.",
        RowChanged | PlanChanged => "It is not what staff confirmed: the row was changed on disk.",
        NotTheirs => "Somebody at the kiosk said that it is not their check-in.",
        Withdrawn => "Staff withdrew it; nothing more of it is sent.",
        UnknownReason => "It waits for a reason that this version does not know.",
    }
}

/// What the one who acts does, and what somebody else does after that.
const fn advice(reason: WaitReason) -> &'static str {
    match reason {
        EhrNotThere | Interrupted => "the kiosk sends it by itself.",
        NotWritten => "look at the disk.",
        BehindAParkedOne => "see to that one; this one follows by itself.",
        EhrNotSignedIn => "mend the credentials.",
        EhrNotAllowed => "grant what is missing.",
        EhrNoService => "mend the address.",
        EhrSeveralMatches => "find out which one counts.",
        EhrTooLarge => "raise the EHR's limit, then retry.",
        EhrContentRefused => "the EHR's log says why; mend it, then retry.",
        EhrFailsOnIt => "the EHR's log says why; then retry.",
        EhrConflict | EhrPartlyFiled | EhrLostAnswer | RestoredCopy => {
            "look in the chart. If it is missing there: outbox retry. Once it is all there: outbox finish."
        }
        EhrOtherStatus | EhrErrorOutcome | EhrNoProof | EhrTooLargeAnswer => {
            "look in the chart before retrying. Clinic IT: look at the EHR."
        }
        EhrNothingToPointAt => "once it is in the chart: outbox retry. Or enter the rest by hand, then outbox finish.",
        EhrChartChanged | EhrNoVersion => "make the change there by hand, then outbox finish.",
        EhrMayKnowPatient => {
            "look for the patient in the EHR. If they are new: outbox retry. If they have a chart: enter it there, then outbox finish."
        }
        EhrOtherChart => "look in both charts; once it stands where it belongs: outbox retry, or outbox finish.",
        EhrOtherEhr => "was the address changed? Staff: enter it by hand, then outbox finish.",
        RowChanged | PlanChanged => "check the patient in again. Clinic IT: find out by whom it was changed.",
        NotTheirs => {
            "ask who it was. If it is theirs: outbox retry. If not: withdraw it at the kiosk, in the list of check-ins."
        }
        Withdrawn => "what was filed of it before is undone at the kiosk, in the list of check-ins.",
        UnknownReason => "look with the version that wrote it. Staff: look in the chart before retrying.",
    }
}
