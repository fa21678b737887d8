//! Tries what a taken-over sandbox would try, and tells what succeeded: inside nothing may, outside everything must.

use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// What to try it on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProbeTargets {
    /// A file that can be read: the configuration.
    pub readable: PathBuf,
    /// A file that does not exist and could be written.
    pub writable: PathBuf,
    /// A listener on loopback.
    pub listener: SocketAddr,
    /// A Unix socket that somebody listens at.
    pub socket: PathBuf,
    /// A program that anybody may run.
    pub program: PathBuf,
    /// A process that may be looked at.
    pub process: u32,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What was tried, in words for a test's message.
    pub what: String,
    /// Whether it succeeded.
    pub succeeded: bool,
}

/// Tries everything.
pub fn attempt_all(targets: &ProbeTargets) -> Vec<Attempt> {
    let soon = Duration::from_secs(2);
    let attempts: [(&str, io::Result<()>); 14] = [
        ("read a file", fs::read(&targets.readable).map(drop)),
        ("list a folder", fs::read_dir("/").map(drop)),
        ("ask whether a file exists", fs::metadata(&targets.readable).map(drop)),
        ("write a file", fs::write(&targets.writable, "x")),
        ("append to a file", File::options().append(true).create(true).open(&targets.writable).map(drop)),
        ("delete a file", fs::remove_file(&targets.writable)),
        ("connect over TCP", TcpStream::connect_timeout(&targets.listener, soon).map(drop)),
        ("send over UDP", UdpSocket::bind("127.0.0.1:0").and_then(|udp| udp.send_to(b"x", targets.listener)).map(drop)),
        ("listen", TcpListener::bind("127.0.0.1:0").map(drop)),
        ("connect to a Unix socket", UnixStream::connect(&targets.socket).map(drop)),
        ("start a program", run(targets)),
        ("start a thread", thread::Builder::new().name("probe".to_owned()).spawn(|| ()).map(drop)),
        ("look at another process", fs::read(format!("/proc/{}/cmdline", targets.process)).map(drop)),
        ("make a socket pair", UnixStream::pair().map(drop)),
    ];
    let told = |(what, result): (&str, io::Result<()>)| Attempt { what: what.to_owned(), succeeded: result.is_ok() };
    attempts.into_iter().map(told).collect()
}

fn run(targets: &ProbeTargets) -> io::Result<()> {
    let mut command = Command::new(&targets.program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().map(drop)
}
