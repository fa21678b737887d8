//! The server behind a SMART Health Link with a manifest: passcodes with a budget for the link's whole life, files inside the
//! manifest or at locations that answer once, both dialects.

use crate::https::{Answer, HttpsServer};
use crate::share::{JOSE, ShareLink, encrypt_file, random_key};
use crate::wire::Request;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where status and FHIR version stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// STU 1 as published: status at the root, version as a parameter of the type.
    #[default]
    Published,
    /// Its later source: both in each file.
    PerFile,
}

/// One file of a share.
#[derive(Debug, Clone)]
pub struct SharedFile {
    /// Type without parameters.
    pub content_type: String,
    /// Content before encryption.
    pub content: Vec<u8>,
    /// `lastUpdated`.
    pub last_updated: Option<String>,
    /// The location is in the manifest, and answers 404.
    pub dead: bool,
}

impl SharedFile {
    /// A file that can be had.
    #[must_use]
    pub fn new(content_type: &str, content: &Value) -> Self {
        let content = content.to_string().into_bytes();
        Self { content_type: content_type.to_owned(), content, last_updated: None, dead: false }
    }

    /// The same, of this age.
    #[must_use]
    pub fn updated(mut self, at: &str) -> Self {
        self.last_updated = Some(at.to_owned());
        self
    }

    /// The same, gone.
    #[must_use]
    pub fn dead(mut self) -> Self {
        self.dead = true;
        self
    }
}

/// What is shared, and how.
#[derive(Debug, Clone, Default)]
pub struct ManifestShare {
    /// Flags of the link; `P` needs a passcode.
    pub flag: String,
    /// The passcode and how often it may be wrong in the link's whole life.
    pub passcode: Option<(String, u32)>,
    /// The files.
    pub files: Vec<SharedFile>,
    /// Where status and version stand.
    pub dialect: Dialect,
    /// `status`.
    pub status: Option<String>,
    /// This many requests are told to wait, with this `Retry-After`.
    pub busy: (u32, String),
}

/// A share that is being served.
pub struct RunningShare {
    /// The link to it.
    pub link: ShareLink,
    state: Arc<Mutex<State>>,
}

struct State {
    share: ManifestShare,
    key: [u8; 32],
    origin: String,
    tries_left: u32,
    busy_left: u32,
    /// Paths that still answer, once.
    locations: HashMap<String, String>,
    /// Paths that answered.
    served: Vec<String>,
}

impl ManifestShare {
    /// Serves the share at a fresh address of the server.
    pub fn serve(self, server: &HttpsServer) -> RunningShare {
        let mut link = ShareLink::direct(&server.origin(), "Test share");
        link.flag = Some(self.flag.clone()).filter(|flag| !flag.is_empty());
        let state = Arc::new(Mutex::new(State {
            key: link.key,
            origin: server.origin(),
            tries_left: self.passcode.as_ref().map_or(0, |(_, tries)| *tries),
            busy_left: self.busy.0,
            locations: HashMap::new(),
            served: Vec::new(),
            share: self,
        }));
        let (path, of_server) = (link.path(), Arc::clone(&state));
        server.handle(Box::new(move |request| {
            let mut state = locked(&of_server);
            if request.path() == path { Some(state.manifest(request)) } else { state.location(request) }
        }));
        RunningShare { link, state }
    }
}

impl RunningShare {
    /// How many wrong passcodes the link still endures.
    #[must_use]
    pub fn tries_left(&self) -> u32 {
        locked(&self.state).tries_left
    }

    /// How many locations have answered.
    #[must_use]
    pub fn locations_served(&self) -> usize {
        locked(&self.state).served.len()
    }
}

impl State {
    fn manifest(&mut self, request: &Request) -> Answer {
        let Ok(asked) = serde_json::from_slice::<Value>(&request.body) else { return Answer::status(400) };
        let json = request.header("Content-Type").is_some_and(|kind| kind.starts_with("application/json"));
        if request.method != "POST" || !json || asked["recipient"].as_str().is_none_or(str::is_empty) {
            return Answer::status(400);
        }
        if self.busy_left > 0 {
            self.busy_left -= 1;
            return Answer::status(429).header("Retry-After", &self.share.busy.1);
        }
        if let Some((passcode, _)) = &self.share.passcode {
            if self.tries_left == 0 {
                return Answer::status(404);
            }
            if asked["passcode"] != passcode.as_str() {
                self.tries_left -= 1;
                let mut refusal =
                    Answer::ok("application/json", json!({"remainingAttempts": self.tries_left}).to_string());
                refusal.status = 401;
                return refusal;
            }
        }
        let longest = asked["embeddedLengthMax"].as_u64().unwrap_or(u64::MAX);
        let files: Vec<Value> = self.share.files.clone().iter().map(|file| self.describe(file, longest)).collect();
        let mut manifest = json!({ "files": files });
        if self.share.dialect == Dialect::Published
            && let Some(status) = &self.share.status
        {
            manifest["status"] = json!(status);
        }
        Answer::ok("application/json", manifest.to_string())
    }

    fn describe(&mut self, file: &SharedFile, longest: u64) -> Value {
        let jwe = encrypt_file(&file.content, &self.key, false, Some(&file.content_type));
        let mut described = Map::new();
        let is_fhir = file.content_type == crate::share::FHIR_JSON;
        let content_type = match self.share.dialect {
            Dialect::Published if is_fhir => format!("{};fhirVersion=4.0.1", file.content_type),
            _ => file.content_type.clone(),
        };
        described.insert("contentType".to_owned(), json!(content_type));
        if self.share.dialect == Dialect::PerFile {
            described.extend(is_fhir.then(|| ("fhirVersion".to_owned(), json!("4.0.1"))));
            described.extend(self.share.status.clone().map(|status| ("status".to_owned(), json!(status))));
        }
        described.extend(file.last_updated.clone().map(|at| ("lastUpdated".to_owned(), json!(at))));
        if !file.dead && jwe.len() as u64 <= longest {
            described.insert("embedded".to_owned(), json!(jwe));
        } else {
            let path = format!("/f/{}", URL_SAFE_NO_PAD.encode(random_key()));
            described.insert("location".to_owned(), json!(format!("{}{path}", self.origin)));
            if !file.dead {
                self.locations.insert(path, jwe);
            }
        }
        Value::Object(described)
    }

    /// A location answers a GET, once.
    fn location(&mut self, request: &Request) -> Option<Answer> {
        let jwe = self.locations.remove(request.path())?;
        self.served.push(request.path().to_owned());
        Some(if request.method == "GET" { Answer::ok(JOSE, jwe) } else { Answer::status(400) })
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
