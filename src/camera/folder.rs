//! Pictures of a folder as if a camera saw them, for the demo and for tests: each is held for a while, then the next.

use super::{FrameError, FrameSource};
use crate::scan::Frame;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// How long one picture stands before the camera.
const HOLD: Duration = Duration::from_secs(2);

/// A folder with more pictures than this is not read further.
const MAX_PICTURES: usize = 10_000;

/// What the camera sees while the folder is empty: 640 by 360, all grey.
const NOTHING: (u32, u32, u8) = (640, 360, 128);

/// Pictures (PNG, JPEG) in name order, again and again. The folder is read anew for each picture, so new files are picked up.
#[derive(Debug)]
pub struct FrameFolder {
    folder: PathBuf,
    pause: Duration,
    shows_per_picture: u32,
    shown: u32,
    present: Option<(PathBuf, Frame)>,
}

impl FrameFolder {
    /// Reads pictures of `folder`, so many frames a second.
    pub fn open(folder: &Path, frames_per_second: u32) -> Result<FrameFolder, FrameError> {
        pictures(folder).map_err(|cause| FrameError::Open(cause.into()))?;
        let pause = Duration::from_secs(1) / frames_per_second.clamp(1, 60);
        let shows_per_picture = u32::try_from(HOLD.as_millis() / pause.as_millis().max(1)).unwrap_or(1);
        Ok(FrameFolder { folder: folder.to_owned(), pause, shows_per_picture, shown: 0, present: None })
    }

    /// Moves on to the picture after the present one by name; the first when there is none.
    fn advance(&mut self) -> Result<(), FrameError> {
        let names = pictures(&self.folder).map_err(|cause| FrameError::Lost(cause.into()))?;
        let after = self.present.as_ref().and_then(|(name, _)| names.iter().find(|other| *other > name));
        self.shown = 0;
        self.present = match after.or(names.first()) {
            None => None,
            Some(name) => {
                let picture = image::open(name).map(|picture| picture.to_luma8());
                let frame = picture.ok().and_then(|grey| Frame::new(grey.width(), grey.height(), grey.into_raw()));
                // A picture that is still being written, or is none, is a grey one: the next round may read it.
                let frame = frame.or_else(nothing).ok_or(FrameError::Damaged)?;
                Some((name.clone(), frame))
            }
        };
        Ok(())
    }
}

impl FrameSource for FrameFolder {
    fn next(&mut self, deadline: Duration) -> Result<Frame, FrameError> {
        sleep(self.pause.min(deadline));
        if self.present.is_none() || self.shown >= self.shows_per_picture {
            self.advance()?;
        }
        self.shown += 1;
        let present = self.present.as_ref().map(|(_, frame)| frame.clone());
        present.or_else(nothing).ok_or(FrameError::Damaged)
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

    fn next(source: &mut FrameFolder) -> u8 {
        source.next(Duration::ZERO).expect("a frame").luma()[0]
    }

    #[test]
    fn pictures_are_held_then_the_next_by_name_and_round_again() {
        let folder = tempfile::tempdir().expect("a folder");
        save(folder.path(), "b.png", 20);
        save(folder.path(), "a.png", 10);
        fs::write(folder.path().join("notes.txt"), "no picture").expect("written");
        let mut source = FrameFolder { shows_per_picture: 2, ..FrameFolder::open(folder.path(), 60).expect("open") };
        let seen: Vec<u8> = (0..5).map(|_| next(&mut source)).collect();
        assert_eq!(seen, [10, 10, 20, 20, 10]);
        save(folder.path(), "aa.png", 15);
        let seen: Vec<u8> = (0..3).map(|_| next(&mut source)).collect();
        assert_eq!(seen, [10, 15, 15]);
    }

    #[test]
    fn an_empty_folder_is_a_camera_that_sees_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut source = FrameFolder::open(folder.path(), 60).expect("open");
        assert_eq!(next(&mut source), NOTHING.2);
        fs::write(folder.path().join("broken.png"), "half").expect("written");
        assert_eq!(next(&mut source), NOTHING.2);
    }

    #[test]
    fn a_missing_folder_does_not_open_and_a_removed_one_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pictures");
        assert!(matches!(FrameFolder::open(&path, 10), Err(FrameError::Open(_))));
        fs::create_dir(&path).expect("made");
        let mut source = FrameFolder::open(&path, 10).expect("open");
        fs::remove_dir(&path).expect("removed");
        assert!(matches!(source.next(Duration::ZERO), Err(FrameError::Lost(_))));
    }
}
