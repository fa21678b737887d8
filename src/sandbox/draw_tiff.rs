//! Draws one page of a TIFF (revision 6.0): scans in grey and colour, and faxes in the three ways of ITU-T T.4 and T.6.

use crate::sensitive::Sensitive;
use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use std::io::Cursor;
use tiff::ColorType;
use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

/// What a fax leaves out, or what breaks off, is neither black nor white.
const MISSING: u8 = 128;

/// Pages after `most_pages` are not drawn; a larger picture is refused before it is decoded.
#[derive(Clone, Copy)]
pub(super) struct PictureLimits {
    pub(super) most_pages: usize,
    pub(super) most_side: u32,
    pub(super) most_bytes: usize,
}

type Pages<'b> = Decoder<Cursor<&'b [u8]>>;

/// The picture of a page, upright and with square pixels, and how many pages there are.
pub(super) fn page(bytes: &Sensitive<Vec<u8>>, page: u32, limits: PictureLimits) -> Option<(DynamicImage, u32)> {
    let PictureLimits { most_pages, most_side, most_bytes } = limits;
    let bytes = bytes.reveal().as_slice();
    let mut limits = Limits::default();
    (limits.decoding_buffer_size, limits.intermediate_buffer_size) = (most_bytes, most_bytes);
    let mut decoder = Decoder::new(Cursor::new(bytes)).ok()?.with_limits(limits);
    let mut pages = 1;
    let mut wanted = (page == 0).then(|| picture(&mut decoder, bytes, most_side, most_bytes));
    while decoder.more_images() && pages < most_pages && decoder.next_image().is_ok() {
        if u32::try_from(pages) == Ok(page) {
            wanted = Some(picture(&mut decoder, bytes, most_side, most_bytes));
        }
        pages += 1;
    }
    Some((wanted??, u32::try_from(pages).ok()?))
}

fn picture(decoder: &mut Pages<'_>, bytes: &[u8], most_side: u32, most_bytes: usize) -> Option<DynamicImage> {
    let (width, height) = decoder.dimensions().ok()?;
    let sides = 1..=most_side;
    if !(sides.contains(&width) && sides.contains(&height)) {
        return None;
    }
    let mut picture = match number(decoder, Tag::Compression).unwrap_or(1) {
        2 => fax(decoder, bytes, (width, height), EncodingMode::Group3_1D, true, most_bytes)?,
        3 => {
            // T4Options: bit 0, lines by the one before.
            let by_lines = number(decoder, Tag::Unknown(292)).unwrap_or(0) & 1 == 1;
            let encoding = if by_lines { EncodingMode::Group3_2D } else { EncodingMode::Group3_1D };
            fax(decoder, bytes, (width, height), encoding, false, most_bytes)?
        }
        4 => fax(decoder, bytes, (width, height), EncodingMode::Group4, false, most_bytes)?,
        _ => scan(decoder, (width, height))?,
    };
    // A fax of the usual resolution has twice as many dots in a line as lines in a column.
    let ratio = resolution(decoder, Tag::XResolution).zip(resolution(decoder, Tag::YResolution));
    if let Some(ratio) = ratio
        .map(|(across, down)| across / down)
        .filter(|ratio| (0.1..0.95).contains(ratio) || (1.05..10.0).contains(ratio))
    {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most ten times a side")]
        let stretched = |side: u32, by: f64| ((f64::from(side) * by) as u32).clamp(1, most_side);
        let (width, height) =
            if ratio > 1.0 { (width, stretched(height, ratio)) } else { (stretched(width, 1.0 / ratio), height) };
        picture = picture.resize_exact(width, height, image::imageops::FilterType::Triangle);
    }
    let orientation = number(decoder, Tag::Orientation).and_then(|number| u8::try_from(number).ok());
    picture.apply_orientation(orientation.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms));
    Some(picture)
}

fn number(decoder: &mut Pages<'_>, tag: Tag) -> Option<u32> {
    decoder.find_tag_unsigned(tag).ok().flatten()
}

fn numbers(decoder: &mut Pages<'_>, tag: Tag) -> Option<Vec<u64>> {
    decoder.find_tag_unsigned_vec(tag).ok().flatten()
}

fn resolution(decoder: &mut Pages<'_>, tag: Tag) -> Option<f64> {
    match decoder.find_tag(tag).ok().flatten()? {
        Value::Rational(dots, units) if dots > 0 && units > 0 => Some(f64::from(dots) / f64::from(units)),
        _ => None,
    }
}

