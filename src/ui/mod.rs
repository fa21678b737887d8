//! The faces: draws a state and returns what the person meant. Keeps nothing between frames but scroll positions.
//!
//! One exhaustive match, one file per screen. Words come from [`Strings`], colours and sizes from [`Theme`]; the faces never
//! see a device, the network or the disk. Lobby screens show no clinical detail.

mod icons;
mod keys;
mod lobby;
mod screens;
mod status;
mod strings;
mod theme;
mod widgets;

pub use screens::page_image;
pub use strings::Strings;
pub use theme::{Size, Theme, Tone};

use crate::session::{DeviceHealth, Event, Session, State};
use crate::time::Timestamp;
use egui::{TextureHandle, Ui};

/// Everything that a frame shows.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The visit.
    pub session: &'a Session,
    /// The devices around it.
    pub health: &'a DeviceHealth,
    /// The words of the session's language.
    pub strings: &'a Strings,
    /// The look.
    pub theme: &'a Theme,
    /// The clinic's name, as patients know it.
    pub clinic: &'a str,
    /// The camera's latest picture.
    pub preview: Option<&'a TextureHandle>,
    /// The page of a document that staff look at.
    pub page: Option<&'a TextureHandle>,
    /// The time.
    pub now: Timestamp,
}

/// Draws the screen of the session's state over the whole of `ui`; at most one event comes of a frame.
pub fn screen_ui(ui: &mut Ui, scene: &Scene<'_>) -> Option<Event> {
    ui.painter().rect_filled(ui.max_rect(), 0.0, Theme::PAPER.fill);
    match &scene.session.state {
        State::Idle => screens::welcome(ui, scene),
        State::Scanning(scanning) => screens::show_code(ui, scene, scanning),
        State::AskingPasscode(asking) => screens::passcode(ui, scene, asking),
        State::Resolving(resolving) => screens::resolving(ui, scene, resolving),
        State::Sharing(sharing) => screens::sharing(ui, scene, sharing),
        State::AwaitingStaff(awaiting) => screens::sign_in(ui, scene, awaiting),
        State::Reviewing(reviewing) => screens::review(ui, scene, reviewing),
        State::Queue(queue) => screens::queue(ui, scene, queue),
        State::Filing(filing) => screens::filing(ui, scene, filing),
        State::Complete(complete) => screens::complete(ui, scene, complete),
        State::Declined => screens::declined(ui, scene),
        State::InTrouble(in_trouble) => screens::trouble(ui, scene, in_trouble),
    }
}

impl Scene<'_> {
    /// Seconds until this screen ends by itself, in the last twenty of them, where a person may still be at work.
    fn ends_in_secs(&self) -> Option<u64> {
        let delays = &self.session.delays;
        let delay = match &self.session.state {
            State::Scanning(_) => delays.scanning,
            State::AskingPasscode(asking) if !asking.sent => delays.passcode,
            State::Sharing(_) => delays.sharing,
            State::AwaitingStaff(_) => delays.awaiting_staff,
            _ => return None,
        };
        let left = delay.saturating_sub(self.now.since(self.session.since)).as_secs();
        (left <= 20).then_some(left)
    }
}
