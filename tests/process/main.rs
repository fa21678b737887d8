//! What the machine does to a kiosk, and what a kiosk may do to the machine: processes that are locked in or die, disks, cameras,
//! addresses, the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

mod bombs;
mod camera;
mod canaries;
mod command_line;
mod crash;
mod crash_sweep;
mod crash_undo;
mod databases;
mod disk;
mod egress;
mod lobby;
mod pages;
mod queue;
mod read_schema;
mod sandbox;
mod simulation;
mod size;
#[path = "../support/mod.rs"]
mod support;
