//! What is asked of the EHR or of the clinic's folder, and what came back or did not.

use super::WaitReason;
use crate::filing::{NewPatient, SubmissionId};
use crate::sensitive::Sensitive;
use std::time::Duration;

/// What a plan asks for next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// A request to the EHR.
    Ehr(Request),
    /// A search for charts that fit somebody who is about to get one.
    Search {
        /// Who gets it.
        new: Box<NewPatient>,
        /// The name of ours under which it is opened.
        name: String,
    },
    /// Files for the clinic's folder.
    Folder(FolderFiles),
}

/// What goes into the clinic's folder for one check-in: all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFiles {
    /// Which check-in; the folder has its name.
    pub submission: SubmissionId,
    /// Name and content of each file.
    pub files: Vec<(String, Sensitive<Vec<u8>>)>,
}

/// What the folder has now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InFolder {
    /// The files, which were not there before.
    New,
    /// The files, which were there already.
    Same,
    /// Something else under this name; nothing was written.
    Different,
}

/// The folder could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderFailed;

/// HTTP method of a [`Request`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads and changes nothing.
    Get,
    /// Creates, or runs a transaction.
    Post,
    /// Replaces the version that was read.
    Put,
    /// Deletes a record.
    Delete,
}

/// One request to the EHR. Who sends it adds the base address and the sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Reads, creates or replaces.
    pub method: Method,
    /// What stands behind the base: empty for a transaction, `Condition`, `Condition?identifier=…` (already escaped). Patient data may
    /// be in it.
    pub target: Sensitive<String>,
    /// `If-None-Exist`.
    pub if_none_exist: Option<String>,
    /// `If-Match`.
    pub if_match: Option<String>,
    /// JSON of a resource or Bundle.
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
