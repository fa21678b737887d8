//! An authorization server (npm oidc-provider) in a child process, with a gate on the same port: it lets into the FHIR server
//! behind it whoever has a token. See `oauth/server.mjs`.

use crate::wire::{self, Request, Response};
use serde_json::{Value, json};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// What the server knows and allows.
pub struct OauthOptions {
    /// `client_id`.
    pub client: &'static str,
    /// The client's public keys.
    pub jwks: Value,
    /// What assertions may be signed with.
    pub algorithms: &'static [&'static str],
    /// What the client may be granted; anything else is left out of a token.
    pub scope: &'static str,
    /// Of each token.
    pub life_secs: u32,
    /// How wrong the server's clock is.
    pub clock_ahead_secs: i32,
    /// Base of the FHIR server behind the gate.
    pub upstream: String,
}

/// What the token endpoint does instead of its work.
pub enum TokenFault {
    /// Answers with this status, content type and body.
    Answer(u16, &'static str, &'static str),
    /// Answers with this status after so many milliseconds.
    Late(u16, u32),
    /// Does its work; the connection breaks before the answer.
    LoseAnswer,
}

/// A running server. Dropping it ends the process.
pub struct OauthServer {
    child: Child,
    authority: String,
}

impl OauthServer {
    /// Starts one.
    pub fn start(options: &OauthOptions) -> io::Result<Self> {
        let options = json!({
            "packages": packages()?, "client": options.client, "jwks": options.jwks, "algorithms": options.algorithms,
            "scope": options.scope, "life_secs": options.life_secs, "clock_ahead_secs": options.clock_ahead_secs,
            "upstream": options.upstream,
        });
        let mut child = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/oauth/server.mjs"))
            .arg(options.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        // oidc-provider may greet first.
        if let Some(out) = child.stdout.take() {
            for said in BufReader::new(out).lines() {
                line = said?;
                if line.starts_with("http://") {
                    break;
                }
            }
        }
        match line.strip_prefix("http://") {
            Some(authority) => Ok(Self { authority: authority.to_owned(), child }),
            None => Err(io::Error::other("the authorization server did not start")),
        }
    }

    /// The FHIR base, behind the gate.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/fhir", self.authority)
    }

    /// Where tokens are given.
    #[must_use]
    pub fn token_endpoint(&self) -> String {
        format!("http://{}/token", self.authority)
    }

    /// How often a token was asked for.
    pub fn asked(&self) -> io::Result<u64> {
        self.count("asked")
    }

    /// How often the gate met a request without a good token.
    pub fn turned_away(&self) -> io::Result<u64> {
        self.count("turned_away")
    }

    fn count(&self, what: &str) -> io::Result<u64> {
        Ok(self.control("GET", "", Vec::new())?.json()?[what].as_u64().unwrap_or_default())
    }

    /// Every token that was given.
    pub fn tokens(&self) -> io::Result<Vec<String>> {
        let state = self.control("GET", "", Vec::new())?.json()?;
        let tokens = state["tokens"].as_array().into_iter().flatten();
        Ok(tokens.filter_map(|token| token.as_str().map(str::to_owned)).collect())
    }

    /// No token that was given is good any more.
    pub fn revoke(&self) -> io::Result<()> {
        self.control("POST", "/revoke", Vec::new()).map(drop)
    }

    /// The next `times` requests for a token fail.
    pub fn fail(&self, fault: &TokenFault, times: u32) -> io::Result<()> {
        let order = match fault {
            TokenFault::Answer(status, kind, body) => {
                json!({"times": times, "status": status, "type": kind, "body": body})
            }
            TokenFault::Late(status, late_ms) => {
                json!({"times": times, "status": status, "type": "text/plain", "body": "", "late_ms": late_ms})
            }
            TokenFault::LoseAnswer => json!({"times": times, "cut": true}),
        };
        self.control("POST", "/fault", order.to_string().into_bytes()).map(drop)
    }

    fn control(&self, method: &str, path: &str, body: Vec<u8>) -> io::Result<Response> {
        let (method, target) = (method.to_owned(), format!("/control{path}"));
        wire::exchange(&self.authority, &Request { method, target, headers: Vec::new(), body }, REQUEST_LIMIT)
    }
}

impl Drop for OauthServer {
    fn drop(&mut self) {
        // The server ends with its standard input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// `KTC_OAUTH`, else what `cargo xtask setup` installed.
fn packages() -> io::Result<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/oauth");
    let folder = std::env::var_os("KTC_OAUTH").map_or(installed, PathBuf::from);
    if folder.join("node_modules").is_dir() {
        return folder.canonicalize();
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "no authorization server here; run `cargo xtask setup`"))
}
