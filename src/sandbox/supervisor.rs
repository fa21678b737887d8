//! The kiosk's side: starts a sandbox for each job, judges what it asks for, and makes one of its results or a named
//! failure of whatever happens to it.

use super::issuer_documents::{IssuerCache, issuer_document};
use super::lock::Confinement;
use super::message::{Done, FromWorker, Job, ShareJob, ShareRefusal, ShareReply, Task, ToWorker, head_and_body};
use super::probe::{Attempt, ProbeTargets};
use super::quota::Quota;
use super::worker::{Cost, Deadlines, Failure, Worker};
use crate::intake::{Intake, IntakeItem};
use crate::limits::MAX_ENTRIES;
use crate::net::{Broker, TrustedCa};
use crate::resolve::{AnswerHead, FetchAnswer, FetchDefect, FetchRequest};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use crate::trouble::Trouble;
use crate::viewing::{PagePicture, Viewable};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// All of a share; below the time for which a patient is asked to wait.
const SHARE_DEADLINE: Duration = Duration::from_secs(20);
/// A look-up and a connection take no longer; another file of the share may still be had.
const CONNECT_DEADLINE: Duration = Duration::from_secs(6);
const PAGE_DEADLINE: Duration = Duration::from_secs(10);
/// Items of one form: its entries, and what its summaries state beside them.
const MAX_ITEMS: usize = MAX_ENTRIES + 10_000;

/// What starting sandboxes takes.
pub struct SandboxOptions {
    /// Connects for them.
    pub broker: Broker,
    /// The configured certificate authority.
    pub authority: Option<TrustedCa>,
    /// Keeps issuer documents.
    pub issuer_cache: Box<dyn IssuerCache>,
}

/// Starts sandboxes.
pub struct Sandbox {
    program: PathBuf,
    options: SandboxOptions,
}

impl Sandbox {
    /// Starts this program again for each job.
    pub fn new(options: SandboxOptions) -> Sandbox {
        Sandbox { program: this_program(), options }
    }

    /// Reads a share, for as long as `wanted` says that somebody waits for it.
    pub fn read_share(&self, job: ShareJob, wanted: &dyn Fn() -> bool) -> (ShareReply, Cost) {
        let quota = Quota::for_share(job.now);
        let deadlines = Deadlines::new(SHARE_DEADLINE, wanted);
        let authority = self.authority();
        match self.run(Task::Read, &Job::ReadShare(Box::new(job)), authority, quota, deadlines) {
            Ok((Done::Share(reply), originals, cost)) => (with_originals(*reply, originals), cost),
            result => {
                let trouble = match failure_of(result) {
                    Failure::TimedOut => Trouble::TimedOut,
                    Failure::NotWanted | Failure::Broken => Trouble::ReaderFailed,
                };
                (ShareReply { outcome: Err(ShareRefusal::failed(trouble)), steps: Vec::new() }, Cost::default())
            }
        }
    }

    /// Fetches one issuer document, in a process of its own.
    pub fn fetch(&self, request: FetchRequest, wanted: &dyn Fn() -> bool) -> (Result<FetchAnswer, FetchDefect>, Cost) {
        let deadlines = Deadlines::new(request.purpose.deadline(), wanted);
        self.fetch_within(request, deadlines)
    }

    /// Draws one page.
    pub fn draw_page(
        &self,
        document: &Viewable,
        page: u32,
        wanted: &dyn Fn() -> bool,
    ) -> Result<(PagePicture, Cost), Trouble> {
        let job = Job::DrawPage { kind: document.kind, page };
        let deadlines = Deadlines::new(PAGE_DEADLINE, wanted);
        let done = self.run(Task::Draw, &job, document.bytes.reveal(), Quota::none(), deadlines);
        let (done, rgb, cost) = done.map_err(|_| Trouble::DocumentNotShown)?;
        let Done::Page(Some(head)) = done else { return Err(Trouble::DocumentNotShown) };
        let picture = PagePicture { page, pages: head.pages, width: head.width, height: head.height, rgb };
        if picture.is_sound() { Ok((picture, cost)) } else { Err(Trouble::DocumentNotShown) }
    }

