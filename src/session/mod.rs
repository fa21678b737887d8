//! One patient's way through the kiosk: a state machine without clock, network or disk.
//!
//! [`Session::on`] takes what happened and the time, and returns the next session and what the runtime shall do. The session
//! owns the patient's data; every road out of it drops that data. A late answer for an earlier patient is dropped and recorded.
//! What is on screen only for a while (a passcode in clear, a larger page) is part of a state, and goes with it.

#![deny(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants)]

mod delays;
mod effect;
mod event;
mod health;
mod input;
mod kept;
mod on_screen;
mod states;
mod transitions;
mod undo;
mod viewer;
mod waiting;

pub use delays::Delays;
pub use effect::{Effect, Question, ReviewQuestion};
pub use event::{Answer, Event, OpenedForm, PinRefusal, ReviewAnswer};
pub use health::{CameraHealth, DeviceHealth, EhrHealth, PrinterHealth};
pub use input::{Input, KeyLayer, ReviewInput};
pub use kept::KeptLease;
pub use on_screen::OnScreen;
pub use states::{
    AskingPasscode, AwaitingStaff, Behind, ChoosingPerson, Complete, Editing, Filing, InTrouble, Keeping, Queue,
    QueueRefusal, Resolving, Reviewing, Scanning, Sharing, SignInFor, State, WrongPerson,
};
pub use undo::{FactsPage, UndoForm};
pub use viewer::{PageAsked, PageShown, Viewer};
pub use waiting::{
    Discarding, FiledCheckIn, KeptWaiting, LeftOver, LookedInChart, QueueList, ShownAs, ShownCheckIn, Stop, Stopping,
    Waiting, WhereItWaits,
};

use crate::language::Language;
use crate::session_id::SessionId;
use crate::time::Timestamp;

/// Which form of a visit asks: each person who is picked and each form that is opened has a name of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewId(pub u32);

/// One patient's visit.
#[derive(Debug)]
pub struct Session {
    /// Which visit this is; results carry it back.
    pub id: SessionId,
    /// Which form of it was opened last; what a form waits for carries it back.
    pub review: ReviewId,
    /// Where the visit stands.
    pub state: State,
    /// Since when it stands there.
    pub since: Timestamp,
    /// The language the patient chose.
    pub language: Language,
    /// The language of the welcome screen; every visit ends in it.
    pub home_language: Language,
    /// The named delays.
    pub delays: Delays,
    /// What of a person is on screen, and since when.
    pub on_screen: OnScreen,
}

/// The next session, and what the runtime shall do for it, in this order.
#[derive(Debug)]
pub struct Transition {
    /// The session after the event.
    pub next: Session,
    /// What shall be done.
    pub effects: Vec<Effect>,
}

impl Session {
    /// Somebody set the clock by so many milliseconds: what has stood for a while has stood no longer and no shorter.
    pub fn clock_was_set(&mut self, millis: i64) {
        self.since = Timestamp::from_unix_millis(self.since.unix_millis().saturating_add(millis));
        self.on_screen.clock_was_set(millis);
    }

    /// A kiosk that waits for a patient.
    pub fn idle(now: Timestamp, language: Language, delays: Delays) -> Session {
        Session {
            id: SessionId(now.unix_millis()),
            review: ReviewId::default(),
            state: State::Idle,
            since: now,
            language,
            home_language: language,
            delays,
            on_screen: OnScreen::default(),
        }
    }
}
