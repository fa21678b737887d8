//! One look at a picture: one way to prepare it, one engine. rxing reads; rqrr is the second opinion for small codes.
//!
//! Decoders have panicked on photographs, so each look is kept from the rest by `catch_unwind`, and only QR codes are looked for.

use super::Frame;
use super::prepare::Grey;
use super::symbol::Symbol;
use crate::sensitive::Sensitive;
use rxing::common::cpp_essentials::DecoderResult;
use rxing::common::{BitMatrix, DetectorRXingResult as _, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{Binarizer as _, Luma8Source};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Pixels around each one that say what is dark there: some modules of a small code, one of a large one.
const NEAR: usize = 10;
/// The same for pictures in which much is dark because of noise.
const WIDE: usize = 14;
/// How much darker than its neighbourhood is dark.
const MARGIN: u8 = 4;
/// A picture with more corners of codes than this is clutter.
const MAX_PATTERNS: usize = 400;
/// So many groups of three corners are tried, the likeliest first.
const MAX_SETS: usize = 80;
/// More codes are not in view.
const MAX_CODES: usize = 8;

/// A way to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// What is dark among its neighbours: reads most frames.
    Local,
    /// Without noise: low light, and shadows with hard edges.
    Softened,
    /// Steeper edges: out of focus, and two pixels a module.
    Sharpened,
    /// Light on dark.
    Inverted,
    /// Without the dark ground that a symbol lies on where its light margin is missing.
    Groundless,
    /// Half as large: screens whose pixels show, and heavy noise.
    Halved,
    /// By rxing's own measure of what is dark.
    Plain,
    /// The second engine, on half the picture.
    SecondEngine,
}

/// What a look came to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The texts that were read.
    pub texts: Vec<Sensitive<String>>,
    /// Whether there are corners of a code, read or not.
    pub has_corners: bool,
}

impl Look {
    /// Looks. A panic of an engine is a look that saw nothing.
    pub(super) fn at(self, frame: &Frame) -> Seen {
        catch_unwind(AssertUnwindSafe(|| self.read(frame).unwrap_or_default())).unwrap_or_default()
    }

    fn read(self, frame: &Frame) -> Option<Seen> {
        let bits = match self {
            Look::Local => Grey::from_frame(frame)?.darker(NEAR, MARGIN)?,
            Look::Softened => Grey::from_frame(frame)?.blurred(1).darker(WIDE, MARGIN)?,
            Look::Sharpened => rxing_bits(&Grey::from_frame(frame)?.sharpened().into_frame()?)?,
            Look::Inverted => rxing_bits(&Grey::from_frame(frame)?.inverted().into_frame()?)?,
            Look::Groundless => Grey::from_frame(frame)?.without_ground()?,
            Look::Halved => Grey::from_frame(frame)?.halved().darker(NEAR, MARGIN)?,
            Look::Plain => rxing_bits(frame)?,
            Look::SecondEngine => return Some(with_rqrr(&Grey::from_frame(frame)?.halved().into_frame()?)),
        };
        Some(read_bits(&bits))
    }
}

/// Dark and light as rxing sees it.
fn rxing_bits(frame: &Frame) -> Option<BitMatrix> {
    let source = Luma8Source::new_with_slice(frame.luma(), frame.width(), frame.height()).ok()?;
    HybridBinarizer::new(source).get_black_matrix().ok().cloned()
}

/// Each group of three corners that is a code; a corner belongs to one code.
fn read_bits(bits: &BitMatrix) -> Seen {
    let mut patterns = FindFinderPatterns(bits, true, 0);
    patterns.truncate(MAX_PATTERNS);
    let sets = GenerateFinderPatternSets(&mut patterns);
    let has_corners = !sets.is_empty();
    let (mut used, mut texts) = (Vec::new(), Vec::new());
    for set in sets.iter().take(MAX_SETS) {
        let corners = [set.bl, set.tl, set.tr];
        if corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let code = SampleQR(bits, set).and_then(|sampled| Decode(sampled.getBits()));
        if let Some(code) = code.ok().filter(|code| code.isValid()) {
            used.extend(corners);
            texts.push(text_of(&code));
        }
        if texts.len() >= MAX_CODES {
            break;
        }
    }
    Seen { texts, has_corners }
}

/// A symbol of several says its place.
fn text_of(code: &DecoderResult<bool>) -> Sensitive<String> {
    let (place, text) = (code.structuredAppend(), Sensitive::from(code.text()));
    let symbol = || {
        let (index, of) = (u32::try_from(place.index).ok()?, u32::try_from(place.count).ok()?);
        Symbol::new(index, of, place.id.parse().ok()?, text.reveal()).map(|symbol| Sensitive::from(symbol.to_text()))
    };
    symbol().unwrap_or(text)
}

fn with_rqrr(frame: &Frame) -> Seen {
    let width = usize::try_from(frame.width()).unwrap_or(0);
    let height = usize::try_from(frame.height()).unwrap_or(0);
    let luma = frame.luma();
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| luma[y * width + x]);
    let grids = picture.detect_grids();
    let texts = grids.iter().take(MAX_CODES).filter_map(|grid| grid.decode().ok());
    Seen { texts: texts.map(|(_, text)| Sensitive::from(text)).collect(), has_corners: !grids.is_empty() }
}
