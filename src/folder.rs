//! The clinic's folder: a check-in as files, for an EHR that takes no writes, or takes less than was shared.
//!
//! One folder for each check-in, named by its id and by nothing of the patient. It appears whole or not at all: the files are
//! written beside it, synchronised and renamed. What is there is never overwritten; the same check-in again is recognised.

use crate::delivery::{FolderFailed, FolderFiles, InFolder};
use crate::filing::SubmissionId;
use crate::sensitive::Sensitive;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Written anew with each try, so it says nothing about whether the check-in is the same.
const RECEIPT: &str = "receipt.json";

/// A folder of check-ins.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Check-ins below `path`; it is made when the first one comes.
    pub fn new(path: PathBuf) -> Folder {
        Folder { path }
    }

    /// Keeps the files of one check-in.
    pub fn keep(&self, order: &FolderFiles) -> Result<InFolder, FolderFailed> {
        if !order.files.iter().all(|(name, _)| is_plain(name)) {
            return Err(FolderFailed);
        }
        self.put(&order.submission, &order.files).map_err(|error| {
            tracing::error!(why = %error.kind(), "the folder of check-ins cannot be written");
            FolderFailed
        })
    }

    /// Puts one page beside the check-ins, under a name without anything of a patient; a newer one takes the place of an older.
    pub fn put_page(&self, name: &str, page: &Sensitive<Vec<u8>>) -> Result<(), FolderFailed> {
        let is_plain =
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
        if !is_plain || name.starts_with('.') {
            return Err(FolderFailed);
        }
        let put = || {
            fs::DirBuilder::new().mode(0o700).recursive(true).create(&self.path)?;
            let beside = self.path.join(format!(".{name}.unfinished"));
            let mut options = OpenOptions::new();
            let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
            file.write_all(page.reveal())?;
            file.sync_all()?;
            fs::rename(&beside, self.path.join(name))?;
            File::open(&self.path)?.sync_all()
        };
        put().map_err(|error: io::Error| {
            tracing::error!(why = %error.kind(), "a page cannot be written into the clinic's folder");
            FolderFailed
        })
    }

    fn put(&self, submission: &SubmissionId, files: &[(String, Sensitive<Vec<u8>>)]) -> io::Result<InFolder> {
        let place = self.path.join(submission.as_str());
        if place.exists() {
            return self.compare(&place, files);
        }
        let mut private = fs::DirBuilder::new();
        private.mode(0o700);
        private.recursive(true).create(&self.path)?;
        let beside = self.path.join(format!(".{submission}.unfinished"));
        // Left over from a try that was broken off.
        if beside.exists() {
            fs::remove_dir_all(&beside)?;
        }
        private.recursive(false).create(&beside)?;
        for (name, bytes) in files {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside.join(name))?;
            file.write_all(bytes.reveal())?;
            file.sync_all()?;
        }
        File::open(&beside)?.sync_all()?;
        // A folder that is not empty cannot be renamed over: whoever came first stays.
        if let Err(error) = fs::rename(&beside, &place) {
            fs::remove_dir_all(&beside)?;
            return if place.exists() { self.compare(&place, files) } else { Err(error) };
        }
        File::open(&self.path)?.sync_all()?;
        Ok(InFolder::New)
    }

    fn compare(&self, place: &Path, files: &[(String, Sensitive<Vec<u8>>)]) -> io::Result<InFolder> {
        for (name, bytes) in files.iter().filter(|(name, _)| name != RECEIPT) {
            // One byte more than expected is enough to tell.
            let most = bytes.reveal().len() as u64 + 1;
            let mut found = Vec::with_capacity(bytes.reveal().len() + 1);
            match File::open(place.join(name)) {
                Ok(file) => file.take(most).read_to_end(&mut found).map(drop)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(InFolder::Different),
                Err(error) => return Err(error),
            }
            if Sensitive::new(found) != *bytes {
                return Ok(InFolder::Different);
            }
        }
        Ok(InFolder::Same)
    }
}

/// Whether a file of this name stays inside the folder.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.') && !name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    fn order(files: &[(&str, &str)]) -> FolderFiles {
        let file = |(name, text): &(&str, &str)| ((*name).to_owned(), Sensitive::new(text.as_bytes().to_vec()));
        let submission = SubmissionId::parse(ID).expect("an id");
        FolderFiles { submission, files: files.iter().map(file).collect() }
    }

    #[test]
    fn a_check_in_is_kept_whole_recognised_and_never_overwritten() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(temp.path().join("check-ins"));
        assert_eq!(folder.keep(&order(&[("bundle.json", "{}"), ("receipt.json", "1")])), Ok(InFolder::New));
        assert_eq!(folder.keep(&order(&[("bundle.json", "{}"), ("receipt.json", "2")])), Ok(InFolder::Same));
        assert_eq!(folder.keep(&order(&[("bundle.json", "[]"), ("receipt.json", "1")])), Ok(InFolder::Different));
        let names: Vec<_> = fs::read_dir(temp.path().join("check-ins")).expect("a folder").collect();
        assert_eq!(names.len(), 1, "nothing unfinished is left");
        let bundle = fs::read(temp.path().join("check-ins").join(ID).join("bundle.json")).expect("a file");
        assert_eq!(bundle, b"{}");
    }

    #[test]
    fn a_try_that_was_broken_off_is_made_again() {
        let temp = tempfile::tempdir().expect("a folder");
        let unfinished = temp.path().join(format!(".{ID}.unfinished"));
        fs::create_dir(&unfinished).expect("a folder");
        fs::write(unfinished.join("bundle.json"), "half").expect("a file");
        let folder = Folder::new(temp.path().to_owned());
        assert_eq!(folder.keep(&order(&[("bundle.json", "{}")])), Ok(InFolder::New));
        assert!(!unfinished.exists());
    }

    #[test]
    fn names_that_lead_elsewhere_and_a_disk_that_refuses_write_nothing() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(temp.path().to_owned());
        for name in ["../bundle.json", ".hidden"] {
            assert_eq!(folder.keep(&order(&[(name, "{}")])), Err(FolderFailed));
        }
        assert_eq!(fs::read_dir(temp.path()).expect("a folder").count(), 0);
        let file = temp.path().join("file");
        fs::write(&file, "").expect("a file");
        assert_eq!(Folder::new(file).keep(&order(&[("bundle.json", "")])), Err(FolderFailed));
    }
}
