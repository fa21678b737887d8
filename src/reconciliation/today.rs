//! The patient's appointments of today: what the EHR said of them, beside the time of day and the clinic's own place.
//!
//! "None" is said only of a list that the EHR gave whole. Nothing here holds up a check-in.

use super::appointment::{Appointment, AppointmentStatus};
use super::place::{Place, VisitSite};
use crate::sensitive::Sensitive;
use crate::time::{Day, Timestamp, Zone};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// What counts as early, as late, and as near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppointmentRules {
    /// Whoever comes sooner than this before the start is early.
    pub early: Duration,
    /// Whoever comes later than this after the start is late.
    pub late: Duration,
    /// So many days before and behind today are told of where there is nothing today.
    pub nearby_days: u8,
}

impl Default for AppointmentRules {
    fn default() -> AppointmentRules {
        AppointmentRules { early: Duration::from_secs(30 * 60), late: Duration::from_secs(10 * 60), nearby_days: 7 }
    }
}

impl AppointmentRules {
    /// From when until when the EHR is asked.
    pub fn window(&self, zone: &Zone, now: Timestamp) -> (Timestamp, Timestamp) {
        let days = i16::from(self.nearby_days);
        // An appointment of last night may go on, and one after midnight be near, also where no day beside today is told of.
        (zone.midnight(now, -days.max(1)), zone.midnight(now, days.max(1) + 1))
    }
}

/// What an EHR answered.
#[derive(Clone, Debug, Default)]
pub struct AppointmentsFound {
    /// Those of this patient that could be read.
    pub appointments: Vec<Appointment>,
    /// Whether that is all: no page was left out, and nothing could not be read or be told whose it is.
    pub is_whole: bool,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct TodaysAppointments {
    /// What stands.
    pub outcome: Outcome,
    /// What was called off, or asked for and never agreed: told beside it.
    pub beside: Vec<TodaysAppointment>,
    /// Whether the EHR told of all there is.
    pub is_whole: bool,
    /// The time of day when it was asked.
    pub as_of: String,
}

/// What stands today.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The EHR does not say.
    NotTold,
    /// Nothing, and the EHR said so.
    None {
        /// The last one before today.
        last: Option<NearAppointment>,
        /// The next one after today.
        next: Option<NearAppointment>,
    },
    /// One.
    One(TodaysAppointment),
    /// Two or more, by their start.
    Several(Vec<TodaysAppointment>),
}

/// Why an arrival is marked in the EHR and not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// Other patients take part: the status is everybody's (FHIR R4, Appointment.status).
    Shared,
    /// The EHR takes no change of an appointment from the kiosk.
    ByHand,
}

/// One of today.
#[derive(Clone, Debug, PartialEq)]
pub struct TodaysAppointment {
    /// Logical id in the EHR.
    pub id: String,
    /// Its status there.
    pub status: AppointmentStatus,
    /// When it starts, as people here say it; none where nobody has agreed on a time.
    pub time: Option<String>,
    /// What it is for, and with whom.
    pub about: Sensitive<String>,
    /// How it stands for somebody who is here now.
    pub standing: Standing,
    /// What the EHR calls a place of which it cannot be told whether it is this clinic's.
    pub unknown_place: Option<Sensitive<String>>,
    /// Why it is not marked here, if it is to be marked.
    pub(super) hindrance: Option<Hindrance>,
    /// By what it is known again.
    pub(super) as_told: Vec<(&'static str, Sensitive<Value>)>,
}

/// How an appointment stands for somebody who is here now.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It is about to start, or has just started.
    OnTime,
    /// It starts later.
    Early {
        /// In so long.
        by: Duration,
    },
    /// It has started.
    Late {
        /// So long ago.
        by: Duration,
    },
    /// It is not here.
    Elsewhere(Place),
    /// The EHR knows that the patient is here.
    Arrived {
        /// When the EHR last changed it, if that was today.
        changed: Option<String>,
    },
    /// The EHR says that it is over.
    Over,
    /// The EHR says that the patient did not come.
    NoShow {
        /// As above.
        changed: Option<String>,
    },
    /// Called off.
    Cancelled {
        /// As above.
        changed: Option<String>,
    },
    /// Asked for, and nobody has agreed.
    NotAgreed,
}

/// One of another day.
#[derive(Clone, Debug, PartialEq)]
pub struct NearAppointment {
    /// Which day.
    pub day: NearDay,
    /// Time of day.
    pub time: String,
    /// What it is for, and with whom.
    pub about: Sensitive<String>,
}

/// A day as people say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearDay {
    /// Yesterday for the last one, tomorrow for the next one.
    Adjacent,
    /// Any other.
    On(Day),
}

