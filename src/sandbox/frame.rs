//! Frames on the socket between the two processes: the length of a message, the length of the bytes that go with it, then both.
//! A longer frame than the receiver takes is refused before anything is read.

use crate::sensitive::{Sensitive, Wipe};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// The most that a receiver takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    /// Bytes of the message.
    pub(super) message: usize,
    /// Bytes that go with it.
    pub(super) bytes: usize,
    /// JSON values of the message: a parsed value takes fifty times the room of its text.
    pub(super) values: usize,
}

impl Limit {
    /// From the kiosk, which is trusted: the limit is against mistakes.
    pub(super) const TO_WORKER: Limit = Limit { message: 16_000_000, bytes: 64_000_000, values: usize::MAX };
    /// From the sandbox, which is not.
    pub(super) const FROM_WORKER: Limit = Limit { message: 48_000_000, bytes: 48_000_000, values: 1_600_000 };
}

/// Sends a message and the bytes that go with it.
pub(super) fn send<M: Serialize>(out: &mut impl Write, message: &M, bytes: &[u8]) -> io::Result<()> {
    let mut text = Pieces::default();
    serde_json::to_writer(&mut text, message)?;
    let length = |length: usize| u32::try_from(length).map(u32::to_le_bytes).map_err(io::Error::other);
    out.write_all(&length(text.0.iter().map(Vec::len).sum())?)?;
    out.write_all(&length(bytes.len())?)?;
    text.0.iter().try_for_each(|piece| out.write_all(piece))?;
    out.write_all(bytes)
}

/// Receives a message and the bytes that go with it.
pub(super) fn receive<M: DeserializeOwned>(from: &mut impl Read, limit: Limit) -> io::Result<(M, Sensitive<Vec<u8>>)> {
    let (text, bytes) = (length(from, limit.message)?, length(from, limit.bytes)?);
    let text = exactly(from, text)?;
    let bytes = exactly(from, bytes)?;
    if marks(text.reveal()) > limit.values {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let message = serde_json::from_slice(text.reveal()).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok((message, bytes))
}

fn length(from: &mut impl Read, most: usize) -> io::Result<usize> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?;
    if length > most { Err(io::ErrorKind::InvalidData.into()) } else { Ok(length) }
}

fn exactly(from: &mut impl Read, length: usize) -> io::Result<Sensitive<Vec<u8>>> {
    let mut bytes = vec![0; length];
    let read = from.read_exact(&mut bytes);
    let bytes = Sensitive::new(bytes);
    read.map(|()| bytes)
}

/// A text of unknown length. No piece grows beyond the room it was made with: a buffer that grows would leave copies of what it
/// holds behind.
#[derive(Default)]
struct Pieces(Vec<Vec<u8>>);

impl Pieces {
    const ROOM: usize = 65_536;
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_full = |piece: &Vec<u8>| piece.len() >= Pieces::ROOM;
        if self.0.last().is_none_or(is_full) {
            self.0.push(Vec::with_capacity(Pieces::ROOM));
        }
        let Some(piece) = self.0.last_mut() else { return Ok(0) };
        let taken = bytes.len().min(Pieces::ROOM - piece.len());
        piece.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Wipe::wipe);
    }
}

/// Each value but the first stands behind one of these marks outside a text, so their count bounds the values.
fn marks(json: &[u8]) -> usize {
    let (mut inside, mut escaped, mut marks) = (false, false, 0);
    for byte in json {
        match (inside, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => inside = !inside,
            (false, b',' | b':' | b'[' | b'{') => marks += 1,
            _ => {}
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limit = Limit { message: 64, bytes: 16, values: 4 };

    fn sent(message: &serde_json::Value, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        send(&mut out, message, bytes).expect("a frame");
        out
    }

    fn received(mut frame: &[u8]) -> Result<(serde_json::Value, Sensitive<Vec<u8>>), io::ErrorKind> {
        receive(&mut frame, SMALL).map_err(|error| error.kind())
    }

    #[test]
    fn a_frame_arrives_as_it_was_sent() {
        let message = serde_json::json!({"a": [1, 2]});
        let (back, bytes) = received(&sent(&message, b"bytes")).expect("a frame");
        assert_eq!((back, bytes.reveal().as_slice()), (message, b"bytes".as_slice()));
    }

    #[test]
    fn a_message_of_several_pieces_arrives_whole() {
        for length in [Pieces::ROOM - 3, Pieces::ROOM - 2, Pieces::ROOM - 1, 3 * Pieces::ROOM + 5] {
            let message = serde_json::json!("é".repeat(length / 2) + &"x".repeat(length % 2));
            let frame = sent(&message, b"bytes");
            let (back, bytes): (serde_json::Value, _) =
                receive(&mut frame.as_slice(), Limit::TO_WORKER).expect("a frame");
            assert_eq!((back, bytes.reveal().as_slice()), (message, b"bytes".as_slice()), "{length}");
        }
        let mut pieces = Pieces::default();
        (0..1000).for_each(|_| pieces.write_all(&[7; 1000]).expect("room"));
        assert!(pieces.0.iter().all(|piece| piece.capacity() == Pieces::ROOM), "a piece has grown");
    }

    #[test]
    fn what_exceeds_a_limit_or_is_cut_short_is_refused() {
        let long = serde_json::json!("x".repeat(63));
        let many = serde_json::json!([1, 2, 3, 4, 5, 6]);
        for frame in [sent(&long, b""), sent(&many, b""), sent(&serde_json::json!(1), &[0; 17]), vec![0xFF; 8]] {
            assert_eq!(received(&frame).err(), Some(io::ErrorKind::InvalidData));
        }
        let whole = sent(&serde_json::json!({"a": 1}), b"bytes");
        for cut in 0..whole.len() {
            assert_eq!(received(&whole[..cut]).err(), Some(io::ErrorKind::UnexpectedEof), "cut at {cut}");
        }
    }
}
