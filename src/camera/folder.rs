//! Pictures of a folder as a film before the camera, for the demo and for tests.

use super::{FrameError, FrameSource};
use crate::scan::Frame;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

/// A folder with more pictures than this is not read further.
const MAX_PICTURES: usize = 10_000;

/// What the camera sees while the folder is empty: 640 by 360, all grey.
const NOTHING: (u32, u32, u8) = (640, 360, 128);

/// Where a film was left. The pictures of one scene share the text before the last `-` of their names; a film that is opened
/// anew goes on with the next scene, so that the next patient walks up.
#[derive(Clone, Debug, Default)]
pub struct Bookmark(Arc<Mutex<Option<PathBuf>>>);

/// Pictures (PNG, JPEG) in name order, one a tick, again and again. The folder is read anew for each picture, so new files
/// are picked up.
#[derive(Debug)]
pub struct FrameFolder {
    folder: PathBuf,
    pause: Duration,
    bookmark: Bookmark,
    present: Option<PathBuf>,
}

impl FrameFolder {
    /// Reads pictures of `folder`, so many a second, beginning after the scene of the bookmark.
    pub fn open(folder: &Path, frames_per_second: u32, bookmark: Bookmark) -> Result<FrameFolder, FrameError> {
        pictures(folder).map_err(|cause| FrameError::Open(cause.into()))?;
        let pause = Duration::from_secs(1) / frames_per_second.clamp(1, 60);
        Ok(FrameFolder { folder: folder.to_owned(), pause, bookmark, present: None })
    }

    /// The picture after the present one by name; at first the one after the bookmark's scene; the first after the last.
    fn advance(&mut self) -> io::Result<Option<PathBuf>> {
        let names = pictures(&self.folder)?;
        let mut left = self.bookmark.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = match (&self.present, &*left) {
            (Some(present), _) => names.iter().find(|name| *name > present),
            (None, Some(left)) => names.iter().find(|name| *name > left && scene(name) != scene(left)),
            (None, None) => None,
        };
        let next = next.or(names.first()).cloned();
        left.clone_from(&next);
        Ok(next)
    }
}

fn scene(picture: &Path) -> Option<&str> {
    let name = picture.file_stem()?.to_str()?;
    Some(name.rsplit_once('-').map_or(name, |(scene, _)| scene))
}

impl FrameSource for FrameFolder {
    fn next(&mut self, deadline: Duration) -> Result<Frame, FrameError> {
        sleep(self.pause.min(deadline));
        self.present = self.advance().map_err(|cause| FrameError::Lost(cause.into()))?;
        let picture = self.present.as_ref().and_then(|name| image::open(name).ok()).map(|picture| picture.to_luma8());
        let frame = picture.and_then(|grey| Frame::new(grey.width(), grey.height(), grey.into_raw()));
        // A picture that is still being written, or is none, is a grey one: the next round may read it.
        frame.or_else(nothing).ok_or(FrameError::Damaged)
    }
}

fn nothing() -> Option<Frame> {
    let (width, height, grey) = NOTHING;
    Frame::new(width, height, vec![grey; (width * height) as usize])
}

fn pictures(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)?.take(MAX_PICTURES) {
        let name = entry?.path();
        let ending = name.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        if matches!(ending.as_deref(), Some("png" | "jpg" | "jpeg")) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::GrayImage;

    fn save(folder: &Path, name: &str, grey: u8) {
        GrayImage::from_pixel(2, 2, image::Luma([grey])).save(folder.join(name)).expect("saved");
    }

    fn open(folder: &Path, bookmark: &Bookmark) -> FrameFolder {
        FrameFolder::open(folder, 60, bookmark.clone()).expect("open")
    }

    fn next(source: &mut FrameFolder) -> u8 {
        source.next(Duration::ZERO).expect("a frame").luma()[0]
    }

    #[test]
    fn pictures_follow_by_name_and_round_again() {
        let folder = tempfile::tempdir().expect("a folder");
        save(folder.path(), "b.png", 20);
        save(folder.path(), "a.png", 10);
        fs::write(folder.path().join("notes.txt"), "no picture").expect("written");
        let mut source = open(folder.path(), &Bookmark::default());
        let seen: Vec<u8> = (0..3).map(|_| next(&mut source)).collect();
        assert_eq!(seen, [10, 20, 10]);
        save(folder.path(), "aa.png", 15);
        assert_eq!(next(&mut source), 15);
    }

    #[test]
    fn a_film_that_is_opened_anew_goes_on_with_the_next_scene() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, grey) in [("walk-1-000", 10), ("walk-1-001", 11), ("walk-2-000", 20), ("walk-2-001", 21)] {
            save(folder.path(), &format!("{name}.png"), grey);
        }
        let bookmark = Bookmark::default();
        for first in [10, 20, 10] {
            assert_eq!(next(&mut open(folder.path(), &bookmark)), first);
        }
    }

    #[test]
    fn an_empty_folder_is_a_camera_that_sees_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut source = open(folder.path(), &Bookmark::default());
        assert_eq!(next(&mut source), NOTHING.2);
        fs::write(folder.path().join("broken.png"), "half").expect("written");
        assert_eq!(next(&mut source), NOTHING.2);
    }

    #[test]
    fn a_missing_folder_does_not_open_and_a_removed_one_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pictures");
        assert!(matches!(FrameFolder::open(&path, 10, Bookmark::default()), Err(FrameError::Open(_))));
        fs::create_dir(&path).expect("made");
        let mut source = FrameFolder::open(&path, 10, Bookmark::default()).expect("open");
        fs::remove_dir(&path).expect("removed");
        assert!(matches!(source.next(Duration::ZERO), Err(FrameError::Lost(_))));
    }
}
