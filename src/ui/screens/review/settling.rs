//! What the EHR tells moves what is on screen: lists get their order, cards their remarks. A touch that follows at once was aimed at
//! what stood there before, and is not taken.

use crate::reconciliation::{ChartSearch, ChosenChart};
use crate::session::Reviewing;
use crate::session_id::SessionId;
use egui::{Id, Ui};

/// Nobody sees a change and touches what is new sooner.
const SETTLES_SECS: f64 = 0.7;

/// What the screen showed last.
#[derive(Clone, Copy)]
struct Shown {
    session: SessionId,
    /// Whether the EHR has answered the search, and told what the chosen chart holds, and whether it is known what it will not have.
    told: [bool; 3],
    /// How often the list of today's appointments has moved what is below it.
    moves: u32,
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
    let moves = review.chosen().map_or(0, |chosen| chosen.arrivals().moves());
    let (now, is_down, is_up) = ui.input(|input| {
        (input.time, input.pointer.any_down(), !input.pointer.any_down() && !input.pointer.any_released())
    });
    let fresh = Shown { session, told, moves, moved_at: None, is_stale: false };
    let known: Option<Shown> = ui.data(|data| data.get_temp(id));
    let mut shown = known.filter(|known| known.session == session).unwrap_or(fresh);
    let is_news = moves > shown.moves || told.iter().zip(shown.told).any(|(now, before)| *now && !before);
    (shown.told, shown.moves) = (told, moves);
    if is_news {
        shown.moved_at = Some(now);
    }
    let settles = shown.moved_at.is_some_and(|moved_at| now - moved_at < SETTLES_SECS);
    shown.is_stale = (shown.is_stale || settles && is_down) && !is_up;
    ui.data_mut(|data| data.insert_temp(id, shown));
    !settles && !shown.is_stale
}
