//! Why a check-in waits: the closed list behind the column `reason`, the desk's list, `outbox list`, the log and the audit log.
//!
//! A reason either lets the check-in go by itself later, or it waits for a person ([`WaitReason::needs_person`]). What is
//! decided by a reason is decided here and nowhere else: who acts, whether sending again can help, and whether a person who sends it
//! again thereby says that what no answer proved is not in the EHR.

use crate::trouble::Actor;
use strum::{EnumString, IntoStaticStr, VariantArray};

/// See the module. Words on disk are never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum WaitReason {
    /// The EHR could not be reached, or asks to be left alone for a while.
    EhrNotThere,
    /// The program ended while it was being sent.
    Interrupted,
    /// How far it has come could not be written down, so that the next request did not leave.
    NotWritten,
    /// An earlier check-in of the same patient waits for a person.
    BehindAParkedOne,
    /// 401: every check-in waits for clinic IT.
    EhrNotSignedIn,
    /// 403: as above.
    EhrNotAllowed,
    /// 404, 410: no FHIR service at the configured address; as above.
    EhrNoService,
    /// 409.
    EhrConflict,
    /// 412, or a search with two results: several records carry our identifier.
    EhrSeveralMatches,
    /// 413.
    EhrTooLarge,
    /// 400, 422: the content was not accepted.
    EhrContentRefused,
    /// Any other status.
    EhrOtherStatus,
    /// A good status around an OperationOutcome that reports an error.
    EhrErrorOutcome,
    /// Some entries were taken and some were not: the EHR ran the transaction as a batch.
    EhrPartlyFiled,
    /// A good status, and no proof that everything is filed.
    EhrNoProof,
    /// An answer of more bytes than any answer needs.
    EhrTooLargeAnswer,
    /// A create that is not safe to repeat was sent, and its answer was lost.
    EhrLostAnswer,
    /// A resource refers to one of which the EHR does not say where it lies.
    EhrNothingToPointAt,
    /// The chart is no longer as staff saw it when they decided.
    EhrChartChanged,
    /// The EHR gives a record no version, so that a change could overwrite somebody else's.
    EhrNoVersion,
    /// The EHR failed on it again and again, while it took others.
    EhrFailsOnIt,
    /// It was confirmed for another EHR than the one that is configured now.
    EhrOtherEhr,
    /// A chart that staff did not turn down fits the new patient, or the EHR did not tell of everybody who fits.
    EhrMayKnowPatient,
    /// What the EHR has under a name of this check-in is in another chart than the one that staff chose.
    EhrOtherChart,
    /// The database was restored from a copy: it was perhaps sent before, and withdrawn or undone since.
    RestoredCopy,
    /// The stored check-in does not open.
    RowChanged,
    /// The stored plan is not the one that staff confirmed.
    PlanChanged,
    /// Somebody at the kiosk said that it is not their check-in.
    NotTheirs,
    /// Staff withdrew it: nothing more of it is sent.
    Withdrawn,
    /// The word on disk is none of these: a later version wrote it, or somebody changed it.
    UnknownReason,
}

use WaitReason::*;

impl WaitReason {
    /// All of them.
    pub const ALL: &'static [WaitReason] = WaitReason::VARIANTS;

    /// The stable word.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The reason with this word.
    pub fn from_word(word: &str) -> WaitReason {
        word.parse().unwrap_or(UnknownReason)
    }

    /// Whether people stopped it: a sender that has it on its way lets no further request leave.
    pub const fn is_stop(self) -> bool {
        match self {
            NotTheirs | Withdrawn => true,
            EhrNotThere | Interrupted | NotWritten | BehindAParkedOne | EhrNotSignedIn | EhrNotAllowed
            | EhrNoService | EhrConflict | EhrSeveralMatches | EhrTooLarge | EhrContentRefused | EhrOtherStatus
            | EhrErrorOutcome | EhrPartlyFiled | EhrNoProof | EhrTooLargeAnswer | EhrLostAnswer
            | EhrNothingToPointAt | EhrChartChanged | EhrNoVersion | EhrFailsOnIt | EhrOtherEhr | EhrMayKnowPatient
            | EhrOtherChart | RestoredCopy | RowChanged | PlanChanged | UnknownReason => false,
        }
    }

