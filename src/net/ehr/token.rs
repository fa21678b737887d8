//! What a server says about signing in: its SMART configuration, the token it gives, the reason when it gives none.

use super::sign_in_error::{Asked, SignInError, TokenError};
use crate::sensitive::{Sensitive, Wipe as _};
use serde_json::Value;
use std::time::Duration;
use url::{Host, Url};

/// Without `expires_in` (which SMART demands): as short as known servers go.
const UNSTATED_LIFE: Duration = Duration::from_secs(60);
/// No token is kept for longer, whatever is said of it.
const MAX_LIFE: Duration = Duration::from_secs(3600);
/// Longer than any token that fits into a header.
const MAX_TOKEN: usize = 16 * 1024;
/// A scope that is longer is cut, a list that is longer ends.
const MAX_WORD: usize = 100;
const MAX_WORDS: usize = 100;
const MAX_ALGORITHM: usize = 12;
/// Of what a server says about its refusal.
const MAX_SAID: usize = 200;
/// A longer word in what a server says may be a token.
const MAX_SAID_WORD: usize = 40;

/// Where tokens are given, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// `token_endpoint`.
    pub token_endpoint: Url,
    /// `token_endpoint_auth_signing_alg_values_supported`; empty when it is not said.
    pub algorithms: Vec<String>,
}

impl Offer {
    /// Reads `.well-known/smart-configuration`.
    pub fn parse(body: &[u8]) -> Result<Offer, SignInError> {
        let json: Value = serde_json::from_slice(body).map_err(|_| SignInError::NotJson(Asked::Configuration))?;
        let endpoint = json["token_endpoint"].as_str().ok_or(SignInError::NoEndpoint)?;
        let token_endpoint = Url::parse(endpoint).map_err(|_| SignInError::NoEndpoint)?;
        if !is_private(&token_endpoint) {
            return Err(SignInError::EndpointNotPrivate);
        }
        let algorithms = json["token_endpoint_auth_signing_alg_values_supported"].as_array().into_iter().flatten();
        Ok(Offer {
            token_endpoint,
            algorithms: algorithms
                .filter_map(Value::as_str)
                .filter(is_algorithm)
                .take(MAX_WORDS)
                .map(str::to_owned)
                .collect(),
        })
    }
}

/// Whether nobody can listen on the way: TLS, or this very machine. No user or password may stand in an address.
pub fn is_private(url: &Url) -> bool {
    let on_this_machine = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    let no_user = url.username().is_empty() && url.password().is_none();
    no_user && (url.scheme() == "https" || url.scheme() == "http" && on_this_machine)
}

/// A token and what it is good for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// `access_token`.
    pub token: Sensitive<String>,
    /// `expires_in`.
    pub life: Duration,
    /// `scope`; without it, what was asked for (RFC 6749 5.1).
    pub scopes: Option<Vec<String>>,
}

impl Grant {
    /// Reads the answer of a token endpoint with status 200.
    pub fn parse(body: &[u8]) -> Result<Grant, SignInError> {
        let mut json: Value = serde_json::from_slice(body).map_err(|_| SignInError::NotJson(Asked::Token))?;
        let grant = Grant::from_json(&json);
        json.wipe();
        grant
    }

    fn from_json(json: &Value) -> Result<Grant, SignInError> {
        let token = json["access_token"].as_str().ok_or(SignInError::NoToken)?;
        if token.is_empty() || token.len() > MAX_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SignInError::NoToken);
        }
        if !json["token_type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
            return Err(SignInError::NotBearer);
        }
        // Some servers write the number as a text.
        let stated = json["expires_in"].as_f64().or_else(|| json["expires_in"].as_str()?.parse().ok());
        let life = stated.map_or(UNSTATED_LIFE, |seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default());
        let scopes = json["scope"].as_str();
        let scopes = scopes.map(|text| text.split_whitespace().take(MAX_WORDS).map(plain).collect());
        Ok(Grant { token: Sensitive::from(token), life: life.min(MAX_LIFE), scopes })
    }
}

/// Reads why there is no token (RFC 6749 5.2).
pub fn read_refusal(status: u16, body: &[u8]) -> SignInError {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(error) = json["error"].as_str() else { return SignInError::Status(Asked::Token, status) };
    let said = json["error_description"].as_str().map(said);
    SignInError::Refused { error: error.parse().unwrap_or(TokenError::Other), said }
}

