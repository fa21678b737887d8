//! The desk's questions of the EHR: which chart, what it holds, which appointments the patient has today.

use super::clock::{here, local_day, now};
use super::destination::SharedSite;
use super::shared::{EventSender, SharedHealth};
use super::undo::{WITHIN, undo_rows_within};
use crate::delivery::{Method, NoAnswer, Receipt, Request};
use crate::fhir::{RecordType, Resource};
use crate::filing::{CheckInLabel, losses};
use crate::intake::Intake;
use crate::net::{EhrClient, PatientsFound};
use crate::reconciliation::{
    AppointmentRules, ChartPatient, ChartRecords, ChartSearch, ComparedRecords, LookAlikes, OwnPlaces,
    TodaysAppointments,
};
use crate::session::{Answer, EhrHealth, ReviewAnswer, ReviewId, ShownAs, ShownCheckIn, UndoForm};
use crate::session_id::SessionId;
use crate::time::Day;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::Receiver;
use std::time::Duration;
use tokio::runtime::Handle;

/// Charts are shown without their insurance if the EHR takes longer to tell it.
const INSURANCE_WITHIN: Duration = Duration::from_secs(4);

/// A question of the session's.
pub(super) enum DeskJob {
    SearchChart((SessionId, ReviewId), Resource, (Day, Arc<Intake>)),
    LoadChart((SessionId, ReviewId), String, Arc<Intake>),
    LoadAppointments((SessionId, ReviewId), String),
    ShowFiled(SessionId, Box<Receipt>),
}

/// Answers them, one at a time.
pub(super) struct Desk {
    pub(super) runtime: Handle,
    /// The visit that is there.
    pub(super) present: Arc<AtomicI64>,
    pub(super) ehr: Option<EhrClient>,
    pub(super) site: SharedSite,
    pub(super) new_patients: bool,
    pub(super) look_alikes: LookAlikes,
    pub(super) appointments: Arc<(AppointmentRules, OwnPlaces)>,
    pub(super) events: EventSender,
    pub(super) health: SharedHealth,
}

impl Desk {
    /// Works until the other end is dropped.
    pub(super) fn run(self, jobs: &Receiver<DeskJob>) {
        while let Ok(job) = jobs.recv() {
            // An EHR that is slow is not asked for a visit that is over.
            let (DeskJob::SearchChart((session, _), ..)
            | DeskJob::LoadChart((session, _), ..)
            | DeskJob::LoadAppointments((session, _), ..)
            | DeskJob::ShowFiled(session, _)) = &job;
            if session.0 != self.present.load(Ordering::Relaxed) {
                continue;
            }
            match job {
                DeskJob::SearchChart(asked, patient, (day, form)) => {
                    let losses = losses(&self.site.get(), &form);
                    let is_insured = form.items.iter().any(|item| item.resource.is(RecordType::Coverage));
                    drop(form);
                    self.events.answer_review(asked, ReviewAnswer::LossesForeseen(losses));
                    let chart = self.search_chart(&patient, day, is_insured);
                    self.events.answer_review(asked, ReviewAnswer::ChartSearched(chart));
                }
                DeskJob::ShowFiled(session, receipt) => {
                    let shown = self.show_filed(session, *receipt);
                    self.events.answer(session, Answer::CheckInShown(Some(Box::new(shown))));
                }
                DeskJob::LoadChart(asked, chart, form) => {
                    self.load_appointments(asked, chart.clone());
                    let records = self.load_chart(&chart);
                    let records =
                        records.map(|records| Box::new(ComparedRecords::new(&form, records, &self.look_alikes)));
                    // The visit may end with the answer: its data is then nowhere else.
                    drop(form);
                    self.events.answer_review(asked, ReviewAnswer::ChartLoaded { chart, records });
                }
                DeskJob::LoadAppointments(asked, chart) => self.load_appointments(asked, chart),
            }
        }
    }

