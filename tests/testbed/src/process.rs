//! A server in a child process on loopback, and the few questions that tests ask of it.
//!
//! The child hangs on a pipe: when the testbed goes away, in whatever way, the pipe closes and a watchdog shell ends it.

use crate::fhir_server::WATCHDOG;
use crate::wire::{self, Request, Response};
use serde_json::Value;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const READY_LIMIT: Duration = Duration::from_secs(60);
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);
const PAGE_LIMIT: usize = 100;
const OUTPUT: &str = "output";

/// A running server and its folder. Dropping it ends both.
pub struct Process {
    child: Child,
    folder: TempDir,
}

impl Process {
    /// Starts a program in a folder of its own.
    pub fn start(program: &Path, arguments: &[&str], folder: TempDir, settings: &[(&str, String)]) -> io::Result<Self> {
        let output = File::create(folder.path().join(OUTPUT))?;
        let child = Command::new("sh")
            .args(["-c", WATCHDOG, "server"])
            .arg(program)
            .args(arguments)
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        Ok(Self { child, folder })
    }

    /// What it has printed.
    #[must_use]
    pub fn output(&self) -> String {
        fs::read_to_string(self.folder.path().join(OUTPUT)).unwrap_or_default()
    }

    /// Waits until `ready` gives something; an end or a long silence is an error.
    pub fn until<T>(&mut self, ready: impl Fn(&Self) -> Option<T>) -> io::Result<T> {
        let started = Instant::now();
        while started.elapsed() < READY_LIMIT {
            if let Some(found) = ready(self) {
                return Ok(found);
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(io::Error::other(format!("the server ended with {status}: {}", self.output())));
            }
            thread::sleep(POLL);
        }
        Err(io::Error::other(format!("the server did not answer in time: {}", self.output())))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Reads `<base>/<path>`; the base is `http://HOST:PORT` with or without a path.
pub fn get(base: &str, path: &str) -> io::Result<Response> {
    send(base, "GET", path, Vec::new())
}

/// Posts to `<base>/<path>`.
pub fn post(base: &str, path: &str, resource: &Value) -> io::Result<Response> {
    send(base, "POST", path, resource.to_string().into_bytes())
}

/// Puts `<base>/<path>`: somebody at the EHR changes a record.
pub fn put(base: &str, path: &str, resource: &Value) -> io::Result<Response> {
    send(base, "PUT", path, resource.to_string().into_bytes())
}

/// Deletes `<base>/<path>`.
pub fn delete(base: &str, path: &str) -> io::Result<Response> {
    send(base, "DELETE", path, Vec::new())
}

fn send(base: &str, method: &str, path: &str, body: Vec<u8>) -> io::Result<Response> {
    let rest = base.trim_start_matches("http://");
    let (authority, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let target = format!("/{prefix}/{path}").replace("//", "/");
    let header = |name: &str| (name.to_owned(), "application/fhir+json".to_owned());
    let headers = vec![header("Accept"), header("Content-Type")];
    wire::exchange(authority, &Request { method: method.to_owned(), target, headers, body }, REQUEST_LIMIT)
}

/// Every resource that a search finds, all pages.
pub fn search_all(base: &str, kind: &str, query: &str) -> io::Result<Vec<Value>> {
    let mut found = Vec::new();
    let mut next = Some(format!("{kind}?{query}"));
    for _ in 0..PAGE_LIMIT {
        let Some(path) = next.take() else { return Ok(found) };
        let response = get(base, path.trim_end_matches('?'))?;
        if response.status != 200 {
            return Err(io::Error::other(format!("search {kind}: status {}", response.status)));
        }
        let bundle = response.json()?;
        let entries = bundle["entry"].as_array().into_iter().flatten();
        found.extend(entries.filter(|it| it["search"]["mode"] != "outcome").map(|it| it["resource"].clone()));
        let links = bundle["link"].as_array().into_iter().flatten();
        let address = links.filter(|link| link["relation"] == "next").find_map(|link| link["url"].as_str());
        next = address.and_then(|url| Some(format!("{kind}?{}", url.split_once('?')?.1)));
    }
    Err(io::Error::other(format!("search {kind}: more than {PAGE_LIMIT} pages")))
}
