//! What the two processes say to each other.

use super::lock::Confinement;
use super::probe::{Attempt, ProbeTargets};
use crate::health_link::Passcode;
use crate::intake::IntakeItem;
use crate::resolve::{
    AnswerHead, Arrived, Explained, Fetch, FetchAnswer, FetchDefect, FetchRequest, ResolveDefect, ResolvedShare,
    Resolver, Stage, Strictness, Trace,
};
use crate::scan::ScannedCode;
use crate::sensitive::Sensitive;
use crate::time::{Day, Timestamp};
use crate::trouble::Trouble;
use crate::trust::TrustList;
use crate::viewing::ViewableKind;
use serde::{Deserialize, Serialize};

/// A share to read, with all that decides how.
#[derive(Debug, Serialize, Deserialize)]
pub struct ShareJob {
    /// The link, or the parts of a card, that was scanned.
    pub code: Box<ScannedCode>,
    /// What the patient typed, for a link that asks for it.
    pub passcode: Option<Passcode>,
    /// The organisation's name.
    pub recipient: String,
    /// Which issuers the clinic knows.
    pub trust: TrustList,
    /// By this the end of a link or card and the age of issuer documents are judged.
    pub now: Timestamp,
    /// The same as a day at the clinic: by this it is judged what of a record is over.
    pub day: Day,
    /// How strict to be.
    pub strictness: Strictness,
    /// Which of the steps shall come back as well.
    pub steps: Steps,
}

/// What is told of the steps on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Steps {
    /// Nothing.
    Unwanted,
    /// Each step, in words that reveal nothing.
    Wanted,
    /// Each step with what it was found in: patient data, addresses, keys.
    WithDetails,
}

impl ShareJob {
    /// Reads the share over this network.
    pub fn run(&self, fetch: &dyn Fetch) -> ShareReply {
        let trace = if self.steps == Steps::WithDetails { Trace::with_details() } else { Trace::default() };
        let resolver = Resolver {
            fetch,
            trust: &self.trust,
            recipient: &self.recipient,
            passcode: self.passcode.as_ref(),
            now: self.now,
            strictness: self.strictness,
            trace: &trace,
        };
        let outcome = resolver.resolve(&self.code).and_then(|share: ResolvedShare| share.into_arrived(self.day));
        let steps = if self.steps == Steps::Unwanted { Vec::new() } else { trace.into_steps() };
        ShareReply { outcome: outcome.map_err(ShareRefusal::new), steps }
    }
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct ShareReply {
    /// The form, or why there is none.
    pub outcome: Result<Arrived, ShareRefusal>,
    /// The steps, if they were asked for.
    pub steps: Vec<Explained>,
}

/// Why a share was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareRefusal {
    /// What people are told.
    pub refusal: Refusal,
    /// The step at which reading stopped.
    pub stage: Stage,
    /// The broken rule, in words of ours.
    pub reason: String,
    /// Whether it is only that a server or an issuer cannot be reached.
    pub unreachable: bool,
}

/// What people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Something is in the way.
    Trouble(Trouble),
    /// The passcode was wrong.
    Passcode {
        /// How many tries are left, as the share's server says.
        remaining: Option<u32>,
    },
}

impl ShareRefusal {
    /// From the defect of the rules.
    pub fn new(defect: ResolveDefect) -> ShareRefusal {
        let refusal = match defect.passcode_refused() {
            Some(remaining) => Refusal::Passcode { remaining },
            None => Refusal::Trouble(defect.trouble()),
        };
        ShareRefusal {
            refusal,
            stage: defect.stage(),
            reason: defect.to_string(),
            unreachable: defect.is_unreachable(),
        }
    }

    /// The trouble, where it is not only a wrong passcode.
    pub fn trouble(&self) -> Trouble {
        match self.refusal {
            Refusal::Trouble(trouble) => trouble,
            Refusal::Passcode { .. } => Trouble::LinkNeedsPasscode,
        }
    }

    /// The share was never judged: reading it failed.
    pub(super) fn failed(trouble: Trouble) -> ShareRefusal {
        ShareRefusal {
            refusal: Refusal::Trouble(trouble),
            stage: Stage::Retrieve,
            reason: "the share could not be read".to_owned(),
            unreachable: trouble == Trouble::TimedOut,
        }
    }
}

/// What a worker is started for, said on its command line: it prepares for that before it locks itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Task {
    /// Read a share or fetch an issuer document.
    Read,
    /// Draw a page.
    Draw,
}

/// The one job of a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Job {
    /// Read a share; the bytes beside it are the configured certificate authority (DER), or nothing.
    ReadShare(Box<ShareJob>),
    /// Fetch one issuer document; the bytes are as above.
    Fetch(FetchRequest),
    /// Draw this page of the document in the bytes.
    DrawPage { kind: ViewableKind, page: u32 },
    /// Try what must not succeed.
    Probe(ProbeTargets),
}

/// What the worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum FromWorker {
    /// It is locked and waits for its job.
    Locked(Confinement),
    /// Connect to this origin. The answer is `ToWorker::Connected`.
    Connect(String),
    /// Get this key set or revocation list, from the issuer itself if `newest`. The answer is `ToWorker::IssuerDocument`.
    IssuerDocument { request: FetchRequest, newest: bool },
    /// The next items of the form of a share; the rest of it comes with the result.
    Items(usize, Vec<IntakeItem>),
    /// The job's result.
    Done(Done),
}

/// What the worker is told after its job.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum ToWorker {
    /// The socket follows with one byte, if there is one.
    Connected(Result<(), FetchDefect>),
    /// The body is in the bytes, if there is one.
    IssuerDocument(Result<AnswerHead, FetchDefect>),
}

/// For the way: the head in the message, the body in the bytes beside it.
pub(super) fn head_and_body(
    answer: Result<FetchAnswer, FetchDefect>,
) -> (Result<AnswerHead, FetchDefect>, Sensitive<Vec<u8>>) {
    match answer {
        Ok(FetchAnswer { head, body }) => (Ok(head), body),
        Err(defect) => (Err(defect), Sensitive::new(Vec::new())),
    }
}

/// A job's result.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Done {
    /// Of `ReadShare`, without the items, which came before. The texts of resources are in the bytes.
    Share(Box<ShareReply>),
    /// Of `Fetch`; the body is in the bytes.
    Fetched(Result<AnswerHead, FetchDefect>),
    /// Of `DrawPage`; the pixels are in the bytes. Nothing, when it cannot be drawn.
    Page(Option<PageHead>),
    /// Of `Probe`.
    Probed(Vec<Attempt>),
    /// Any job: a panic, and where.
    Panicked(String),
}

/// A [`crate::viewing::PagePicture`] without its pixels.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct PageHead {
    pub(super) pages: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}
