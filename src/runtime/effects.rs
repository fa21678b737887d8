//! Runs effects in order. A record that cannot be written stops what should have followed it.

use super::breach::{BreachFacts, breach_page};
use super::camera_watch::CameraWatch;
use super::clock::{here, local_day, local_time, now};
use super::desk::DeskJob;
use super::destination::SharedSite;
use super::outbox::OutboxWorker;
use super::pins::PinJob;
use super::printing::note_ticket;
use super::queue::{CheckInToKeep, QueueRunner};
use super::reader::{ReaderJob, Reading, Work};
use super::shared::{EventSender, SharedHealth, SharedStore, lock};
use crate::audit::AuditEvent;
use crate::filing::{Clinic, SubmissionId, plan};
use crate::folder::Folder;
use crate::language::Language;
use crate::printer::TicketText;
use crate::reconciliation::{
    AppointmentRules, ChartPatient, ChartSearch, ConfirmedIntake, DecidedBefore, Remembered, TodaysAppointments,
};
use crate::sensitive::Sensitive;
use crate::session::{
    Answer, Effect, KeptLease, PinRefusal, Question, ReviewAnswer, ReviewId, ReviewQuestion, WhereItWaits,
};
use crate::session_id::SessionId;
use crate::store::{KeptDecision, StoreError, Subject};
use crate::ticket::{Ticket, text_ids};
use crate::trouble::Trouble;
use crate::ui::Strings;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Duration;

/// Everything that effects need.
pub(super) struct EffectRunner {
    pub(super) store: SharedStore,
    pub(super) clinic: String,
    pub(super) site: SharedSite,
    /// A confirmed check-in is stored this soon or not at all.
    pub(super) store_within: Duration,
    pub(super) shares: SyncSender<ReaderJob>,
    pub(super) pins: SyncSender<PinJob>,
    pub(super) desk: SyncSender<DeskJob>,
    pub(super) outbox: Arc<OutboxWorker>,
    pub(super) camera: Arc<CameraWatch>,
    /// Of the clinic, for what it keeps.
    pub(super) folder: Folder,
    /// To the printer, when there is one.
    pub(super) tickets: Option<SyncSender<TicketText>>,
    pub(super) events: EventSender,
    pub(super) health: SharedHealth,
}

impl EffectRunner {
    /// Works until the other end is dropped.
    pub(super) fn run_batches(self, batches: &Receiver<Vec<Effect>>) {
        let mut unrecorded = None;
        while let Ok(batch) = batches.recv() {
            self.run_batch(batch, &mut unrecorded);
        }
    }

    /// Of the visit of which something could not be recorded, people are told that nothing was filed: nothing that it asked for
    /// before they read so is stored afterwards, even if the disk is well again by then.
    fn run_batch(&self, batch: Vec<Effect>, unrecorded: &mut Option<SessionId>) {
        for effect in batch {
            match effect {
                Effect::Record(event) => {
                    if !self.record(&event) {
                        // A late word about an earlier visit does not hide that of a later one.
                        *unrecorded = (*unrecorded).max(event.session);
                        return;
                    }
                }
                Effect::RecordMatch(event, details) => {
                    if !self.record_match(&event, &details) {
                        *unrecorded = (*unrecorded).max(event.session);
                        return;
                    }
                }
                Effect::Ask(session, Question::StoreSubmission { .. }) if *unrecorded == Some(session) => {
                    self.events.answer(session, Answer::SubmissionNotStored);
                }
                Effect::Ask(session, Question::KeepCheckIn { .. }) if *unrecorded == Some(session) => {
                    self.events.answer(session, Answer::CheckInNotKept);
                }
                // What is looked at is written down first; where it cannot be, it is not looked at.
                Effect::Ask(session, Question::Review(review, ReviewQuestion::LoadChart { chart, .. }))
                    if *unrecorded == Some(session) || !self.is_noted(session, &chart) =>
                {
                    let asked = (session, review);
                    self.events.answer_review(asked, appointments_not_told(chart.clone()));
                    self.events.answer_review(asked, ReviewAnswer::ChartLoaded { chart, records: None });
                }
                Effect::Ask(session, Question::Review(review, ReviewQuestion::LoadAppointments { chart }))
                    if *unrecorded == Some(session) =>
                {
                    // The look into the chart was noted when it was loaded.
                    self.events.answer_review((session, review), appointments_not_told(chart));
                }
                Effect::Ask(session, question) => self.ask(session, question),
                Effect::CloseCamera => self.camera.close(),
                Effect::PrintTicket { ticket, language } => self.print(ticket, language),
            }
        }
    }

    fn is_noted(&self, session: SessionId, chart: &str) -> bool {
        let noted = lock(&self.store).note_chart_seen(session, &format!("Patient/{chart}"));
        noted.inspect_err(|error| tracing::error!(why = %error, "a look into a chart cannot be recorded")).is_ok()
    }

