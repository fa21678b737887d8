//! The EHR: a real FHIR R4 server (SEKMET, from PyPI) in a child process on a free loopback port.
//!
//! Its data lives in a folder of its own. The child hangs on a pipe: when the testbed goes away, in whatever way, the pipe
//! closes and a watchdog shell ends the server.

use crate::wire::{self, Request, Response};
use serde_json::Value;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const READY_LIMIT: Duration = Duration::from_secs(30);
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);
const PAGE_LIMIT: usize = 100;
const START_ATTEMPTS: usize = 3;
const LOG: &str = "sekmet.log";
const LOG_LINES_SHOWN: usize = 8;

/// Runs its arguments and ends them when standard input closes. Interrupts from the terminal are left to the testbed,
/// whose end closes the pipe.
pub(crate) const WATCHDOG: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
trap '' INT HUP TERM
{ read -r _ <&3; kill -KILL "$server"; } 2>/dev/null &
watch=$!
wait "$server"
status=$?
kill "$watch" 2>/dev/null
exit "$status"
"#;

/// A client of the server's own token endpoint. One key each: the server fails over a set with keys of two kinds.
pub struct SmartClient {
    /// `client_id`.
    pub id: &'static str,
    /// What it may be granted.
    pub scopes: &'static str,
    /// Its public key.
    pub jwk: Value,
}

/// A running server. Dropping it ends the process.
pub struct FhirServer {
    child: Child,
    authority: String,
    folder: PathBuf,
    _temp: Option<TempDir>,
}

impl FhirServer {
    /// Starts an empty server in a folder that goes away with it.
    pub fn start() -> io::Result<Self> {
        Self::start_fresh("  types: [none]\n")
    }

    /// Starts an empty server that lets in only who signs in at its own token endpoint, as one of these clients.
    pub fn start_with_sign_in(clients: &[SmartClient], token_life_secs: u32) -> io::Result<Self> {
        let entry = |client: &SmartClient| {
            let jwks = serde_json::json!({"keys": [client.jwk]});
            format!("    - {{client_id: {}, scopes: \"{}\", jwks: {jwks}}}\n", client.id, client.scopes)
        };
        let entries: String = clients.iter().map(entry).collect();
        Self::start_fresh(&format!(
            "  types: [smart]\n  enforce_scopes: true\n  token_lifetime: {token_life_secs}\n  smart_clients:\n{entries}"
        ))
    }

    fn start_fresh(auth: &str) -> io::Result<Self> {
        let temp = tempfile::tempdir()?;
        let mut server = Self::start_as(temp.path(), auth)?;
        server._temp = Some(temp);
        Ok(server)
    }

    /// Starts a server that keeps settings, data and log in this folder.
    pub fn start_in(folder: &Path) -> io::Result<Self> {
        Self::start_as(folder, "  types: [none]\n")
    }

    fn start_as(folder: &Path, auth: &str) -> io::Result<Self> {
        let program = program()?;
        fs::create_dir_all(folder)?;
        // A port that was free a moment ago can be somebody else's now: the server then ends at once.
        let mut attempts_left = START_ATTEMPTS;
        loop {
            attempts_left -= 1;
            match Self::launch(&program, folder, auth)?.until_ready() {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && attempts_left > 0 => {}
                outcome => return outcome,
            }
        }
    }

    fn launch(program: &Path, folder: &Path, auth: &str) -> io::Result<Self> {
        let port = free_port()?;
        let authority = format!("127.0.0.1:{port}");
        let settings =
            format!("base_url: http://{authority}/fhir\nhost: 127.0.0.1\nport: {port}\nserver_auth:\n{auth}");
        fs::write(folder.join("settings.yaml"), settings)?;
        let log = File::create(folder.join(LOG))?;
        let child = Command::new("sh")
            .args(["-c", WATCHDOG, "fhir-server"])
            .arg(program)
            .args(["serve", "-c", "settings.yaml"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        Ok(Self { child, authority, folder: folder.to_owned(), _temp: None })
    }

    /// `http://127.0.0.1:PORT/fhir`
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/fhir", self.authority)
    }

    /// Reads `<base>/<path>`.
    pub fn get(&self, path: &str) -> io::Result<Response> {
        self.send("GET", path, Vec::new())
    }

    /// Posts to `<base>/<path>`, to the base itself with an empty path.
    pub fn post(&self, path: &str, resource: &Value) -> io::Result<Response> {
        self.send("POST", path, resource.to_string().into_bytes())
    }

    /// Every resource that a search finds, all pages.
    pub fn search_all(&self, resource_type: &str, query: &str) -> io::Result<Vec<Value>> {
        let mut found = Vec::new();
        let mut next =
            Some(if query.is_empty() { resource_type.to_owned() } else { format!("{resource_type}?{query}") });
        for _ in 0..PAGE_LIMIT {
            let Some(path) = next.take() else { return Ok(found) };
            let response = self.get(&path)?;
            if response.status != 200 {
                return Err(io::Error::other(format!("search {resource_type}: status {}", response.status)));
            }
            let bundle = response.json()?;
            let entries = bundle["entry"].as_array().into_iter().flatten();
            found.extend(
                entries.filter(|entry| entry["search"]["mode"] != "outcome").map(|entry| entry["resource"].clone()),
            );
            next = bundle["link"].as_array().into_iter().flatten().find(|link| link["relation"] == "next").and_then(
                |link| {
                    let url = link["url"].as_str()?;
                    Some(url.strip_prefix(&self.base_url()).unwrap_or(url).trim_start_matches('/').to_owned())
                },
            );
        }
        Err(io::Error::other(format!("search {resource_type}: more than {PAGE_LIMIT} pages")))
    }

    fn send(&self, method: &str, path: &str, body: Vec<u8>) -> io::Result<Response> {
        let target = if path.is_empty() { "/fhir".to_owned() } else { format!("/fhir/{path}") };
        let mut headers = vec![("Accept".to_owned(), "application/fhir+json".to_owned())];
        if !body.is_empty() {
            headers.push(("Content-Type".to_owned(), "application/fhir+json".to_owned()));
        }
        let request = Request { method: method.to_owned(), target, headers, body };
        wire::exchange(&self.authority, &request, REQUEST_LIMIT)
    }

    fn until_ready(mut self) -> io::Result<Self> {
        let started = Instant::now();
        while started.elapsed() < READY_LIMIT {
            if let Some(status) = self.child.try_wait()? {
                return Err(self.not_ready(&format!("it ended with {status}")));
            }
            if self.get("metadata").is_ok_and(|response| matches!(response.status, 200 | 401)) {
                return Ok(self);
            }
            thread::sleep(POLL);
        }
        Err(self.not_ready(&format!("it did not answer within {} s", READY_LIMIT.as_secs())))
    }

    fn not_ready(&self, what: &str) -> io::Error {
        let log = fs::read_to_string(self.folder.join(LOG)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last_words = lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n");
        let in_use = last_words.contains("address already in use");
        let kind = if in_use { io::ErrorKind::AddrInUse } else { io::ErrorKind::Other };
        io::Error::new(kind, format!("the FHIR server did not start: {what}; its last words:\n{last_words}"))
    }
}

impl Drop for FhirServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// `KTC_SEKMET`, else what `cargo xtask setup` installed.
fn program() -> io::Result<PathBuf> {
    if let Some(named) = std::env::var_os("KTC_SEKMET") {
        return Ok(named.into());
    }
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/sekmet/bin/sekmet");
    if installed.is_file() {
        return installed.canonicalize();
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "no FHIR server here; run `cargo xtask setup`"))
}

/// Free a moment ago; the server must be told a number, it cannot be handed a socket.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
