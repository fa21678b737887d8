//! Raw DEFLATE (RFC 1951) under a cap that holds while inflating, so that a bomb costs no memory.

use crate::json::Sieve;
use crate::sensitive::Sensitive;
use flate2::bufread::DeflateDecoder;
use serde::{Deserialize, Serialize};
use std::io::Read as _;

/// Why compressed bytes were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum InflateDefect {
    /// Not raw DEFLATE: a zlib or gzip wrapper, damage, a cut end, or bytes after the end.
    #[error("the content is not raw DEFLATE")]
    NotRawDeflate,
    /// More than the cap comes out.
    #[error("the content inflates beyond its limit")]
    TooLarge,
}

/// Room for the first bytes.
const FIRST: usize = 16 * 1024;

/// Inflates all of `compressed`, to `cap` bytes at the most.
pub fn inflate(compressed: &[u8], cap: usize) -> Result<Vec<u8>, InflateDefect> {
    let (content, rest) = inflate_some(compressed, cap + 1).map_err(|_| InflateDefect::NotRawDeflate)?;
    if content.len() > cap {
        return Err(InflateDefect::TooLarge);
    }
    if !rest.is_empty() || compressed.is_empty() {
        return Err(InflateDefect::NotRawDeflate);
    }
    Ok(content)
}

/// A file of JSON that inflates to more than this is counted before it is written down.
const SMALL: usize = 5_000_000;
/// More than this is not even counted.
const MAX_COUNTED: usize = 512_000_000;

/// Inflates a file of JSON to `room` bytes at the most: attachments are left out where all of it is more.
pub fn inflate_json(compressed: &[u8], room: usize) -> Result<Vec<u8>, InflateDefect> {
    match inflate(compressed, room.min(SMALL)) {
        Err(InflateDefect::TooLarge) if room > SMALL => {}
        result => return result,
    }
    let mut counting = Sieve::counting();
    in_pieces(compressed, |piece| {
        counting.push(piece);
        counting.smallest() <= room && counting.all() <= MAX_COUNTED
    })?;
    let mut writing = Sieve::writing(&counting, room).ok_or(InflateDefect::TooLarge)?;
    in_pieces(compressed, |piece| {
        writing.push(piece);
        true
    })?;
    Ok(writing.into_written().0)
}

/// Inflates all of it through one piece of memory, for as long as `goes_on`.
fn in_pieces(compressed: &[u8], mut goes_on: impl FnMut(&[u8]) -> bool) -> Result<(), InflateDefect> {
    let mut reader = DeflateDecoder::new(compressed);
    let mut piece = Sensitive::new(vec![0; 4 * FIRST]);
    loop {
        let filled = piece.with_mut(|piece| reader.read(piece)).map_err(|_| InflateDefect::NotRawDeflate)?;
        let Some(filled) = piece.reveal().get(..filled).filter(|piece| !piece.is_empty()) else { break };
        if !goes_on(filled) {
            return Err(InflateDefect::TooLarge);
        }
    }
    if reader.into_inner().is_empty() { Ok(()) } else { Err(InflateDefect::NotRawDeflate) }
}

/// What can be inflated from the beginning of damaged bytes, to `cap` bytes at the most.
pub fn inflate_beginning(compressed: &[u8], cap: usize) -> Vec<u8> {
    match inflate_some(compressed, cap) {
        Ok((content, _)) | Err(content) => content,
    }
}

/// At most `cap` bytes and the input that is left; where the input is damaged, what came before.
fn inflate_some(compressed: &[u8], cap: usize) -> Result<(Vec<u8>, &[u8]), Vec<u8>> {
    let (mut content, mut filled) = (Vec::new(), 0);
    let mut reader = DeflateDecoder::new(compressed);
    loop {
        if filled == content.len() {
            if filled == cap {
                break;
            }
            // Doubled, and never beyond the cap: every byte of it will be wiped.
            let length = (filled * 2).clamp(FIRST, cap.max(FIRST)).min(cap);
            content.reserve_exact(length - filled);
            content.resize(length, 0);
        }
        match reader.read(&mut content[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(_) => {
                content.truncate(filled);
                return Err(content);
            }
        }
    }
    content.truncate(filled);
    Ok((content, reader.into_inner()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::DeflateEncoder, write::ZlibEncoder};
    use std::io::Write;

    fn deflate(content: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn what_was_deflated_comes_back() {
        for length in [0, 1, 63, 64, 65, 10_000] {
            let content: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            assert_eq!(inflate(&deflate(&content), 10_000), Ok(content));
        }
    }

    #[test]
    fn a_bomb_stops_at_the_cap() {
        let bomb = deflate(&vec![0; 50_000_000]);
        assert_eq!(inflate(&bomb, 1_000_000), Err(InflateDefect::TooLarge));
    }

    #[test]
    fn one_byte_beyond_the_cap_is_too_much() {
        assert_eq!(inflate(&deflate(&[7; 101]), 100), Err(InflateDefect::TooLarge));
        assert_eq!(inflate(&deflate(&[7; 100]), 100).map(|out| out.len()), Ok(100));
    }

    #[test]
    fn a_large_attachment_is_left_out_before_the_record_is() {
        let pdf = "A".repeat(9_000_000);
        let json = format!(r#"[{{"data":"{pdf}"}},{{"substance":"latex"}}]"#);
        let small = deflate(json.as_bytes());
        assert_eq!(inflate_json(&small, 10_000_000), Ok(json.clone().into_bytes()));
        let without = inflate_json(&small, 6_000_000).expect("the rest has room");
        let read: serde_json::Value = serde_json::from_slice(&without).expect("JSON");
        assert_eq!(read[1]["substance"], "latex");
        assert!(read[0]["data"].is_null() && without.len() < 1_000);
        let bomb = deflate(format!(r#"{{"x":"{pdf}"}}"#).as_bytes());
        assert_eq!(inflate_json(&bomb, 8_000_000), Err(InflateDefect::TooLarge));
        let endless = deflate(format!(r#"{{"data":"{}"}}"#, "A".repeat(600_000_000)).as_bytes());
        assert_eq!(inflate_json(&endless, 64_000_000), Err(InflateDefect::TooLarge));
        let cut = &small[..small.len() - 3];
        assert_eq!(inflate_json(cut, 10_000_000), Err(InflateDefect::NotRawDeflate));
    }

    #[test]
    fn wrappers_cut_ends_and_trailing_bytes_are_refused() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(b"content content content").expect("in memory");
        let raw = deflate(b"content content content");
        let cut = &raw[..raw.len() - 2];
        let trailing = [raw.as_slice(), b"x"].concat();
        for wrong in [&zlib.finish().expect("in memory")[..], cut, &trailing, b"", b"{\"a\":1}"] {
            assert_eq!(inflate(wrong, 1_000), Err(InflateDefect::NotRawDeflate));
        }
    }
}
