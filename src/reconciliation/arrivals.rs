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
    /// How often the list has changed since it was first told: what is below it has moved then.
    moves: u32,
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

    /// Goes up whenever the list changes on screen.
    pub const fn moves(&self) -> u32 {
        self.moves
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
        let listed = |told: &TodaysAppointments| -> Vec<(String, bool)> {
            told.standing().iter().map(|it| (it.id.clone(), it.can_arrive())).collect()
        };
        let has_fallen = marked.len() < self.marked.len();
        let is_moved =
            self.told.as_ref().is_some_and(|before| !before.standing().is_empty() && listed(before) != listed(&told));
        self.moves += u32::from(is_moved || has_fallen && !self.is_changed);
        // Until staff touch a mark they have not looked.
        self.is_changed |= has_fallen;
        (self.marked, self.told, self.is_old) = (marked, Some(told), false);
    }

    /// Staff mark the patient as arrived for this one, or not after all.
    pub(super) fn toggle(&mut self, appointment: &str) {
        let standing = self.told.iter().flat_map(|told| told.standing());
        let can_arrive = standing.into_iter().any(|it| it.id == appointment && it.can_arrive());
        self.moves += u32::from(std::mem::take(&mut self.is_changed));
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

#[cfg(test)]
mod tests {
    use super::super::today::{AppointmentRules, AppointmentsFound};
    use super::*;
    use crate::fhir::Resource;
    use crate::time::Timestamp;
    use serde_json::json;

    fn told(visits: &[(&str, &str)]) -> TodaysAppointments {
        let now = Timestamp::from_rfc3339("2026-12-01T09:00:00Z").expect("a time");
        let visit = |(id, status): &(&str, &str)| {
            let json =
                json!({"resourceType": "Appointment", "id": id, "status": status, "start": "2026-12-01T09:10:00Z"});
            super::super::Appointment::from_resource(&Resource::from_json(json).expect("a resource")).expect("a visit")
        };
        let found = AppointmentsFound { appointments: visits.iter().map(visit).collect(), is_whole: true };
        TodaysAppointments::judge(Some(found), &AppointmentRules::default(), &jiff::tz::TimeZone::UTC.into(), now)
    }

    #[test]
    fn that_a_mark_has_fallen_is_said_until_staff_touch_one() {
        let mut arrivals = Arrivals::default();
        arrivals.set(told(&[("a", "booked"), ("b", "booked")]));
        arrivals.toggle("a");
        for _ in 0..3 {
            arrivals.set(told(&[("a", "cancelled"), ("b", "booked")]));
            assert!(arrivals.is_changed() && !arrivals.marks("a"));
        }
        arrivals.toggle("b");
        assert!(!arrivals.is_changed() && arrivals.marks("b"));
    }

    #[test]
    fn what_moves_the_list_is_counted_and_the_same_told_again_is_not() {
        let mut arrivals = Arrivals::default();
        let mut after = |visits: &[(&str, &str)]| {
            arrivals.set(told(visits));
            arrivals.moves()
        };
        assert_eq!(after(&[("b", "booked")]), 0, "the first time");
        assert_eq!(after(&[("b", "booked")]), 0);
        assert_eq!(after(&[("a", "booked"), ("b", "booked")]), 1);
        assert_eq!(after(&[("a", "arrived"), ("b", "booked")]), 2);
    }
}
