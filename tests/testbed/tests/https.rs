//! The HTTPS server behaves and misbehaves as told, seen by a bare rustls client.

use ktc_testbed::{
    ca::{Certificate, TestCa},
    https::{Answer, Behaviour, HttpsServer},
    wire::{Response, read_response},
};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

fn get(server: &HttpsServer, target: &str) -> io::Result<Response> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(server.ca_pem().as_bytes()).expect("PEM")).expect("an authority");
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let tls = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    let tcp = TcpStream::connect(("127.0.0.1", server.port()))?;
    tcp.set_read_timeout(Some(Duration::from_millis(700)))?;
    let mut stream = StreamOwned::new(tls, tcp);
    write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    read_response(&mut BufReader::new(stream))
}

#[test]
fn routes_are_served_changed_and_recorded() {
    let server = HttpsServer::start([("/s/a".to_owned(), Answer::ok("application/jose", "a.b.c"))]).expect("starts");
    let response = get(&server, "/s/a?recipient=Clinic").expect("an answer");
    assert_eq!((response.status, response.body.as_slice()), (200, b"a.b.c".as_slice()));
    assert_eq!(response.header("content-type"), Some("application/jose"));
    assert_eq!(server.requests()[0].target, "/s/a?recipient=Clinic");

    server.withdraw("/s/a");
    assert_eq!(get(&server, "/s/a").expect("an answer").status, 404);
    server.route("/s/a", Answer::status(429).header("Retry-After", "9"));
    assert_eq!(get(&server, "/s/a").expect("an answer").header("retry-after"), Some("9"));
}

#[test]
fn misbehaviour_reaches_the_client() {
    let long = || Answer::ok("application/jose", vec![b'x'; 1000]);
    let server = HttpsServer::start([
        ("/truncated".to_owned(), long().behaving(Behaviour::Truncate(10))),
        ("/slow".to_owned(), long().behaving(Behaviour::Drip { bytes_per_sec: 1 })),
        ("/endless".to_owned(), long().behaving(Behaviour::Endless)),
        ("/hanging".to_owned(), long().behaving(Behaviour::Hang)),
        ("/moved".to_owned(), long().behaving(Behaviour::RedirectTo("https://localhost:1/".to_owned()))),
    ])
    .expect("starts");
    for path in ["/truncated", "/slow", "/endless", "/hanging"] {
        assert!(get(&server, path).is_err(), "{path}");
    }
    let moved = get(&server, "/moved").expect("an answer");
    assert_eq!((moved.status, moved.header("location")), (302, Some("https://localhost:1/")));
}

#[test]
fn bad_certificates_are_refused_and_the_request_is_not_sent() {
    let ca = TestCa::new();
    for certificate in [Certificate::Expired, Certificate::WrongHost, Certificate::SelfSigned] {
        let server = HttpsServer::start_with([], &ca, &[], certificate).expect("starts");
        assert!(get(&server, "/").is_err(), "{certificate:?}");
        assert!(server.requests().is_empty(), "{certificate:?}");
    }
    let server = HttpsServer::start_with([], &ca, &["share.example.org"], Certificate::Good).expect("starts");
    assert_eq!(get(&server, "/").expect("an answer").status, 404);
}
