//! What tests share; each binary uses its own part.

#![allow(dead_code, reason = "each binary uses its own part")]

pub mod backlog;
pub mod busy_ehr;
pub mod course;
pub mod ehr_access;
pub mod own_process;
pub mod queue;
pub mod sandbox;
pub mod station;
