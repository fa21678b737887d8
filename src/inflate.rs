//! Raw DEFLATE (RFC 1951) under a cap that holds while inflating, so that a bomb costs no memory.

use flate2::{Decompress, FlushDecompress, Status};

/// Why compressed bytes were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InflateDefect {
    /// Not raw DEFLATE: a zlib or gzip wrapper, damage, a cut end, or bytes after the end.
    #[error("the content is not raw DEFLATE")]
    NotRawDeflate,
    /// More than the cap comes out.
    #[error("the content inflates beyond its limit")]
    TooLarge,
}

/// Inflates all of `compressed`, to `cap` bytes at the most.
pub fn inflate(compressed: &[u8], cap: usize) -> Result<Vec<u8>, InflateDefect> {
    let mut inflater = Decompress::new(false);
    let mut out = Vec::with_capacity(compressed.len().saturating_mul(3).min(cap).max(64));
    loop {
        let input = compressed.get(position(inflater.total_in())..).unwrap_or_default();
        let before = (inflater.total_in(), out.len());
        let status = inflater
            .decompress_vec(input, &mut out, FlushDecompress::Finish)
            .map_err(|_| InflateDefect::NotRawDeflate)?;
        if out.len() > cap {
            return Err(InflateDefect::TooLarge);
        }
        match status {
            Status::StreamEnd if position(inflater.total_in()) == compressed.len() => return Ok(out),
            Status::StreamEnd => return Err(InflateDefect::NotRawDeflate),
            // The buffer is full: room for one byte beyond the cap shows whether there is more.
            _ if out.len() == out.capacity() && out.len() <= cap => {
                out.reserve(out.len().min(cap + 1 - out.len()).max(1));
            }
            _ if (inflater.total_in(), out.len()) == before => return Err(InflateDefect::NotRawDeflate),
            _ => {}
        }
    }
}

/// What can be inflated from the beginning of damaged bytes, to `cap` bytes at the most.
pub fn inflate_beginning(compressed: &[u8], cap: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(cap);
    // Errors are expected here; what came out before them is the answer.
    let _damage = Decompress::new(false).decompress_vec(compressed, &mut out, FlushDecompress::Sync);
    out
}

fn position(total: u64) -> usize {
    usize::try_from(total).unwrap_or(usize::MAX)
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
