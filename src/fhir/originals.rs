//! The texts of many resources on their way to another process, and there: some together in a block, each block deflated
//! (RFC 1951). Records of one share are so alike that a block takes less than half the room of its records apart.

use crate::inflate::inflate;
use crate::limits::MAX_OPENED_BYTES;
use crate::sensitive::Sensitive;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Texts go together into a block until it has so many bytes. To look at one of them unpacks the block.
const BLOCK_BYTES: usize = 32_768;
/// A share of less goes as it is.
const SMALL_SHARE: usize = 2_000_000;
/// Before each block stand its length as it is sent, and the length it unpacks to or zero; 32 bits each, little-endian.
const HEAD_BYTES: usize = 8;

/// Where a text stands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    block: u32,
    start: u32,
    length: u32,
}

impl Place {
    /// Bytes of the text.
    pub(super) fn length(self) -> usize {
        self.length as usize
    }

    fn range(self) -> Range<usize> {
        let start = self.start as usize;
        start..start.saturating_add(self.length())
    }
}

/// Texts of resources on their way to another process.
#[derive(Debug)]
pub struct Originals {
    bytes: Vec<u8>,
    /// Beyond this nothing is taken.
    most: usize,
    is_packed: bool,
    blocks: u32,
    /// The block that is not full yet.
    open: Vec<u8>,
}

impl Originals {
    /// For texts of `expected` bytes together, `most` of them at the end.
    pub fn new(expected: usize, most: usize) -> Originals {
        let is_packed = expected > SMALL_SHARE;
        let room = if is_packed { expected / 4 } else { expected + HEAD_BYTES * (1 + expected / BLOCK_BYTES) };
        let open = Vec::with_capacity(BLOCK_BYTES);
        Originals { bytes: Vec::with_capacity(room.min(most)), most, is_packed, blocks: 0, open }
    }

    /// Adds a text; `None` where it has no room.
    pub(super) fn add(&mut self, text: &[u8]) -> Option<Place> {
        if self.open.len() + text.len() > BLOCK_BYTES {
            self.close();
        }
        let place = |start: usize| {
            let [start, length] = [start, text.len()].map(u32::try_from);
            Some(Place { block: self.blocks, start: start.ok()?, length: length.ok()? })
        };
        if text.len() > BLOCK_BYTES {
            let place = place(0)?;
            return self.write(text).then_some(place);
        }
        let place = place(self.open.len())?;
        if self.bytes.len() + HEAD_BYTES + self.open.len() + text.len() > self.most {
            return None;
        }
        self.open.extend_from_slice(text);
        Some(place)
    }

    /// Writes the block that is open: it has room, whatever it packs to.
    fn close(&mut self) {
        let mut open = std::mem::take(&mut self.open);
        if !open.is_empty() {
            self.write(&open);
        }
        open.clear();
        self.open = open;
    }

    /// Writes a block; `false` where it has no room.
    fn write(&mut self, block: &[u8]) -> bool {
        let packed = if self.is_packed { deflate(block) } else { None };
        let (bytes, unpacked) = packed.as_ref().map_or((block, 0), |packed| (&packed[..], block.len()));
        let (Ok(sent), Ok(unpacked)) = (u32::try_from(bytes.len()), u32::try_from(unpacked)) else { return false };
        if self.bytes.len() + HEAD_BYTES + bytes.len() > self.most {
            return false;
        }
        self.bytes.extend(sent.to_le_bytes().into_iter().chain(unpacked.to_le_bytes()));
        self.bytes.extend_from_slice(bytes);
        self.blocks += 1;
        true
    }

    /// All of them.
    pub fn into_bytes(mut self) -> Sensitive<Vec<u8>> {
        self.close();
        Sensitive::new(self.bytes)
    }
}

/// Deflated, where that is much shorter. A document in base64 is not: whoever looks at it would hold it packed and unpacked.
fn deflate(text: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(text.len() / 2), Compression::fast());
    encoder.write_all(text).ok()?;
    encoder.finish().ok().filter(|packed| packed.len() < text.len() / 2)
}

/// The texts that came from another process.
#[derive(Debug)]
pub(crate) struct Texts {
    bytes: Sensitive<Vec<u8>>,
    blocks: Vec<Block>,
    /// The block that was unpacked last: its other texts are often asked for next.
    last: Mutex<Option<Unpacked>>,
}

#[derive(Clone, Debug)]
struct Unpacked {
    block: u32,
    texts: Arc<Sensitive<Vec<u8>>>,
}

#[derive(Debug)]
struct Block {
    at: Range<usize>,
    /// Its length, where it is deflated.
    unpacked: Option<usize>,
}