/// Whether an appointment is one, for today's list.
enum Counts {
    /// It stands.
    Stands,
    /// It does not stand, and whoever comes for it is told.
    Beside,
    /// It should not be in this chart (R4, AppointmentStatus entered-in-error).
    No,
}

fn counts(status: AppointmentStatus) -> Counts {
    match status {
        AppointmentStatus::Pending
        | AppointmentStatus::Booked
        | AppointmentStatus::Arrived
        | AppointmentStatus::CheckedIn
        | AppointmentStatus::Fulfilled
        | AppointmentStatus::Noshow => Counts::Stands,
        AppointmentStatus::Proposed | AppointmentStatus::Waitlist | AppointmentStatus::Cancelled => Counts::Beside,
        AppointmentStatus::EnteredInError => Counts::No,
    }
}

impl TodaysAppointments {
    /// `found` is none where the EHR could not be asked, or refused.
    pub fn judge(
        found: Option<AppointmentsFound>,
        rules: &AppointmentRules,
        zone: &Zone,
        now: Timestamp,
    ) -> TodaysAppointments {
        let AppointmentsFound { mut appointments, is_whole } = found.unwrap_or_default();
        let mut seen = BTreeSet::new();
        appointments.retain(|it| seen.insert(it.id.clone()));
        appointments.sort_by_key(|it| it.starts);
        let here = Here { rules, zone, now };
        let (mut standing, mut beside) = (Vec::new(), Vec::new());
        for appointment in appointments.iter().filter(|it| here.is_of_today(it)) {
            match counts(appointment.status) {
                Counts::Stands => standing.push(here.stands(appointment)),
                Counts::Beside => beside.push(here.stands(appointment)),
                Counts::No => {}
            }
        }
        let outcome = match (standing.len(), is_whole) {
            (0, false) => Outcome::NotTold,
            (0, true) => Outcome::None { last: here.last(&appointments), next: here.next(&appointments) },
            (1, _) => standing.pop().map_or(Outcome::NotTold, Outcome::One),
            (_, _) => Outcome::Several(standing),
        };
        TodaysAppointments { outcome, beside, is_whole, as_of: zone.hour(now) }
    }

    /// The EHR does not let the kiosk change appointments: staff mark the arrival there.
    #[must_use]
    pub fn marked_by_hand(mut self) -> TodaysAppointments {
        let standing = match &mut self.outcome {
            Outcome::NotTold | Outcome::None { .. } => &mut [],
            Outcome::One(one) => std::slice::from_mut(one),
            Outcome::Several(several) => several.as_mut_slice(),
        };
        standing.iter_mut().for_each(|it| it.hindrance = Some(Hindrance::ByHand));
        self
    }

    /// Those that stand today.
    pub fn standing(&self) -> &[TodaysAppointment] {
        match &self.outcome {
            Outcome::NotTold | Outcome::None { .. } => &[],
            Outcome::One(one) => std::slice::from_ref(one),
            Outcome::Several(several) => several,
        }
    }
}

impl TodaysAppointment {
    /// Whether staff may mark the patient as arrived for it.
    pub fn can_arrive(&self) -> bool {
        self.hindrance.is_none() && self.is_ahead()
    }

    /// Why staff mark it in the EHR, where they cannot do it here.
    pub fn hindered(&self) -> Option<Hindrance> {
        self.hindrance.filter(|_| self.is_ahead())
    }

    fn is_ahead(&self) -> bool {
        match self.standing {
            Standing::OnTime | Standing::Early { .. } | Standing::Late { .. } | Standing::Elsewhere(_) => {
                self.status.can_arrive()
            }
            Standing::Arrived { .. }
            | Standing::Over
            | Standing::NoShow { .. }
            | Standing::Cancelled { .. }
            | Standing::NotAgreed => false,
        }
    }

    /// Whether another reading of the same appointment says what staff saw when they marked it.
    pub(super) fn is_as_seen(&self, before: &TodaysAppointment) -> bool {
        let is_elsewhere = |it: &TodaysAppointment| matches!(it.standing, Standing::Elsewhere(_));
        (self.status, &self.time, is_elsewhere(self)) == (before.status, &before.time, is_elsewhere(before))
    }
}

/// The time and the place at which it is judged.
struct Here<'a> {
    rules: &'a AppointmentRules,
    zone: &'a Zone,
    now: Timestamp,
}

