//! One request and its answer: bounded in size and time, no redirect followed, nothing of it in an error.

use super::SignInError;
use crate::delivery::{EhrReply, NoAnswer, WaitReason};
use crate::limits::Budget;
use crate::net::Obstacle;
use crate::sensitive::{LogSafe, Sensitive};
use reqwest::header::{DATE, ETAG, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Client, Request};
use serde_json::Value;
use std::time::Duration;

/// A longer wait than this is not believed.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// Why the EHR gave no usable answer. Display names the step only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EhrError {
    /// The configured address cannot carry a path, or something asked for another server than the EHR.
    #[error("the EHR's address is not a FHIR base address")]
    Address,
    /// No connection was made: nothing was sent.
    #[error("the EHR could not be reached: {0}")]
    NotConnected(Obstacle),
    /// It broke while something was under way.
    #[error("the EHR gave no whole answer: {0}")]
    Broken(Obstacle),
    /// More bytes than any answer needs.
    #[error("the EHR's answer is too large")]
    TooLarge,
    /// Another status than 200.
    #[error("the EHR answered with status {0}")]
    Status(u16),
    /// Not the resource that was asked for.
    #[error("the EHR's answer is not the FHIR resource asked for")]
    NotFhir,
    /// No token, so nothing was sent to the EHR.
    #[error("sign-in at the EHR failed: {0}")]
    SignIn(#[from] SignInError),
}

impl LogSafe for EhrError {
    fn log_word(&self) -> &'static str {
        match self {
            EhrError::Address => "ehr-address",
            EhrError::NotConnected(_) => "ehr-not-connected",
            EhrError::Broken(_) => "ehr-broken-answer",
            EhrError::TooLarge => "ehr-too-large-answer",
            EhrError::Status(_) => "ehr-status",
            EhrError::NotFhir => "ehr-not-fhir",
            EhrError::SignIn(error) => error.log_word(),
        }
    }
}

impl EhrError {
    /// What clinic IT must mend; `None` when it may pass by itself.
    pub fn fault(&self) -> Option<WaitReason> {
        match self {
            EhrError::Status(401) => Some(WaitReason::EhrNotSignedIn),
            EhrError::Status(403) => Some(WaitReason::EhrNotAllowed),
            EhrError::Status(404) => Some(WaitReason::EhrNoService),
            // The alert comes before the server's HTTP sees anything.
            EhrError::NotConnected(Obstacle::ClientCertificate) | EhrError::Broken(Obstacle::ClientCertificate) => {
                Some(WaitReason::EhrNotSignedIn)
            }
            EhrError::SignIn(error) => error.fault(),
            _ => None,
        }
    }
}

/// An answer, as it came.
pub(super) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Sensitive<Vec<u8>>,
}

impl Answer {
    fn text(&self, name: reqwest::header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The server's clock, when it says.
    pub fn date(&self) -> Option<&str> {
        self.text(DATE)
    }

    pub fn into_reply(self) -> EhrReply {
        let retry_after = self.text(RETRY_AFTER).and_then(|text| text.trim().parse().ok());
        EhrReply {
            status: self.status,
            retry_after: retry_after.map(|seconds| Duration::from_secs(seconds).min(MAX_RETRY_AFTER)),
            location: self.text(LOCATION).map(str::to_owned),
            etag: self.text(ETAG).map(str::to_owned),
            body: self.body,
        }
    }
}

/// Sends `request` and reads at most `most` bytes of the answer.
pub(super) async fn exchange(
    http: &Client,
    mut request: Request,
    (deadline, most): (Duration, usize),
) -> Result<Answer, EhrError> {
    *request.timeout_mut() = Some(deadline);
    let mut response = http.execute(request).await.map_err(|error| from_http(&error))?;
    let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| from_http(&error))? {
        if body.len() + chunk.len() > most {
            return Err(EhrError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body: Sensitive::new(body) })
}

/// What an error comes to for a plan: whether the EHR may have done what it was asked for, and who must act.
pub(super) fn no_answer(error: EhrError) -> NoAnswer {
    tracing::warn!(why = %error, "the EHR gave no answer");
    match (error.fault(), error) {
        (Some(fault), _) => NoAnswer::NoToken(fault),
        (None, EhrError::Address | EhrError::NotConnected(_) | EhrError::SignIn(_)) => NoAnswer::NotSent,
        (None, EhrError::TooLarge) => NoAnswer::TooLarge,
        (None, _) => NoAnswer::Lost,
    }
}

/// The JSON of an answer, within what one share may cost.
pub(super) fn parsed(body: &[u8]) -> Result<Value, EhrError> {
    Budget::for_one_share().parse(body).map_err(|_| EhrError::NotFhir)
}

fn from_http(error: &reqwest::Error) -> EhrError {
    let obstacle = Obstacle::from_http(error);
    if error.is_connect() { EhrError::NotConnected(obstacle) } else { EhrError::Broken(obstacle) }
}
