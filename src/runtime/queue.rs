//! The list of check-ins that wait, for the desk: what waits, whose one of them is, and those that were kept without a chart. All
//! of it is on disk, and sealed and opened here, beside the thread that draws.

use super::clock::{local_day, local_time, now};
use super::outbox::OutboxWorker;
use super::shared::{EventSender, SharedStore, lock};
use crate::audit::AuditEvent;
use crate::delivery::{Receipt, UndoPlan, WaitReason};
use crate::filing::{CheckInLabel, SubmissionId};
use crate::reconciliation::Staff;
use crate::resolve::Arrival;
use crate::session::{
    Answer, Discarding, FiledCheckIn, KeptWaiting, LookedInChart, OpenedForm, QueueList, ShownAs, ShownCheckIn, Stop,
    Stopping, Waiting, WhereItWaits,
};
use crate::session_id::SessionId;
use crate::store::{KeptEntry, OutboxEntry, OutboxState, ShownEntry, Stopped, StoreError, ToKeep};
use crate::time::Timestamp;
use std::time::Duration;

/// More confirmed ones are no list for a screen. Those that were kept are all listed: the store keeps no more than staff can open.
const MOST_LISTED: usize = 500;
/// What was filed before is undone by its id, from the command line.
const RECENT: Duration = Duration::from_secs(7 * 24 * 3600);

/// What the list needs.
pub(super) struct QueueRunner<'a> {
    pub(super) store: &'a SharedStore,
    pub(super) outbox: &'a OutboxWorker,
    pub(super) events: &'a EventSender,
}

/// A form that staff keep.
pub(super) struct CheckInToKeep {
    pub(super) arrival: Arrival,
    pub(super) submission: SubmissionId,
    pub(super) staff: Staff,
    pub(super) at: Timestamp,
}

