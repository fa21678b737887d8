//! The sandbox, from its start to its end: lock, one job, one result.

use super::draw::draw;
use super::frame::{Limit, receive, send};
use super::lock::{close_all_others, lock};
use super::message::{
    Done, FromWorker, Job, PageHead, ShareJob, ShareRefusal, ShareReply, Steps, Task, ToWorker, head_and_body,
};
use super::probe::attempt_all;
use crate::intake::{Intake, IntakeItem};
use crate::net::{exchange, plain_url, system_authorities, tls_trusting};
use crate::resolve::{Explained, Fetch, FetchAnswer, FetchDefect, FetchPurpose, FetchRequest};
use crate::sensitive::Sensitive;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use rustls::{ClientConfig, RootCertStore};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, IoSliceMut, Read as _};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::Instant;
use url::Position;

/// All its time on the processor, as a backstop: the kiosk ends it before.
const CPU_SECS: u64 = 20;

/// Where the last panic was.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// The entry. The standard input is the socket to the kiosk; whoever starts this by hand gets nothing.
pub fn main(task: Task) -> io::Result<()> {
    std::panic::set_hook(Box::new(|panic| {
        // Where, and not what: the message of a panic may quote the text that it could not handle.
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) =
            panic.location().map(ToString::to_string).unwrap_or_default();
    }));
    close_all_others()?;
    let kiosk = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    // What needs files or threads is made before the lock.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let authorities = match task {
        Task::Draw => RootCertStore::empty(),
        Task::Read => system_authorities(),
    };
    let confinement = lock(CPU_SECS)?;

    let mut socket = &kiosk;
    send(&mut socket, &FromWorker::Locked(confinement), &[])?;
    let (job, bytes): (Job, _) = receive(&mut socket, Limit::TO_WORKER)?;
    let work = AssertUnwindSafe(|| match job {
        Job::DrawPage { kind, page } => match draw(kind, bytes, page) {
            Some(drawn) => {
                let head = PageHead { pages: drawn.pages, width: drawn.width, height: drawn.height };
                (Done::Page(Some(head)), drawn.rgb)
            }
            None => (Done::Page(None), nothing()),
        },
        Job::Probe(targets) => (Done::Probed(attempt_all(&targets)), nothing()),
        Job::Fetch(request) => {
            let network = Network::new(&kiosk, &runtime, authorities, bytes.reveal());
            let (head, body) = head_and_body(network.and_then(|network| network.over_a_socket(&request)));
            (Done::Fetched(head), body)
        }
        Job::ReadShare(job) => {
            let network = Network::new(&kiosk, &runtime, authorities, bytes.reveal());
            let reply = match network {
                Ok(network) => read_share(&job, network),
                Err(defect) => ShareReply { outcome: Err(ShareRefusal::new(defect.into())), steps: Vec::new() },
            };
            hand_over(reply, &kiosk)
        }
    });
    let panicked = || Done::Panicked(PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone());
    let (done, bytes) = catch_unwind(work).unwrap_or_else(|_| (panicked(), nothing()));
    send(&mut socket, &FromWorker::Done(done), bytes.reveal())?;
    // The kiosk measures what it cost, then ends it.
    let _end = socket.read(&mut [0]);
    Ok(())
}

/// So many items and facts go in one message: the kiosk refuses a message of more values than it can hold.
const FACTS_AT_ONCE: usize = 5_000;

/// Items go before the result, a few at a time: the kiosk never holds them twice.
fn hand_over(mut reply: ShareReply, mut kiosk: &UnixStream) -> (Done, Sensitive<Vec<u8>>) {
    let Ok(arrived) = &mut reply.outcome else { return (Done::Share(Box::new(reply)), nothing()) };
    let originals = Intake::move_originals(arrived.forms_mut(), Limit::FROM_WORKER.bytes).into_bytes();
    for (form, intake) in arrived.forms_mut().iter_mut().enumerate() {
        let mut items = std::mem::take(&mut intake.items).into_iter();
        loop {
            let some = next_items(&mut items);
            // Where nobody listens any more, the kiosk has ended this process.
            if some.is_empty() || send(&mut kiosk, &FromWorker::Items(form, some), &[]).is_err() {
                break;
            }
        }
    }
    (Done::Share(Box::new(reply)), originals)
}

/// The next items that go in one message.
fn next_items(items: &mut impl Iterator<Item = IntakeItem>) -> Vec<IntakeItem> {
    let (mut some, mut facts) = (Vec::new(), 0);
    while facts < FACTS_AT_ONCE
        && let Some(item) = items.next()
    {
        facts += 1 + item.facts.len();
        some.push(item);
    }
    some
}

