//! For which of today's appointments staff mark the patient as arrived. It is part of the [`super::ChosenChart`].

use super::appointment::AppointmentStatus;
use super::confirmed::Change;
use super::today::{Outcome, TodaysAppointments};
use crate::sensitive::Sensitive;
use serde_json::Value;
use std::collections::BTreeSet;

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    told: Option<TodaysAppointments>,
    marked: BTreeSet<String>,
    /// One that staff had marked is another one by now, and is marked no more.
    is_changed: bool,
    /// The EHR was asked again and did not answer: what it told before stands.
    is_old: bool,
}

impl Arrivals {
    /// What the EHR told; none until it did.
    pub fn told(&self) -> Option<&TodaysAppointments> {
        self.told.as_ref()
    }

    /// Whether the patient is to be marked as arrived for this one.
    pub fn marks(&self, appointment: &str) -> bool {
        self.marked.contains(appointment)
    }

    /// Whether one that staff had marked has changed in the EHR, so that they look again.
    pub const fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// Whether the EHR did not answer when it was asked again.
    pub const fn is_old(&self) -> bool {
        self.is_old
    }

    /// The EHR told, or told anew. A mark stays on what is as staff saw it.
    pub(super) fn set(&mut self, told: TodaysAppointments) {
        let says_nothing = matches!(told.outcome, Outcome::NotTold) && told.beside.is_empty();
        if says_nothing && self.told.as_ref().is_some_and(|before| !matches!(before.outcome, Outcome::NotTold)) {
            self.is_old = true;
            return;
        }
        let seen = |id: &str| self.told.iter().flat_map(|told| told.standing()).find(|it| it.id == id);
        let stays = |id: &String| {
            let now = told.standing().iter().find(|it| it.id == *id);
            now.zip(seen(id)).is_some_and(|(now, before)| now.can_arrive() && now.is_as_seen(before))
        };
        let marked: BTreeSet<String> = self.marked.iter().filter(|id| stays(id)).cloned().collect();
        // Until staff touch a mark they have not looked.
        self.is_changed |= marked.len() < self.marked.len();
        (self.marked, self.told, self.is_old) = (marked, Some(told), false);
    }

    /// Staff mark the patient as arrived for this one, or not after all.
    pub(super) fn toggle(&mut self, appointment: &str) {
        let standing = self.told.iter().flat_map(|told| told.standing());
        let can_arrive = standing.into_iter().any(|it| it.id == appointment && it.can_arrive());
        self.is_changed = false;
        if !self.marked.remove(appointment) && can_arrive {
            self.marked.insert(appointment.to_owned());
        }
    }

    /// What that changes in the EHR.
    pub(super) fn changes(&self) -> impl Iterator<Item = Change> {
        let marked = self.told.iter().flat_map(|told| told.standing()).filter(|it| self.marks(&it.id));
        marked.map(|appointment| Change {
            target: format!("Appointment/{}", appointment.id),
            element: "status",
            was: Sensitive::new(Value::from(appointment.status.code())),
            becomes: Sensitive::new(Value::from(AppointmentStatus::Arrived.code())),
            item: None,
            only_while: appointment.as_told.clone(),
        })
    }
}