    /// Whether it goes on only when a person says so.
    pub const fn needs_person(self) -> bool {
        match self {
            EhrNotThere | Interrupted | NotWritten | BehindAParkedOne | EhrNotSignedIn | EhrNotAllowed
            | EhrNoService | Withdrawn => false,
            EhrConflict | EhrSeveralMatches | EhrTooLarge | EhrContentRefused | EhrOtherStatus | EhrErrorOutcome
            | EhrPartlyFiled | EhrNoProof | EhrTooLargeAnswer | EhrLostAnswer | EhrNothingToPointAt
            | EhrChartChanged | EhrNoVersion | EhrFailsOnIt | EhrOtherEhr | EhrMayKnowPatient | EhrOtherChart
            | RestoredCopy | RowChanged | PlanChanged | NotTheirs | UnknownReason => true,
        }
    }

    /// Who must act first, if anybody.
    pub const fn actor(self) -> Option<Actor> {
        match self {
            EhrNotThere | Interrupted | Withdrawn => None,
            NotWritten | EhrNotSignedIn | EhrNotAllowed | EhrNoService | EhrSeveralMatches | EhrTooLarge
            | EhrContentRefused | EhrFailsOnIt | EhrOtherEhr | UnknownReason => Some(Actor::ClinicIt),
            BehindAParkedOne | EhrConflict | EhrOtherStatus | EhrErrorOutcome | EhrPartlyFiled | EhrNoProof
            | EhrTooLargeAnswer | EhrLostAnswer | EhrNothingToPointAt | EhrChartChanged | EhrNoVersion
            | EhrMayKnowPatient | EhrOtherChart | RestoredCopy | RowChanged | PlanChanged | NotTheirs => {
                Some(Actor::FrontDesk)
            }
        }
    }

    /// Whether sending it again can help.
    pub const fn can_resend(self) -> bool {
        match self {
            EhrNotThere | Interrupted | NotWritten | BehindAParkedOne | EhrNotSignedIn | EhrNotAllowed
            | EhrNoService | EhrConflict | EhrSeveralMatches | EhrTooLarge | EhrContentRefused | EhrOtherStatus
            | EhrErrorOutcome | EhrPartlyFiled | EhrNoProof | EhrTooLargeAnswer | EhrLostAnswer
            | EhrNothingToPointAt | EhrFailsOnIt | EhrMayKnowPatient | EhrOtherChart | RestoredCopy | NotTheirs => true,
            EhrChartChanged | EhrNoVersion | EhrOtherEhr | RowChanged | PlanChanged | Withdrawn | UnknownReason => {
                false
            }
        }
    }

    /// Whether a person who sends it again has looked in the chart: what no answer proved is then not there, and may be created.
    pub const fn is_confirmed_absent(self) -> bool {
        match self {
            EhrErrorOutcome | EhrNoProof | EhrLostAnswer => true,
            EhrNotThere | Interrupted | NotWritten | BehindAParkedOne | EhrNotSignedIn | EhrNotAllowed
            | EhrNoService | EhrConflict | EhrSeveralMatches | EhrTooLarge | EhrContentRefused | EhrOtherStatus
            | EhrPartlyFiled | EhrTooLargeAnswer | EhrNothingToPointAt | EhrChartChanged | EhrNoVersion
            | EhrFailsOnIt | EhrOtherEhr | EhrMayKnowPatient | EhrOtherChart | RestoredCopy | RowChanged
            | PlanChanged | NotTheirs | Withdrawn | UnknownReason => false,
        }
    }

