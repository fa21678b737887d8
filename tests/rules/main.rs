//! What is decided without a clinic around it: cards, links and records, whole, damaged and hostile, the rules by which the
//! source is built, and the published vectors.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

mod attacks;
mod card_defects;
mod conformance;
mod content;
mod filed_status;
mod hl7_cards;
mod hl7_links;
mod languages;
mod layering;
mod look_alikes;
mod must_support;
mod mutated;
mod patient_match;
#[path = "../support/mod.rs"]
mod support;
mod vci;
mod visit_record;
mod words;
mod wycheproof;