impl QueueRunner<'_> {
    pub(super) fn list(&self, session: SessionId) {
        match self.listed() {
            Ok(list) => self.events.answer(session, Answer::QueueListed(list)),
            Err(error) => tracing::error!(why = %error, "the queue cannot be read"),
        }
    }

    fn listed(&self) -> Result<QueueList, StoreError> {
        let mut store = lock(self.store);
        let mut confirmed = store.outbox().list()?;
        confirmed.retain(|entry| entry.state != OutboxState::Accepted);
        // What staff must do comes first; what goes by itself may stand below.
        confirmed.sort_by_key(|entry| entry.state != OutboxState::NeedsPerson);
        Ok(QueueList {
            filed: store.outbox().filed_since(before(now(), RECENT), MOST_LISTED)?.iter().map(filed_of).collect(),
            left_out: confirmed.len().saturating_sub(MOST_LISTED),
            confirmed: confirmed.iter().take(MOST_LISTED).map(waiting_of).collect(),
            kept: store.kept().list()?.iter().map(kept_of).collect(),
        })
    }

    /// The record of it is written already.
    pub(super) fn show(&self, session: SessionId, submission: &SubmissionId, place: WhereItWaits) {
        let shown = match place {
            WhereItWaits::Kept => lock(self.store).kept().show(submission).map(|(_, label)| {
                let stands = ShownAs::Kept(Discarding::No);
                Some(ShownCheckIn { submission: submission.clone(), label: Some(label), stands })
            }),
            // The EHR is asked for it, elsewhere.
            WhereItWaits::Filed => Ok(None),
            WhereItWaits::Confirmed => lock(self.store).outbox().shown(submission).map(|entry| entry.map(shown_of)),
        };
        let shown = shown.unwrap_or_else(|error| {
            tracing::error!(why = %error, "a check-in that waits cannot be shown");
            None
        });
        self.events.answer(session, Answer::CheckInShown(shown.map(Box::new)));
    }

    pub(super) fn stop(&self, session: SessionId, submission: &SubmissionId, stop: Stop, audit: AuditEvent) {
        let stopped = lock(self.store).outbox().stop(submission, stop, audit, now());
        let stopping = match stopped {
            Ok(Stopped::Now | Stopped::AfterThisRequest) => Stopping::Stopped,
            Ok(Stopped::Filed) => Stopping::Filed,
            Err(error) => {
                tracing::error!(why = %error, "a check-in could not be stopped");
                Stopping::Failed
            }
        };
        self.events.answer(session, Answer::CheckInStopped(submission.clone(), stopping));
        self.outbox.wake();
        self.list(session);
    }

    pub(super) fn undo(&self, session: SessionId, plan: &UndoPlan, seen: &Receipt, audit: AuditEvent) {
        if let Err(error) = lock(self.store).outbox().undo(plan, seen, audit, now()) {
            tracing::error!(why = %error, "an undo could not be queued");
            self.events.answer(session, Answer::NotSentAgain);
        }
        self.outbox.wake();
        self.list(session);
    }

    pub(super) fn send_again(&self, session: SessionId, looked: &LookedInChart, audit: AuditEvent) {
        if let Err(error) = lock(self.store).outbox().send_again(looked.submission(), looked.doubt(), audit, now()) {
            tracing::error!(why = %error, "a check-in could not be queued again");
            self.events.answer(session, Answer::NotSentAgain);
        }
        self.outbox.wake();
        self.list(session);
    }

    /// A form that comes late is not kept at all: staff have read, or are about to, that it was not.
    pub(super) fn keep(&self, session: SessionId, kept: CheckInToKeep, audit: AuditEvent, within: Duration) {
        let CheckInToKeep { arrival, submission, staff, at } = kept;
        let label = CheckInLabel::without_chart(&arrival.intake.person);
        let number = arrival.into_bytes().ok_or(StoreError::Seal).and_then(|form| {
            let to_keep = ToKeep { submission: &submission, form: &form, label: &label, staff: &staff.id };
            let mut store = lock(self.store);
            match now().since(at) > within {
                true => Err(StoreError::Late),
                false => store.kept().keep(&to_keep, audit, &local_day(now()).to_string(), now()),
            }
        });
        match number {
            Ok(number) => {
                self.events.answer(session, Answer::CheckInKept(number));
                self.outbox.wake();
            }
            Err(error) => {
                tracing::error!(why = %error, "a check-in could not be kept");
                self.events.answer(session, Answer::CheckInNotKept);
            }
        }
    }

    pub(super) fn open(&self, session: SessionId, submission: &SubmissionId, audit: AuditEvent) {
        let opened = lock(self.store).kept().open(submission, audit, now());
        let opened = opened.and_then(|(form, lease)| {
            let arrival = Arrival::from_bytes(&form).ok_or(StoreError::RowChanged)?;
            arrival.intake.look_ahead();
            Ok(Box::new(OpenedForm { arrival, lease }))
        });
        let opened = opened.map_err(|error| tracing::error!(why = %error, "a kept check-in could not be opened")).ok();
        let failed = opened.is_none();
        self.events.answer(session, Answer::KeptOpened(opened));
        if failed {
            self.list(session);
        }
    }

    pub(super) fn discard(&self, session: SessionId, submission: &SubmissionId, audit: AuditEvent) {
        if let Err(error) = lock(self.store).kept().discard(submission, audit, now()) {
            tracing::error!(why = %error, "a kept check-in could not be discarded");
        }
        self.outbox.wake();
        self.list(session);
    }
}

fn before(at: Timestamp, span: Duration) -> Timestamp {
    let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_unix_millis(at.unix_millis().saturating_sub(millis))
}

fn waiting_of(entry: &OutboxEntry) -> Waiting {
    Waiting {
        submission: entry.submission.clone(),
        number: entry.number.spoken(),
        confirmed: local_time(entry.confirmed_at),
        why: entry.waits_for(),
    }
}

fn filed_of(entry: &OutboxEntry) -> FiledCheckIn {
    FiledCheckIn {
        submission: entry.submission.clone(),
        number: entry.number.spoken(),
        confirmed: local_time(entry.confirmed_at),
        withdrawn: entry.reason == Some(WaitReason::Withdrawn),
    }
}

fn kept_of(entry: &KeptEntry) -> KeptWaiting {
    KeptWaiting {
        submission: entry.submission.clone(),
        number: entry.number.spoken(),
        kept: local_time(entry.kept_at),
        restored: entry.restored,
    }
}

fn shown_of(shown: ShownEntry) -> ShownCheckIn {
    let ShownEntry { entry, label, chart, standings, is_undo, doubt } = shown;
    let titles = label.iter().flat_map(|label| &label.items);
    let records = titles.filter_map(|(item, title)| {
        let (_, standing) = standings.iter().find(|(known, _)| known == item)?;
        Some((title.clone(), *standing))
    });
    let withdrawing = (!is_undo).then_some(Discarding::No);
    let stands = ShownAs::Confirmed { chart, records: records.collect(), doubt, looked: false, withdrawing };
    ShownCheckIn { submission: entry.submission, label, stands }
}
