//! The disk under SQLite: every write, cut and sync of the databases in one folder is remembered in order, so that the folder can
//! be made again as a power cut at any of them would have left it. Or the disk fails from some write on.
//!
//! What lies in the folder beside the databases (a checkpoint) is remembered too, as it stood at each of these moments.

mod layer;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One thing that happened to a file of the folder.
#[derive(Clone, Debug)]
enum Op {
    Write {
        file: String,
        offset: usize,
        data: Vec<u8>,
    },
    Cut {
        file: String,
        bytes: usize,
    },
    Sync {
        file: String,
    },
    Remove {
        file: String,
    },
    /// A file beside the databases has this content now.
    Beside {
        file: String,
        content: Vec<u8>,
    },
    /// What lies beside the databases is on disk.
    BesideSynced,
    /// Something outside the disk happened, such as a request to a server.
    Mark(usize),
}

/// What a power cut does to what was written and not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Only the program ended: everything written is there.
    None,
    /// Nothing that was not synced is there.
    Lost,
    /// Everything but the second half of the last write is there.
    TornEnd,
    /// Everything but the first half of the last write is there.
    TornStart,
    /// Of what was not synced, the newest write is there, the one before it is not, and so on.
    Reordered,
}

impl Damage {
    /// All of them.
    pub const ALL: [Damage; 5] = [Damage::None, Damage::Lost, Damage::TornEnd, Damage::TornStart, Damage::Reordered];
}

/// How the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No space is left.
    Full,
    /// Writes fail.
    Broken,
}

#[derive(Debug, Default)]
struct Log {
    base: BTreeMap<String, Vec<u8>>,
    ops: Vec<Op>,
    beside: Vec<String>,
    /// After so many more writes, every one fails so.
    fault: Option<(usize, Fault)>,
}

/// The databases of one folder under watch.
#[derive(Clone)]
pub struct Disk {
    folder: PathBuf,
    log: Arc<Mutex<Log>>,
}

/// What happened, to be cut off anywhere.
#[derive(Clone, Debug)]
pub struct Recording {
    base: BTreeMap<String, Vec<u8>>,
    ops: Vec<Op>,
}

impl Disk {
    /// Watches the databases in this folder from now on, and these files beside them.
    pub fn watch(folder: &Path, beside: &[&str]) -> Disk {
        let mut base = BTreeMap::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if let (Some(name), Ok(bytes)) = (entry.file_name().to_str(), fs::read(entry.path())) {
                base.insert(name.to_owned(), bytes);
            }
        }
        let beside = beside.iter().map(|name| (*name).to_owned()).collect();
        let log = Arc::new(Mutex::new(Log { base, beside, ..Log::default() }));
        let disk = Disk { folder: folder.to_owned(), log };
        layer::install(&disk);
        disk
    }

    /// Remembers that something outside happened here.
    pub fn mark(&self, number: usize) {
        let mut log = self.log();
        look_beside(&self.folder, &mut log);
        log.ops.push(Op::Mark(number));
    }

    /// What lies beside the databases was synced.
    pub fn beside_is_synced(&self) {
        let mut log = self.log();
        look_beside(&self.folder, &mut log);
        log.ops.push(Op::BesideSynced);
    }

    /// Every write after so many more fails.
    pub fn fail_after(&self, writes: usize, fault: Fault) {
        self.log().fault = Some((writes, fault));
    }

    /// The disk is well again.
    pub fn heal(&self) {
        self.log().fault = None;
    }

    /// What happened so far.
    pub fn recording(&self) -> Recording {
        let mut log = self.log();
        look_beside(&self.folder, &mut log);
        Recording { base: log.base.clone(), ops: log.ops.clone() }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an operation before it is done, and says whether it fails.
    fn note(&self, op: Op) -> Option<Fault> {
        let mut log = self.log();
        look_beside(&self.folder, &mut log);
        if !matches!(op, Op::Remove { .. } | Op::Sync { .. }) {
            match &mut log.fault {
                Some((0, fault)) => return Some(*fault),
                Some((left, _)) => *left -= 1,
                None => {}
            }
        }
        log.ops.push(op);
        None
    }
}