/// A name as in the registry of JWA: it may stand in a log.
fn is_algorithm(name: &&str) -> bool {
    (1..=MAX_ALGORITHM).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A word from outside, short and printable.
fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_graphic).take(MAX_WORD).collect()
}

/// A sentence from outside, short and printable, without long words: an assertion or a token may be among them.
fn said(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).take(MAX_SAID).collect();
    let words = clean.split_whitespace().map(|word| if word.len() > MAX_SAID_WORD { "..." } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn grant(json: &Value) -> Result<Grant, SignInError> {
        Grant::parse(json.to_string().as_bytes())
    }

    #[test]
    fn a_token_lives_as_long_as_it_says_and_no_longer_than_an_hour() {
        let life = |expires: Value| {
            let read = grant(&json!({"access_token": "t", "token_type": "Bearer", "expires_in": expires}));
            read.expect("a token").life.as_secs()
        };
        assert_eq!(life(json!(60)), 60);
        assert_eq!(life(json!("300")), 300);
        assert_eq!(life(json!(86_400)), 3600);
        assert_eq!(life(json!(1e300)), 0);
        assert_eq!(life(json!(-5)), 0);
        assert_eq!(life(Value::Null), 60);
    }

    #[test]
    fn what_is_no_bearer_token_is_none() {
        let refused = |json: Value| grant(&json).err();
        assert_eq!(refused(json!({"token_type": "bearer"})), Some(SignInError::NoToken));
        assert_eq!(refused(json!({"access_token": "", "token_type": "bearer"})), Some(SignInError::NoToken));
        assert_eq!(refused(json!({"access_token": "a\r\nb", "token_type": "bearer"})), Some(SignInError::NoToken));
        assert_eq!(refused(json!({"access_token": "t", "token_type": "mac"})), Some(SignInError::NotBearer));
        assert_eq!(refused(json!({"access_token": "t"})), Some(SignInError::NotBearer));
        assert_eq!(refused(json!("x")), Some(SignInError::NoToken));
        assert_eq!(Grant::parse(b"<html>").err(), Some(SignInError::NotJson(Asked::Token)));
    }

    #[test]
    fn a_token_endpoint_is_private() {
        let read = |endpoint: &str| Offer::parse(json!({"token_endpoint": endpoint}).to_string().as_bytes());
        assert!(read("https://as.example.org/token").is_ok());
        assert!(read("http://127.0.0.1:9/token").is_ok());
        for open in ["http://as.example.org/token", "http://localhost/token", "https://u:p@as.example.org/", "ftp://x/"]
        {
            assert_eq!(read(open), Err(SignInError::EndpointNotPrivate), "{open}");
        }
        assert_eq!(read("/token"), Err(SignInError::NoEndpoint));
        assert_eq!(Offer::parse(b"<html>"), Err(SignInError::NotJson(Asked::Configuration)));
        assert_eq!(Offer::parse(b"{}"), Err(SignInError::NoEndpoint));
        let odd = json!({"token_endpoint": "https://as.example.org/", "token_endpoint_auth_signing_alg_values_supported":
            ["RS384", "\u{1b}[31m", 7, "a name that is no algorithm at all"]});
        assert_eq!(Offer::parse(odd.to_string().as_bytes()).expect("an offer").algorithms, ["RS384"]);
    }

    #[test]
    fn a_refusal_is_told_in_closed_words_and_repeats_no_token() {
        let token = "e".repeat(300);
        let body = json!({"error": "invalid_client", "error_description": format!("bad\u{202e} {token} \n here")});
        let SignInError::Refused { error, said: Some(said) } = read_refusal(401, body.to_string().as_bytes()) else {
            panic!("no refusal")
        };
        assert_eq!(
            (error, error.to_string().as_str(), said.as_str()),
            (TokenError::InvalidClient, "invalid_client", "bad ...")
        );
        let odd = read_refusal(400, br#"{"error":"\u001b[31mhello"}"#);
        assert_eq!(odd, SignInError::Refused { error: TokenError::Other, said: None });
        assert_eq!(odd.to_string(), "the token endpoint refused: another error");
        assert_eq!(read_refusal(500, b"<html>"), SignInError::Status(Asked::Token, 500));
    }
}
