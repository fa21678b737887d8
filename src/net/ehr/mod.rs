//! The EHR's FHIR service: search for a chart, send the requests of a plan, ask what it can do.
//!
//! Every answer is bounded in size and time. Errors name the step and nothing else: no address, no body. Neither a token nor
//! a request goes to another server than the configured one.

mod appointments;
mod assertion;
mod chart_insurance;
mod chart_lists;
mod chart_queries;
mod charts;
mod client_key;
mod exchange;
mod probe;
mod scopes;
mod sign_in;
mod sign_in_error;
mod token;

pub use assertion::ClientIdentity;
pub use charts::PatientsFound;
pub use client_key::{ClientKey, ClientKeyDefect, SigningAlg};
pub use exchange::EhrError;
pub use probe::SearchHonesty;
pub use scopes::not_granted;
pub use sign_in::{Clock, SignIn, SignInOptions, SignedIn};
pub use sign_in_error::{Asked, SignInError, TokenError, difference};
pub use token::is_private;

use crate::delivery::{EhrReply, Method, NoAnswer, Request};
use crate::fhir::RecordType;
use crate::filing::{Capabilities, is_fhir_id};
use crate::sensitive::Sensitive;
use exchange::{Answer, exchange};
use reqwest::header::{ACCEPT, CONTENT_TYPE, IF_MATCH};
use reqwest::{Client, RequestBuilder};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

const FHIR_JSON: &str = "application/fhir+json";
/// A longer answer to a question than this is none.
const MAX_ANSWER: usize = 5 * 1024 * 1024;
/// Servers send what they already had back with the answer to a plan, whatever `Prefer` asks: up to a whole share again.
const MAX_PLAN_ANSWER: usize = 4 * MAX_ANSWER;
/// What is longer than this is not asked back with the answer to a write.
const MAX_SHOWN: usize = 256 * 1024;
const SEARCH_DEADLINE: Duration = Duration::from_secs(10);
const POST_DEADLINE: Duration = Duration::from_secs(30);

/// How the EHR knows this kiosk.
#[derive(Clone)]
pub enum Credentials {
    /// Not at all, or by its client certificate.
    None,
    /// By a token that never changes: small servers.
    Bearer(Sensitive<String>),
    /// By tokens from an authorization server.
    SignIn(Arc<SignIn>),
}

impl Credentials {
    async fn token(&self, refused: Option<&Sensitive<String>>) -> Result<Option<Sensitive<String>>, EhrError> {
        match self {
            Credentials::None => Ok(None),
            Credentials::Bearer(token) => Ok(Some(token.clone())),
            Credentials::SignIn(sign_in) => Ok(Some(sign_in.token(refused).await?)),
        }
    }
}

/// A client of one FHIR service. The HTTP client it is given follows no redirects.
#[derive(Clone)]
pub struct EhrClient {
    http: Client,
    base: Url,
    credentials: Credentials,
}

impl EhrClient {
    /// A client of the service at `base`.
    pub fn new(http: Client, base: Url, credentials: Credentials) -> EhrClient {
        EhrClient { http, base, credentials }
    }

    /// How the EHR knows this kiosk.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Sends a request of a plan and returns the answer, whatever it says.
    pub async fn ask(&self, request: &Request) -> Result<EhrReply, NoAnswer> {
        let sent = match request.method {
            Method::Get => {
                let url = self.target(request.target.reveal()).map_err(|_| NoAnswer::NotSent)?;
                self.send(self.http.get(url), (SEARCH_DEADLINE, MAX_ANSWER)).await
            }
            Method::Delete => {
                let url = self.target(request.target.reveal()).map_err(|_| NoAnswer::NotSent)?;
                let delete = self.http.delete(url);
                let delete = request.if_match.iter().fold(delete, |delete, version| delete.header(IF_MATCH, version));
                self.send(delete, (POST_DEADLINE, MAX_ANSWER)).await
            }
            Method::Post | Method::Put => {
                let url = self.target(request.target.reveal()).map_err(|_| NoAnswer::NotSent)?;
                let write = if request.method == Method::Put { self.http.put(url) } else { self.http.post(url) };
                let body = request.body.as_ref().map(|body| body.reveal().clone()).unwrap_or_default();
                // What the answer does not show is asked for, to be compared (FHIR R4, http.html#ops).
                let prefer = if body.len() > MAX_SHOWN { "return=minimal" } else { "return=representation" };
                let write = write.header(CONTENT_TYPE, FHIR_JSON).header("Prefer", prefer);
                let write =
                    request.if_none_exist.iter().fold(write, |write, query| write.header("If-None-Exist", query));
                let write = request.if_match.iter().fold(write, |write, version| write.header(IF_MATCH, version));
                self.send(write.body(body), (POST_DEADLINE, MAX_PLAN_ANSWER)).await
            }
        };
        sent.map_err(exchange::no_answer)
    }

