//! HTTP/1.1 by hand: just enough for loopback, so that servers can misbehave and nothing is hidden by a library.
//!
//! One exchange per connection (`Connection: close`), bodies by `Content-Length` or in chunks, with limits.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const LINE_LIMIT_BYTES: u64 = 64 * 1024;
const HEADER_LIMIT: usize = 200;
const BODY_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// Header fields in the order they came.
pub type Headers = Vec<(String, String)>;

/// A request as a server received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Header fields.
    pub headers: Headers,
    /// Body, decoded from chunks.
    pub body: Vec<u8>,
}

impl Request {
    /// The target without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The first header field of this name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The body as text, for assertions.
    #[must_use]
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// An answer as a client received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// Body, decoded from chunks.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header field of this name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// The body as JSON.
    pub fn json(&self) -> io::Result<serde_json::Value> {
        serde_json::from_slice(&self.body).map_err(io::Error::other)
    }
}

/// Head of a request: the body may still be on its way.
pub fn read_request_head(reader: &mut impl BufRead) -> io::Result<Request> {
    let start = read_line(reader)?;
    let mut words = start.split(' ');
    let (Some(method), Some(target), Some(_version)) = (words.next(), words.next(), words.next()) else {
        return Err(malformed("request line"));
    };
    let (method, target) = (method.to_owned(), target.to_owned());
    Ok(Request { method, target, headers: read_headers(reader)?, body: Vec::new() })
}

/// A whole request.
pub fn read_request(reader: &mut impl BufRead) -> io::Result<Request> {
    let mut request = read_request_head(reader)?;
    request.body = match body_kind(&request.headers)? {
        BodyKind::UntilClose => Vec::new(), // a request without a length has no body
        kind => read_body(reader, &kind)?,
    };
    Ok(request)
}

/// A whole answer.
pub fn read_response(reader: &mut impl BufRead) -> io::Result<Response> {
    loop {
        let start = read_line(reader)?;
        let status =
            start.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| malformed("status line"))?;
        let headers = read_headers(reader)?;
        if (100..200).contains(&status) {
            continue; // interim answers precede the real one
        }
        let body = if status == 204 || status == 304 { Vec::new() } else { read_body(reader, &body_kind(&headers)?)? };
        return Ok(Response { status, headers, body });
    }
}

/// One answer in wire form, with its true length.
#[must_use]
pub fn response_bytes(status: u16, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut bytes = response_head(status, headers, body.len());
    bytes.extend_from_slice(body);
    bytes
}

/// Head of an answer that announces `length` bytes, whether or not they follow.
#[must_use]
pub fn response_head(status: u16, headers: &[(String, String)], length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers.iter().filter(|(name, _)| !is_framing(name)) {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "Content-Length: {length}\r\nConnection: close\r\n\r\n");
    head.into_bytes()
}

/// Sends one request to a plain-HTTP host and reads the answer.
pub fn exchange(authority: &str, request: &Request, timeout: Duration) -> io::Result<Response> {
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    let mut head = format!("{} {} HTTP/1.1\r\nHost: {authority}\r\n", request.method, request.target);
    for (name, value) in
        request.headers.iter().filter(|(name, _)| !is_framing(name) && !name.eq_ignore_ascii_case("host"))
    {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "Content-Length: {}\r\nConnection: close\r\n\r\n", request.body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(&request.body)?;
    read_response(&mut BufReader::new(stream))
}

enum BodyKind {
    Length(u64),
    Chunked,
    UntilClose,
}

fn body_kind(headers: &[(String, String)]) -> io::Result<BodyKind> {
    if find(headers, "transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked")) {
        return Ok(BodyKind::Chunked);
    }
    find(headers, "content-length").map_or(Ok(BodyKind::UntilClose), |value| {
        value.trim().parse().map(BodyKind::Length).map_err(|_| malformed("Content-Length"))
    })
}

fn read_body(reader: &mut impl BufRead, kind: &BodyKind) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    match kind {
        BodyKind::Length(length) => read_exactly(reader, *length, &mut body)?,
        BodyKind::UntilClose => {
            reader.take(BODY_LIMIT_BYTES).read_to_end(&mut body)?;
        }
        BodyKind::Chunked => loop {
            let size = read_line(reader)?;
            let digits = size.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(digits, 16).map_err(|_| malformed("chunk size"))?;
            if size == 0 {
                while !read_line(reader)?.is_empty() {}
                break;
            }
            read_exactly(reader, size, &mut body)?;
            read_line(reader)?;
        },
    }
    Ok(body)
}

fn read_exactly(reader: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> io::Result<()> {
    if length + body.len() as u64 > BODY_LIMIT_BYTES {
        return Err(malformed("body length"));
    }
    if reader.take(length).read_to_end(body)? as u64 == length {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the body ended early"))
    }
}

fn read_headers(reader: &mut impl BufRead) -> io::Result<Headers> {
    let mut headers = Headers::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok(headers);
        }
        let (name, value) = line.split_once(':').ok_or_else(|| malformed("header field"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
        if headers.len() > HEADER_LIMIT {
            return Err(malformed("number of header fields"));
        }
    }
}

fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    if reader.take(LINE_LIMIT_BYTES).read_until(b'\n', &mut line)? == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the peer closed the connection"));
    }
    let text = String::from_utf8(line).map_err(|_| malformed("line"))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn find<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Fields that say how this one connection carries the body: set anew on each hop.
fn is_framing(name: &str) -> bool {
    ["content-length", "transfer-encoding", "connection", "keep-alive"]
        .iter()
        .any(|framing| name.eq_ignore_ascii_case(framing))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("malformed HTTP: {what}"))
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        302 => "Found",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        409 => "Conflict",
        412 => "Precondition Failed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
