//! The Node process that runs kill-the-clipboard, warm, asked over its standard input.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// The peer; it ends with its input.
pub struct Peer {
    process: Child,
    output: BufReader<ChildStdout>,
}

/// What a batch cost it.
pub struct Cost {
    /// User and system time of the whole process.
    pub micros: f64,
    /// How many inputs it accepted.
    pub accepted: u64,
    /// The most memory it ever held.
    pub peak_bytes: f64,
}

impl Peer {
    /// Starts it with the packages that `cargo xtask setup` installed.
    pub fn start() -> Peer {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new("node");
        command.arg(here.join("peer.mjs")).arg(here.join("../../target/peers/npm"));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("node runs");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Peer { process, output }
    }

    /// One question, one answer.
    pub fn ask(&mut self, question: &Value) -> Value {
        writeln!(self.process.stdin.as_mut().expect("its input"), "{question}").expect("the peer listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the peer answers");
        serde_json::from_str(&line).expect("the peer answers in JSON")
    }

    /// Runs a batch that it holds.
    pub fn measure(&mut self, name: &str, times: usize) -> Cost {
        let answer = self.ask(&json!({"command": "measure", "name": name, "times": times}));
        let number = |member: &str| answer[member].as_f64().expect("a number");
        Cost { micros: number("micros"), accepted: number("accepted") as u64, peak_bytes: number("peakBytes") }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}
