//! One file per screen, named for what the person sees.

mod choosing;
mod complete;
mod declined;
mod filing;
mod passcode;
mod queue;
mod resolving;
mod review;
mod sharing;
mod show_code;
mod sign_in;
mod trouble;
mod welcome;
mod wrong_person;

pub use review::page_image;

use super::{Scene, Theme};
use crate::session::{Input, State};
use egui::Ui;

/// Draws the screen of the session's state over the whole of `ui`; at most one input comes of a frame.
pub fn screen_ui(ui: &mut Ui, scene: &Scene<'_>) -> Option<Input> {
    ui.painter().rect_filled(ui.max_rect(), 0.0, Theme::PAPER.fill);
    match &scene.session.state {
        State::Idle => welcome::welcome(ui, scene),
        State::Scanning(scanning) => show_code::show_code(ui, scene, scanning),
        State::AskingPasscode(asking) => passcode::passcode(ui, scene, asking),
        State::Resolving(resolving) => resolving::resolving(ui, scene, resolving),
        State::Sharing(sharing) => sharing::sharing(ui, scene, sharing),
        State::AwaitingStaff(awaiting) => sign_in::sign_in(ui, scene, awaiting),
        State::ChoosingPerson(choosing) => choosing::choosing(ui, scene, choosing),
        State::Reviewing(reviewing) => review::review(ui, scene, reviewing),
        State::Queue(queue) => queue::queue(ui, scene, queue),
        State::Keeping(_) => filing::keeping(ui, scene),
        State::Filing(filing) => filing::filing(ui, scene, filing),
        State::Complete(complete) => complete::complete(ui, scene, complete),
        State::Declined => declined::declined(ui, scene),
        State::WrongPerson(wrong) => wrong_person::wrong_person(ui, scene, wrong),
        State::InTrouble(in_trouble) => trouble::trouble(ui, scene, in_trouble),
    }
}