    /// What the EHR says that it can do.
    pub async fn capabilities(&self) -> Result<Capabilities, EhrError> {
        let reply = self.send(self.http.get(self.address(Some("metadata"))?), (SEARCH_DEADLINE, MAX_ANSWER)).await?;
        if reply.status != 200 {
            return Err(EhrError::Status(reply.status));
        }
        Capabilities::from_statement(&exchange::parsed(reply.body.reveal())?).ok_or(EhrError::NotFhir)
    }

    /// Where the EHR at `base` tells how to sign in.
    pub fn smart_configuration(base: &Url) -> Url {
        let mut url = base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend([".well-known", "smart-configuration"]);
        }
        url
    }

    fn address<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Result<Url, EhrError> {
        let mut url = self.base.clone();
        url.path_segments_mut().map_err(|()| EhrError::Address)?.pop_if_empty().extend(segments);
        Ok(url)
    }

    /// The address of a [`Request::target`]: the service itself, a type, or a record by type and id (FHIR R4, "Style Guide",
    /// `[base]/[type]/[id]`).
    fn target(&self, target: &str) -> Result<Url, EhrError> {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let (kind, id) = path.split_once('/').map_or((path, None), |(kind, id)| (kind, Some(id)));
        let is_known = RecordType::from_word(kind).is_some() || kind.is_empty() && id.is_none();
        if !is_known || !id.is_none_or(is_fhir_id) {
            return Err(EhrError::Address);
        }
        let mut url = self.address(Some(kind).filter(|kind| !kind.is_empty()).into_iter().chain(id))?;
        url.set_query(query);
        Ok(url)
    }

    /// Sends a request with a token, if one is needed. A 401 proves that nothing was done: when tokens can be had, the request
    /// goes once more with a new one.
    async fn send(&self, request: RequestBuilder, limits: (Duration, usize)) -> Result<EhrReply, EhrError> {
        let request = request.header(ACCEPT, FHIR_JSON).build().map_err(|_| EhrError::Address)?;
        if request.url().origin() != self.base.origin() {
            return Err(EhrError::Address);
        }
        let again = request.try_clone();
        let token = self.credentials.token(None).await?;
        let answer = self.send_with(token.as_ref(), request, limits).await?;
        let answer = match (&self.credentials, again) {
            (Credentials::SignIn(_), Some(request)) if answer.status == 401 => {
                let renewed = self.credentials.token(token.as_ref()).await?;
                self.send_with(renewed.as_ref(), request, limits).await?
            }
            _ => answer,
        };
        Ok(answer.into_reply())
    }

    async fn send_with(
        &self,
        token: Option<&Sensitive<String>>,
        request: reqwest::Request,
        limits: (Duration, usize),
    ) -> Result<Answer, EhrError> {
        let request = RequestBuilder::from_parts(self.http.clone(), request);
        let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token.reveal()));
        exchange(&self.http, request.build().map_err(|_| EhrError::Address)?, limits).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::{Builder, JoinHandle};

    /// Answers one request with `answer` and gives back what was asked.
    fn ehr(answer: String) -> (EhrClient, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}/fhir/", listener.local_addr().expect("an address"));
        let serve = move || {
            let (mut stream, _) = listener.accept().expect("a caller");
            let (mut asked, mut buffer) = (Vec::new(), [0; 4096]);
            while !is_whole(&asked) {
                let read = stream.read(&mut buffer).expect("a request");
                asked.extend_from_slice(&buffer[..read]);
            }
            // The caller may hang up on an answer that is too large.
            let _ = stream.write_all(answer.as_bytes());
            String::from_utf8(asked).expect("text")
        };
        let server = Builder::new().name("test-ehr".into()).spawn(serve).expect("a thread");
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        (
            EhrClient::new(http, Url::parse(&base).expect("an address"), Credentials::Bearer(Sensitive::from("t0ken"))),
            server,
        )
    }

    fn is_whole(asked: &[u8]) -> bool {
        let text = String::from_utf8_lossy(asked);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        body.len() >= length.unwrap_or(0)
    }

    fn answer(status: &str, headers: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}Connection: close\r\n\r\n{body}", body.len())
    }

    fn wait<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
    }

    #[test]
    fn a_plan_goes_to_the_base_and_the_answer_comes_back_as_it_is() {
        let (client, server) = ehr(answer("503 Service Unavailable", "Retry-After: 7\r\n", "later"));
        let body = Some(Sensitive::new(br#"{"resourceType":"Bundle","v":1.50}"#.to_vec()));
        let request = Request { method: Method::Post, target: "".into(), if_none_exist: None, if_match: None, body };
        let reply = wait(client.ask(&request)).expect("an answer");
        assert_eq!((reply.status, reply.retry_after), (503, Some(Duration::from_secs(7))));
        assert_eq!(reply.body.reveal(), b"later");
        let asked = server.join().expect("the request");
        assert!(
            asked.starts_with("POST /fhir HTTP/1.1") && asked.ends_with(r#"{"resourceType":"Bundle","v":1.50}"#),
            "{asked}"
        );
    }

    #[test]
    fn a_record_is_asked_for_by_type_and_id_and_nothing_leads_elsewhere() {
        let (client, _server) = ehr(String::new());
        let base = client.base.as_str().trim_end_matches('/').to_owned();
        let long = "x".repeat(64);
        for (target, address) in [
            (String::new(), String::new()),
            ("Condition".into(), "/Condition".into()),
            ("Patient/7".into(), "/Patient/7".into()),
            (format!("Coverage/{long}"), format!("/Coverage/{long}")),
            ("Patient/a-1.B".into(), "/Patient/a-1.B".into()),
            ("Condition?identifier=a%7Cb/c".into(), "/Condition?identifier=a%7Cb/c".into()),
        ] {
            assert_eq!(client.target(&target).map(String::from), Ok(format!("{base}{address}")), "{target}");
        }
        let too_long = format!("Patient/{long}x");
        for target in [
            "Patient/",
            "/7",
            "Patient/.",
            "Patient/..",
            "Patient/../Condition",
            "Patient/7/",
            "Patient/7/_history/1",
            "Patient/7 8",
            "Patient/%2E%2E",
            "Patient/a_b",
            "Patient/á",
            "patient/7",
            "../Patient",
            "metadata",
            too_long.as_str(),
        ] {
            assert_eq!(client.target(target), Err(EhrError::Address), "{target}");
        }
    }

    #[test]
    fn an_answer_without_end_is_cut_off() {
        let (client, _server) = ehr(answer("200 OK", "", &"x".repeat(MAX_ANSWER + 1)));
        assert!(matches!(wait(client.capabilities()), Err(EhrError::TooLarge)));
    }

    #[test]
    fn nothing_goes_to_another_server_than_the_configured_one() {
        let (client, _server) = ehr(String::new());
        let port = client.base.port().expect("a port");
        for other in [
            "http://127.0.0.1:9/x".to_owned(),
            format!("http://localhost:{port}/x"),
            format!("https://127.0.0.1:{port}/x"),
        ] {
            let sent = wait(client.send(client.http.get(&other), (SEARCH_DEADLINE, MAX_ANSWER)));
            assert_eq!(sent.err(), Some(EhrError::Address), "{other}");
        }
    }

    #[test]
    fn an_error_names_no_address() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}/secret-base", listener.local_addr().expect("an address"));
        drop(listener);
        let (mut client, _server) = ehr(String::new());
        client.base = Url::parse(&base).expect("an address");
        let error = wait(client.capabilities()).expect_err("nobody is there");
        let mut chain = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            chain.push_str(&inner.to_string());
            source = inner.source();
        }
        assert!(!chain.contains("secret-base"), "{chain}");
    }
}
