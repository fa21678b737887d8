//! One running sandbox: started, listened to until its deadline, measured, killed.

use super::frame::{Limit, receive, send};
use super::message::{FromWorker, Job, Task, ToWorker};
use crate::sensitive::Sensitive;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use std::fs;
use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The hidden command of this program that makes it a worker.
const ENTRY: &str = "sandbox";
/// How often a wait looks whether anybody still waits for the result.
const TICK: Duration = Duration::from_millis(50);

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The time for the job is over.
    #[error("it took too long")]
    TimedOut,
    /// Nobody waits for it any more.
    #[error("nobody waits for it")]
    NotWanted,
    /// It could not be started, it ended before its time, or what it said is nothing that it may say.
    #[error("it ended without a result")]
    Broken,
}

/// What a job cost in the sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Time on the processor, start and locking among it.
    pub cpu: Duration,
    /// The most memory that it held.
    pub peak_bytes: u64,
}

/// Until when, and whether at all, somebody waits.
#[derive(Clone, Copy)]
pub(super) struct Deadlines<'a> {
    until: Instant,
    wanted: &'a dyn Fn() -> bool,
}

impl<'a> Deadlines<'a> {
    pub(super) fn new(time: Duration, wanted: &'a dyn Fn() -> bool) -> Deadlines<'a> {
        Deadlines { until: this_moment() + time, wanted }
    }

    /// The same, but not longer than `time` from now.
    pub(super) fn at_most(self, time: Duration) -> Deadlines<'a> {
        Deadlines { until: self.until.min(this_moment() + time), ..self }
    }

    /// How long to sleep before looking again.
    pub(super) fn nap(&self) -> Result<Duration, Failure> {
        if !(self.wanted)() {
            return Err(Failure::NotWanted);
        }
        let left = self.until.saturating_duration_since(this_moment());
        if left.is_zero() { Err(Failure::TimedOut) } else { Ok(left.min(TICK)) }
    }
}

#[expect(clippy::disallowed_methods, reason = "the deadline of another process; no rule sees it")]
fn this_moment() -> Instant {
    Instant::now()
}

/// The process and the socket to it. Dropping it kills the process.
pub(super) struct Worker<'a> {
    child: Child,
    socket: UnixStream,
    pub(super) deadlines: Deadlines<'a>,
}

impl<'a> Worker<'a> {
    pub(super) fn start(program: &Path, task: Task, deadlines: Deadlines<'a>) -> Result<Worker<'a>, Failure> {
        let started = || -> io::Result<(Child, UnixStream)> {
            let (ours, theirs) = UnixStream::pair()?;
            let mut command = Command::new(program);
            command.args([ENTRY, task.into()]).env_clear().current_dir("/");
            command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null()).stderr(Stdio::null());
            Ok((command.spawn()?, ours))
        };
        let (child, socket) = started().map_err(|_| Failure::Broken)?;
        Ok(Worker { child, socket, deadlines })
    }

    pub(super) fn give(&mut self, job: &Job, bytes: &[u8]) -> Result<(), Failure> {
        self.over(|pipe| send(pipe, job, bytes))
    }

    pub(super) fn answer(&mut self, answer: &ToWorker, bytes: &[u8]) -> Result<(), Failure> {
        self.over(|pipe| send(pipe, answer, bytes))
    }

    pub(super) fn listen(&mut self) -> Result<(FromWorker, Sensitive<Vec<u8>>), Failure> {
        self.over(|pipe| receive(pipe, Limit::FROM_WORKER))
    }

    /// Hands a connected socket over, with one byte to carry it.
    pub(super) fn hand_over(&mut self, connected: &TcpStream) -> Result<(), Failure> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut passed = SendAncillaryBuffer::new(&mut space);
        let sockets = [connected.as_fd()];
        let fits = passed.push(SendAncillaryMessage::ScmRights(&sockets));
        let sent = sendmsg(self.socket.as_fd(), &[IoSlice::new(&[0])], &mut passed, SendFlags::NOSIGNAL);
        if fits && sent == Ok(1) { Ok(()) } else { Err(Failure::Broken) }
    }

    /// What it has cost so far. It lives still: it waits to be ended.
    pub(super) fn cost(&self) -> Cost {
        let of = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap_or_default();
        let nanos = of("schedstat").split_whitespace().next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
        let kilobytes = of("status")
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok())
            .unwrap_or(0_u64);
        Cost { cpu: Duration::from_nanos(nanos), peak_bytes: kilobytes * 1024 }
    }

    fn over<T>(&mut self, work: impl FnOnce(&mut Pipe<'_>) -> io::Result<T>) -> Result<T, Failure> {
        let mut pipe = Pipe { socket: &self.socket, deadlines: self.deadlines, gave_up: None };
        let result = work(&mut pipe);
        let gave_up = pipe.gave_up;
        result.map_err(|_| gave_up.unwrap_or(Failure::Broken))
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        // It may have ended by itself; either way nobody is left.
        let _gone_before = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The socket, for as long as the deadlines allow.
struct Pipe<'a> {
    socket: &'a UnixStream,
    deadlines: Deadlines<'a>,
    gave_up: Option<Failure>,
}

impl Pipe<'_> {
    fn nap(&mut self) -> io::Result<Duration> {
        self.deadlines.nap().map_err(|failure| {
            self.gave_up = Some(failure);
            io::ErrorKind::TimedOut.into()
        })
    }
}

fn is_a_tick(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

impl Read for Pipe<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let nap = self.nap()?;
            self.socket.set_read_timeout(Some(nap))?;
            match self.socket.read(into) {
                Err(error) if is_a_tick(&error) => {}
                result => return result,
            }
        }
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        loop {
            let nap = self.nap()?;
            self.socket.set_write_timeout(Some(nap))?;
            match self.socket.write(from) {
                Err(error) if is_a_tick(&error) => {}
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
