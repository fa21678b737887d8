//! What of a person is on screen, and since when: whoever is told that a wrong person's data was shown asks who saw what for how
//! long. The runtime writes a row when something goes; that it came is written where it opens.

use super::states::{Behind, State};
use super::{Delays, ShownAs};
use crate::audit::ScreenKind;
use crate::filing::SubmissionId;
use crate::time::Timestamp;

/// Something of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Kinds and numbers of a share, in the lobby.
    Share,
    /// Names and birth dates of the people of a share.
    People,
    /// A form.
    Form,
    /// A chart beside it, by its logical id.
    Chart(String),
    /// A check-in of the list: whose it is, and its records by title.
    CheckIn(SubmissionId),
    /// What was filed of a check-in, as the EHR has it.
    Filed(SubmissionId),
}

impl Seen {
    /// As the audit log has it.
    pub(super) const fn kind(&self) -> ScreenKind {
        match self {
            Seen::Share => ScreenKind::SharedKinds,
            Seen::People => ScreenKind::SharedPeople,
            Seen::Form => ScreenKind::SharedForm,
            Seen::Chart(_) => ScreenKind::ChosenChart,
            Seen::CheckIn(_) => ScreenKind::CheckInLabel,
            Seen::Filed(_) => ScreenKind::FiledRecords,
        }
    }

    /// The check-in that it is of, where it is of one.
    pub(super) const fn submission(&self) -> Option<&SubmissionId> {
        match self {
            Seen::CheckIn(submission) | Seen::Filed(submission) => Some(submission),
            Seen::Share | Seen::People | Seen::Form | Seen::Chart(_) => None,
        }
    }
}

/// All that is on screen, each since when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnScreen(Vec<(Seen, Timestamp)>);

impl OnScreen {
    /// What is on screen now takes the place of what was; gives back what went, since when it had been there.
    pub(super) fn turn_to(&mut self, seen: Vec<Seen>, now: Timestamp) -> Vec<(Seen, Timestamp)> {
        let (stays, gone) = std::mem::take(&mut self.0).into_iter().partition(|(known, _)| seen.contains(known));
        self.0 = stays;
        for one in seen {
            if !self.0.iter().any(|(known, _)| *known == one) {
                self.0.push((one, now));
            }
        }
        gone
    }

    /// For how many seconds the longest of them has been there.
    pub(super) fn seconds(&self, until: Timestamp) -> usize {
        let longest = self.0.iter().map(|(_, since)| seconds_between(*since, until));
        longest.max().unwrap_or(0)
    }

    /// Somebody set the clock.
    pub(super) fn clock_was_set(&mut self, millis: i64) {
        for (_, since) in &mut self.0 {
            *since = Timestamp::from_unix_millis(since.unix_millis().saturating_add(millis));
        }
    }
}

/// Whole seconds; a part of one counts as one.
pub(super) fn seconds_between(since: Timestamp, until: Timestamp) -> usize {
    usize::try_from(until.since(since).as_millis().div_ceil(1000)).unwrap_or(usize::MAX)
}

impl State {
    /// What of a person it shows.
    pub(super) fn seen(&self) -> Vec<Seen> {
        match self {
            State::Sharing(_) => vec![Seen::Share],
            State::ChoosingPerson(_) => vec![Seen::People],
            State::Reviewing(reviewing) => {
                let chart = reviewing.reconciliation.chosen().map(|chosen| Seen::Chart(chosen.patient().id.clone()));
                std::iter::once(Seen::Form).chain(chart).collect()
            }
            State::Queue(queue) => {
                let shown = queue.shown.as_ref().map(|shown| match shown.stands {
                    ShownAs::Filed(_) => Seen::Filed(shown.submission.clone()),
                    ShownAs::Confirmed { .. } | ShownAs::Kept(_) => Seen::CheckIn(shown.submission.clone()),
                });
                shown.into_iter().collect()
            }
            State::Idle
            | State::Scanning(_)
            | State::AskingPasscode(_)
            | State::Resolving(_)
            | State::AwaitingStaff(_)
            | State::Keeping(_)
            | State::Filing(_)
            | State::Complete(_)
            | State::Declined
            | State::WrongPerson(_)
            | State::InTrouble(_) => Vec::new(),
        }
    }

    /// Who looks at it, once staff signed in.
    pub(super) fn staff_id(&self) -> Option<&str> {
        match self {
            State::ChoosingPerson(choosing) => Some(&choosing.staff.id),
            State::Reviewing(reviewing) => Some(&reviewing.staff.id),
            State::Queue(queue) => match &queue.behind {
                Behind::Form(reviewing) => Some(&reviewing.staff.id),
                Behind::Nobody(staff) => Some(&staff.id),
            },
            State::WrongPerson(wrong) => wrong.staff.as_ref().map(|staff| staff.id.as_str()),
            State::Idle
            | State::Scanning(_)
            | State::AskingPasscode(_)
            | State::Resolving(_)
            | State::Sharing(_)
            | State::AwaitingStaff(_)
            | State::Keeping(_)
            | State::Filing(_)
            | State::Complete(_)
            | State::Declined
            | State::InTrouble(_) => None,
        }
    }

    /// Until when it shows anything: what nobody touches is covered (the faces do that), and stays so until it goes.
    pub(super) fn seen_until(&self, since: Timestamp, delays: &Delays, now: Timestamp) -> Timestamp {
        let is_covered = matches!(self, State::ChoosingPerson(_) | State::Reviewing(_) | State::Queue(_));
        let covered = since.plus(delays.covered);
        if is_covered && covered.unix_millis() < now.unix_millis() { covered } else { now }
    }
}