impl Here<'_> {
    /// One that starts today, or that a patient who comes now may come for: it goes on since yesterday, or starts just after midnight.
    fn is_of_today(&self, appointment: &Appointment) -> bool {
        let (from, until) = (self.zone.midnight(self.now, 0), self.zone.midnight(self.now, 1));
        let Some(starts) = appointment.starts else {
            return appointment.wished.is_some_and(|(start, end)| start < until && end > from);
        };
        let latest = starts.plus(self.rules.late);
        let goes_on = starts.minus(self.rules.early) <= self.now
            && self.now < appointment.ends.map_or(latest, |it| it.max(latest));
        (starts >= from && starts < until) || goes_on
    }

    fn stands(&self, appointment: &Appointment) -> TodaysAppointment {
        let unknown_place = match &appointment.site {
            VisitSite::NotTold(name) => Some(name.clone()),
            VisitSite::NotJudged | VisitSite::Here | VisitSite::Elsewhere(_) => None,
        };
        TodaysAppointment {
            id: appointment.id.clone(),
            status: appointment.status,
            time: appointment.starts.map(|starts| self.time(starts)),
            about: appointment.about.clone(),
            standing: self.standing(appointment),
            unknown_place,
            hindrance: appointment.is_shared.then_some(Hindrance::Shared),
            as_told: appointment.as_told.clone(),
        }
    }

    fn standing(&self, appointment: &Appointment) -> Standing {
        let changed = appointment.changed.filter(|at| self.zone.day(*at) == self.zone.day(self.now) && *at <= self.now);
        let changed = changed.map(|at| self.zone.hour(at));
        match appointment.status {
            AppointmentStatus::Arrived | AppointmentStatus::CheckedIn => Standing::Arrived { changed },
            AppointmentStatus::Fulfilled => Standing::Over,
            AppointmentStatus::Noshow => Standing::NoShow { changed },
            AppointmentStatus::Cancelled => Standing::Cancelled { changed },
            AppointmentStatus::Proposed | AppointmentStatus::Waitlist | AppointmentStatus::EnteredInError => {
                Standing::NotAgreed
            }
            AppointmentStatus::Booked | AppointmentStatus::Pending => match &appointment.site {
                VisitSite::Elsewhere(place) => Standing::Elsewhere(Place::clone(place)),
                VisitSite::NotJudged | VisitSite::Here | VisitSite::NotTold(_) => self.by_the_clock(appointment.starts),
            },
        }
    }

    fn by_the_clock(&self, starts: Option<Timestamp>) -> Standing {
        let Some(starts) = starts else { return Standing::NotAgreed };
        let (ahead, ago) = (starts.since(self.now), self.now.since(starts));
        match () {
            () if ahead > self.rules.early => Standing::Early { by: ahead },
            () if ago > self.rules.late => Standing::Late { by: ago },
            () => Standing::OnTime,
        }
    }

    /// The hour, and the day where it is another.
    fn time(&self, at: Timestamp) -> String {
        match self.zone.day(at) == self.zone.day(self.now) {
            true => self.zone.hour(at),
            false => self.zone.format(at, "%Y-%m-%d %H:%M"),
        }
    }

    fn last(&self, appointments: &[Appointment]) -> Option<NearAppointment> {
        let from = self.zone.midnight(self.now, -i16::from(self.rules.nearby_days));
        let until = self.zone.midnight(self.now, 0);
        let stands = |it: &&Appointment| matches!(counts(it.status), Counts::Stands);
        let near = appointments.iter().filter(stands).filter_map(|it| Some((it.starts?, it)));
        let last = near.filter(|(starts, _)| *starts >= from && *starts < until).max_by_key(|(starts, _)| *starts);
        last.map(|(starts, it)| self.near(starts, it))
    }

    fn next(&self, appointments: &[Appointment]) -> Option<NearAppointment> {
        let from = self.zone.midnight(self.now, 1);
        let until = self.zone.midnight(self.now, i16::from(self.rules.nearby_days) + 1);
        let ahead = appointments.iter().filter(|it| it.status.can_arrive()).filter_map(|it| Some((it.starts?, it)));
        let next = ahead.filter(|(starts, _)| *starts >= from && *starts < until).min_by_key(|(starts, _)| *starts);
        next.map(|(starts, it)| self.near(starts, it))
    }

    fn near(&self, starts: Timestamp, appointment: &Appointment) -> NearAppointment {
        let day = self.zone.day(starts);
        let is_adjacent = [-1, 1].map(|days| self.zone.day(self.zone.midnight(self.now, days))).contains(&day);
        let day = if is_adjacent { NearDay::Adjacent } else { NearDay::On(day) };
        NearAppointment { day, time: self.zone.hour(starts), about: appointment.about.clone() }
    }
}

#[cfg(test)]
#[path = "today_tests.rs"]
mod tests;
