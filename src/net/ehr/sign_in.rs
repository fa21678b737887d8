//! Signing in as a SMART Backend Service (2.2.0): finds the token endpoint, identifies this kiosk by a signed assertion,
//! keeps the token in memory and renews it before it runs out. However many requests need a token, one is asked for.

use super::assertion::ClientIdentity;
use super::client_key::{ClientKey, SigningAlg};
use super::exchange::{Answer, EhrError, exchange};
use super::scopes::not_granted;
use super::sign_in_error::{Asked, SignInError};
use super::token::{Grant, Offer, read_refusal};
use crate::delivery::WaitReason;
use crate::net::Obstacle;
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::Client;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::{Url, form_urlencoded};

const LIMITS: (Duration, usize) = (Duration::from_secs(10), 256 * 1024);
/// Of a token's life, what is left when it is renewed: a fifth, within these bounds. Servers cut off parts of seconds, and a
/// request is on its way for a while.
const RESERVE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(30));
/// A larger difference of clocks is named as the reason when an assertion is refused: they allow no more either way.
const CLOCK_TOLERANCE_SECS: i64 = 60;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Tells the time by this computer's clock.
pub type Clock = fn() -> Timestamp;

/// What the kiosk needs to sign in (SMART Backend Services 2.2.0).
pub struct SignInOptions {
    /// The client id and its keys.
    pub identity: ClientIdentity,
    /// What to ask for; nothing when it is empty.
    pub scopes: Vec<String>,
    /// The token endpoint, for servers without a SMART configuration.
    pub token_endpoint: Option<Url>,
    /// For the times in assertions.
    pub clock: Clock,
}

/// What signing in came to, for clinic IT.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The algorithm of the assertion.
    pub alg: SigningAlg,
    /// Where the token came from.
    pub token_endpoint: Url,
    /// How long the token lives.
    pub life: Duration,
    /// What was granted; `None` when the server does not say: all that was asked for.
    pub granted: Option<Vec<String>>,
    /// What was asked for and not granted.
    pub not_granted: Vec<String>,
    /// By how much this computer's clock is ahead of the server's.
    pub clock_ahead_secs: Option<i64>,
}

struct HeldToken {
    token: Sensitive<String>,
    renew_at: Instant,
}

#[derive(Default)]
struct State {
    offer: Option<Offer>,
    held: Option<HeldToken>,
    failure: Option<SignInError>,
    /// Said in the log once, not with each token.
    not_granted: Vec<String>,
}

/// A sign-in at one EHR. The token is held here and nowhere else.
pub struct SignIn {
    http: Client,
    configuration: Url,
    options: SignInOptions,
    state: Mutex<State>,
    /// How often a token was asked for: whoever waited during an attempt shares what came of it.
    attempts: AtomicU64,
}

impl SignIn {
    /// For the EHR whose SMART configuration is at this address.
    pub fn new(http: Client, configuration: Url, options: SignInOptions) -> SignIn {
        SignIn { http, configuration, options, state: Mutex::default(), attempts: AtomicU64::new(0) }
    }

    /// A token that is good for a while, and is not the one that was refused.
    pub async fn token(&self, refused: Option<&Sensitive<String>>) -> Result<Sensitive<String>, SignInError> {
        let before = self.attempts.load(Ordering::SeqCst);
        let mut state = self.state.lock().await;
        let is_good = |held: &&HeldToken| Instant::now() < held.renew_at && Some(&held.token) != refused;
        if let Some(held) = state.held.as_ref().filter(is_good) {
            return Ok(held.token.clone());
        }
        if let Some(failure) = state.failure.as_ref().filter(|_| self.attempts.load(Ordering::SeqCst) > before) {
            return Err(failure.clone());
        }
        let (_, token) = self.attempt(&mut state).await?;
        Ok(token)
    }

    /// Signs in now, whatever is held, and tells how.
    pub async fn renew(&self) -> Result<SignedIn, SignInError> {
        let mut state = self.state.lock().await;
        Ok(self.attempt(&mut state).await?.0)
    }

    async fn attempt(&self, state: &mut State) -> Result<(SignedIn, Sensitive<String>), SignInError> {
        state.held = None;
        let outcome = self.ask(&mut state.offer).await;
        self.attempts.fetch_add(1, Ordering::SeqCst);
        match outcome {
            Ok((signed_in, held)) => {
                if signed_in.not_granted != state.not_granted {
                    let missing = signed_in.not_granted.join(" ");
                    tracing::warn!(missing, "the EHR's authorization server granted less than was asked for");
                    state.not_granted.clone_from(&signed_in.not_granted);
                }
                state.failure = None;
                let token = held.token.clone();
                state.held = Some(held);
                Ok((signed_in, token))
            }
            Err(error) => {
                // The server may have moved since.
                state.offer = None;
                state.failure = Some(error.clone());
                Err(error)
            }
        }
    }