fn look_beside(folder: &Path, log: &mut Log) {
    for name in log.beside.clone() {
        let Ok(content) = fs::read(folder.join(&name)) else { continue };
        let last = log.ops.iter().rev().find_map(|op| match op {
            Op::Beside { file, content } if *file == name => Some(content),
            _ => None,
        });
        if last.or_else(|| log.base.get(&name)) != Some(&content) {
            log.ops.push(Op::Beside { file: name, content });
        }
    }
}

#[derive(Default)]
struct Image {
    durable: Vec<u8>,
    pending: Vec<Op>,
}

impl Recording {
    /// How many moments there are to be cut off at; 0 is before the first.
    pub fn moments(&self) -> usize {
        self.ops.len()
    }

    /// How many times a file whose name ends so was synced.
    pub fn syncs_of(&self, ending: &str) -> usize {
        self.ops.iter().filter(|op| matches!(op, Op::Sync { file } if file.ends_with(ending))).count()
    }

    /// The marks of the first `moment` operations.
    pub fn marks_until(&self, moment: usize) -> Vec<usize> {
        let marks = self.ops[..moment].iter().filter_map(|op| match op {
            Op::Mark(number) => Some(*number),
            _ => None,
        });
        marks.collect()
    }

    /// Makes the folder as a power cut after the first `moment` operations leaves it. With damage, the last content of what
    /// lies beside the databases is lost, unless it was synced.
    pub fn make(&self, moment: usize, damage: Damage, folder: &Path) -> io::Result<()> {
        let mut files: BTreeMap<&str, Image> = BTreeMap::new();
        // Each file's contents so far, and how many of them cannot be lost.
        let mut beside: BTreeMap<&str, (Vec<&Vec<u8>>, usize)> = BTreeMap::new();
        for (name, content) in &self.base {
            files.insert(name, Image { durable: content.clone(), pending: Vec::new() });
        }
        for op in &self.ops[..moment] {
            match op {
                Op::Mark(_) => {}
                Op::Beside { file, content } => beside.entry(file).or_default().0.push(content),
                Op::BesideSynced => beside.values_mut().for_each(|(contents, synced)| *synced = contents.len()),
                Op::Remove { file } => drop(files.remove(file.as_str())),
                Op::Write { file, .. } | Op::Cut { file, .. } => {
                    files.entry(file).or_default().pending.push(op.clone());
                }
                Op::Sync { file } => {
                    let image = files.entry(file).or_default();
                    std::mem::take(&mut image.pending).iter().for_each(|op| apply(&mut image.durable, op));
                }
            }
        }
        for (name, mut image) in files {
            let last = image.pending.len();
            for (place, op) in image.pending.iter().enumerate() {
                let is_last = place + 1 == last;
                match damage {
                    Damage::None => apply(&mut image.durable, op),
                    Damage::Lost => {}
                    Damage::TornEnd if is_last => torn(op, true).iter().for_each(|op| apply(&mut image.durable, op)),
                    Damage::TornStart if is_last => torn(op, false).iter().for_each(|op| apply(&mut image.durable, op)),
                    Damage::TornEnd | Damage::TornStart => apply(&mut image.durable, op),
                    Damage::Reordered if (last - place) % 2 == 1 => apply(&mut image.durable, op),
                    Damage::Reordered => {}
                }
            }
            fs::write(folder.join(name), &image.durable)?;
        }
        for (name, (contents, synced)) in beside {
            let kept = if damage == Damage::None { contents.len() } else { synced.max(contents.len() - 1) };
            if let Some(content) = contents[..kept].last() {
                fs::write(folder.join(name), content)?;
            }
        }
        Ok(())
    }
}

fn apply(content: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Write { offset, data, .. } => {
            content.resize(content.len().max(offset + data.len()), 0);
            content[*offset..offset + data.len()].copy_from_slice(data);
        }
        Op::Cut { bytes, .. } => content.truncate(*bytes),
        _ => {}
    }
}

/// Half of a write; nothing of a cut.
fn torn(op: &Op, first_half: bool) -> Option<Op> {
    let Op::Write { file, offset, data } = op else { return None };
    let half = data.len() / 2;
    let (offset, data) = if first_half { (*offset, &data[..half]) } else { (offset + half, &data[half..]) };
    Some(Op::Write { file: file.clone(), offset, data: data.to_vec() })
}