    fn ask(&self, session: SessionId, question: Question) {
        match question {
            Question::OpenCamera => self.camera.open(session),
            Question::ResolveShare { code, passcode } => {
                hand_over(&self.shares, ReaderJob { session, work: Work::Share { code, passcode } });
            }
            Question::Review(review, question) => self.ask_for_review((session, review), question),
            Question::CheckPin(pin) => {
                // The form would wait for an answer for ever.
                if !hand_over(&self.pins, (session, pin)) {
                    self.events.answer(session, Answer::StaffRefused(PinRefusal::Busy));
                }
            }
            Question::StoreSubmission { confirmed, kept, audit } => {
                self.store_submission(session, &confirmed, kept.as_ref(), audit);
            }
            Question::ListQueue => self.queue().list(session),
            Question::ShowCheckIn(submission, WhereItWaits::Filed) => self.show_filed(session, submission),
            Question::StopCheckIn { submission, stop, audit } => self.queue().stop(session, &submission, stop, audit),
            Question::Undo { plan, seen, audit } => self.queue().undo(session, &plan, &seen, audit),
            Question::WriteBreachFacts { submission, language, audit } => {
                let name = self.write_facts(&submission, language, audit);
                self.events.answer(session, Answer::BreachFactsWritten(submission, name));
            }
            Question::ShowCheckIn(submission, place) => self.queue().show(session, &submission, place),
            Question::SendAgain { looked, audit } => self.queue().send_again(session, &looked, audit),
            Question::KeepCheckIn { arrival, submission, staff, at, audit } => {
                let kept = CheckInToKeep { arrival: *arrival, submission, staff, at };
                self.queue().keep(session, kept, audit, self.store_within);
            }
            Question::OpenKept { submission, audit } => self.queue().open(session, &submission, audit),
            Question::DiscardKept { submission, audit } => self.queue().discard(session, &submission, audit),
        }
    }

    /// Nothing that a form waits for is left without an answer.
    fn ask_for_review(&self, asked: (SessionId, ReviewId), question: ReviewQuestion) {
        let (session, review) = asked;
        let read = |reading| hand_over(&self.shares, ReaderJob { session, work: Work::Review(review, reading) });
        let not_shown = || ReviewAnswer::PageDrawn(Err(Trouble::DocumentNotShown));
        let answer = match question {
            ReviewQuestion::DrawPage { document, page } => (!read(Reading::Page { document, page })).then(not_shown),
            ReviewQuestion::OpenDocument { item, which, page } => {
                (!read(Reading::Document { item, which, page })).then(not_shown)
            }
            ReviewQuestion::ReadMore(item) => {
                let id = item.id;
                (!read(Reading::More(item))).then_some(ReviewAnswer::MoreRead(id, None))
            }
            ReviewQuestion::SearchChart { patient, day, form } => {
                (!hand_over(&self.desk, DeskJob::SearchChart(asked, patient, (day, form))))
                    .then_some(ReviewAnswer::ChartSearched(ChartSearch::Unavailable))
            }
            ReviewQuestion::LookUpSources { sources, chart } => {
                let seen_elsewhere = self.seen_elsewhere(&sources, chart.as_deref());
                let chart = chart.map(|chart| chart.id);
                Some(ReviewAnswer::SourcesLookedUp { chart, seen_elsewhere })
            }
            ReviewQuestion::RecallDecisions(chart) => {
                let remembered = self.decided_before(&chart);
                Some(ReviewAnswer::DecisionsRecalled { chart: chart.id, remembered })
            }
            ReviewQuestion::LoadAppointments { chart } => {
                let taken = hand_over(&self.desk, DeskJob::LoadAppointments(asked, chart.clone()));
                (!taken).then(|| appointments_not_told(chart))
            }
            ReviewQuestion::LoadChart { chart, form } => {
                let taken = hand_over(&self.desk, DeskJob::LoadChart(asked, chart.clone(), form));
                if !taken {
                    self.events.answer_review(asked, appointments_not_told(chart.clone()));
                }
                (!taken).then_some(ReviewAnswer::ChartLoaded { chart, records: None })
            }
        };
        if let Some(answer) = answer {
            self.events.answer_review(asked, answer);
        }
    }

    /// A warning that cannot be had holds nothing up.
    fn seen_elsewhere(&self, sources: &[[u8; 32]], chart: Option<&ChartPatient>) -> bool {
        let known = chart.map(|chart| (chart.id.as_str(), Some(chart)));
        lock(&self.store).seen_for_another_chart(sources, known).unwrap_or_else(|error| {
            tracing::error!(why = %error, "earlier check-ins cannot be looked through");
            false
        })
    }

    /// What cannot be recalled is asked about again.
    fn decided_before(&self, chart: &ChartPatient) -> Remembered {
        let kept = lock(&self.store).decided_before(chart).unwrap_or_else(|error| {
            tracing::error!(why = %error, "earlier decisions cannot be recalled");
            Vec::new()
        });
        let before = |kept: KeptDecision| {
            let day = local_day(kept.at()).to_string();
            (kept.content(), DecidedBefore { decided: kept.decided, by: kept.name, day })
        };
        kept.into_iter().map(before).collect()
    }

