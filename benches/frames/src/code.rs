//! What the frames show: a dense health card and two lengths of health link, as modules.

use crate::noise::Noise;
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

/// The largest version of a health card.
const CARD_VERSION: i16 = 22;
/// Digits of the largest single card: 1,195 letters.
const CARD_DIGITS: usize = 2_390;
/// Modules of white around a code.
const QUIET: f32 = 4.0;

/// A kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A health card that fills version 22 at level L.
    Card,
    /// A health link of so many letters at level M.
    Link(usize),
}

/// A code: its text and its modules.
pub struct Code {
    /// The text.
    pub text: String,
    dark: Vec<bool>,
    side: usize,
}

impl Code {
    /// Another text for each seed.
    pub fn new(payload: Payload, seed: u64) -> Code {
        let mut noise = Noise::new(seed);
        let (text, code) = match payload {
            Payload::Card => {
                let pairs = (0..CARD_DIGITS / 2).map(|_| format!("{:02}", noise.below(78)));
                let digits: String = pairs.collect();
                (format!("shc:/{digits}"), card(&digits))
            }
            Payload::Link(letters) => {
                let mut text = String::from("https://viewer.example.org/#shlink:/eyJ");
                const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                while text.len() < letters {
                    text.push(char::from(ALPHABET[noise.below(64)]));
                }
                let code = QrCode::with_error_correction_level(&text, EcLevel::M).expect("the link fits a code");
                (text, code)
            }
        };
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Code { text, dark, side: code.width() }
    }

    /// Modules along one side, without the quiet zone.
    pub fn side(&self) -> f32 {
        self.side as f32
    }

    /// Whether a point is dark, in modules from the centre of the code; `None` outside of the quiet zone.
    pub fn dark_at(&self, u: f32, v: f32) -> Option<bool> {
        let half = self.side() / 2.0;
        if u.abs().max(v.abs()) > half + QUIET {
            return None;
        }
        let (column, row) = ((u + half).floor(), (v + half).floor());
        let inside = |at: f32| (0.0..self.side()).contains(&at);
        Some(inside(column) && inside(row) && self.dark[row as usize * self.side + column as usize])
    }
}

fn card(digits: &str) -> QrCode {
    let mut bits = Bits::new(Version::Normal(CARD_VERSION));
    bits.push_byte_data(b"shc:/").expect("the mark fits");
    bits.push_numeric_data(digits.as_bytes()).expect("the card fits version 22");
    bits.push_terminator(EcLevel::L).expect("the card fits level L");
    QrCode::with_bits(bits, EcLevel::L).expect("a code")
}
