//! One request over one connected socket: TLS 1.2 or later, HTTP/1.1, capped while it streams. A redirect is an answer like
//! any other and nobody follows it; nothing is inflated; nothing is tried twice.

use super::egress::plain_url;
use crate::resolve::{AnswerHead, FetchAnswer, FetchDefect, FetchRequest};
use crate::sensitive::{Sensitive, Wipe as _};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::TcpStream;
use std::sync::Arc;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use url::{Host, Position, Url};

/// A longer head of an answer is refused.
const MAX_HEAD: usize = 64 * 1024;

/// The certificate authorities of the system. Reads files.
pub fn system_authorities() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// What TLS trusts: the system's authorities and the configured one (DER).
pub fn tls_trusting(mut roots: RootCertStore, authority: Option<&[u8]>) -> Result<Arc<ClientConfig>, FetchDefect> {
    if let Some(der) = authority.filter(|der| !der.is_empty()) {
        roots.add(CertificateDer::from(der.to_vec())).map_err(|_| FetchDefect::Unreachable)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.map_err(|_| FetchDefect::Unreachable)?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// Sends the request over `socket`, which is connected to the host of the request's address, and reads the answer.
pub async fn exchange(
    socket: TcpStream,
    tls: Arc<ClientConfig>,
    request: &FetchRequest,
) -> Result<FetchAnswer, FetchDefect> {
    let url = plain_url(request.url.reveal())?;
    let socket = tokio::net::TcpStream::from_std(socket).map_err(|_| FetchDefect::Unreachable)?;
    let encrypted = TlsConnector::from(tls).connect(server_name(&url)?, socket).await;
    let io = TokioIo::new(encrypted.map_err(|_| FetchDefect::Unreachable)?);
    let handshake = http1::Builder::new().max_buf_size(MAX_HEAD).handshake(io).await;
    let (mut sender, connection) = handshake.map_err(|_| FetchDefect::Unreachable)?;
    // The connection ends with this request, however that ends.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let sent = sender.send_request(to_http(&url, request)?).await;
    read_answer(sent.map_err(|_| FetchDefect::Unreachable)?, request.purpose.limit()).await
}

fn server_name(url: &Url) -> Result<ServerName<'static>, FetchDefect> {
    match url.host() {
        Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(|_| FetchDefect::AddressRefused),
        Some(Host::Ipv4(address)) => Ok(std::net::IpAddr::V4(address).into()),
        Some(Host::Ipv6(address)) => Ok(std::net::IpAddr::V6(address).into()),
        None => Err(FetchDefect::AddressRefused),
    }
}

fn to_http(url: &Url, request: &FetchRequest) -> Result<Request<Full<Bytes>>, FetchDefect> {
    let builder = Request::builder()
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, url.authority())
        .header(ACCEPT, request.purpose.accept())
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close")
        .header(USER_AGENT, "ktc-kiosk");
    let made = match &request.body {
        None => builder.method(Method::GET).body(Full::default()),
        Some(body) => {
            let bytes = Bytes::copy_from_slice(body.reveal().as_bytes());
            builder.method(Method::POST).header(CONTENT_TYPE, "application/json").body(Full::new(bytes))
        }
    };
    made.map_err(|_| FetchDefect::AddressRefused)
}

async fn read_answer(response: Response<Incoming>, limit: usize) -> Result<FetchAnswer, FetchDefect> {
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after_secs = retry_after.and_then(|value| value.trim().parse().ok());
    let head = AnswerHead { status: response.status().as_u16(), retry_after_secs, kept_from: None };
    let mut incoming = response.into_body();
    let announced = usize::try_from(incoming.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(FetchDefect::TooLarge);
    }
    let mut body: Vec<u8> = Vec::with_capacity(announced);
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|_| FetchDefect::Unreachable)?;
        let Some(chunk) = frame.data_ref() else { continue };
        if body.len() + chunk.len() > limit {
            body.wipe();
            return Err(FetchDefect::TooLarge);
        }
        body.extend_from_slice(chunk);
    }
    Ok(FetchAnswer { head, body: Sensitive::new(body) })
}
