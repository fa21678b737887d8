//! Where the audit log ended, kept outside the database: against it, a database that was restored from a copy shows, and a
//! log whose tail was cut off (note 21, attacks 62 and 63).
//!
//! Two slots in one file, a page apart, written in turn. A slot carries its own proof (HMAC under a key derived from the sealing
//! key), so one that was torn by a power cut does not count and the other one does. A checkpoint that is behind the database is
//! usual: the power went between the two. One that is ahead of it is not.

use super::seal::Names;
use crate::filing::hex_of;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

const FILE: &str = "kiosk.checkpoint";
const SLOT_BYTES: usize = 4096;
const FORMAT: &str = "ktc-kiosk-checkpoint-1";

/// The end of the audit log at some time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Number of the last record; 0 for none.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

/// The open file.
pub(super) struct Checkpoint {
    file: File,
    names: Names,
}

impl Checkpoint {
    /// Opens the file, makes it when there is none.
    pub(super) fn open(folder: &Path, names: &Names) -> io::Result<Checkpoint> {
        let file = File::options().create(true).truncate(false).read(true).write(true).open(folder.join(FILE))?;
        Ok(Checkpoint { file, names: names.clone() })
    }

    /// The later of the slots that hold; `None` when none does.
    pub(super) fn read(&self) -> Option<Mark> {
        let mut bytes = Vec::new();
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).ok()?;
        file.take(2 * SLOT_BYTES as u64).read_to_end(&mut bytes).ok()?;
        bytes.chunks(SLOT_BYTES).filter_map(|slot| self.mark_in(slot)).max_by_key(|mark| mark.seq)
    }

    /// Writes a later mark, over the older one of the two.
    pub(super) fn write(&self, mark: &Mark) -> io::Result<()> {
        self.write_slot(mark.seq % 2, mark)
    }

    /// Forgets both marks for this one, which may be earlier. The file itself is on disk afterwards, under its name.
    pub(super) fn reset(&self, mark: &Mark, folder: &Path) -> io::Result<()> {
        self.write_slot(0, mark)?;
        self.write_slot(1, mark)?;
        self.sync()?;
        sync_folder(folder)
    }

    /// Waits until what was written is on disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn proof(&self, line: &str) -> String {
        hex_of(&self.names.name("checkpoint", line.as_bytes()))
    }

    fn write_slot(&self, slot: u64, mark: &Mark) -> io::Result<()> {
        let line = format!("{FORMAT} {} {}", mark.seq, mark.hash);
        let mut page = format!("{line} {}\n", self.proof(&line)).into_bytes();
        page.resize(SLOT_BYTES, 0);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(slot * SLOT_BYTES as u64))?;
        file.write_all(&page)
    }

    fn mark_in(&self, slot: &[u8]) -> Option<Mark> {
        let text = std::str::from_utf8(slot.split(|byte| *byte == b'\n').next()?).ok()?;
        let (line, proof) = text.rsplit_once(' ')?;
        let (seq, hash) = line.strip_prefix(FORMAT)?.strip_prefix(' ')?.split_once(' ')?;
        (self.proof(line) == proof).then_some(())?;
        Some(Mark { seq: seq.parse().ok()?, hash: hash.to_owned() })
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::SealingKey;
    use super::*;

    fn mark(seq: u64) -> Mark {
        Mark { seq, hash: "ab".repeat(32) }
    }

    #[test]
    fn a_slot_that_was_torn_at_any_byte_leaves_the_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = SealingKey::from_text(SealingKey::new_text().expect("random").reveal()).expect("a key");
        let checkpoint = Checkpoint::open(folder.path(), key.names()).expect("a file");
        assert_eq!(checkpoint.read(), None);
        checkpoint.reset(&mark(6), folder.path()).expect("written");
        checkpoint.write(&mark(7)).expect("written");
        let whole = std::fs::read(folder.path().join(FILE)).expect("bytes");
        for place in SLOT_BYTES..SLOT_BYTES + 150 {
            let mut torn = whole.clone();
            torn[place] ^= 0x55;
            std::fs::write(folder.path().join(FILE), &torn).expect("damage");
            assert_eq!(checkpoint.read(), Some(mark(6)), "byte {place}");
        }
        std::fs::write(folder.path().join(FILE), &whole[..SLOT_BYTES]).expect("cut");
        assert_eq!(checkpoint.read(), Some(mark(6)));
    }

    #[test]
    fn a_mark_without_the_key_counts_for_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = || SealingKey::from_text(SealingKey::new_text().expect("random").reveal()).expect("a key");
        Checkpoint::open(folder.path(), key().names())
            .expect("a file")
            .reset(&mark(9), folder.path())
            .expect("written");
        assert_eq!(Checkpoint::open(folder.path(), key().names()).expect("a file").read(), None);
    }
}
