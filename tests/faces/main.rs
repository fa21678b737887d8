//! What people find on the screens of both faces, drawn without a screen.

#![allow(clippy::expect_used, clippy::panic, reason = "a failed step of a test ends the test")]

mod face;
mod keys;
mod outage;
mod pictures;
mod queue;
mod raster;
mod screens;
mod scripts;
mod settling;
#[path = "../support/mod.rs"]
mod support;
mod today;
mod visit;
mod visits;
