//! Runs effects and sends back events. The only threads, clock, channels and async runtime of the program.
//!
//! Effects run in order on the thread `effects`; it hands slow work to `reader` (shares and pages), `desk` (PIN and chart),
//! `camera` and `scanner` (pictures), `serial` (a hand scanner), `printer` (tickets), and wakes the lines of `outbox`. Every queue is bounded.

mod breach;
mod camera_watch;
mod clock;
mod desk;
mod destination;
mod effects;
mod kiosk;
mod outbox;
mod pins;
mod printing;
mod queue;
mod reader;
mod serial;
mod setup;
mod shared;
mod staff;
mod undo;
mod workers;

pub use breach::{BreachFacts, breach_page};
pub use clock::{local_day, local_time, now, zone_name};
pub use destination::Destination;
pub use kiosk::Kiosk;
pub use outbox::{Saved, Sender, Sent, Unsaved, send_due};
pub use setup::{StartError, client_key, egress_policy, ehr, ehr_tls, trust_list, trusted_ca};
pub use staff::{PinError, Roster, hash_pin};
pub use undo::undo_rows;
