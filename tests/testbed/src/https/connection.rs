//! One connection of the HTTPS server: handshake, request, answer in the manner ordered.

use super::{Answer, Behaviour, Shared, locked};
use crate::wire::{read_request, response_bytes, response_head};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

const IDLE_LIMIT: Duration = Duration::from_secs(30);
const TICK: Duration = Duration::from_millis(50);
/// Announced by an endless body: larger than any limit a client may have.
const ENDLESS_LENGTH: usize = 1 << 40;

pub(super) fn serve(stream: TcpStream, config: Arc<ServerConfig>, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE_LIMIT))?;
    stream.set_write_timeout(Some(IDLE_LIMIT))?;
    stream.set_nodelay(true)?;
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(tls, stream));
    let request = read_request(&mut reader)?;
    let handled = locked(&shared.handlers).iter().find_map(|handler| handler(&request));
    let routed = || locked(&shared.routes).get(request.path()).cloned();
    let answer = handled.or_else(routed).unwrap_or_else(|| Answer::status(404));
    locked(&shared.requests).push(request);

    let mut tls = reader.into_inner();
    send(&mut tls, &answer, shared)?;
    tls.conn.send_close_notify();
    tls.flush()
}

fn send(out: &mut impl Write, answer: &Answer, shared: &Shared) -> io::Result<()> {
    let Answer { status, headers, body, behaviour } = answer;
    let running = || !shared.stopped.load(Ordering::SeqCst);
    match behaviour {
        Behaviour::Normal => out.write_all(&response_bytes(*status, headers, body))?,
        Behaviour::Unannounced => {
            let head = response_head(*status, headers, 0);
            out.write_all(&String::from_utf8_lossy(&head).replace("Content-Length: 0\r\n", "").into_bytes())?;
            out.write_all(body)?;
        }
        Behaviour::Truncate(kept) => {
            out.write_all(&response_head(*status, headers, body.len()))?;
            out.write_all(&body[..body.len().min(*kept)])?;
            out.flush()?;
            // Without the TLS farewell the client must see this as a broken answer.
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Behaviour::Drip { bytes_per_sec } => {
            out.write_all(&response_head(*status, headers, body.len()))?;
            for byte in body.chunks(1) {
                if !running() {
                    break;
                }
                out.write_all(byte)?;
                out.flush()?;
                thread::sleep(Duration::from_secs(1) / u32::try_from(*bytes_per_sec).unwrap_or(u32::MAX).max(1));
            }
        }
        Behaviour::Endless => {
            out.write_all(&response_head(*status, headers, ENDLESS_LENGTH))?;
            let portion = if body.is_empty() { vec![b' '; 16 * 1024] } else { body.clone() };
            while running() {
                out.write_all(&portion)?;
            }
        }
        Behaviour::Hang => {
            while running() {
                thread::sleep(TICK);
            }
        }
        Behaviour::RedirectTo(target) => {
            let location = [("Location".to_owned(), target.clone())];
            out.write_all(&response_bytes(302, &location, b""))?;
        }
    }
    out.flush()
}
