//! A folder that a web server serves.

use super::{LinkHost, LinkHostError, LinkId};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// End of the name of a published file.
const PUBLISHED: &str = ".jwe";

/// Files in a local folder, `<id>.jwe`.
pub struct FolderLinkHost {
    folder: PathBuf,
}

impl FolderLinkHost {
    /// Uses the folder; makes it when there is none.
    pub fn open(folder: &Path) -> Result<FolderLinkHost, LinkHostError> {
        fs::create_dir_all(folder).map_err(LinkHostError::Place)?;
        Ok(FolderLinkHost { folder: folder.to_owned() })
    }

    fn place(&self, id: &LinkId) -> PathBuf {
        self.folder.join(format!("{}{PUBLISHED}", id.as_str()))
    }
}

impl LinkHost for FolderLinkHost {
    /// Written aside and then given its name: a hard link fails where a rename would overwrite.
    fn put(&self, id: &LinkId, jwe: &str) -> Result<(), LinkHostError> {
        let aside = self.folder.join(format!(".{}.part", id.as_str()));
        let written = write_through(&aside, jwe).and_then(|()| fs::hard_link(&aside, self.place(id)));
        // What is left of a failed write is no use to anybody; the outcome of the write counts.
        let _ = fs::remove_file(&aside);
        written.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => LinkHostError::Taken,
            _ => LinkHostError::Place(error),
        })
    }

    fn list(&self) -> Result<Vec<LinkId>, LinkHostError> {
        let mut ids = Vec::new();
        for file in fs::read_dir(&self.folder).map_err(LinkHostError::Place)? {
            let name = file.map_err(LinkHostError::Place)?.file_name();
            ids.extend(name.to_str().and_then(|name| LinkId::parse(name.strip_suffix(PUBLISHED)?)));
        }
        ids.sort();
        Ok(ids)
    }

    fn withdraw(&self, id: &LinkId) -> Result<(), LinkHostError> {
        fs::remove_file(self.place(id)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => LinkHostError::NotThere,
            _ => LinkHostError::Place(error),
        })
    }
}

fn write_through(path: &Path, content: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_file_is_listed_until_it_is_withdrawn_and_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let host = FolderLinkHost::open(folder.path()).expect("a host");
        let id = LinkId::from_random([9; 32]);
        host.put(&id, "a.b.c.d.e").expect("published");
        assert!(matches!(host.put(&id, "other"), Err(LinkHostError::Taken)));
        assert_eq!(fs::read_to_string(host.place(&id)).expect("the file"), "a.b.c.d.e");
        assert_eq!(host.list().expect("a list"), std::slice::from_ref(&id));
        host.withdraw(&id).expect("withdrawn");
        assert!(matches!(host.withdraw(&id), Err(LinkHostError::NotThere)));
        assert!(host.list().expect("a list").is_empty());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn a_name_is_never_a_path() {
        assert!(LinkId::parse("../../../../../../../../../../etc/passwd/xx").is_none());
        assert!(LinkId::parse(LinkId::from_random([0xFF; 32]).as_str()).is_some());
    }
}
