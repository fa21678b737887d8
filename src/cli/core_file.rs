//! A crash writes no core file: it would hold patients' names and the key that seals the database.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use std::io;

/// For this process and those that it starts. Neither a pipe for core files nor another process of the same user gets its memory.
pub(super) fn none() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}
