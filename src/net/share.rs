//! Fetches what strangers name: one GET, judged before and after connecting, capped while it streams.

use super::client::{TrustedCa, share_client};
use super::egress::{Destination, EgressPolicy};
use crate::resolve::{Fetch, FetchAnswer, FetchDefect, FetchRequest};
use crate::sensitive::Wipe as _;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// All fetches of one share together; below the time for which a patient is asked to wait.
const SHARE_DEADLINE: Duration = Duration::from_secs(20);

/// The client for shares and issuers. Blocks its thread; call it from a worker, never from async code.
#[derive(Clone)]
pub struct ShareClient {
    runtime: Handle,
    policy: EgressPolicy,
    ca: Option<TrustedCa>,
}

impl ShareClient {
    /// A client whose requests run on `runtime`.
    pub fn new(runtime: Handle, policy: EgressPolicy, ca: Option<TrustedCa>) -> ShareClient {
        ShareClient { runtime, policy, ca }
    }

    /// The client for one share, whose fetches have one deadline together.
    pub fn for_one_share(&self) -> impl Fetch + '_ {
        OneShare { client: self, until: Instant::now() + SHARE_DEADLINE }
    }

    async fn get(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let destination = self.admit(request).await?;
        let client = share_client(&destination.host, &destination.addresses, self.ca.as_ref())
            .map_err(|_| FetchDefect::Unreachable)?;
        let asked = match &request.body {
            None => client.get(destination.url),
            Some(body) => {
                client.post(destination.url).header(CONTENT_TYPE, "application/json").body(body.reveal().clone())
            }
        };
        let sent = asked.header(ACCEPT, request.purpose.accept()).header(ACCEPT_ENCODING, "identity").send();
        let mut response = sent.await.map_err(|error| defect_of(&error))?;
        // The proof: the address that was connected to, not the one that was meant.
        if !response.remote_addr().is_some_and(|address| self.policy.admits(address)) {
            return Err(FetchDefect::AddressRefused);
        }
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after_secs = retry_after.and_then(|value| value.trim().parse().ok());
        let limit = request.purpose.limit();
        if response.content_length().is_some_and(|length| length > u64::try_from(limit).unwrap_or(0)) {
            return Err(FetchDefect::TooLarge);
        }
        let mut body: Vec<u8> = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| defect_of(&error))? {
            if body.len() + chunk.len() > limit {
                body.wipe();
                return Err(FetchDefect::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(FetchAnswer { status, body, retry_after_secs })
    }

    /// Judges the address, on a thread that may block while the name is looked up.
    async fn admit(&self, request: &FetchRequest) -> Result<Destination, FetchDefect> {
        let (policy, url) = (self.policy.clone(), request.url.clone());
        let lookup = tokio::task::spawn_blocking(move || policy.admit(url.reveal()));
        lookup.await.unwrap_or(Err(FetchDefect::Unreachable))
    }
}

struct OneShare<'a> {
    client: &'a ShareClient,
    until: Instant,
}

impl Fetch for OneShare<'_> {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let until = self.until.min(Instant::now() + request.purpose.deadline());
        let answer = self.client.runtime.block_on(async {
            let answer = tokio::time::timeout_at(until, self.client.get(request)).await;
            answer.unwrap_or(Err(FetchDefect::TimedOut))
        });
        if let Err(defect) = &answer {
            tracing::info!(purpose = ?request.purpose, why = %defect, "a fetch came to nothing");
        }
        answer
    }
}

fn defect_of(error: &reqwest::Error) -> FetchDefect {
    if error.is_timeout() { FetchDefect::TimedOut } else { FetchDefect::Unreachable }
}