/// Strip by strip, because the library knows one way of three, and no order of bits.
fn fax(
    decoder: &mut Pages<'_>,
    bytes: &[u8],
    (width, height): (u32, u32),
    encoding: EncodingMode,
    rows_are_byte_aligned: bool,
    most_bytes: usize,
) -> Option<DynamicImage> {
    let starts = numbers(decoder, Tag::StripOffsets)?;
    let lengths = numbers(decoder, Tag::StripByteCounts)?;
    let rows_per_strip = number(decoder, Tag::RowsPerStrip).unwrap_or(height).clamp(1, height);
    let is_mirrored = number(decoder, Tag::FillOrder) == Some(2);
    // White is zero, unless it says otherwise.
    let (white, black) = if number(decoder, Tag::PhotometricInterpretation) == Some(1) { (0, 255) } else { (255, 0) };
    let row_bytes = usize::try_from(width).ok()?;
    let all = row_bytes.checked_mul(usize::try_from(height).ok()?).filter(|all| *all <= most_bytes)?;
    let mut sheet = Sheet { grey: vec![MISSING; all], row_bytes, next: 0, end: 0, white, black };
    for (number, (start, length)) in starts.into_iter().zip(lengths).enumerate() {
        let first = rows_per_strip.checked_mul(u32::try_from(number).ok()?).filter(|first| *first < height);
        let Some(first) = first else { break };
        let rows = rows_per_strip.min(height - first);
        let start = usize::try_from(start).ok()?;
        let strip = bytes.get(start..start.checked_add(usize::try_from(length).ok()?)?.min(bytes.len()))?;
        let mirrored: Vec<u8>;
        let strip = if is_mirrored {
            mirrored = strip.iter().map(|byte| byte.reverse_bits()).collect();
            &mirrored
        } else {
            strip
        };
        (sheet.next, sheet.end) = (usize::try_from(first).ok()?, usize::try_from(first + rows).ok()?);
        let end_of_line = matches!(encoding, EncodingMode::Group3_2D);
        let settings = DecodeSettings {
            columns: width,
            rows,
            end_of_block: true,
            end_of_line,
            rows_are_byte_aligned,
            encoding,
            strict: false,
        };
        // What came before damage was pushed.
        let _damaged = hayro_ccitt::decode(strip, &mut sheet, &mut DecoderContext::new(settings));
    }
    GrayImage::from_raw(width, height, sheet.grey).map(DynamicImage::ImageLuma8)
}

struct Sheet {
    grey: Vec<u8>,
    row_bytes: usize,
    next: usize,
    end: usize,
    white: u8,
    black: u8,
}

impl hayro_ccitt::Decoder for Sheet {
    fn push_row(&mut self, changes: &[u32]) {
        if self.next >= self.end {
            return;
        }
        let start = self.next * self.row_bytes;
        self.next += 1;
        let Some(row) = self.grey.get_mut(start..start + self.row_bytes) else { return };
        row.fill(self.white);
        for run in changes.chunks(2) {
            let at = |place: usize| run.get(place).and_then(|at| usize::try_from(*at).ok());
            let (from, to) = (at(0).unwrap_or(row.len()), at(1).unwrap_or(row.len()));
            if let Some(black) = row.get_mut(from..to.min(row.len())) {
                black.fill(self.black);
            }
        }
    }
}

fn scan(decoder: &mut Pages<'_>, (width, height): (u32, u32)) -> Option<DynamicImage> {
    let colours = decoder.colortype().ok()?;
    let samples = match decoder.read_image().ok()? {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.into_iter().map(|sample| sample.to_be_bytes()[0]).collect(),
        _ => return None,
    };
    let of_pixels = |per_pixel: usize, to_rgb: fn(&[u8]) -> [u8; 3]| {
        let rgb = samples.chunks_exact(per_pixel).flat_map(to_rgb).collect();
        RgbImage::from_raw(width, height, rgb).map(DynamicImage::ImageRgb8)
    };
    match colours {
        ColorType::Gray(bits @ (1 | 2 | 4)) => unpacked(&samples, bits, width, height),
        ColorType::Gray(8 | 16) => GrayImage::from_raw(width, height, samples).map(DynamicImage::ImageLuma8),
        ColorType::RGB(8 | 16) => RgbImage::from_raw(width, height, samples).map(DynamicImage::ImageRgb8),
        ColorType::RGBA(8 | 16) => RgbaImage::from_raw(width, height, samples).map(DynamicImage::ImageRgba8),
        ColorType::CMYK(8) => of_pixels(4, |ink| {
            let [cyan, magenta, yellow, black] =
                [0, 1, 2, 3].map(|part| u16::from(255 - ink.get(part).copied().unwrap_or(0)));
            [cyan, magenta, yellow].map(|light| u8::try_from(light * black / 255).unwrap_or(u8::MAX))
        }),
        ColorType::YCbCr(8) => of_pixels(3, |pixel| {
            let [light, blue, red] = [0, 1, 2].map(|part| i32::from(pixel.get(part).copied().unwrap_or(0)));
            let (blue, red) = (blue - 128, red - 128);
            // ITU-R BT.601, in thousandths.
            let parts = [1_402 * red, -344 * blue - 714 * red, 1_772 * blue];
            parts.map(|part| u8::try_from((light + part / 1_000).clamp(0, 255)).unwrap_or(u8::MAX))
        }),
        _ => None,
    }
}

/// Pixels of fewer than eight bits; each row begins with a byte of its own.
fn unpacked(samples: &[u8], bits: u8, width: u32, height: u32) -> Option<DynamicImage> {
    let (most, per_byte) = ((1_u8 << bits) - 1, usize::from(8 / bits));
    let width_of_row = usize::try_from(width).ok()?;
    let grey = samples.chunks_exact(width_of_row.div_ceil(per_byte)).flat_map(|row| {
        let pixels = row.iter().flat_map(|byte| (0..8 / bits).rev().map(move |place| byte >> (place * bits) & most));
        pixels.take(width_of_row).map(|pixel| pixel * (255 / most))
    });
    GrayImage::from_raw(width, height, grey.collect()).map(DynamicImage::ImageLuma8)
}