    /// Tries from inside what nobody inside may do.
    pub fn probe(&self, targets: ProbeTargets) -> Result<(Vec<Attempt>, Confinement), Failure> {
        let mut worker = Worker::start(&self.program, Task::Read, Deadlines::new(SHARE_DEADLINE, &|| true))?;
        let confinement = locked(&mut worker)?;
        worker.give(&Job::Probe(targets), &[])?;
        match self.serve(&mut worker, Quota::none())? {
            (Done::Probed(attempts), _) => Ok((attempts, confinement)),
            _ => Err(Failure::Broken),
        }
    }

    fn authority(&self) -> &[u8] {
        self.options.authority.as_ref().map_or(&[], TrustedCa::der)
    }

    fn fetch_within(
        &self,
        request: FetchRequest,
        deadlines: Deadlines<'_>,
    ) -> (Result<FetchAnswer, FetchDefect>, Cost) {
        let quota = Quota::for_issuer_document();
        let limit = request.purpose.limit();
        match self.run(Task::Read, &Job::Fetch(request), self.authority(), quota, deadlines) {
            Ok((Done::Fetched(answered), body, cost)) => {
                let fits = body.reveal().len() <= limit;
                // Whatever it says, it is no copy.
                let answer = answered.map(|head| FetchAnswer { head: AnswerHead { kept_from: None, ..head }, body });
                (answer.and_then(|answer| if fits { Ok(answer) } else { Err(FetchDefect::TooLarge) }), cost)
            }
            result => {
                let defect = match failure_of(result) {
                    Failure::TimedOut => FetchDefect::TimedOut,
                    Failure::NotWanted | Failure::Broken => FetchDefect::Unreachable,
                };
                (Err(defect), Cost::default())
            }
        }
    }

    /// One job from start to end.
    fn run(
        &self,
        task: Task,
        job: &Job,
        bytes: &[u8],
        quota: Quota,
        deadlines: Deadlines<'_>,
    ) -> Result<(Done, Sensitive<Vec<u8>>, Cost), Failure> {
        let mut worker = Worker::start(&self.program, task, deadlines)?;
        let confinement = locked(&mut worker)?;
        if confinement != Confinement::Full {
            tracing::warn!(?confinement, "this system holds the reading process less than it should");
        }
        worker.give(job, bytes)?;
        let (done, bytes) = self.serve(&mut worker, quota)?;
        Ok((done, bytes, worker.cost()))
    }

    /// Answers what the process asks for until it is done.
    fn serve(&self, worker: &mut Worker<'_>, mut quota: Quota) -> Result<(Done, Sensitive<Vec<u8>>), Failure> {
        let (mut items, mut count): (Vec<(usize, Vec<IntakeItem>)>, usize) = (Vec::new(), 0);
        loop {
            let (said, bytes) = worker.listen()?;
            match said {
                FromWorker::Items(form, more) => {
                    count += more.len().max(1);
                    items.push((form, more));
                    if count > MAX_ITEMS {
                        return Err(Failure::Broken);
                    }
                }
                FromWorker::Done(mut done) => {
                    if let Done::Share(reply) = &mut done
                        && let Ok(arrived) = &mut reply.outcome
                    {
                        let forms = arrived.forms_mut();
                        for (number, form) in forms.iter_mut().enumerate() {
                            let of_form = items.iter().filter(|(of, _)| *of == number);
                            form.items.reserve_exact(of_form.map(|(_, some)| some.len()).sum());
                        }
                        for (form, some) in items {
                            forms.get_mut(form).ok_or(Failure::Broken)?.items.extend(some);
                        }
                    }
                    return Ok((done, bytes));
                }
                FromWorker::Connect(origin) => {
                    let connected = match quota.takes_connection(&origin) {
                        true => self.connect(origin, worker.deadlines)?,
                        false => Err(FetchDefect::AddressRefused),
                    };
                    worker
                        .answer(&ToWorker::Connected(connected.as_ref().map(|_| ()).map_err(|defect| *defect)), &[])?;
                    if let Ok(socket) = connected {
                        worker.hand_over(&socket)?;
                    }
                }
                FromWorker::IssuerDocument { request, newest } => {
                    let answer = match quota.takes_issuer_document(&request) {
                        Some(now) => self.issuer_document(&request, newest, now, worker.deadlines),
                        None => Err(FetchDefect::AddressRefused),
                    };
                    let (head, body) = head_and_body(answer);
                    worker.answer(&ToWorker::IssuerDocument(head), body.reveal())?;
                }
                FromWorker::Locked(_) => return Err(Failure::Broken),
            }
        }
    }

