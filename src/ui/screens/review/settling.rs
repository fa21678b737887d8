//! What the EHR tells moves what is on screen: lists get their order, cards their remarks. A touch that follows at once was aimed at
//! what stood there before, and is not taken.

use crate::reconciliation::{Arrivals, ChartSearch, ChosenChart};
use crate::session::Reviewing;
use crate::session_id::SessionId;
use egui::{Id, Ui};

/// Nobody sees a change and touches what is new sooner.
const SETTLES_SECS: f64 = 0.7;

/// What the screen showed last.
#[derive(Clone)]
struct Shown {
    session: SessionId,
    /// Whether the EHR has answered the search, and told what the chosen chart holds, and whether it is known what it will not have.
    told: [bool; 3],
    /// Today's appointments as they were listed: what is added or changed moves the rest.
    appointments: Vec<(String, bool)>,
    /// When it last told something, by the window's clock.
    moved_at: Option<f64>,
    /// Whether somebody has touched the screen since, and the finger is still down.
    is_stale: bool,
}

/// Whether what is touched now stands where people see it.
pub fn has_settled(ui: &Ui, session: SessionId, reviewing: &Reviewing) -> bool {
    let review = &reviewing.reconciliation;
    let id = Id::unique("what the screen showed");
    let searched = match review.choice().search() {
        ChartSearch::Searching => false,
        ChartSearch::Found { .. } | ChartSearch::FoundInPart { .. } | ChartSearch::Unavailable | ChartSearch::NoEhr => {
            true
        }
    };
    let compared = review.chosen().is_some_and(|chosen: &ChosenChart| !chosen.is_awaited());
    let told = [searched, compared, !reviewing.losses.is_empty()];
    let arrivals = review.chosen().map(ChosenChart::arrivals);
    let standing = arrivals.and_then(Arrivals::told).map_or(&[][..], |told| told.standing());
    let mut appointments: Vec<(String, bool)> = standing.iter().map(|it| (it.id.clone(), it.can_arrive())).collect();
    appointments.extend(arrivals.map(|arrivals| (String::new(), arrivals.is_changed())));
    let (now, is_down, is_up) = ui.input(|input| {
        (input.time, input.pointer.any_down(), !input.pointer.any_down() && !input.pointer.any_released())
    });
    let fresh = Shown { session, told, appointments: appointments.clone(), moved_at: None, is_stale: false };
    let known: Option<Shown> = ui.data(|data| data.get_temp(id));
    let mut shown = known.filter(|known| known.session == session).unwrap_or(fresh);
    let is_listed_anew = !shown.appointments.is_empty() && shown.appointments != appointments;
    shown.appointments = appointments;
    let is_news = is_listed_anew || told.iter().zip(shown.told).any(|(now, before)| *now && !before);
    shown.told = told;
    if is_news {
        shown.moved_at = Some(now);
    }
    let settles = shown.moved_at.is_some_and(|moved_at| now - moved_at < SETTLES_SECS);
    shown.is_stale = (shown.is_stale || settles && is_down) && !is_up;
    let is_stale = shown.is_stale;
    ui.data_mut(|data| data.insert_temp(id, shown));
    !settles && !is_stale
}
