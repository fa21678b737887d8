//! Starting the peers and talking to them in JSON.

use ktc_testbed::ca::TestCa;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Where the peers are.
pub struct Peers {
    folder: PathBuf,
}

impl Peers {
    /// Whoever has not run `cargo xtask setup` runs without them; CI never does.
    #[expect(
        clippy::disallowed_methods,
        clippy::print_stderr,
        reason = "tells CI from a newcomer's machine, and the newcomer"
    )]
    pub fn find() -> Option<Peers> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
        if folder.join("installed").exists() {
            return Some(Peers { folder });
        }
        assert!(std::env::var_os("CI").is_none(), "CI runs with the peers, which `cargo xtask setup` installs");
        eprintln!("not tested: no peers at {}; `cargo xtask setup` installs them", folder.display());
        None
    }

    fn node(&self, words: &[&str]) -> Command {
        let mut command = Command::new("node");
        command.arg(script("peer.mjs")).arg(self.folder.join("npm")).args(words);
        command
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/interop").join(name)
}

/// kill-the-clipboard as a sharing app and an issuer, until it is dropped.
pub struct JavaScript {
    process: Child,
    pub ca_pem: String,
    pub made: Value,
    _files: TempDir,
}

impl JavaScript {
    pub fn serve(peers: &Peers, bundles: &Value) -> JavaScript {
        let (ca, files) = (TestCa::new(), tempfile::tempdir().expect("a folder"));
        let (certificate, key) = ca.server_pem();
        let paths = [files.path().join("certificate.pem"), files.path().join("key.pem")];
        std::fs::write(&paths[0], certificate).expect("a file");
        std::fs::write(&paths[1], key).expect("a file");
        let mut command = peers.node(&["serve"]);
        let mut process = command.args(&paths).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("node runs");
        writeln!(process.stdin.as_ref().expect("its input"), "{bundles}").expect("the peer listens");
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().expect("its output")).read_line(&mut line).expect("an answer");
        let made = serde_json::from_str(&line).expect("the peer made its shares");
        JavaScript { process, ca_pem: ca.pem().to_owned(), made, _files: files }
    }

    pub fn port(&self) -> u16 {
        self.made["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port")
    }

    /// The links with one of these flags.
    pub fn links(&self, flags: &[&str]) -> Vec<Value> {
        let links = self.made["links"].as_array().expect("links").iter();
        links.filter(|link| flags.contains(&link["flag"].as_str().expect("a flag"))).cloned().collect()
    }
}

impl Drop for JavaScript {
    /// It ends with its input.
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}

/// What kill-the-clipboard reads, task by task.
pub fn javascript(peers: &Peers, ca_pem: &str, tasks: &[Value]) -> Vec<Value> {
    ask(peers.node(&["read"]), "NODE_EXTRA_CA_CERTS", ca_pem, tasks)
}

/// What jwcrypto and healthcards make and read, task by task.
pub fn python(peers: &Peers, ca_pem: &str, tasks: &[Value]) -> Vec<Value> {
    let mut command = Command::new(peers.folder.join("python/bin/python"));
    command.arg(script("peer.py"));
    ask(command, "SSL_CERT_FILE", ca_pem, tasks)
}

fn ask(mut command: Command, ca_variable: &str, ca_pem: &str, tasks: &[Value]) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, ca_pem).expect("a file");
    command.env(ca_variable, &ca).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().expect("the peer runs");
    let input = serde_json::to_vec(tasks).expect("JSON");
    process.stdin.take().expect("its input").write_all(&input).expect("the peer listens");
    let output = process.wait_with_output().expect("the peer ends");
    let outcomes: Vec<Value> = serde_json::from_slice(&output.stdout).expect("the peer's outcomes");
    assert_eq!(outcomes.len(), tasks.len());
    outcomes
}
