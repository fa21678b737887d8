//! The sandbox without a kiosk around it, against servers on loopback.

use ktc_kiosk::net::{Broker, EgressPolicy, Lookup, TrustedCa, system_lookup};
use ktc_kiosk::resolve::{Fetch, FetchAnswer, FetchDefect, FetchRequest, Strictness};
use ktc_kiosk::runtime::local_day;
use ktc_kiosk::sandbox::{MemoryCache, Sandbox, SandboxOptions, ShareJob, ShareReply, Steps};
use ktc_kiosk::scan::{CodeReader, Reading};
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::trust::TrustList;
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::share::{FHIR_JSON, JOSE, ShareLink, encrypt_file, now_secs};
use serde_json::Value;

/// Reaches this server, and public addresses.
pub fn sandbox(server: &HttpsServer) -> Sandbox {
    sandbox_asking(server, system_lookup())
}

pub fn sandbox_asking(server: &HttpsServer, lookup: Lookup) -> Sandbox {
    sandbox_trusting(server.ca_pem(), server.port(), lookup)
}

/// Reaches this port of loopback, whose certificate is of this authority, and public addresses.
pub fn sandbox_trusting(ca_pem: &str, port: u16, lookup: Lookup) -> Sandbox {
    let policy = EgressPolicy::public(lookup).with_loopback_ports(&[port]);
    Sandbox::new(SandboxOptions {
        broker: Broker::new(policy),
        authority: Some(TrustedCa::from_pem(ca_pem.as_bytes()).expect("PEM")),
        issuer_cache: Box::new(MemoryCache::default()),
    })
}

/// Each request through a sandbox of its own; what is made of the answers stays here, where a test can look at it.
pub struct ThroughSandbox<'a>(pub &'a Sandbox);

impl Fetch for ThroughSandbox<'_> {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let FetchRequest { url, purpose, body } = request;
        self.0.fetch(FetchRequest { url: url.clone(), purpose: *purpose, body: body.clone() }, &|| true).0
    }
}

/// A day on which the invented cards and links are good.
pub fn day(day: u64) -> Timestamp {
    let first = Timestamp::from_rfc3339("2026-11-01T00:00:00Z").expect("a time");
    first.plus(std::time::Duration::from_secs(day * 24 * 3600))
}

/// The time of the servers.
pub fn today() -> Timestamp {
    Timestamp::from_unix_millis(i64::try_from(now_secs()).expect("a time") * 1_000)
}

pub fn job(code: &str, now: Timestamp) -> ShareJob {
    let Ok(Reading::Code(code)) = CodeReader::default().read(code) else { panic!("not a code") };
    let (recipient, trust) = ("Test Clinic".to_owned(), TrustList::empty(now));
    ShareJob {
        code: Box::new(code),
        passcode: None,
        recipient,
        trust,
        now,
        day: local_day(now),
        strictness: Strictness::Kiosk,
        steps: Steps::Wanted,
    }
}

/// Publishes bytes as a direct file, deflated or not, and gives the link's text.
pub fn publish_bytes(server: &HttpsServer, content: &[u8], zip: bool) -> String {
    let mut link = ShareLink::direct(&server.origin(), "Records");
    link.exp = None;
    server.route(&link.path(), Answer::ok(JOSE, encrypt_file(content, &link.key, zip, Some(FHIR_JSON))));
    link.shlink()
}

pub fn publish(server: &HttpsServer, bundle: &Value) -> String {
    publish_bytes(server, bundle.to_string().as_bytes(), false)
}

pub fn trouble(reply: &ShareReply) -> Option<Trouble> {
    reply.outcome.as_ref().err().map(ktc_kiosk::sandbox::ShareRefusal::trouble)
}
