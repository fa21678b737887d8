//! An HTTPS server on loopback that serves what it is told to, and misbehaves when it is told to.
//!
//! Routes are exact paths; a query does not matter for finding them but is recorded. One request per connection.

mod connection;

use crate::ca::{Certificate, TestCa};
use crate::trap::wake;
use crate::wire::{Headers, Request};
use connection::serve;
use rustls::ServerConfig;
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// How an answer is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Behaviour {
    /// Whole and at once.
    #[default]
    Normal,
    /// The full length is announced, this many bytes of the body follow, then the connection ends.
    Truncate(usize),
    /// The body comes this slowly.
    Drip {
        /// Speed of the body.
        bytes_per_sec: usize,
    },
    /// The body comes without a length: it ends with the connection.
    Unannounced,
    /// The body repeats until the client or the server goes away.
    Endless,
    /// The request is taken and never answered.
    Hang,
    /// `302` to another address.
    RedirectTo(String),
}

/// What a route answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header fields besides the length.
    pub headers: Headers,
    /// Body.
    pub body: Vec<u8>,
    /// How it is sent.
    pub behaviour: Behaviour,
}

impl Answer {
    /// `200` with this body.
    #[must_use]
    pub fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body: body.into(),
            behaviour: Behaviour::Normal,
        }
    }

    /// A status without a body.
    #[must_use]
    pub const fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), behaviour: Behaviour::Normal }
    }

    /// With one more header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, sent badly.
    #[must_use]
    pub fn behaving(mut self, behaviour: Behaviour) -> Self {
        self.behaviour = behaviour;
        self
    }
}

/// Exact path to answer.
pub type Routes = HashMap<String, Answer>;

/// Answers a request before the routes are asked; `None` leaves it to the next one, and at last to the routes.
pub type Handler = Box<dyn Fn(&Request) -> Option<Answer> + Send + Sync>;

#[derive(Default)]
struct Shared {
    handlers: Mutex<Vec<Handler>>,
    routes: Mutex<Routes>,
    requests: Mutex<Vec<Request>>,
    stopped: AtomicBool,
}

/// The server. Dropping it ends every connection.
pub struct HttpsServer {
    addr: SocketAddr,
    ca_pem: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl HttpsServer {
    /// Starts on a free port with a good certificate for `localhost` and `127.0.0.1` from an authority of its own.
    pub fn start(routes: impl IntoIterator<Item = (String, Answer)>) -> io::Result<Self> {
        Self::start_with(routes, &TestCa::new(), &[], Certificate::Good)
    }

    /// Starts with an authority that others share, further host names, and a certificate as bad as wished.
    pub fn start_with(
        routes: impl IntoIterator<Item = (String, Answer)>,
        ca: &TestCa,
        extra_names: &[&str],
        certificate: Certificate,
    ) -> io::Result<Self> {
        Self::start_on(routes, ca, ca.server_config(extra_names, certificate))
    }

    /// Starts a server that talks only to clients of this authority.
    pub fn start_mutual(routes: impl IntoIterator<Item = (String, Answer)>, ca: &TestCa) -> io::Result<Self> {
        Self::start_on(routes, ca, ca.mutual_config())
    }

    fn start_on(
        routes: impl IntoIterator<Item = (String, Answer)>,
        ca: &TestCa,
        config: Arc<ServerConfig>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared { routes: Mutex::new(routes.into_iter().collect()), ..Shared::default() });
        let of_thread = Arc::clone(&shared);
        let thread = thread::Builder::new().name("https-accept".to_owned()).spawn(move || {
            for connection in listener.incoming() {
                if of_thread.stopped.load(Ordering::SeqCst) {
                    break;
                }
                let (config, shared) = (Arc::clone(&config), Arc::clone(&of_thread));
                if let Ok(stream) = connection {
                    // A client that breaks off is the client's affair.
                    let _ = thread::Builder::new()
                        .name("https-connection".to_owned())
                        .spawn(move || drop(serve(stream, config, &shared)));
                }
            }
        })?;
        Ok(Self { addr, ca_pem: ca.pem().to_owned(), shared, thread: Some(thread) })
    }

    /// `https://localhost:PORT`
    #[must_use]
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.port())
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.addr.port()
    }

    /// The authority's certificate.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Adds or replaces a route.
    pub fn route(&self, path: &str, answer: Answer) {
        locked(&self.shared.routes).insert(path.to_owned(), answer);
    }

    /// Adds a handler, for answers that depend on the request.
    pub fn handle(&self, handler: Handler) {
        locked(&self.shared.handlers).push(handler);
    }

    /// Takes a route away: from now on 404.
    pub fn withdraw(&self, path: &str) {
        locked(&self.shared.routes).remove(path);
    }

    /// Every request so far, in order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.shared.requests).clone()
    }
}

impl Drop for HttpsServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        wake(self.addr);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A test that panicked elsewhere must not hide what was recorded.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
