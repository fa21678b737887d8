//! One sender of several: what came of the last check-in is written down and the next one claimed in one commit, then its plan is
//! followed request by request. It knows no network, thread, clock or chance of its own: all of these are handed in, so that a
//! simulation runs the very same code.

use crate::delivery::{
    CircuitBreaker, Course, EhrReply, FilingOutcome, FolderFailed, FolderFiles, InFolder, Next, NoAnswer, Order,
    Permit, Reply, Request, SimilarCharts, WaitReason, backoff,
};
use crate::filing::{NewPatient, SubmissionId};
use crate::runtime::shared::lock;
use crate::session::EhrHealth;
use crate::store::{Due, Ended, Ending, Lease, Settled, Store, StoreError};
use crate::time::Timestamp;
use std::sync::Mutex;
use std::time::Duration;

/// A request leaves only while the lease lasts longer than any answer may take.
const LONGEST_REQUEST: Duration = Duration::from_secs(90);
/// How long a check-in waits whose progress could not be written down.
const UNWRITTEN_PAUSE: Duration = Duration::from_secs(3);

/// What a sender works with.
pub struct Sender<'a, N, R, A, F, K> {
    /// The queue.
    pub store: &'a Mutex<Store>,
    /// Shared by all senders to the same EHR.
    pub breaker: &'a Mutex<CircuitBreaker>,
    /// The time.
    pub now: N,
    /// A random number, a new one each time.
    pub random: R,
    /// Sends one request to the EHR.
    pub ask: A,
    /// Searches the EHR for charts that fit a new patient.
    pub find: F,
    /// Puts files into the clinic's folder.
    pub keep: K,
}

/// A try that is over and not written down yet.
#[derive(Debug, Default)]
pub struct Unsaved(Option<(Ended, EhrHealth)>);

/// What one call did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The check-in whose try was written down, what it came to, and how the EHR stood.
    pub settled: Option<(SubmissionId, FilingOutcome, EhrHealth)>,
    /// Whether another one was sent. If not, nothing may be sent now.
    pub sent: bool,
}

