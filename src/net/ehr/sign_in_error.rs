//! Why there is no token, in words of our own, and whether somebody must act.

use super::client_key::ClientKeyDefect;
use crate::delivery::WaitReason;
use crate::net::Obstacle;
use crate::sensitive::LogSafe;
use std::fmt;

/// What was asked for on the way to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `.well-known/smart-configuration`.
    Configuration,
    /// The token endpoint.
    Token,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Asked::Configuration => "the EHR's SMART configuration",
            Asked::Token => "the token endpoint",
        })
    }
}

/// Why a token endpoint refuses (RFC 6749 5.2, RFC 8707 2). Display is the standard's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum TokenError {
    /// The request lacks something, or has something twice.
    InvalidRequest,
    /// The client is not known, or its assertion is not good.
    InvalidClient,
    /// The grant is not good.
    InvalidGrant,
    /// The client may not ask in this way.
    UnauthorizedClient,
    /// The server knows no client credentials.
    UnsupportedGrantType,
    /// A scope is unknown, or is not for this client.
    InvalidScope,
    /// The resource is unknown.
    InvalidTarget,
    /// A word that is in no standard.
    #[strum(to_string = "another error")]
    Other,
}

/// Why there is no token. Display names the step, in words of our own only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// No answer.
    #[error("{0}: {1}")]
    NoAnswer(Asked, Obstacle),
    /// An answer that is too large.
    #[error("{0} answers with more than any such answer needs")]
    TooLarge(Asked),
    /// Not the status of an answer, and no reason with it.
    #[error("{0} answered with status {1}")]
    Status(Asked, u16),
    /// Something else answers there: a captive portal, a wrong address.
    #[error("{0} answered with something else than JSON")]
    NotJson(Asked),
    /// No `token_endpoint`.
    #[error("the EHR's SMART configuration names no token endpoint")]
    NoEndpoint,
    /// Not https.
    #[error("the token endpoint that the EHR names is not https")]
    EndpointNotPrivate,
    /// None of our keys is for an algorithm that the server takes.
    #[error("no key is configured for an algorithm that the server takes (it says: {})", .0.join(" "))]
    NoCommonAlgorithm(Vec<String>),
    /// Nothing could be signed.
    #[error(transparent)]
    Key(#[from] ClientKeyDefect),
    /// RFC 6749 5.2.
    #[error("the token endpoint refused: {error}")]
    Refused {
        /// `error`.
        error: TokenError,
        /// `error_description`, shortened, for clinic IT at the command line; never for a log.
        said: Option<String>,
    },
    /// It refused, and the clocks differ by more than an assertion bears.
    #[error("the token endpoint refused, and this computer's clock {}", difference(*.0))]
    Clock(i64),
    /// `token_type`.
    #[error("the token endpoint gave a token of another kind than Bearer")]
    NotBearer,
    /// No `access_token`, or nothing that fits into a header.
    #[error("the token endpoint answered without a usable token")]
    NoToken,
}

impl LogSafe for SignInError {
    fn log_word(&self) -> &'static str {
        match self {
            SignInError::NoAnswer(..) => "sign-in-no-answer",
            SignInError::TooLarge(_) => "sign-in-too-large-answer",
            SignInError::Status(..) => "sign-in-status",
            SignInError::NotJson(_) => "sign-in-not-json",
            SignInError::NoEndpoint => "sign-in-no-endpoint",
            SignInError::EndpointNotPrivate => "sign-in-endpoint-not-private",
            SignInError::NoCommonAlgorithm(_) => "sign-in-no-common-algorithm",
            SignInError::Key(defect) => defect.log_word(),
            SignInError::Refused { .. } => "sign-in-refused",
            SignInError::Clock(_) => "sign-in-clock",
            SignInError::NotBearer => "sign-in-not-bearer",
            SignInError::NoToken => "sign-in-no-token",
        }
    }
}

impl SignInError {
    /// What clinic IT must mend; `None` when it may pass by itself: an outage, a captive portal.
    pub fn fault(&self) -> Option<WaitReason> {
        match self {
            SignInError::NoAnswer(_, Obstacle::ClientCertificate) => Some(WaitReason::EhrNotSignedIn),
            SignInError::NoAnswer(..) | SignInError::TooLarge(_) | SignInError::NotJson(_) => None,
            SignInError::Status(_, 404 | 410) => Some(WaitReason::EhrNoService),
            SignInError::Status(_, 403) => Some(WaitReason::EhrNotAllowed),
            SignInError::Status(_, 408 | 425 | 429) => None,
            SignInError::Status(_, 400..=499) => Some(WaitReason::EhrNotSignedIn),
            SignInError::Status(..) => None,
            SignInError::Refused { error: TokenError::InvalidScope | TokenError::UnauthorizedClient, .. } => {
                Some(WaitReason::EhrNotAllowed)
            }
            SignInError::Refused { .. }
            | SignInError::NoEndpoint
            | SignInError::EndpointNotPrivate
            | SignInError::NoCommonAlgorithm(_)
            | SignInError::Key(_)
            | SignInError::Clock(_)
            | SignInError::NotBearer
            | SignInError::NoToken => Some(WaitReason::EhrNotSignedIn),
        }
    }
}

/// How far this computer's clock is from the server's, in words.
pub fn difference(ahead_secs: i64) -> String {
    let (minutes, seconds) = (ahead_secs.abs() / 60, ahead_secs.abs() % 60);
    let side = if ahead_secs < 0 { "behind" } else { "ahead of" };
    format!("is {minutes} min {seconds} s {side} the server's")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_by_itself_is_nobodys_fault() {
        for passing in [
            SignInError::NoAnswer(Asked::Token, Obstacle::TimedOut),
            SignInError::Status(Asked::Token, 500),
            SignInError::Status(Asked::Configuration, 302),
            SignInError::Status(Asked::Token, 429),
            SignInError::NotJson(Asked::Token),
        ] {
            assert_eq!(passing.fault(), None, "{passing}");
        }
        let refused = |error| SignInError::Refused { error, said: None };
        assert_eq!(refused(TokenError::InvalidClient).fault(), Some(WaitReason::EhrNotSignedIn));
        assert_eq!(refused(TokenError::InvalidScope).fault(), Some(WaitReason::EhrNotAllowed));
        assert_eq!(SignInError::Clock(600).fault(), Some(WaitReason::EhrNotSignedIn));
        assert_eq!(SignInError::Status(Asked::Configuration, 404).fault(), Some(WaitReason::EhrNoService));
    }

    #[test]
    fn a_clock_is_told_with_how_wrong_it_is() {
        let said = SignInError::Clock(605).to_string();
        assert!(said.ends_with("this computer's clock is 10 min 5 s ahead of the server's"), "{said}");
        assert_eq!(difference(-61), "is 1 min 1 s behind the server's");
    }
}
