//! The EHR's FHIR service: search for a chart, send the requests of a plan, ask what it can do.
//!
//! Every answer is bounded in size and time. Errors name the step and nothing else: no address, no body.

mod charts;

use crate::filing::{EhrProfile, EhrReply, Method, NoAnswer, Request};
use crate::sensitive::{LogSafe, Sensitive};
use reqwest::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION, RETRY_AFTER};
use reqwest::{Client, RequestBuilder};
use std::time::Duration;
use url::Url;

const FHIR_JSON: &str = "application/fhir+json";
/// A longer answer to a question than this is none.
const MAX_ANSWER: usize = 5 * 1024 * 1024;
/// Servers send what they already had back with the answer to a plan, whatever `Prefer` asks: up to a whole share again.
const MAX_PLAN_ANSWER: usize = 4 * MAX_ANSWER;
/// A longer wait than this is not believed.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3600);
const SEARCH_DEADLINE: Duration = Duration::from_secs(10);
const POST_DEADLINE: Duration = Duration::from_secs(30);

/// Why the EHR gave no usable answer. Display names the step only.
#[derive(Debug, thiserror::Error)]
pub enum EhrError {
    /// The configured address cannot carry a path.
    #[error("the EHR's address is not a FHIR base address")]
    Address,
    /// No connection, or it broke.
    #[error("the EHR could not be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The deadline passed.
    #[error("the EHR did not answer in time")]
    TimedOut,
    /// More bytes than any answer needs.
    #[error("the EHR's answer is too large")]
    TooLarge,
    /// Another status than 200.
    #[error("the EHR answered with status {0}")]
    Status(u16),
    /// Not the resource that was asked for.
    #[error("the EHR's answer is not the FHIR resource asked for")]
    NotFhir,
}

impl LogSafe for EhrError {
    fn log_word(&self) -> &'static str {
        match self {
            EhrError::Address => "ehr-address",
            EhrError::Unreachable(_) => "ehr-unreachable",
            EhrError::TimedOut => "ehr-timed-out",
            EhrError::TooLarge => "ehr-too-large-answer",
            EhrError::Status(_) => "ehr-status",
            EhrError::NotFhir => "ehr-not-fhir",
        }
    }
}

impl EhrError {
    fn from_http(error: reqwest::Error) -> EhrError {
        if error.is_timeout() { EhrError::TimedOut } else { EhrError::Unreachable(error.without_url()) }
    }
}

/// A client of one FHIR service. The HTTP client it is given follows no redirects.
#[derive(Clone)]
pub struct EhrClient {
    http: Client,
    base: Url,
    bearer: Option<Sensitive<String>>,
}

impl EhrClient {
    /// A client of the service at `base`.
    pub fn new(http: Client, base: Url, bearer: Option<Sensitive<String>>) -> EhrClient {
        EhrClient { http, base, bearer }
    }

    /// Sends a request of a plan and returns the answer, whatever it says.
    pub async fn ask(&self, request: &Request) -> Result<EhrReply, NoAnswer> {
        let sent = match request.method {
            Method::Get => {
                let url = self.target(request.target.reveal()).map_err(|_| NoAnswer::NotSent)?;
                self.send(self.http.get(url), (SEARCH_DEADLINE, MAX_ANSWER)).await
            }
            Method::Post | Method::Put => {
                let url = self.target(request.target.reveal()).map_err(|_| NoAnswer::NotSent)?;
                let write = if request.method == Method::Put { self.http.put(url) } else { self.http.post(url) };
                let write = write.header(CONTENT_TYPE, FHIR_JSON).header("Prefer", "return=minimal");
                let write =
                    request.if_none_exist.iter().fold(write, |write, query| write.header("If-None-Exist", query));
                let write = request.if_match.iter().fold(write, |write, version| write.header(IF_MATCH, version));
                let body = request.body.as_ref().map(|body| body.reveal().clone()).unwrap_or_default();
                self.send(write.body(body), (POST_DEADLINE, MAX_PLAN_ANSWER)).await
            }
            // The folder's part.
            Method::Keep => return Err(NoAnswer::NotSent),
        };
        sent.map_err(|error| {
            tracing::warn!(why = %error, "the EHR gave no answer");
            match error {
                EhrError::Address => NoAnswer::NotSent,
                EhrError::Unreachable(error) if error.is_connect() => NoAnswer::NotSent,
                EhrError::TooLarge => NoAnswer::TooLarge,
                _ => NoAnswer::Lost,
            }
        })
    }

