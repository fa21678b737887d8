//! Tickets on paper: an ESC/POS printer at a device file or on the network, or a folder that stands in for one.
//!
//! Printing is bounded in time and never part of the session: the number on screen counts, with paper or without.

mod code_page;
mod layout;

pub use layout::TicketText;

use crate::config::PrinterChoice;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// A printer that takes longer than this has a problem that a person must see.
const DEADLINE: Duration = Duration::from_secs(10);
/// To find the printer on the network.
const CONNECT_DEADLINE: Duration = Duration::from_secs(3);
/// The same, while clinic IT waits for `check`.
const PROBE_DEADLINE: Duration = Duration::from_secs(2);

/// Why a ticket did not come out. Display names the step only.
#[derive(Debug, thiserror::Error)]
pub enum PrinterError {
    /// The ticket could not be laid out.
    #[error("the ticket cannot be laid out")]
    Layout(#[source] escpos::errors::PrinterError),
    /// Not found, or it refused the bytes.
    #[error("the printer cannot be written to")]
    Write(#[source] io::Error),
    /// It does not take the bytes; an earlier ticket may still be on its way.
    #[error("the printer does not take the ticket in time")]
    TimedOut,
}

/// Prints tickets, one at a time.
pub struct TicketPrinter {
    choice: PrinterChoice,
    /// A write that did not end in time. Nothing else is sent until it has.
    stuck: Option<JoinHandle<()>>,
}

impl TicketPrinter {
    /// The printer that clinic IT chose. Nothing is opened before there is a ticket.
    pub fn new(choice: PrinterChoice) -> TicketPrinter {
        TicketPrinter { choice, stuck: None }
    }

    /// Whether there is a printer at all.
    pub fn is_configured(&self) -> bool {
        self.choice != PrinterChoice::None
    }

    /// Prints a ticket and waits until the printer has taken it, or the deadline has passed.
    pub fn print(&mut self, ticket: &TicketText) -> Result<(), PrinterError> {
        if self.stuck.as_ref().is_some_and(|writer| !writer.is_finished()) {
            return Err(PrinterError::TimedOut);
        }
        self.stuck = None;
        let bytes = layout::escpos_bytes(ticket).map_err(PrinterError::Layout)?;
        let (choice, lines) = (self.choice.clone(), layout::plain_lines(ticket));
        // A device file can block for ever (no paper), and so can looking up a name: no time limit is on either.
        let (done, outcome) = sync_channel(1);
        let write = move || {
            // Nobody waits any more when this comes too late.
            let _ = done.send(write(&choice, &bytes, &lines));
        };
        let writer = Builder::new().name("ticket-printer".to_owned()).spawn(write).map_err(PrinterError::Write)?;
        match outcome.recv_timeout(DEADLINE) {
            Ok(result) => result.map_err(|error| match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => PrinterError::TimedOut,
                _ => PrinterError::Write(error),
            }),
            Err(RecvTimeoutError::Timeout) => {
                self.stuck = Some(writer);
                Err(PrinterError::TimedOut)
            }
            Err(RecvTimeoutError::Disconnected) => Err(PrinterError::Write(io::Error::other("the writer ended"))),
        }
    }

    /// Whether a ticket could come out, without printing one: an address answers, a folder can be written (or made where it
    /// shall be), a device is there.
    pub fn probe(&self) -> io::Result<()> {
        match &self.choice {
            PrinterChoice::None => Ok(()),
            PrinterChoice::Folder(folder) => {
                let place = folder.ancestors().find(|place| place.is_dir()).unwrap_or(Path::new("."));
                let probe = place.join(format!(".ktc-kiosk-probe-{}", std::process::id()));
                File::create_new(&probe)?;
                fs::remove_file(probe)
            }
            PrinterChoice::Address(address) => connect(address, PROBE_DEADLINE).map(drop),
            PrinterChoice::Device(path) => fs::metadata(path).map(drop),
        }
    }
}

fn write(choice: &PrinterChoice, bytes: &[u8], lines: &str) -> io::Result<()> {
    match choice {
        PrinterChoice::None => Ok(()),
        PrinterChoice::Folder(folder) => put_in_folder(folder, bytes, lines),
        PrinterChoice::Address(address) => send(address, bytes),
        PrinterChoice::Device(path) => File::options().write(true).open(path)?.write_all(bytes),
    }
}

fn connect(address: &str, deadline: Duration) -> io::Result<TcpStream> {
    let unknown = || io::Error::new(io::ErrorKind::NotFound, "no such printer");
    let address = address.to_socket_addrs()?.next().ok_or_else(unknown)?;
    TcpStream::connect_timeout(&address, deadline)
}

fn send(address: &str, bytes: &[u8]) -> io::Result<()> {
    let mut stream = connect(address, CONNECT_DEADLINE)?;
    stream.set_write_timeout(Some(DEADLINE))?;
    stream.write_all(bytes)?;
    stream.shutdown(Shutdown::Write)
}

/// Writes both forms under the next free number.
fn put_in_folder(folder: &Path, bytes: &[u8], lines: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for number in 1..=999_999_u32 {
        match File::create_new(folder.join(format!("receipt-{number}.escpos"))) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                return fs::write(folder.join(format!("receipt-{number}.txt")), lines);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("the folder is full of receipts"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::TcpListener;

    pub(super) fn a_ticket() -> TicketText {
        TicketText {
            clinic: "Clínica Lakeside".into(),
            title: "Su número".into(),
            number: "A007".into(),
            time: "22.11.2026 09:05".into(),
            sentence: "Sus datos están en la clínica. ¿Preguntas? Hable con recepción.".into(),
            footer: "Gracias".into(),
        }
    }

    #[test]
    fn a_folder_keeps_every_receipt() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut printer = TicketPrinter::new(PrinterChoice::Folder(folder.path().join("tickets")));
        printer.print(&a_ticket()).expect("printed");
        printer.print(&a_ticket()).expect("printed");
        let read = |name: &str| fs::read(folder.path().join("tickets").join(name)).expect("a receipt");
        assert_eq!(read("receipt-1.escpos"), read("receipt-2.escpos"));
        assert!(String::from_utf8(read("receipt-2.txt")).expect("text").contains("A007\n"));
    }

    #[test]
    fn a_network_printer_gets_the_bytes_in_one_go() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        TicketPrinter::new(PrinterChoice::Address(address)).print(&a_ticket()).expect("printed");
        let mut received = Vec::new();
        listener.accept().expect("a caller").0.read_to_end(&mut received).expect("bytes");
        assert_eq!(received, layout::escpos_bytes(&a_ticket()).expect("bytes"));
    }

    #[test]
    fn a_probe_tells_whether_a_ticket_could_come_out_and_leaves_nothing() {
        let probe = |choice| TicketPrinter::new(choice).probe().is_ok();
        let folder = tempfile::tempdir().expect("a folder");
        assert!(probe(PrinterChoice::Folder(folder.path().join("tickets/of/today"))));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
        assert!(!probe(PrinterChoice::Folder("/proc/tickets".into())));
        assert!(!probe(PrinterChoice::Device(folder.path().join("lp0"))));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = PrinterChoice::Address(listener.local_addr().expect("an address").to_string());
        assert!(probe(address.clone()));
        drop(listener);
        assert!(!probe(address));
    }

    #[test]
    fn a_missing_device_is_an_error_and_no_new_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lp0");
        let outcome = TicketPrinter::new(PrinterChoice::Device(path.clone())).print(&a_ticket());
        assert!(matches!(outcome, Err(PrinterError::Write(_))));
        assert!(!path.exists());
        File::create(&path).expect("a file");
        TicketPrinter::new(PrinterChoice::Device(path.clone())).print(&a_ticket()).expect("printed");
        assert!(fs::metadata(&path).expect("a file").len() > 100);
    }
}
