//! Check-in kiosk and reader for clinics.
//!
//! A patient shows a code; the kiosk reads it, proves what can be proven, shows the front desk what came in, files what
//! staff confirm into the EHR, and prints a ticket. Everything flows one way:
//!
//! ```text
//! Frame -> ScannedCode -+-> HealthLink -> ResolvedShare -+-> SharedDocument -> Intake -> Reconciliation -> ConfirmedIntake
//!                       +-> HealthCard -> VerifiedCard --+                                (staff decide)        |
//! Ticket <- Receipt (accepted by the EHR | queued here) <- OutboxEntry (durable first) <- FilingPlan <----------+
//! ```
//!
//! Four rings, and in each of them an order: a module uses only what stands before it, above or to its left.
//! `tests/rules/layering.rs` reads this drawing and holds the sources to it.
//!
//! ```text
//! words   sensitive  time  language  session_id  text  json  jws
//! rules   inflate  limits  fhir  patient_match  trust  health_card  health_link  scan  viewing  ktc  intake  trouble
//!         resolve  reconciliation  filing  delivery  audit  ticket  visit_record  session
//! edge    folder  net  store  sandbox  config  camera  printer  link_host
//! shell   ui  runtime  pilot  app  cli
//! ```
//!
//! Words and rules are pure code. The edge is devices, network and disk; the shell is threads, faces and the command line.

// Ring 1: words.
pub mod json;
pub mod jws;
pub mod language;
pub mod sensitive;
pub mod session_id;
pub mod text;
pub mod time;

// Ring 2: rules. No file, socket, clock, thread or window here.
pub mod audit;
pub mod delivery;
pub mod fhir;
pub mod filing;
pub mod health_card;
pub mod health_link;
pub mod inflate;
pub mod intake;
pub mod ktc;
pub mod limits;
pub mod patient_match;
pub mod reconciliation;
pub mod resolve;
pub mod scan;
pub mod session;
pub mod ticket;
pub mod trouble;
pub mod trust;
pub mod viewing;
pub mod visit_record;

// Ring 3: edge.
#[cfg(feature = "kiosk")]
pub mod camera;
#[cfg(feature = "kiosk")]
pub mod config;
#[cfg(feature = "kiosk")]
pub mod folder;
#[cfg(feature = "kiosk")]
pub mod link_host;
#[cfg(feature = "kiosk")]
pub mod net;
#[cfg(feature = "kiosk")]
pub mod printer;
#[cfg(feature = "kiosk")]
pub mod sandbox;
#[cfg(feature = "kiosk")]
pub mod store;

// Ring 4: shell.
#[cfg(feature = "kiosk")]
pub mod app;
#[cfg(feature = "kiosk")]
pub mod cli;
#[cfg(feature = "pilot")]
pub mod pilot;
#[cfg(feature = "kiosk")]
pub mod runtime;
#[cfg(feature = "kiosk")]
pub mod ui;

#[cfg(doc)]
pub mod manual;