fn nothing() -> Sensitive<Vec<u8>> {
    Sensitive::new(Vec::new())
}

fn read_share(job: &ShareJob, network: Network<'_>) -> ShareReply {
    let mut reply = job.run(&network);
    if job.steps != Steps::Unwanted {
        reply.steps.extend(network.notes.into_inner());
    }
    reply
}

/// Together with the longest wait for one issuer document, less than the kiosk waits for a share.
const ASKING: Duration = Duration::from_secs(14);

/// The network, as far as the kiosk lends it: sockets that are connected already, and issuer documents.
struct Network<'a> {
    kiosk: &'a UnixStream,
    runtime: &'a Runtime,
    tls: Arc<ClientConfig>,
    /// After this nobody is asked any more: what has come is read, before the kiosk ends this process.
    until: Instant,
    /// Issuer documents of this share that came as copies.
    copies: RefCell<BTreeSet<String>>,
    notes: RefCell<Vec<Explained>>,
}

impl<'a> Network<'a> {
    fn new(
        kiosk: &'a UnixStream,
        runtime: &'a Runtime,
        authorities: RootCertStore,
        authority: &[u8],
    ) -> Result<Network<'a>, FetchDefect> {
        let tls = tls_trusting(authorities, Some(authority))?;
        let until = Instant::now() + ASKING;
        Ok(Network { kiosk, runtime, tls, until, copies: RefCell::default(), notes: RefCell::default() })
    }

    fn over_a_socket(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let until = self.until.min(Instant::now() + request.purpose.deadline());
        let url = plain_url(request.url.reveal())?;
        let (answer, _) = self.ask(&FromWorker::Connect(url[..Position::BeforePath].to_owned()))?;
        let ToWorker::Connected(connected) = answer else { return Err(FetchDefect::Unreachable) };
        connected?;
        let socket = received_socket(self.kiosk).map_err(|_| FetchDefect::Unreachable)?;
        self.runtime.block_on(async {
            let answer = tokio::time::timeout_at(until, exchange(socket, Arc::clone(&self.tls), request)).await;
            answer.unwrap_or(Err(FetchDefect::TimedOut))
        })
    }

    /// Whoever asks for the same one again had no use for the copy: a key may be newer than it.
    fn issuer_document(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let newest = self.copies.borrow().contains(request.url.reveal());
        let asked = FetchRequest { url: request.url.clone(), purpose: request.purpose, body: None };
        let (answer, body) = self.ask(&FromWorker::IssuerDocument { request: asked, newest })?;
        let ToWorker::IssuerDocument(head) = answer else { return Err(FetchDefect::Unreachable) };
        let head = head?;
        if let Some(since) = head.kept_from {
            self.copies.borrow_mut().insert(request.url.reveal().clone());
            self.notes.borrow_mut().push(Explained {
                step: "issuer's document".to_owned(),
                rule: "SMART Health Cards, determining keys and revocation".to_owned(),
                found: format!("a copy of {} was used", since.date()),
                detail: None,
            });
        }
        Ok(FetchAnswer { head, body })
    }

    fn ask(&self, question: &FromWorker) -> Result<(ToWorker, Sensitive<Vec<u8>>), FetchDefect> {
        let mut socket = self.kiosk;
        let answer = send(&mut socket, question, &[]).and_then(|()| receive(&mut socket, Limit::TO_WORKER));
        answer.map_err(|_| FetchDefect::Unreachable)
    }
}

impl Fetch for Network<'_> {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        if Instant::now() >= self.until {
            return Err(FetchDefect::TimedOut);
        }
        match request.purpose {
            FetchPurpose::ShareFile | FetchPurpose::Manifest => self.over_a_socket(request),
            FetchPurpose::KeySet | FetchPurpose::AppKeySet | FetchPurpose::RevocationList => {
                self.issuer_document(request)
            }
        }
    }
}

/// Receives the connected socket that comes with one byte.
fn received_socket(kiosk: &UnixStream) -> io::Result<TcpStream> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut passed = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    recvmsg(kiosk.as_fd(), &mut [IoSliceMut::new(&mut byte)], &mut passed, RecvFlags::CMSG_CLOEXEC)?;
    let mut sockets = passed.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut sockets) => sockets.next(),
        _ => None,
    });
    let socket: OwnedFd = sockets.next().ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(TcpStream::from(socket))
}
