//! A QR code as modules.

use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode, Version, bits::Bits};

const QUIET_MODULES: usize = 4;
const CARD_MAX_VERSION: i16 = 22;
const DENSE_FROM_MODULES: usize = 85;

pub(super) struct Code {
    dark: Vec<bool>,
    width: usize,
}

impl Code {
    /// Cards become two segments, bytes then digits; other texts are encoded as they come.
    pub(super) fn new(text: &str) -> Self {
        let code = if text.starts_with("shc:/") {
            card_code(text)
        } else {
            QrCode::with_error_correction_level(text, EcLevel::M).expect("the text fits a code of level M")
        };
        Self { width: code.width(), dark: code.to_colors().into_iter().map(|color| color == Color::Dark).collect() }
    }

    /// Modules along one side, quiet zone included.
    pub(super) const fn side(&self) -> usize {
        self.width + 2 * QUIET_MODULES
    }

    /// So many modules that the phone must come near.
    pub(super) const fn is_dense(&self) -> bool {
        self.width >= DENSE_FROM_MODULES
    }

    /// Whether the module at this place (quiet zone included) is dark.
    pub(super) fn is_dark(&self, column: usize, row: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET_MODULES).filter(|&at| at < self.width);
        inside(column).zip(inside(row)).is_some_and(|(x, y)| self.dark[y * self.width + x])
    }

    pub(super) fn picture(&self, pixels_a_module: usize) -> GrayImage {
        let side = (self.side() * pixels_a_module) as u32;
        GrayImage::from_fn(side, side, |x, y| {
            let dark = self.is_dark(x as usize / pixels_a_module, y as usize / pixels_a_module);
            Luma([if dark { 0 } else { 255 }])
        })
    }
}

/// The smallest version that holds the card at level L.
fn card_code(text: &str) -> QrCode {
    let digits_at = text.rfind('/').map_or(0, |at| at + 1);
    (1..=CARD_MAX_VERSION)
        .find_map(|version| {
            let mut bits = Bits::new(Version::Normal(version));
            bits.push_byte_data(&text.as_bytes()[..digits_at]).ok()?;
            bits.push_numeric_data(&text.as_bytes()[digits_at..]).ok()?;
            bits.push_terminator(EcLevel::L).ok()?;
            QrCode::with_bits(bits, EcLevel::L).ok()
        })
        .expect("the card fits version 22; split it over several codes")
}
