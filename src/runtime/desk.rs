//! The desk's questions: whose PIN, which chart.

use super::clock::now;
use super::kiosk::{Post, SharedHealth, SharedStore, lock};
use super::staff::Roster;
use crate::intake::Person;
use crate::net::EhrClient;
use crate::reconciliation::ChartSearch;
use crate::sensitive::Sensitive;
use crate::session::{EhrHealth, Event, PinRefusal, SessionId};
use crate::store::PinStanding;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use tokio::runtime::Handle;

/// A question.
pub(super) enum DeskJob {
    CheckPin(SessionId, Sensitive<String>),
    SearchChart(SessionId, Person),
}

/// Answers them, one at a time.
pub(super) struct Desk {
    pub(super) runtime: Handle,
    pub(super) store: SharedStore,
    pub(super) roster: Roster,
    pub(super) ehr: Option<Arc<EhrClient>>,
    pub(super) new_patients: bool,
    pub(super) post: Post,
    pub(super) health: SharedHealth,
}

impl Desk {
    /// Works until the other end is dropped.
    pub(super) fn run(self, jobs: &Receiver<DeskJob>) {
        while let Ok(job) = jobs.recv() {
            self.post.send(match job {
                DeskJob::CheckPin(session, pin) => self.check_pin(session, &pin),
                DeskJob::SearchChart(session, person) => {
                    Event::ChartSearched { session, chart: self.search_chart(&person) }
                }
            });
        }
    }

    /// The count of wrong PINs is on disk before the answer is given, so that pulling the plug gains no try. When it cannot
    /// be written, no PIN is good.
    fn check_pin(&self, session: SessionId, pin: &Sensitive<String>) -> Event {
        let refused = |refusal| Event::StaffRefused { session, refusal };
        match lock(&self.store).pin_attempts().standing(now()) {
            Ok(PinStanding::Open { .. }) => {}
            Ok(PinStanding::Locked { .. }) | Err(_) => return refused(PinRefusal::Locked),
        }
        let staff = self.roster.find(pin);
        let mut store = lock(&self.store);
        match staff {
            Some(staff) if store.pin_attempts().record_right().is_ok() => Event::StaffSignedIn { session, staff },
            Some(_) => refused(PinRefusal::Locked),
            None => match store.pin_attempts().record_wrong(now()) {
                Ok(PinStanding::Open { .. }) => refused(PinRefusal::Wrong),
                Ok(PinStanding::Locked { .. }) | Err(_) => refused(PinRefusal::Locked),
            },
        }
    }

    fn search_chart(&self, person: &Person) -> ChartSearch {
        let new_patients = self.new_patients;
        let found = self.ehr.as_ref().map(|ehr| self.runtime.block_on(ehr.search_patients(person)));
        match found {
            Some(Ok(candidates)) => {
                self.health.change(|health| health.ehr = EhrHealth::Reachable);
                ChartSearch::Found { candidates, new_patients }
            }
            Some(Err(error)) => {
                tracing::warn!(why = %error, "the chart search failed");
                let standing = match error.fault() {
                    Some(_) => EhrHealth::Refusing,
                    None => EhrHealth::Unreachable,
                };
                self.health.change(|health| health.ehr = standing);
                ChartSearch::Unavailable { new_patients }
            }
            None => ChartSearch::Unavailable { new_patients },
        }
    }
}
