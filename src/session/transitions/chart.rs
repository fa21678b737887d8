//! Inside the review: what is confirmed with the patient and then a chart, what it holds, and a value that staff type for it.

use super::super::{Editing, Effect, KeyLayer, ReviewQuestion, Reviewing, Session, State, Transition};
use crate::audit::{AuditEvent, AuditKind};
use crate::reconciliation::{
    ChartPatient, ChosenChart, ComparedRecords, Field, FieldDecision, IdentityCheck, MAX_TYPED, PatientChoice,
};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use std::time::Duration;

impl Session {
    pub(super) fn on_patient_chosen(
        mut self,
        mut reviewing: Box<Reviewing>,
        choice: PatientChoice,
        now: Timestamp,
    ) -> Transition {
        let was_new = reviewing.reconciliation.choice().is_new();
        reviewing.leave_field();
        reviewing.reconciliation.touch(choice);
        let chosen = reviewing.reconciliation.choice().is_new() && !was_new;
        let record = self.record(AuditKind::ChartChosen, |event| event.by(&reviewing.staff.id).detail("new-patient"));
        self.since = now;
        let look_up = self.look_up_sources(&reviewing, None);
        let mut transition = self.keep(State::Reviewing(reviewing));
        transition.effects.extend(chosen.then_some([record, look_up]).into_iter().flatten());
        transition
    }

    /// The last identifier chooses the chart: it is recorded with what was confirmed, and the EHR is asked what it holds.
    pub(super) fn on_identifier_confirmed(
        mut self,
        mut reviewing: Box<Reviewing>,
        check: IdentityCheck,
        now: Timestamp,
    ) -> Transition {
        self.since = now;
        let Some((chart, word)) = reviewing.reconciliation.confirm_identifier(check) else {
            return self.keep(State::Reviewing(reviewing));
        };
        (reviewing.comparing, reviewing.appointments_asked) = (Some(now), Some(now));
        let record = self.record(AuditKind::ChartChosen, |event| event.by(&reviewing.staff.id).detail(word));
        let form = reviewing.reconciliation.shared_intake();
        let load = self.ask_for_review(ReviewQuestion::LoadChart { chart: chart.id.clone(), form });
        let recall = self.ask_for_review(ReviewQuestion::RecallDecisions(Box::new(chart.clone())));
        let look_up = self.look_up_sources(&reviewing, Some(chart));
        let mut transition = self.keep(State::Reviewing(reviewing));
        transition.effects = vec![record, look_up, recall, load];
        transition
    }

    /// What the matching rules said of the charts that were found.
    pub(super) fn record_match(&self, reviewing: &Reviewing) -> Effect {
        let evaluated = reviewing.reconciliation.choice().evaluated();
        let event = AuditEvent::new(AuditKind::ChartsMatched, self.id).by(&reviewing.staff.id).count(evaluated.charts);
        let event = match evaluated.outcome {
            Some(outcome) => event.detail(outcome),
            None => event,
        };
        Effect::RecordMatch(event, evaluated.details)
    }

    fn look_up_sources(&self, reviewing: &Reviewing, chart: Option<ChartPatient>) -> Effect {
        let sources = reviewing.reconciliation.intake().sources.iter().map(|source| source.digest).collect();
        self.ask_for_review(ReviewQuestion::LookUpSources { sources, chart: chart.map(Box::new) })
    }
}

impl Reviewing {
    /// What a chart holds has come, or will not.
    pub(super) fn take_in(&mut self, chart: &str, records: Option<ComparedRecords>) {
        self.reconciliation.set_records(chart, records);
        if self.reconciliation.chosen().is_none_or(|chosen| !chosen.is_awaited()) {
            self.comparing = None;
        }
    }

    /// The EHR has its time; then the form goes on without a comparison.
    pub(super) fn give_up_comparing(&mut self, now: Timestamp, patience: Duration) {
        let late = self.comparing.is_some_and(|since| now.since(since) >= patience);
        let chart = self.reconciliation.chosen().map(|chosen| chosen.patient().id.clone());
        if let (true, Some(chart)) = (late, chart) {
            self.take_in(&chart, None);
        }
    }

    /// What the EHR said of today's appointments is old: a colleague may have marked one, or the clinic moved it.
    pub(super) fn appointments_due(&mut self, now: Timestamp, age: Duration) -> Option<ReviewQuestion> {
        let is_old = self.appointments_asked.is_some_and(|asked| now.since(asked) >= age);
        let chart = self.reconciliation.chosen().filter(|_| is_old)?.patient().id.clone();
        self.appointments_asked = Some(now);
        Some(ReviewQuestion::LoadAppointments { chart })
    }

    pub(super) fn leave_chart(&mut self) {
        self.leave_field();
        self.reconciliation.leave_chart();
    }

    fn leave_field(&mut self) {
        (self.comparing, self.appointments_asked) = (None, None);
        self.editing = None;
    }

    /// Begins with what the field would say: what was typed before, what was shared, what the chart says.
    pub(super) fn open_field(&mut self, field: Field) {
        let rows = self.reconciliation.chosen().map_or(&[][..], ChosenChart::fields);
        let Some(row) = rows.iter().find(|row| row.field == field && field.can_be_typed()) else { return };
        let begun = match &row.decision {
            Some(FieldDecision::Typed(text)) => Some(text),
            None | Some(FieldDecision::Keep | FieldDecision::Take) => row.shared.as_ref().or(row.chart.as_ref()),
        };
        // Room for the longest value, so that growing leaves no copies behind.
        let mut typed = Sensitive::new(String::with_capacity(MAX_TYPED * 4));
        if let Some(begun) = begun {
            typed.append(begun);
        }
        let keys = if matches!(field, Field::Email | Field::Address) { KeyLayer::Small } else { KeyLayer::Digits };
        self.editing = Some(Editing { field, typed, keys });
    }

    pub(super) fn type_field(&mut self, text: &Sensitive<String>) {
        if let Some(editing) = &mut self.editing {
            let plain = !text.reveal().chars().any(char::is_control);
            if plain && editing.typed.reveal().len() + text.reveal().len() <= MAX_TYPED {
                editing.typed.append(text);
            }
        }
    }

    pub(super) fn switch_keys(&mut self, keys: KeyLayer) {
        if let Some(editing) = &mut self.editing {
            editing.keys = keys;
        }
    }

    pub(super) fn erase_field(&mut self) {
        if let Some(editing) = &mut self.editing {
            let mut shorter = editing.typed.reveal().clone();
            shorter.pop();
            editing.typed = Sensitive::new(shorter);
        }
    }

    /// A value that cannot stand in the field stays open.
    pub(super) fn close_field(&mut self) {
        if let Some(editing) = self.editing.take_if(|editing| editing.field.check(editing.typed.reveal()).is_ok()) {
            self.reconciliation.decide(editing.field, FieldDecision::Typed(editing.typed));
        }
    }
}