    /// Whether it proves that a request that could have been sent did not make anything that no answer proved: then only what a
    /// step says of itself is in doubt.
    pub const fn refuses_whole(self) -> bool {
        match self {
            EhrTooLarge | EhrContentRefused | EhrMayKnowPatient | EhrOtherEhr => true,
            EhrNotThere | Interrupted | NotWritten | BehindAParkedOne | EhrNotSignedIn | EhrNotAllowed
            | EhrNoService | EhrConflict | EhrSeveralMatches | EhrOtherStatus | EhrErrorOutcome | EhrPartlyFiled
            | EhrNoProof | EhrTooLargeAnswer | EhrLostAnswer | EhrNothingToPointAt | EhrChartChanged | EhrNoVersion
            | EhrFailsOnIt | EhrOtherChart | RestoredCopy | RowChanged | PlanChanged | NotTheirs | Withdrawn
            | UnknownReason => false,
        }
    }

    /// The id under which `assets/` holds the words for the desk.
    pub const fn text_id(self) -> &'static str {
        match self {
            Interrupted => "queue-why-turn",
            BehindAParkedOne => "queue-why-behind",
            EhrNotThere => "queue-why-ehr-away",
            NotWritten => "queue-why-not-written",
            EhrNotSignedIn | EhrNotAllowed | EhrNoService => "queue-why-kiosk-refused",
            EhrTooLarge | EhrContentRefused | EhrFailsOnIt => "queue-why-content-refused",
            EhrSeveralMatches => "queue-why-several",
            EhrConflict | EhrOtherStatus | EhrErrorOutcome | EhrPartlyFiled | EhrNoProof | EhrTooLargeAnswer
            | EhrLostAnswer | RestoredCopy => "queue-why-unclear",
            EhrNothingToPointAt => "queue-why-nothing-to-point-at",
            EhrChartChanged | EhrNoVersion => "queue-why-chart-changed",
            EhrOtherEhr => "queue-why-other-ehr",
            EhrMayKnowPatient => "queue-why-may-know",
            EhrOtherChart => "queue-why-other-chart",
            RowChanged | PlanChanged => "queue-why-changed",
            NotTheirs => "queue-why-not-theirs",
            Withdrawn => "queue-why-withdrawn",
            UnknownReason => "queue-why-unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As databases of earlier versions hold them.
    const ON_DISK: [&str; 29] = [
        "ehr-not-there",
        "interrupted",
        "not-written",
        "behind-a-parked-one",
        "ehr-not-signed-in",
        "ehr-not-allowed",
        "ehr-no-service",
        "ehr-conflict",
        "ehr-several-matches",
        "ehr-too-large",
        "ehr-content-refused",
        "ehr-other-status",
        "ehr-error-outcome",
        "ehr-partly-filed",
        "ehr-no-proof",
        "ehr-too-large-answer",
        "ehr-lost-answer",
        "ehr-nothing-to-point-at",
        "ehr-chart-changed",
        "ehr-no-version",
        "ehr-fails-on-it",
        "ehr-other-ehr",
        "ehr-may-know-patient",
        "ehr-other-chart",
        "restored-copy",
        "row-changed",
        "plan-changed",
        "not-theirs",
        "withdrawn",
    ];

    #[test]
    fn the_words_on_disk_stay_what_they_are() {
        let words: Vec<&str> = WaitReason::ALL.iter().map(|reason| reason.word()).collect();
        assert_eq!(words[..29], ON_DISK);
        assert_eq!(words[29..], ["unknown-reason"]);
        assert!(WaitReason::ALL.iter().all(|reason| WaitReason::from_word(reason.word()) == *reason));
    }

    #[test]
    fn a_word_of_another_version_waits_for_a_person_and_proves_no_absence() {
        for word in ["", "EhrNotThere", "ehr-not-there ", "something-new"] {
            let reason = WaitReason::from_word(word);
            assert_eq!(reason, UnknownReason);
            assert!(reason.needs_person() && reason.actor().is_some() && !reason.is_confirmed_absent());
        }
    }

    #[test]
    fn somebody_acts_on_whatever_waits_for_a_person() {
        let waiting = WaitReason::ALL.iter().filter(|reason| reason.needs_person());
        assert!(waiting.clone().count() > 0 && waiting.clone().all(|reason| reason.actor().is_some()));
        let confirmed = WaitReason::ALL.iter().filter(|reason| reason.is_confirmed_absent());
        assert!(confirmed.clone().all(|reason| reason.needs_person() && reason.can_resend()));
    }
}