    /// What the EHR says that it can do.
    pub async fn capabilities(&self) -> Result<EhrProfile, EhrError> {
        let reply = self.send(self.http.get(self.address(Some("metadata"))?), (SEARCH_DEADLINE, MAX_ANSWER)).await?;
        if reply.status != 200 {
            return Err(EhrError::Status(reply.status));
        }
        let statement = serde_json::from_slice(reply.body.reveal()).map_err(|_| EhrError::NotFhir)?;
        EhrProfile::read(&statement).ok_or(EhrError::NotFhir)
    }

    fn address(&self, last: Option<&str>) -> Result<Url, EhrError> {
        let mut url = self.base.clone();
        url.path_segments_mut().map_err(|()| EhrError::Address)?.pop_if_empty().extend(last);
        Ok(url)
    }

    /// The address of a [`Request::target`].
    fn target(&self, target: &str) -> Result<Url, EhrError> {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let mut url = self.address(Some(path).filter(|path| !path.is_empty()))?;
        url.set_query(query);
        Ok(url)
    }

    async fn send(&self, request: RequestBuilder, (deadline, most): (Duration, usize)) -> Result<EhrReply, EhrError> {
        let request = match &self.bearer {
            Some(token) => request.bearer_auth(token.reveal()),
            None => request,
        };
        let response = request.header(ACCEPT, FHIR_JSON).timeout(deadline).send().await;
        let mut response = response.map_err(EhrError::from_http)?;
        let retry_after =
            response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let text = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let (location, etag) = (text(LOCATION), text(ETAG));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(EhrError::from_http)? {
            if body.len() + chunk.len() > most {
                return Err(EhrError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(EhrReply {
            status: response.status().as_u16(),
            retry_after: retry_after.map(|seconds| Duration::from_secs(seconds).min(MAX_RETRY_AFTER)),
            location,
            etag,
            body: Sensitive::new(body),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Person;
    use serde_json::json;
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
        (EhrClient::new(http, Url::parse(&base).expect("an address"), Some(Sensitive::from("t0ken"))), server)
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

    fn person() -> Person {
        Person {
            name: Sensitive::from("Ana Núñez"),
            family: Some(Sensitive::from("Núñez")),
            birth_date: Some(Sensitive::from("1980-02-03")),
        }
    }

    #[test]
    fn a_server_that_returns_everybody_finds_only_who_fits() {
        let patient = |id: &str, family: &str, birth: &str, active: bool| {
            json!({"resource": {"resourceType": "Patient", "id": id, "active": active, "birthDate": birth,
                "name": [{"family": family}]}})
        };
        let everybody = json!({"resourceType": "Bundle", "type": "searchset", "entry": [
            patient("other-name", "Smith", "1980-02-03", true),
            patient("other-day", "Nunez", "1981-02-03", true),
            patient("merged", "Nunez", "1980-02-03", false),
            patient("hers", "NUNEZ", "1980-02-03", true),
            {"resource": {"resourceType": "OperationOutcome"}}
        ]});
        let (client, server) = ehr(answer("200 OK", "", &everybody.to_string()));
        let found = wait(client.search_patients(&person())).expect("an answer");
        assert_eq!(found.iter().map(|patient| patient.id.as_str()).collect::<Vec<_>>(), ["hers"]);
        let asked = server.join().expect("the request");
        assert!(
            asked.starts_with("GET /fhir/Patient?family=N%C3%BA%C3%B1ez&birthdate=1980-02-03&_count=10 HTTP/1.1"),
            "{asked}"
        );
        assert!(asked.to_lowercase().contains("authorization: bearer t0ken"));
    }

    #[test]
    fn nobody_is_searched_for_without_a_family_name() {
        let (client, _server) = ehr(String::new());
        let nameless = Person { family: None, ..person() };
        assert!(wait(client.search_patients(&nameless)).expect("no search").is_empty());
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
    fn an_answer_without_end_is_cut_off() {
        let (client, _server) = ehr(answer("200 OK", "", &"x".repeat(MAX_ANSWER + 1)));
        assert!(matches!(wait(client.capabilities()), Err(EhrError::TooLarge)));
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