    /// A key set or a revocation list: the copy that is kept, or one that a process of its own fetches now.
    fn issuer_document(
        &self,
        request: &FetchRequest,
        newest: bool,
        now: Timestamp,
        deadlines: Deadlines<'_>,
    ) -> Result<FetchAnswer, FetchDefect> {
        issuer_document(&*self.options.issuer_cache, request, newest, now, || {
            let asked = FetchRequest { url: request.url.clone(), purpose: request.purpose, body: None };
            self.fetch_within(asked, deadlines.at_most(request.purpose.deadline())).0
        })
    }

    /// Connects on a thread of its own, because a look-up cannot be broken off. One that comes too late is dropped.
    fn connect(&self, origin: String, deadlines: Deadlines<'_>) -> Result<Result<TcpStream, FetchDefect>, Failure> {
        let broker = self.options.broker.clone();
        let (connected, result) = sync_channel(1);
        let work = move || drop(connected.send(broker.connect(&origin)));
        thread::Builder::new().name("connect".to_owned()).spawn(work).map_err(|_| Failure::Broken)?;
        let deadlines = deadlines.at_most(CONNECT_DEADLINE);
        loop {
            let nap = match deadlines.nap() {
                Err(Failure::TimedOut) => return Ok(Err(FetchDefect::TimedOut)),
                nap => nap?,
            };
            match result.recv_timeout(nap) {
                Ok(result) => return Ok(result),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::Broken),
            }
        }
    }
}

/// The reply whole again, unless a text is not what it says: then nothing of it is believed.
fn with_originals(mut reply: ShareReply, originals: Sensitive<Vec<u8>>) -> ShareReply {
    if let Ok(arrived) = &mut reply.outcome
        && !Intake::find_originals(arrived.forms_mut(), originals)
    {
        tracing::error!("a sandbox gave a resource that is none");
        reply.outcome = Err(ShareRefusal::failed(Trouble::ReaderFailed));
    }
    reply
}

/// The first word of the process: what holds it.
fn locked(worker: &mut Worker<'_>) -> Result<Confinement, Failure> {
    match worker.listen()? {
        (FromWorker::Locked(confinement), _) => Ok(confinement),
        _ => Err(Failure::Broken),
    }
}

/// Why a result is none, and a word about it to the log.
fn failure_of<T, C>(result: Result<(Done, T, C), Failure>) -> Failure {
    match result {
        Err(failure) => {
            if failure != Failure::NotWanted {
                tracing::error!(why = %failure, "a sandbox failed");
            }
            failure
        }
        Ok((Done::Panicked(place), ..)) => {
            tracing::error!(place = place_only(&place), "a panic in a sandbox");
            Failure::Broken
        }
        Ok(_) => {
            tracing::error!("a sandbox gave a result of another kind");
            Failure::Broken
        }
    }
}

/// A place in our sources, or nothing: a process that was taken over could say anything here.
fn place_only(place: &str) -> &str {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "/._-:".contains(letter);
    if place.len() <= 200 && place.contains(".rs:") && place.chars().all(fits) { place } else { "unknown" }
}

/// This program, whatever its file is called by now. A test is another program: it stands one folder below ours.
fn this_program() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let beside = program.parent().filter(|folder| folder.ends_with("deps")).and_then(Path::parent);
    match beside.map(|folder| folder.join("ktc-kiosk")).filter(|program| program.exists()) {
        Some(program) => program,
        None => PathBuf::from("/proc/self/exe"),
    }
}