    fn record(&self, event: &AuditEvent) -> bool {
        let written = lock(&self.store).audit().append(event, now());
        self.is_recorded(event, written.map(drop))
    }

    fn record_match(&self, event: &AuditEvent, details: &Sensitive<String>) -> bool {
        let written = lock(&self.store).note_match(event, details, now());
        self.is_recorded(event, written)
    }

    fn is_recorded(&self, event: &AuditEvent, written: Result<(), StoreError>) -> bool {
        if let Err(error) = &written {
            tracing::error!(why = %error, "the audit log cannot be written");
            if let Some(session) = event.session {
                self.events.answer(session, Answer::AuditNotWritten);
            }
        }
        written.is_ok()
    }

    /// A check-in that comes late is not stored at all: staff have read, or are about to, that nothing was filed. The time is
    /// read once nothing else holds the store.
    fn store_submission(
        &self,
        session: SessionId,
        confirmed: &ConfirmedIntake,
        kept: Option<&KeptLease>,
        audit: AuditEvent,
    ) {
        let derived = || SubmissionId::derive(session, confirmed);
        let submission = kept.map_or_else(derived, |lease| lease.submission.clone());
        let stored = plan(confirmed, &submission, &Clinic { name: self.clinic.clone() }, &self.site.get())
            .map_err(|defect| tracing::error!(why = %defect, "no plan could be made"))
            .and_then(|plan| {
                let mut store = lock(&self.store);
                if now().since(confirmed.confirmed_at) > self.store_within {
                    tracing::error!("a confirmed check-in came too late to be stored");
                    return Err(());
                }
                let subject = Subject::from_confirmed(confirmed);
                let subject = subject.ok_or_else(|| tracing::error!("a check-in of a patient without demographics"))?;
                let queued = match kept {
                    Some(lease) => store.outbox().enqueue_kept(&plan, &subject, audit, lease, now()),
                    None => store.outbox().enqueue(&plan, &subject, audit, &local_day(now()).to_string(), now()),
                };
                queued.map_err(|error| tracing::error!(why = %error, "the check-in could not be stored"))
            });
        match stored {
            Ok(number) => {
                self.events.answer(session, Answer::SubmissionStored(number));
                self.outbox.wake();
            }
            Err(()) => self.events.answer(session, Answer::SubmissionNotStored),
        }
    }

    /// How what was filed stands in the EHR now. The record of the look is written already.
    fn show_filed(&self, session: SessionId, submission: SubmissionId) {
        let receipt = lock(&self.store).outbox().receipt(&submission);
        let receipt = receipt.map_err(|error| tracing::error!(why = %error, "a receipt cannot be read"));
        let asked = match receipt {
            Ok(Some(receipt)) => hand_over(&self.desk, DeskJob::ShowFiled(session, Box::new(receipt))),
            Ok(None) | Err(()) => false,
        };
        if !asked {
            self.events.answer(session, Answer::CheckInShown(None));
        }
    }

    /// The facts for a breach notice, beside the check-ins in the clinic's folder; under which name.
    fn write_facts(&self, submission: &SubmissionId, language: Language, audit: AuditEvent) -> Option<String> {
        let facts = BreachFacts::of_check_in(&mut lock(&self.store), submission, (&self.clinic, audit), now());
        let facts =
            facts.map_err(|error| tracing::error!(why = %error, "the facts of a check-in cannot be read")).ok()?;
        let page = breach_page(&facts, language)?;
        let written = self.folder.put_page(&facts.file_name(), &page);
        written.map_err(|_| tracing::error!("the facts for a breach notice could not be written")).ok()?;
        Some(facts.file_name())
    }

    fn queue(&self) -> QueueRunner<'_> {
        QueueRunner { store: &self.store, outbox: &self.outbox, events: &self.events }
    }

    fn print(&self, ticket: Ticket, language: Language) {
        let Some(tickets) = &self.tickets else { return };
        let strings = Strings::new(language);
        let (title, next) = text_ids(ticket.outcome);
        let text = TicketText {
            clinic: self.clinic.clone(),
            title: strings.text("complete-number"),
            number: ticket.number.spoken(),
            time: local_time(ticket.at),
            sentence: strings.text(title),
            footer: strings.text(next),
        };
        if !hand_over(tickets, text) {
            note_ticket(&self.store, &self.health, false);
        }
    }
}

/// Nobody asked the EHR.
fn appointments_not_told(chart: String) -> ReviewAnswer {
    let told = TodaysAppointments::judge(None, &AppointmentRules::default(), &here(), now());
    ReviewAnswer::AppointmentsTold { chart, told: Box::new(told) }
}

/// Whether the worker takes the job: one that is still busy with the patient before does it when it is done; one that is gone
/// never does, and the session's own deadline tells.
fn hand_over<T>(worker: &SyncSender<T>, job: T) -> bool {
    let taken = worker.try_send(job).is_ok();
    if !taken {
        tracing::error!("a worker takes no more jobs");
    }
    taken
}

#[cfg(test)]
mod tests;
