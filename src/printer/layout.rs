//! A ticket as lines on 80 mm paper, and those lines as ESC/POS bytes.

use super::code_page::printable;
use escpos::driver::Driver;
use escpos::errors::Result;
use escpos::printer::Printer;
use escpos::printer_options::PrinterOptions;
use escpos::utils::{JustifyMode, PageCode, Protocol};
use std::cell::RefCell;

/// Letters on a line in the normal size; 58 mm printers break longer lines by themselves.
const COLUMNS: usize = 42;
/// The number is called out and looked for: four times the normal size.
const NUMBER_SIZE: u8 = 4;
/// Lines of one paragraph; a sentence needs three.
const MAX_LINES: usize = 8;

/// The words of a ticket, in the patient's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketText {
    /// The clinic's name.
    pub clinic: String,
    /// What the number is.
    pub title: String,
    /// The number as it is called out.
    pub number: String,
    /// Local date and time.
    pub time: String,
    /// How it went.
    pub sentence: String,
    /// What to do now.
    pub footer: String,
}

/// Keeps what the printer would get.
#[derive(Default)]
struct Paper(RefCell<Vec<u8>>);

impl Driver for Paper {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn write(&self, data: &[u8]) -> Result<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }
}

/// The ticket as bytes for the printer.
pub(super) fn escpos_bytes(text: &TicketText) -> Result<Vec<u8>> {
    let options = PrinterOptions::new(Some(PageCode::PC858), None, 42);
    let mut printer = Printer::new(Paper::default(), Protocol::default(), Some(options));
    printer.init()?.justify(JustifyMode::CENTER)?;
    printer.bold(true)?;
    paragraph(&mut printer, &text.clinic)?;
    printer.bold(false)?.feed()?;
    paragraph(&mut printer, &text.title)?;
    printer.size(NUMBER_SIZE, NUMBER_SIZE)?.bold(true)?;
    printer.custom(&printable(&text.number))?.feed()?;
    printer.bold(false)?.reset_size()?;
    paragraph(&mut printer, &text.time)?;
    printer.feed()?;
    paragraph(&mut printer, &text.sentence)?;
    printer.feed()?;
    paragraph(&mut printer, &text.footer)?;
    printer.feeds(3)?.print_cut()?;
    Ok(printer.driver().0.into_inner())
}

/// The ticket as plain lines, for a folder that stands in for a printer.
pub(super) fn plain_lines(text: &TicketText) -> String {
    let parts = [&text.clinic, &text.title, &text.number, &text.time, &text.sentence, &text.footer];
    let lines = parts.into_iter().flat_map(|part| wrapped(part));
    lines.map(|line| format!("{line}\n")).collect()
}

fn paragraph(printer: &mut Printer<Paper>, text: &str) -> Result<()> {
    for line in wrapped(text) {
        printer.custom(&printable(&line))?.feed()?;
    }
    Ok(())
}

/// Breaks at spaces; a longer word is broken where the paper ends.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let clean: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    for word in clean.split_whitespace() {
        for (part, letters) in word.chars().collect::<Vec<_>>().chunks(COLUMNS).enumerate() {
            let length = lines.last().map_or(0, |line| line.chars().count());
            if length > 0 && (part > 0 || length + 1 + letters.len() > COLUMNS) {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.extend(letters);
            }
        }
    }
    lines.truncate(MAX_LINES);
    lines
}

#[cfg(test)]
mod tests {
    use super::super::tests::a_ticket;
    use super::*;

    #[test]
    fn a_ticket_is_these_bytes() {
        let expected: &[&[u8]] = &[
            b"\x1B@\x1Bt\x13\x1Ba\x01",
            b"\x1BE\x01Cl\xA1nica Lakeside\x1Bd\x01\x1BE\x00\x1Bd\x01",
            b"Su n\xA3mero\x1Bd\x01",
            b"\x1D!\x33\x1BE\x01A007\x1Bd\x01\x1BE\x00\x1D!\x00",
            b"22.11.2026 09:05\x1Bd\x01\x1Bd\x01",
            b"Sus datos est\xA0n en la cl\xA1nica. \xA8Preguntas?\x1Bd\x01",
            b"Hable con recepci\xA2n.\x1Bd\x01\x1Bd\x01",
            b"Gracias\x1Bd\x01",
            b"\x1Bd\x03\x1DVA\x00",
        ];
        let bytes = escpos_bytes(&a_ticket()).expect("bytes");
        assert_eq!(bytes.escape_ascii().to_string(), expected.concat().escape_ascii().to_string());
    }

    #[test]
    fn lines_break_at_spaces_and_end() {
        let lines = wrapped(&format!("{} {}", "word ".repeat(12), "x".repeat(90)));
        assert!(lines.iter().all(|line| line.chars().count() <= COLUMNS), "{lines:?}");
        assert_eq!(wrapped(&"y ".repeat(10_000)).len(), MAX_LINES);
    }
}
