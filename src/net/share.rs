//! Fetches what strangers name: one GET, judged before and after connecting, capped while it streams.

use super::client::{TrustedCa, share_client};
use super::egress::{Destination, EgressPolicy};
use crate::resolve::{Fetch, FetchAnswer, FetchDefect, FetchRequest};
use crate::sensitive::Wipe as _;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING};
use std::time::Duration;
use tokio::runtime::Handle;

/// A resolver that does not answer must not hold a patient.
const LOOKUP_DEADLINE: Duration = Duration::from_secs(5);

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

    async fn get(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let destination = self.admit(request).await?;
        let client = share_client(&destination.host, &destination.addresses, self.ca.as_ref())
            .map_err(|_| FetchDefect::Unreachable)?;
        let sent = client
            .get(destination.url)
            .header(ACCEPT, request.purpose.accept())
            .header(ACCEPT_ENCODING, "identity")
            .send();
        let mut response = sent.await.map_err(|error| defect_of(&error))?;
        // The proof: the address that was connected to, not the one that was meant.
        if !response.remote_addr().is_some_and(|address| self.policy.admits(address)) {
            return Err(FetchDefect::AddressRefused);
        }
        let status = response.status().as_u16();
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
        Ok(FetchAnswer { status, body })
    }

    /// Judges the address, on a thread that may block while the name is looked up.
    async fn admit(&self, request: &FetchRequest) -> Result<Destination, FetchDefect> {
        let (policy, url) = (self.policy.clone(), request.url.clone());
        let lookup = tokio::task::spawn_blocking(move || policy.admit(url.reveal()));
        match tokio::time::timeout(LOOKUP_DEADLINE, lookup).await {
            Ok(Ok(admitted)) => admitted,
            Ok(Err(_)) => Err(FetchDefect::Unreachable),
            Err(_) => Err(FetchDefect::TimedOut),
        }
    }
}

impl Fetch for ShareClient {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let answer = self.runtime.block_on(self.get(request));
        if let Err(defect) = &answer {
            tracing::info!(purpose = ?request.purpose, why = %defect, "a fetch came to nothing");
        }
        answer
    }
}

fn defect_of(error: &reqwest::Error) -> FetchDefect {
    if error.is_timeout() { FetchDefect::TimedOut } else { FetchDefect::Unreachable }
}
