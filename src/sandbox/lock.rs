//! How the sandbox locks itself in before it reads its job: nothing open that it was not given, limits on memory, time
//! and files, no file system and no connections (Landlock), a short list of system calls (seccomp).
//!
//! Without the list of system calls it does not work at all. Landlock is a second wall behind it: an older kernel may lack it,
//! and then the kiosk is told.

use super::syscalls;
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _, RulesetStatus,
    Scope,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};
use serde::{Deserialize, Serialize};
use std::io;
use std::os::fd::RawFd;

/// The Landlock rules this was written against; an older kernel holds the part it knows.
const ABI_KNOWN: ABI = ABI::V6;
/// All memory of the process, its program text among it.
const MAX_MEMORY: u64 = 1 << 30;
/// The socket to the kiosk, two that lead nowhere, the async runtime's, and connections.
const MAX_OPEN_FILES: u64 = 24;

/// Which walls stand around a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confinement {
    /// Every wall.
    Full,
    /// The list of system calls, and a part of Landlock: the kernel does not know the rest.
    WithPartOfLandlock,
    /// The list of system calls: the kernel has no Landlock.
    WithoutLandlock,
}

/// Closes every open file but the socket to the kiosk and the two that lead nowhere: a file that another part of the kiosk
/// opened without care must not come along. Call it first, while nothing of this process is open.
pub(super) fn close_all_others() -> io::Result<()> {
    let open = std::fs::read_dir("/proc/self/fd")?;
    let numbers: Vec<RawFd> = open.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    for number in numbers.into_iter().filter(|number| *number > 2) {
        // One of them was the listing itself, which is closed already.
        let _closed_before = nix::unistd::close(number);
    }
    Ok(())
}

/// Locks the process. What follows can only compute, and read and write what it holds already.
pub(super) fn lock(cpu_secs: u64) -> io::Result<Confinement> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::thread::set_no_new_privs(true)?;
    for (resource, most) in [
        (Resource::As, MAX_MEMORY),
        (Resource::Cpu, cpu_secs),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, MAX_OPEN_FILES),
        (Resource::Nproc, 0),
    ] {
        rustix::process::setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    let confinement = no_files_and_no_connections().map_err(io::Error::other)?;
    syscalls::allow_only_what_reading_needs().map_err(io::Error::other)?;
    Ok(confinement)
}

fn no_files_and_no_connections() -> Result<Confinement, landlock::RulesetError> {
    let rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI_KNOWN))?
        .handle_access(AccessNet::from_all(ABI_KNOWN))?
        .scope(Scope::from_all(ABI_KNOWN))?;
    Ok(match rules.create()?.restrict_self()?.ruleset {
        RulesetStatus::FullyEnforced => Confinement::Full,
        RulesetStatus::PartiallyEnforced => Confinement::WithPartOfLandlock,
        RulesetStatus::NotEnforced => Confinement::WithoutLandlock,
    })
}
