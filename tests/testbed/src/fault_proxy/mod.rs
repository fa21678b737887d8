//! The network in front of the EHR: a plain-HTTP proxy on loopback that loses, cuts and delays on order.
//!
//! Faults strike the next POST requests, one each, in the order they were pushed; one that is aimed strikes the requests of
//! these numbers, whatever they are. A callback sees each exchange at its
//! three turning points, before the next thing happens, so that a test can end a process exactly there. The proxy answers
//! each connection once. Absolute addresses inside answers still name the server behind it.

mod exchange;

use crate::trap::wake;
use crate::wire::Request;
use exchange::handle;
use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const POLL: Duration = Duration::from_millis(10);

/// What happens to one POST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset as soon as it is made. Strikes the next connection, whatever its method would have been.
    RefuseConnection,
    /// The request arrives and is thrown away; the connection is reset.
    ResetBeforeForwarding,
    /// The server has it and answered; the client gets a reset instead.
    ResetAfterForwarding,
    /// The server has it; half of the answer's body reaches the client, then the connection ends.
    HalfAnswer,
    /// The server never sees it; the client gets this status.
    Status(u16),
    /// The server has done it and answered; the client gets this status.
    StatusAfterForwarding(u16),
    /// It is passed on after this time.
    HangMillis(u64),
    /// The server never sees it; the client gets the page of a captive portal.
    Portal,
    /// The server has it; the answer is whole by its length, and its JSON is cut.
    CutJson,
    /// The server has it; the answer says so and not where.
    NoPlace,
}

/// A turning point of one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The whole request is here, the server knows nothing yet.
    RequestReceived,
    /// The server has done it and its answer is here, the client knows nothing yet.
    Forwarded,
    /// The answer has been written to the client.
    Delivered,
}

/// What the callback is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyEvent {
    /// Which turning point.
    pub stage: Stage,
    /// Number of the request, from 1.
    pub number: usize,
    /// Method of the request.
    pub method: String,
    /// Path and query of the request.
    pub target: String,
}

type Callback = Box<dyn Fn(&ProxyEvent) + Send + Sync>;

/// A fault that lets so many requests pass first and then strikes so many.
#[derive(Clone, Copy)]
struct Aimed {
    fault: Fault,
    pass: usize,
    times: usize,
}

struct Shared {
    upstream: String,
    faults: Mutex<VecDeque<Fault>>,
    aimed: Mutex<Option<Aimed>>,
    requests: Mutex<Vec<Request>>,
    callback: Mutex<Option<Arc<Callback>>>,
    down: AtomicBool,
    stopped: AtomicBool,
}

/// The proxy. Dropping it closes the port.
pub struct FaultProxy {
    addr: SocketAddr,
    path: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl FaultProxy {
    /// Starts in front of a base such as `http://127.0.0.1:8090/fhir`.
    pub fn in_front_of(base: &str) -> io::Result<Self> {
        let rest = base
            .strip_prefix("http://")
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the proxy speaks plain http only"))?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream: authority.to_owned(),
            faults: Mutex::default(),
            aimed: Mutex::default(),
            requests: Mutex::default(),
            callback: Mutex::default(),
            down: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("fault-proxy-accept".to_owned())
            .spawn(move || accept_until_stopped(listener, addr, &of_thread))?;
        Ok(Self { addr, path: path.to_owned(), shared, thread: Some(thread) })
    }

    /// The base that the kiosk is told.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/{}", self.addr, self.path).trim_end_matches('/').to_owned()
    }

    /// Adds a fault to the list.
    pub fn push(&self, fault: Fault) {
        locked(&self.shared.faults).push_back(fault);
    }

    /// Lets `pass` requests through, then strikes `times` in a row.
    pub fn aim(&self, fault: Fault, pass: usize, times: usize) {
        *locked(&self.shared.aimed) = Some(Aimed { fault, pass, times });
    }

    /// Forgets the faults that have not struck yet.
    pub fn heal(&self) {
        *locked(&self.shared.aimed) = None;
        locked(&self.shared.faults).clear();
    }

    /// Closes the port (connections are refused by the system) or opens it again, the same number.
    pub fn set_down(&self, down: bool) {
        self.shared.down.store(down, Ordering::SeqCst);
        wake(self.addr);
        // The state is real when this returns: the port answers a probe exactly when it should.
        for _ in 0..500 {
            if exchange::port_is_open(self.addr) != down {
                return;
            }
            thread::sleep(POLL);
        }
    }

    /// Calls this at each turning point, in the thread of the exchange, which goes on when the call returns.
    pub fn on_event(&self, callback: impl Fn(&ProxyEvent) + Send + Sync + 'static) {
        *locked(&self.shared.callback) = Some(Arc::new(Box::new(callback)));
    }

    /// Every request that arrived whole, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.shared.requests).clone()
    }

    /// How many POST requests arrived whole.
    #[must_use]
    pub fn posts(&self) -> usize {
        locked(&self.shared.requests).iter().filter(|request| request.method == "POST").count()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        wake(self.addr);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn tell(&self, stage: Stage, number: usize, request: &Request) {
        let callback = locked(&self.callback).clone();
        if let Some(callback) = callback {
            let (method, target) = (request.method.clone(), request.target.clone());
            callback(&ProxyEvent { stage, number, method, target });
        }
    }

    /// What was aimed at this request.
    fn aimed_fault(&self) -> Option<Fault> {
        let mut aimed = locked(&self.aimed);
        let at = aimed.as_mut()?;
        if at.pass > 0 {
            at.pass -= 1;
            return None;
        }
        at.times = at.times.checked_sub(1)?;
        Some(at.fault)
    }

    /// Takes the next fault if it is of the wanted sort.
    fn fault_if(&self, wanted: impl Fn(Fault) -> bool) -> Option<Fault> {
        let mut faults = locked(&self.faults);
        faults.pop_front_if(|fault| wanted(*fault))
    }
}

fn accept_until_stopped(listener: TcpListener, addr: SocketAddr, shared: &Arc<Shared>) {
    let mut open = Some(listener);
    while !shared.stopped.load(Ordering::SeqCst) {
        if shared.down.load(Ordering::SeqCst) {
            open = None;
            thread::sleep(POLL);
            continue;
        }
        let Some(listener) = &open else {
            open = TcpListener::bind(addr).ok();
            thread::sleep(POLL);
            continue;
        };
        let Ok((stream, _)) = listener.accept() else { continue };
        if shared.stopped.load(Ordering::SeqCst) || shared.down.load(Ordering::SeqCst) {
            continue;
        }
        let shared = Arc::clone(shared);
        // An exchange that fails here is a fault on order or the client's own end: either is seen by the client.
        let _ =
            thread::Builder::new().name("fault-proxy-exchange".to_owned()).spawn(move || drop(handle(stream, &shared)));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
