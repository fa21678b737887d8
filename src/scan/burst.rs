//! Texts from a hand scanner, which types them as a keyboard or sends them over a serial line, letter after letter.
//!
//! A code ends with Enter, Tab or ETX, or with a pause. Scanners are fast: what people type slowly ends with Enter only.

use super::has_our_mark;
use crate::sensitive::Sensitive;
use std::time::Duration;

/// More text than this comes from no scanner; it is dropped up to its end.
const MAX_CHARS: usize = 20_000;
/// A scanner sends its next letter sooner than this.
pub const PAUSE: Duration = Duration::from_millis(200);
/// What lies about for so long belongs to nobody any more.
const STALE: Duration = Duration::from_secs(2);
/// A shorter text without an end is no code.
const MIN_UNENDED_CHARS: usize = 20;
/// A scanner takes less than this for a letter, a person more.
const LETTER: Duration = Duration::from_millis(30);

/// What has come so far. Times are those since any moment that stays the same.
#[derive(Debug)]
pub struct Burst {
    text: Sensitive<String>,
    /// Where the present line begins.
    line: usize,
    ended: bool,
    too_long: bool,
    first: Duration,
    last: Duration,
}

impl Default for Burst {
    /// Room for all that may come, so that growing leaves no copies behind.
    fn default() -> Burst {
        let text = Sensitive::new(String::with_capacity(MAX_CHARS));
        Burst { text, line: 0, ended: false, too_long: false, first: Duration::ZERO, last: Duration::ZERO }
    }
}

impl Burst {
    /// Takes the next letter; gives the code that it ends. A line that has our mark is a code by itself; other lines may be
    /// parts of one code (a contact has several) and wait for the pause.
    pub fn push(&mut self, letter: char, now: Duration) -> Option<Sensitive<String>> {
        if now.saturating_sub(self.last) > STALE {
            *self = Burst::default();
        }
        if self.text.reveal().is_empty() {
            self.first = now;
        }
        self.last = now;
        match letter {
            '\u{2}' => *self = Burst { first: now, last: now, ..Burst::default() },
            '\r' | '\n' | '\t' | '\u{3}' | '\u{4}' => return self.end_line(letter),
            // Group separators stand in driving licences.
            '\u{1d}' | '\u{1e}' => self.append(letter),
            letter if letter.is_control() => {}
            letter => self.append(letter),
        }
        None
    }

    /// Gives what has come before a pause, when it has an end or came as fast as from a scanner.
    pub fn after_pause(&mut self, now: Duration) -> Option<Sensitive<String>> {
        let text = self.text.reveal();
        if text.is_empty() || now.saturating_sub(self.last) < PAUSE {
            return None;
        }
        let letters = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let fast = text.len() >= MIN_UNENDED_CHARS && self.last.saturating_sub(self.first) < LETTER * letters;
        if self.ended || fast {
            return self.take();
        }
        if now.saturating_sub(self.last) > STALE {
            *self = Burst::default();
        }
        None
    }

    /// Whether letters wait for a pause.
    pub fn is_waiting(&self) -> bool {
        !self.text.reveal().is_empty()
    }

    fn append(&mut self, letter: char) {
        if self.text.reveal().len() + letter.len_utf8() > MAX_CHARS {
            self.too_long = true;
            return;
        }
        self.ended = false;
        let mut bytes = [0; 4];
        self.text.append(&Sensitive::from(&*letter.encode_utf8(&mut bytes)));
    }

    fn end_line(&mut self, letter: char) -> Option<Sensitive<String>> {
        let line = self.text.reveal().get(self.line..).unwrap_or_default();
        if has_our_mark(line) {
            let line = Sensitive::from(line);
            let whole = !std::mem::take(self).too_long;
            return whole.then_some(line);
        }
        if matches!(letter, '\u{3}' | '\u{4}') {
            return self.take();
        }
        if !line.is_empty() {
            self.append('\n');
            (self.line, self.ended) = (self.text.reveal().len(), true);
        }
        None
    }

    fn take(&mut self) -> Option<Sensitive<String>> {
        let taken = std::mem::take(self);
        (!taken.too_long && !taken.text.reveal().trim().is_empty()).then_some(taken.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    /// Sends each letter after a pause of so many milliseconds; the codes that came, then what the long pause gives.
    fn send(text: &str, millis: u32) -> Vec<String> {
        let (mut burst, mut now, mut codes) = (Burst::default(), Duration::from_secs(100), Vec::new());
        for letter in text.chars() {
            now += MILLI * millis;
            codes.extend(burst.after_pause(now));
            codes.extend(burst.push(letter, now));
        }
        codes.extend(burst.after_pause(now + PAUSE));
        codes.iter().map(|code| code.reveal().clone()).collect()
    }

    fn card() -> String {
        format!("shc:/{}", "5676290952432060346029243740446031222959532654603460292540772804".repeat(38))
    }

    #[test]
    fn a_dense_card_ends_with_enter_tab_or_etx_or_with_a_pause() {
        let card = card();
        assert!(card.len() > 2_400);
        for (before, after) in [("", "\r"), ("", "\n"), ("", "\r\n"), ("", "\t"), ("\u{2}", "\u{3}"), ("", "")] {
            assert_eq!(send(&format!("{before}{card}{after}"), 1), [card.as_str()], "{before:?} {after:?}");
        }
        assert_eq!(send(&format!("{card}\r\n{card}\r\n"), 1), [card.as_str(), card.as_str()]);
    }

    #[test]
    fn the_lines_of_a_contact_are_one_code() {
        let contact = "BEGIN:VCARD\r\nN:Doe\r\nEND:VCARD\r\n";
        assert_eq!(send(contact, 1), ["BEGIN:VCARD\nN:Doe\nEND:VCARD\n"]);
        assert_eq!(send(&format!("{contact}shlink:/abc\r"), 1), ["shlink:/abc"]);
    }

    #[test]
    fn what_somebody_types_slowly_needs_an_end() {
        assert_eq!(send("shlink:/eyJ1cmwiOiJodHRwczov", 150), Vec::<String>::new());
        assert_eq!(send("shlink:/eyJ1cmwiOiJodHRwczov\r", 150), ["shlink:/eyJ1cmwiOiJodHRwczov"]);
        assert_eq!(send("12345\r", 150), ["12345\n"]);
        assert_eq!(send("12345", 1), Vec::<String>::new());
    }

    #[test]
    fn control_bytes_are_left_out_and_emptiness_is_no_code() {
        assert_eq!(send("\u{0}\u{7}shlink:/a\u{1b}b\r", 1), ["shlink:/ab"]);
        assert_eq!(send("\r\n\t \r\n\u{3}", 1), Vec::<String>::new());
    }

    #[test]
    fn too_long_a_text_is_dropped_whole_and_the_next_code_is_read() {
        let flood = "shlink:/".to_owned() + &"A".repeat(MAX_CHARS);
        assert_eq!(send(&format!("{flood}\rshlink:/abc\r"), 1), ["shlink:/abc"]);
        assert_eq!(send(&flood, 1), Vec::<String>::new());
    }

    #[test]
    fn the_rest_of_a_broken_code_does_not_join_the_next() {
        let mut burst = Burst::default();
        "shlink:/half".chars().for_each(|letter| drop(burst.push(letter, MILLI)));
        let later = STALE * 2;
        let codes: Vec<_> = "shlink:/abc\r".chars().filter_map(|letter| burst.push(letter, later)).collect();
        assert_eq!(codes.iter().map(|code| code.reveal().as_str()).collect::<Vec<_>>(), ["shlink:/abc"]);
    }
}