impl Texts {
    /// `None` where these are no blocks.
    pub(crate) fn new(bytes: Sensitive<Vec<u8>>) -> Option<Texts> {
        let (mut blocks, mut rest) = (Vec::new(), 0);
        while let Some((head, _)) = bytes.reveal().get(rest..)?.split_first_chunk::<HEAD_BYTES>() {
            let number =
                |at: usize| head[at..at + 4].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte));
            let (sent, unpacked) = (number(0), number(4));
            let at = rest + HEAD_BYTES..(rest + HEAD_BYTES).checked_add(sent)?;
            (rest, _) = (at.end, blocks.push(Block { at, unpacked: Some(unpacked).filter(|length| *length > 0) }));
        }
        (rest == bytes.reveal().len()).then_some(Texts { bytes, blocks, last: Mutex::default() })
    }

    /// Whether there is a text at this place. A block of several is small, so none costs much more to look at than its length.
    pub(super) fn holds(&self, place: Place) -> bool {
        let length = |block: &Block| block.unpacked.unwrap_or(block.at.len());
        self.blocks.get(place.block as usize).map(length).is_some_and(|length| {
            place.range().end <= length
                && length <= MAX_OPENED_BYTES
                && (length <= BLOCK_BYTES || place.length() == length)
        })
    }

    /// Gives the text to `read`, or nothing where there is none. What was unpacked is wiped with the next.
    pub(super) fn read<T>(&self, place: Place, read: impl FnOnce(&[u8]) -> T) -> T {
        let Some(block) = self.blocks.get(place.block as usize) else { return read(&[]) };
        let sent = self.bytes.reveal().get(block.at.clone()).unwrap_or_default();
        let Some(length) = block.unpacked else { return read(sent.get(place.range()).unwrap_or_default()) };
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let unpacked = last.filter(|unpacked| unpacked.block == place.block).unwrap_or_else(|| {
            let texts = Arc::new(Sensitive::new(inflate(sent, length).unwrap_or_default()));
            let unpacked = Unpacked { block: place.block, texts };
            if length <= BLOCK_BYTES {
                *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(unpacked.clone());
            }
            unpacked
        });
        read(unpacked.texts.reveal().get(place.range()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Vec<Vec<u8>> {
        let of = |number: usize| {
            format!("{{\"number\":{number},\"words\":\"{}\"}}", "as before ".repeat(number % 300)).into_bytes()
        };
        (0..500).map(of).chain([vec![b'x'; 3 * BLOCK_BYTES], b"{}".to_vec()]).collect()
    }

    fn sent(expected: usize) -> (Vec<Place>, Sensitive<Vec<u8>>) {
        let mut originals = Originals::new(expected, 10_000_000);
        let places = texts().iter().map(|text| originals.add(text).expect("room")).collect();
        (places, originals.into_bytes())
    }

    #[test]
    fn each_text_is_the_same_on_the_other_side_in_whatever_order_it_is_asked_for() {
        for expected in [0, 10_000_000] {
            let (places, bytes) = sent(expected);
            let all = texts();
            assert!(expected == 0 || bytes.reveal().len() * 20 < all.iter().map(Vec::len).sum::<usize>());
            let there = Texts::new(bytes).expect("blocks");
            let same = |at: usize| there.holds(places[at]) && there.read(places[at], |text| text == all[at]);
            assert!((0..all.len()).all(same) && (0..all.len()).rev().all(same));
            assert!((0..all.len()).all(|at| same(at * 97 % all.len())));
        }
    }

    #[test]
    fn a_place_outside_its_block_holds_nothing() {
        let (places, bytes) = sent(10_000_000);
        let there = Texts::new(bytes).expect("blocks");
        for place in [
            Place { block: 900, ..places[0] },
            Place { start: 40_000, ..places[0] },
            Place { length: u32::MAX, ..places[0] },
            Place { length: 5, ..places[500] },
        ] {
            assert!(!there.holds(place), "{place:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_blocks_are_refused() {
        let (_, bytes) = sent(0);
        let whole = bytes.reveal().clone();
        assert!(Texts::new(Sensitive::new(whole[..whole.len() - 1].to_vec())).is_none());
        assert!(Texts::new(Sensitive::new([&whole[..], b"x"].concat())).is_none());
        assert!(Texts::new(Sensitive::new(vec![0xFF; 8])).is_none());
        assert!(Texts::new(Sensitive::new(Vec::new())).is_some_and(|none| none.blocks.is_empty()));
    }

    #[test]
    fn what_has_no_room_is_not_taken_and_the_rest_is_whole() {
        let mut originals = Originals::new(0, 1_000);
        let (small, large) = (vec![b'a'; 300], vec![b'b'; 40_000]);
        let places: Vec<Option<Place>> =
            [&small, &large, &small, &small, &small].iter().map(|text| originals.add(text)).collect();
        assert_eq!(places.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true, true, false]);
        let bytes = originals.into_bytes();
        assert!(bytes.reveal().len() <= 1_000);
        let there = Texts::new(bytes).expect("blocks");
        assert!(places.into_iter().flatten().all(|place| there.read(place, |text| text == small)));
    }
}