    /// What was filed, and whose chart it is in by now.
    fn show_filed(&self, session: SessionId, stored: Receipt) -> ShownCheckIn {
        let ask = async |request: &Request| match &self.ehr {
            Some(ehr) => ehr.ask(request).await,
            None => Err(NoAnswer::NotSent),
        };
        let day = local_day(now());
        let is_awaited = || session.0 == self.present.load(Ordering::Relaxed);
        let site = self.site.get();
        let rows = undo_rows_within(&stored, &site, day, ask, (WITHIN, is_awaited));
        let (receipt, rows) = self.runtime.block_on(rows);
        let label = stored.chart.as_ref().and_then(|chart| self.label_of(chart.reveal(), day));
        let submission = stored.submission.clone();
        let stands = ShownAs::Filed(Box::new(UndoForm::new((stored, receipt), rows)));
        ShownCheckIn { submission, label, stands }
    }

    /// By what people know the chart.
    fn label_of(&self, chart: &str, day: Day) -> Option<CheckInLabel> {
        let request =
            Request { method: Method::Get, target: chart.into(), if_none_exist: None, if_match: None, body: None };
        let reply = self.runtime.block_on(self.ehr.as_ref()?.ask(&request)).ok()?;
        let patient = (reply.status == 200).then(|| serde_json::from_slice(reply.body.reveal()).ok())??;
        let chart = ChartPatient::from_resource(Resource::from_json(patient)?, day)?;
        Some(CheckInLabel::of_chart(&chart))
    }

    fn load_chart(&self, chart: &str) -> Option<ChartRecords> {
        let ehr = self.ehr.as_ref()?;
        let stated = self.site.get().capabilities;
        self.runtime.block_on(ehr.load_chart(chart, stated.as_ref()))
    }

    /// Asked beside everything else: neither waits for the other.
    fn load_appointments(&self, asked: (SessionId, ReviewId), chart: String) {
        let site = self.site.get();
        let can_mark = site.changes(RecordType::Appointment);
        let (ehr, stated, known) = (self.ehr.clone(), site.capabilities, Arc::clone(&self.appointments));
        let events = self.events.clone();
        self.runtime.spawn(async move {
            let (rules, own) = &*known;
            let (zone, now) = (here(), now());
            let found = match ehr {
                Some(ehr) => ehr.appointments(&chart, stated.as_ref(), rules.window(&zone, now), own).await,
                None => None,
            };
            let told = TodaysAppointments::judge(found, rules, &zone, now);
            let told = Box::new(if can_mark { told } else { told.marked_by_hand() });
            events.answer_review(asked, ReviewAnswer::AppointmentsTold { chart, told });
        });
    }

    /// Insurance of charts is asked for where some was shared: there is nothing else to compare it with.
    fn search_chart(&self, patient: &Resource, day: Day, is_insured: bool) -> ChartSearch {
        let Some(ehr) = &self.ehr else { return ChartSearch::NoEhr };
        let stated = self.site.get().capabilities;
        let found = self.runtime.block_on(async {
            match ehr.search_patients(patient, day, stated.as_ref()).await {
                Ok(found) if is_insured => {
                    let with =
                        tokio::time::timeout(INSURANCE_WITHIN, ehr.with_insurance(&found, stated.as_ref())).await;
                    Ok(with.unwrap_or(found))
                }
                answer => answer,
            }
        });
        match found {
            Ok(PatientsFound { candidates, is_whole }) => {
                self.health.change(|health| health.ehr = EhrHealth::Reachable);
                match is_whole {
                    true => {
                        // Where the EHR makes no Patient, no chart can be opened: staff do that there, and search again.
                        let makes_one = self.site.get().create_mode(RecordType::Patient).is_some();
                        ChartSearch::Found { candidates, new_patients: self.new_patients && makes_one }
                    }
                    false => ChartSearch::FoundInPart { candidates },
                }
            }
            Err(error) => {
                tracing::warn!(why = %error, "the chart search failed");
                let standing = match error.fault() {
                    Some(_) => EhrHealth::Refusing,
                    None => EhrHealth::Unreachable,
                };
                self.health.change(|health| health.ehr = standing);
                ChartSearch::Unavailable
            }
        }
    }
}
