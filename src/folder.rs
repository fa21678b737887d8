//! The clinic's folder: a check-in as files, for an EHR that takes no writes, or takes less than was shared.
//!
//! One folder for each check-in, named by its id and by nothing of the patient. It appears whole or not at all: the files are
//! written beside it, synchronised and renamed. What is there is never overwritten; the same check-in again is recognised.

use crate::delivery::{EhrReply, NoAnswer, Request};
use crate::filing::SubmissionId;
use crate::sensitive::Sensitive;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
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

    /// Carries out a [`crate::filing::Keep`]: 201 when it is there now, 200 when it was there, 409 when something else is.
    pub fn keep(&self, request: &Request) -> Result<EhrReply, NoAnswer> {
        let kept = SubmissionId::parse(request.target.reveal()).zip(files_of(request));
        let Some((submission, files)) = kept else { return Err(NoAnswer::NotSent) };
        let status = self.put(&submission, &files).map_err(|error| {
            tracing::error!(why = %error.kind(), "the folder of check-ins cannot be written");
            NoAnswer::NotSent
        })?;
        let location = (status != 409).then(|| format!("folder/{submission}"));
        Ok(EhrReply { status, retry_after: None, location, etag: None, body: Sensitive::new(Vec::new()) })
    }

    fn put(&self, submission: &SubmissionId, files: &[(String, Sensitive<Vec<u8>>)]) -> io::Result<u16> {
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
        Ok(201)
    }

    fn compare(&self, place: &Path, files: &[(String, Sensitive<Vec<u8>>)]) -> io::Result<u16> {
        for (name, bytes) in files.iter().filter(|(name, _)| name != RECEIPT) {
            // One byte more than expected is enough to tell.
            let most = bytes.reveal().len() as u64 + 1;
            let mut found = Vec::with_capacity(bytes.reveal().len() + 1);
            match File::open(place.join(name)) {
                Ok(file) => file.take(most).read_to_end(&mut found).map(drop)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(409),
                Err(error) => return Err(error),
            }
            if Sensitive::new(found) != *bytes {
                return Ok(409);
            }
        }
        Ok(200)
    }
}

/// The files of a request, with names that stay inside the folder.
fn files_of(request: &Request) -> Option<Vec<(String, Sensitive<Vec<u8>>)>> {
    let json: Sensitive<Value> = Sensitive::new(serde_json::from_slice(request.body.as_ref()?.reveal()).ok()?);
    let file = |(name, data): (&String, &Value)| {
        let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.') && !name.starts_with('.');
        let bytes = STANDARD.decode(data.as_str()?).ok()?;
        plain.then(|| (name.clone(), Sensitive::new(bytes)))
    };
    json.reveal().as_object()?.iter().map(file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Method;
    use serde_json::json;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    fn request(id: &str, files: &Value) -> Request {
        let body = Some(Sensitive::new(files.to_string().into_bytes()));
        Request { method: Method::Keep, target: id.into(), if_none_exist: None, if_match: None, body }
    }

    fn status(folder: &Folder, files: &Value) -> u16 {
        folder.keep(&request(ID, files)).expect("an answer").status
    }

    #[test]
    fn a_check_in_is_kept_whole_recognised_and_never_overwritten() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(temp.path().join("check-ins"));
        let files = json!({"bundle.json": STANDARD.encode("{}"), "receipt.json": STANDARD.encode("1")});
        assert_eq!(status(&folder, &files), 201);
        let again = json!({"bundle.json": STANDARD.encode("{}"), "receipt.json": STANDARD.encode("2")});
        assert_eq!(status(&folder, &again), 200);
        let other = json!({"bundle.json": STANDARD.encode("[]"), "receipt.json": STANDARD.encode("1")});
        assert_eq!(status(&folder, &other), 409);
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
        assert_eq!(status(&folder, &json!({"bundle.json": STANDARD.encode("{}")})), 201);
        assert!(!unfinished.exists());
    }

    #[test]
    fn names_that_lead_elsewhere_and_a_disk_that_refuses_write_nothing() {
        let temp = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(temp.path().to_owned());
        for (id, name) in [("../x", "bundle.json"), (ID, "../bundle.json"), (ID, ".hidden")] {
            let refused = folder.keep(&request(id, &json!({name: STANDARD.encode("{}")}))).expect_err("no answer");
            assert_eq!(refused, NoAnswer::NotSent);
        }
        assert_eq!(fs::read_dir(temp.path()).expect("a folder").count(), 0);
        let file = temp.path().join("file");
        fs::write(&file, "").expect("a file");
        let refused = Folder::new(file).keep(&request(ID, &json!({"bundle.json": ""}))).expect_err("no answer");
        assert_eq!(refused, NoAnswer::NotSent);
    }
}
