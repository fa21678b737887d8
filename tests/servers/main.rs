//! A kiosk, or a part of it, against the servers that it meets: shares, issuers, EHRs and those who let it in.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

mod appointments;
mod audit;
mod bad_input;
mod check_in;
mod desk;
mod ehr_check;
mod explain;
mod faults;
mod filing;
mod folder;
mod interop;
mod links;
mod matching;
mod other_chart;
mod outage;
mod second_visit;
mod sign_in;
#[path = "../support/mod.rs"]
mod support;
mod undo;
