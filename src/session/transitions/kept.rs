//! A check-in without a chart: while the EHR owes an answer the form is kept, and when it is there again staff open it. It is then
//! a form like any other, with a search of its own.

use super::super::{
    Behind, Discarding, Effect, Keeping, OpenedForm, Question, Queue, QueueRefusal, Reviewing, Session, ShownAs, State,
    Transition,
};
use crate::audit::{AuditEvent, AuditKind};
use crate::delivery::FilingOutcome;
use crate::filing::SubmissionId;
use crate::reconciliation::Staff;
use crate::ticket::{QueueNumber, Ticket};
use crate::time::Timestamp;

impl Session {
    /// Nothing is confirmed by this: what was ticked goes. One that was kept before stays where it is.
    pub(super) fn keep_for_later(self, reviewing: Box<Reviewing>, now: Timestamp) -> Transition {
        if !reviewing.reconciliation.choice().can_be_kept() {
            return self.keep(State::Reviewing(reviewing));
        }
        if reviewing.kept.is_some() {
            return self.end(now, "kept");
        }
        let staff = reviewing.staff.clone();
        let intake = reviewing.reconciliation.intake();
        let (submission, items) = (SubmissionId::new(self.id, &staff, &intake.sources, now), intake.items.len());
        let audit = AuditEvent::new(AuditKind::CheckInKept, self.id).by(&staff.id).count(items);
        let arrival = Box::new(reviewing.into_arrival());
        let keep = Effect::Ask(self.id, Question::KeepCheckIn { arrival, submission, staff, at: now, audit });
        self.go(State::Keeping(Keeping { items }), now, vec![keep])
    }

    /// The patient has a number now, and can sit down.
    pub(super) fn on_kept(self, keeping: &Keeping, number: QueueNumber, now: Timestamp) -> Transition {
        self.print(Ticket { number, outcome: FilingOutcome::Queued, items: keeping.items, at: now }, None, now)
    }

    /// The one that is shown, where no form is behind the list: never two patients' forms at once.
    pub(super) fn open_kept(self, mut queue: Box<Queue>, now: Timestamp) -> Transition {
        let submission = queue.shown_kept().map(|(submission, _)| submission.clone());
        let (Some(submission), Behind::Nobody(staff)) = (submission, &queue.behind) else {
            return self.go(State::Queue(queue), now, Vec::new());
        };
        let audit = AuditEvent::new(AuditKind::KeptCheckInOpened, self.id).by(&staff.id);
        let open = Effect::Ask(self.id, Question::OpenKept { submission, audit });
        queue.hide();
        self.go(State::Queue(queue), now, vec![open])
    }

    pub(super) fn on_kept_opened(
        self,
        mut queue: Box<Queue>,
        opened: Option<Box<OpenedForm>>,
        now: Timestamp,
    ) -> Transition {
        match (opened, &queue.behind) {
            (Some(opened), Behind::Nobody(staff)) => {
                let OpenedForm { arrival, lease } = *opened;
                let reviewing = Reviewing { kept: Some(lease), ..Reviewing::new(staff.clone(), arrival) };
                self.review(reviewing, now)
            }
            (Some(_), Behind::Form(_)) => self.keep(State::Queue(queue)),
            (None, Behind::Nobody(_) | Behind::Form(_)) => {
                queue.refused = Some(QueueRefusal::NotOpened);
                self.keep(State::Queue(queue))
            }
        }
    }

    /// Not while a form is behind the list: it may be the very one.
    pub(super) fn ask_to_discard(self, mut queue: Box<Queue>, discarding: Discarding, now: Timestamp) -> Transition {
        match (queue.shown.as_mut().map(|shown| &mut shown.stands), &queue.behind) {
            (Some(ShownAs::Kept(stands)), Behind::Nobody(_)) => *stands = discarding,
            (Some(ShownAs::Kept(_)), Behind::Form(_))
            | (Some(ShownAs::Confirmed { .. } | ShownAs::Filed(_)) | None, _) => {}
        }
        self.go(State::Queue(queue), now, Vec::new())
    }

    /// Only the one that is shown, and only after staff were asked and could read that. A second tap of the same finger changes
    /// nothing, nor how long the next must wait.
    pub(super) fn discard_kept(self, mut queue: Box<Queue>, now: Timestamp) -> Transition {
        let asked = match (queue.shown_kept(), &queue.behind) {
            (Some((submission, Discarding::Asked)), Behind::Nobody(staff)) => {
                Some((submission.clone(), staff.id.clone()))
            }
            (Some((_, Discarding::Asked | Discarding::No)) | None, Behind::Nobody(_) | Behind::Form(_)) => None,
        };
        let Some((submission, staff)) = asked.filter(|_| now.since(self.since) >= self.delays.discarding) else {
            return self.keep(State::Queue(queue));
        };
        queue.hide();
        let audit = AuditEvent::new(AuditKind::KeptCheckInDiscarded, self.id).by(&staff);
        let discard = Effect::Ask(self.id, Question::DiscardKept { submission, audit });
        self.go(State::Queue(queue), now, vec![discard])
    }

    /// Nobody touched a form for long that was kept before: it lies on disk, and whoever wants it signs in and opens it.
    pub(super) fn lock_kept(self, staff: &Staff, now: Timestamp) -> Transition {
        let record = self.record(AuditKind::ReviewLocked, |event| event.by(&staff.id));
        let Transition { next, effects } = self.end(now, "locked");
        Transition { next, effects: std::iter::once(record).chain(effects).collect() }
    }
}

impl Queue {
    /// The kept check-in that is shown, and whether staff are about to discard it.
    fn shown_kept(&self) -> Option<(&SubmissionId, Discarding)> {
        self.shown.as_ref().and_then(|shown| match shown.stands {
            ShownAs::Kept(discarding) => Some((&shown.submission, discarding)),
            ShownAs::Confirmed { .. } | ShownAs::Filed(_) => None,
        })
    }
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
