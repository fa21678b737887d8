//! The faces: draws a state and returns what the person meant. Keeps nothing between frames but heights and scroll positions.
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
mod words;

pub use screens::{page_image, screen_ui};
pub use strings::Strings;
pub use theme::{Size, Theme, Tone};

use crate::session::{DeviceHealth, Session};
use crate::time::Timestamp;
use egui::TextureHandle;

/// Everything that a frame shows.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The visit.
    pub session: &'a Session,
    /// The devices around it.
    pub health: &'a DeviceHealth,
    /// The words of the session's language.
    pub strings: &'a Strings,
    /// The words of every language that is offered.
    pub languages: &'a [Strings],
    /// The look; a page of the lobby gets it fitted to the window.
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
