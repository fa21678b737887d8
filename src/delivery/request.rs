//! What is asked of the EHR, and what came back or did not.

use super::WaitReason;
use crate::sensitive::Sensitive;
use std::time::Duration;

/// HTTP method of a [`Request`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads and changes nothing.
    Get,
    /// Creates, or runs a transaction.
    Post,
    /// Replaces the version that was read.
    Put,
    /// Writes files into the clinic's folder; no HTTP at all.
    Keep,
}

/// One request to the EHR. Who sends it adds the base address and the sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// What stands behind the base: empty for a transaction, `Condition`, `Condition?identifier=…` (already escaped); for the folder, the
    /// check-in's id. Patient data may be in it.
    pub target: Sensitive<String>,
    /// `If-None-Exist`.
    pub if_none_exist: Option<String>,
    /// `If-Match`.
    pub if_match: Option<String>,
    /// JSON of a resource or Bundle; for the folder, of its files in base64 by their names.
    pub body: Option<Sensitive<Vec<u8>>>,
}

impl Request {
    pub(super) fn get(target: String) -> Request {
        Request { method: Method::Get, target: target.into(), if_none_exist: None, if_match: None, body: None }
    }

    pub(super) fn with_body(method: Method, target: String, body: Sensitive<Vec<u8>>) -> Request {
        Request { method, target: target.into(), if_none_exist: None, if_match: None, body: Some(body) }
    }
}

/// An HTTP answer, as it came.
#[derive(Clone, Debug)]
pub struct EhrReply {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, when it was given in seconds.
    pub retry_after: Option<Duration>,
    /// `Location`.
    pub location: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
    /// The body.
    pub body: Sensitive<Vec<u8>>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The request never left: no connection was made.
    NotSent,
    /// It left, and nothing whole came back: the EHR may have it.
    Lost,
    /// More bytes came than any answer needs.
    TooLarge,
    /// The EHR's authorization server gave no token; nothing was sent to the EHR.
    NoToken(WaitReason),
}