impl<N, R, A, F, K> Sender<'_, N, R, A, F, K>
where
    N: Fn() -> Timestamp,
    R: Fn() -> u32,
    A: AsyncFn(&Request) -> Result<EhrReply, NoAnswer>,
    F: AsyncFn(&NewPatient, &str) -> Result<SimilarCharts, NoAnswer>,
    K: Fn(&FolderFiles) -> Result<InFolder, FolderFailed>,
{
    /// Writes down what is unsaved; claims and sends the next check-in, if `more` and if one may be sent. An error leaves
    /// what is unsaved where it is: it is written down before anything else is sent.
    pub async fn save_and_claim(&self, unsaved: &mut Unsaved, more: bool) -> Result<Saved, StoreError> {
        let permit = if more { lock(self.breaker).enter((self.now)()) } else { None };
        if permit.is_none() && unsaved.0.is_none() {
            return Ok(Saved { settled: None, sent: false });
        }
        let ended = unsaved.0.as_ref().map(|(ended, _)| ended);
        let claimed = lock(self.store).outbox().save_and_claim(ended, permit.is_some(), (self.now)());
        let (claimed, permit) = match (claimed, permit) {
            (Ok(claimed), Some(permit)) if claimed.due.is_none() => {
                lock(self.breaker).leave(permit);
                (claimed, None)
            }
            (Ok(claimed), permit) => (claimed, permit),
            (Err(error), permit) => {
                permit.into_iter().for_each(|permit| lock(self.breaker).leave(permit));
                return Err(error);
            }
        };
        let settled = unsaved.0.take().and_then(|(ended, health)| {
            let outcome = match claimed.settled? {
                Settled::Accepted => FilingOutcome::Accepted,
                Settled::NeedsPerson => FilingOutcome::NeedsPerson,
                Settled::Queued => FilingOutcome::Queued,
                Settled::LeaseLost => {
                    tracing::error!("another process took a check-in over; it writes down what came of it");
                    return None;
                }
            };
            Some((ended.lease.submission, outcome, health))
        });
        let sent = match (claimed.due, permit) {
            (Some(due), Some(permit)) => {
                unsaved.0 = self.follow(due, permit).await;
                true
            }
            _ => false,
        };
        Ok(Saved { settled, sent })
    }

    /// One request after the other. `None` when the lease was lost.
    async fn follow(&self, due: Due, permit: Permit) -> Option<(Ended, EhrHealth)> {
        let Due { mut progress, tries, mut lease } = due;
        // A step that cannot be repeated is proven, and the disk does not know it yet.
        let mut unwritten = false;
        let ending = loop {
            let (order, write_first) = match progress.what_next() {
                Next::Done(receipt) => break Ending::Accepted(receipt),
                Next::Person(reason) => break Ending::Person(reason),
                Next::Send { order, write_first } => (order, write_first),
            };
            // Wrong person: what is on its way ends before its next request.
            match lock(self.store).outbox().stopped(&lease) {
                Ok(Some(reason)) => {
                    progress.not_sent(&order);
                    break Ending::Person(reason);
                }
                Ok(None) => {}
                Err(error) => tracing::error!(why = %error, "it cannot be read whether a check-in was stopped"),
            }
            if let Err(error) = self.write_before(&mut lease, &progress, write_first, unwritten) {
                lock(self.breaker).leave(permit);
                if matches!(error, StoreError::NotThere) {
                    tracing::error!("another process took a check-in over while it was being sent");
                    return None;
                }
                tracing::error!(why = %error, "a check-in is not sent: its progress cannot be written");
                progress.not_sent(&order);
                let until = (self.now)().plus(UNWRITTEN_PAUSE);
                let ending = Ending::Later { reason: WaitReason::NotWritten, until, blames_content: false };
                return Some((Ended { lease, progress, ending }, EhrHealth::Unknown));
            }
            let (reply, blames_content) = match &order {
                Order::Ehr(request) => {
                    let answer = (self.ask)(request).await;
                    (progress.answered(request, answer.as_ref().map_err(|none| *none)), blames_content(&answer))
                }
                Order::Search { new, name } => {
                    let found = (self.find)(new, name).await;
                    let fails_on_it = matches!(found, Err(NoAnswer::Lost));
                    (progress.searched(found), fails_on_it)
                }
                Order::Folder(files) => (progress.kept((self.keep)(files)), false),
            };
            unwritten = write_first;
            match reply {
                Reply::Further => {}
                Reply::Refused(reason) => break Ending::Person(reason),
                Reply::Retry { after, fault } => {
                    let now = (self.now)();
                    lock(self.breaker).was_not_there(permit, after, now, (self.random)());
                    let until = now.plus(backoff(tries, after, (self.random)()));
                    let reason = fault.unwrap_or(WaitReason::EhrNotThere);
                    let blames_content = fault.is_none() && blames_content;
                    let health = if fault.is_some() { EhrHealth::Refusing } else { EhrHealth::Unreachable };
                    return Some((
                        Ended { lease, progress, ending: Ending::Later { reason, until, blames_content } },
                        health,
                    ));
                }
            }
        };
        lock(self.breaker).was_there(permit, (self.now)(), (self.random)());
        Some((Ended { lease, progress, ending }, EhrHealth::Reachable))
    }

    /// What must be on disk before the next request leaves. Of a plan that may be sent twice, nothing.
    fn write_before(
        &self,
        lease: &mut Lease,
        progress: &Course,
        write_first: bool,
        unwritten: bool,
    ) -> Result<(), StoreError> {
        let now = (self.now)();
        if write_first {
            lock(self.store).outbox().record_leaving(lease, progress, now)
        } else if unwritten || lease.until < now.plus(LONGEST_REQUEST) {
            lock(self.store).outbox().record_progress(lease, progress, now)
        } else {
            Ok(())
        }
    }
}

/// Whether the EHR was there and failed on this check-in. That says something only if it takes others meanwhile, which the store
/// knows; a gateway's answer, and one that asks to wait, say nothing about the content.
fn blames_content(reply: &Result<EhrReply, NoAnswer>) -> bool {
    match reply {
        Ok(reply) => reply.status >= 500 && !matches!(reply.status, 502..=504),
        Err(none) => *none == NoAnswer::Lost,
    }
}