    async fn ask(&self, known: &mut Option<Offer>) -> Result<(SignedIn, HeldToken), SignInError> {
        let offer = match (&known, &self.options.token_endpoint) {
            (Some(offer), _) => offer.clone(),
            (None, Some(endpoint)) => Offer { token_endpoint: endpoint.clone(), algorithms: Vec::new() },
            (None, None) => self.discover().await?,
        };
        let key = self.options.identity.key_for(&offer.algorithms);
        let key = key.ok_or_else(|| SignInError::NoCommonAlgorithm(offer.algorithms.clone()))?;
        // A token lives from when it was made: somewhere between here and its arrival.
        let asked_at = Instant::now();
        let answer = self.ask_for_token(&offer.token_endpoint, key).await?;
        let clock_ahead_secs = answer.date().and_then(|date| seconds_ahead((self.options.clock)(), date));
        if answer.status != 200 {
            let refused = read_refusal(answer.status, answer.body.reveal());
            return Err(match clock_ahead_secs.filter(|ahead| ahead.abs() > CLOCK_TOLERANCE_SECS) {
                Some(ahead) if refused.fault() == Some(WaitReason::EhrNotSignedIn) => SignInError::Clock(ahead),
                _ => refused,
            });
        }
        let Grant { token, life, scopes } = Grant::parse(answer.body.reveal())?;
        let not_granted = scopes.as_ref().map_or(Vec::new(), |granted| not_granted(&self.options.scopes, granted));
        let renew_at = asked_at + good_for(life);
        let token_endpoint = offer.token_endpoint.clone();
        *known = Some(offer);
        let signed_in =
            SignedIn { alg: key.alg(), token_endpoint, life, granted: scopes, not_granted, clock_ahead_secs };
        Ok((signed_in, HeldToken { token, renew_at }))
    }

    async fn discover(&self) -> Result<Offer, SignInError> {
        let request = self.http.get(self.configuration.clone()).header(ACCEPT, "application/json").build();
        let request = request.map_err(|_| SignInError::NoEndpoint)?;
        let answer = exchange(&self.http, request, LIMITS).await;
        let answer = answer.map_err(|error| no_answer(Asked::Configuration, &error))?;
        match answer.status {
            200 => Offer::parse(answer.body.reveal()),
            other => Err(SignInError::Status(Asked::Configuration, other)),
        }
    }

    async fn ask_for_token(&self, endpoint: &Url, key: &ClientKey) -> Result<Answer, SignInError> {
        let assertion = self.options.identity.assertion(key, endpoint.as_str(), (self.options.clock)())?;
        let request = self
            .http
            .post(endpoint.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(form(&self.options.scopes, &assertion))
            .build();
        let request = request.map_err(|_| SignInError::NoEndpoint)?;
        let answer = exchange(&self.http, request, LIMITS).await;
        answer.map_err(|error| no_answer(Asked::Token, &error))
    }
}

fn no_answer(asked: Asked, error: &EhrError) -> SignInError {
    match error {
        EhrError::NotConnected(obstacle) | EhrError::Broken(obstacle) => SignInError::NoAnswer(asked, *obstacle),
        EhrError::TooLarge => SignInError::TooLarge(asked),
        EhrError::Address | EhrError::Status(_) | EhrError::NotFhir | EhrError::SignIn(_) => {
            SignInError::NoAnswer(asked, Obstacle::Broken)
        }
    }
}

fn form(scopes: &[String], assertion: &Sensitive<String>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    if !scopes.is_empty() {
        form.append_pair("scope", &scopes.join(" "));
    }
    form.append_pair("client_assertion_type", ASSERTION_TYPE).append_pair("client_assertion", assertion.reveal());
    form.finish()
}

/// How long a token is used; not at all when it lives too short to be used twice.
fn good_for(life: Duration) -> Duration {
    life.saturating_sub((life / 5).clamp(RESERVE.0, RESERVE.1))
}

/// By how much `ours` is ahead of an HTTP `Date`.
fn seconds_ahead(ours: Timestamp, date: &str) -> Option<i64> {
    let theirs = DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(ours.unix_millis().div_euclid(1000) - theirs.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_compared_by_the_date_of_the_answer() {
        let ours = Timestamp::from_rfc3339("1994-11-06T08:59:37.900Z").expect("a time");
        assert_eq!(seconds_ahead(ours, "Sun, 06 Nov 1994 08:49:37 GMT"), Some(600));
        assert_eq!(seconds_ahead(ours, "Sun, 06 Nov 1994 09:00:42 GMT"), Some(-65));
        assert_eq!(seconds_ahead(ours, "yesterday"), None);
    }

    #[test]
    fn a_token_is_renewed_before_it_runs_out() {
        let good_for_secs = |life| good_for(Duration::from_secs(life)).as_secs();
        assert_eq!([3600, 300, 60, 10, 5, 2, 1, 0].map(good_for_secs), [3570, 270, 48, 8, 3, 0, 0, 0]);
    }
}
