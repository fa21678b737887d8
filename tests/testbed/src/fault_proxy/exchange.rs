//! One exchange through the proxy, with at most one fault.

use super::{Fault, Shared, Stage, locked};
use crate::wire::{self, read_request, response_bytes, response_head};
use socket2::SockRef;
use std::io::{self, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

pub(super) fn handle(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    stream.set_nodelay(true)?;
    // A probe of an open port closes at once and must not use up a fault.
    if stream.peek(&mut [0])? == 0 {
        return Ok(());
    }
    if shared.fault_if(|fault| fault == Fault::RefuseConnection).is_some() {
        return reset(stream);
    }
    let request = read_request(&mut BufReader::new(stream.try_clone()?))?;
    let number = {
        let mut requests = locked(&shared.requests);
        requests.push(request.clone());
        requests.len()
    };
    let fault = shared
        .aimed_fault()
        .or_else(|| shared.fault_if(|fault| request.method == "POST" && fault != Fault::RefuseConnection));
    shared.tell(Stage::RequestReceived, number, &request);

    match fault {
        Some(Fault::ResetBeforeForwarding) => return reset(stream),
        Some(Fault::Status(status)) => {
            stream.write_all(&response_bytes(status, &[], b""))?;
            shared.tell(Stage::Delivered, number, &request);
            return Ok(());
        }
        Some(Fault::Portal) => {
            let html = [("Content-Type".to_owned(), "text/html".to_owned())];
            stream.write_all(&response_bytes(200, &html, b"<html><body>Please accept our terms.</body></html>"))?;
            return Ok(());
        }
        Some(Fault::HangMillis(millis)) => thread::sleep(Duration::from_millis(millis)),
        _ => {}
    }

    let response = wire::exchange(&shared.upstream, &request, LIMIT)?;
    shared.tell(Stage::Forwarded, number, &request);
    match fault {
        Some(Fault::ResetAfterForwarding) => return reset(stream),
        Some(Fault::StatusAfterForwarding(status)) => stream.write_all(&response_bytes(status, &[], b""))?,
        Some(Fault::CutJson) => {
            let half = &response.body[..response.body.len() / 2];
            stream.write_all(&response_bytes(response.status, &response.headers, half))?;
        }
        Some(Fault::NoPlace) => stream.write_all(&response_bytes(response.status, &[], b""))?,
        Some(Fault::HalfAnswer) => {
            stream.write_all(&response_head(response.status, &response.headers, response.body.len().max(2)))?;
            stream.write_all(&response.body[..response.body.len() / 2])?;
            return stream.flush();
        }
        _ => stream.write_all(&response_bytes(response.status, &response.headers, &response.body))?,
    }
    shared.tell(Stage::Delivered, number, &request);
    Ok(())
}

/// Ends the connection with RST instead of FIN, as a crashed peer or a firewall does.
fn reset(stream: TcpStream) -> io::Result<()> {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO))
}

pub(super) fn port_is_open(addr: SocketAddr) -> bool {
    TcpStream::connect_timeout(&addr, Duration::from_millis(200)).is_ok()
}
