//! A listener that nobody may reach: it counts who tried.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Accepts and counts connections on one loopback address, and says nothing.
pub struct TrapListener {
    addr: SocketAddr,
    count: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl TrapListener {
    /// Listens on a free port of this address.
    pub fn on(ip: IpAddr) -> io::Result<Self> {
        Self::at(SocketAddr::new(ip, 0))
    }

    /// Listens on exactly this address and port.
    pub fn at(addr: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(addr)?;
        let addr = listener.local_addr()?;
        let count = Arc::new(AtomicUsize::new(0));
        let stopped = Arc::new(AtomicBool::new(false));
        let (counted, stop) = (Arc::clone(&count), Arc::clone(&stopped));
        let thread = thread::Builder::new().name("trap".to_owned()).spawn(move || {
            for connection in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                if connection.is_ok() {
                    counted.fetch_add(1, Ordering::SeqCst);
                }
            }
        })?;
        Ok(Self { addr, count, stopped, thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Connections accepted so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

impl Drop for TrapListener {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        wake(self.addr);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Brings a thread back from `accept`, so that it sees its stop flag.
pub(crate) fn wake(addr: SocketAddr) {
    let _ = TcpStream::connect_timeout(&addr, Duration::from_millis(500));
}
