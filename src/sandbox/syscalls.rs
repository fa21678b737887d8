//! The system calls that the sandbox may make; every other fails with "not permitted". None of these opens a file or a
//! connection, starts a program or a thread, or reaches another process.

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};
use std::collections::BTreeMap;

/// Memory, waiting, the clock, chance, the end; reading and writing what is open.
const PLAIN: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_restart_syscall,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_shutdown,
    libc::SYS_getsockopt,
    libc::SYS_close,
    libc::SYS_ppoll,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
];

/// Installs the list, for this process and all its threads, for good.
pub(super) fn allow_only_what_reading_needs() -> Result<(), seccompiler::Error> {
    let filter = SeccompFilter::new(
        rules()?,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter_all_threads(&program)
}

fn rules() -> Result<BTreeMap<c_long, Vec<SeccompRule>>, BackendError> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> = PLAIN.iter().map(|number| (*number, Vec::new())).collect();
    let flag = |flag: libc::c_int| u64::from(flag.unsigned_abs());
    // Memory that can be run is made by the loader, before.
    let not_to_run = || without(2, flag(libc::PROT_EXEC));
    rules.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![not_to_run()?])?]);
    rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![not_to_run()?])?]);
    // To the other end only; a first packet can carry a connection to somewhere else.
    let connects_nobody = |argument| without(argument, flag(libc::MSG_FASTOPEN));
    rules.insert(libc::SYS_sendto, vec![SeccompRule::new(vec![connects_nobody(3)?, equal(4, 0)?])?]);
    rules.insert(libc::SYS_sendmsg, vec![SeccompRule::new(vec![connects_nobody(2)?])?]);
    // An abort, of this process.
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![equal(0, u64::from(std::process::id()))?])?]);
    rules.insert(libc::SYS_ioctl, vec![SeccompRule::new(vec![equal(1, libc::FIONBIO)?])?]);
    let file_flags = [libc::F_GETFL, libc::F_SETFL, libc::F_GETFD];
    let file_flags = file_flags.map(|command| SeccompRule::new(vec![equal(1, flag(command))?]));
    rules.insert(libc::SYS_fcntl, file_flags.into_iter().collect::<Result<_, _>>()?);
    Ok(rules)
}

fn equal(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, value)
}

fn without(argument: u8, flags: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(flags), 0)
}
