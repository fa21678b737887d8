//! Camera and scanner: two threads while somebody shows a code, none otherwise.

use super::kiosk::{Post, SharedHealth, lock};
use crate::camera::{Bookmark, FrameError, FrameFolder, FrameSource, LatestFrame, NokhwaCamera, supervise};
use crate::config::CameraSource;
use crate::scan::{Effort, Frame, find_codes};
use crate::session::{Event, SessionId};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// One frame in so many without a code is looked at thoroughly.
const THOROUGH_EVERY: u64 = 6;
/// A scanner wakes this often to see whether it is still wanted.
const HEED: Duration = Duration::from_millis(200);

/// Opens and closes the camera as the session asks.
pub(super) struct Eyes {
    source: CameraSource,
    bookmark: Bookmark,
    post: Post,
    health: SharedHealth,
    open: Mutex<Option<Looking>>,
}

struct Looking {
    session: SessionId,
    latest: Arc<LatestFrame>,
    stop: Arc<AtomicBool>,
    _threads: [Option<JoinHandle<()>>; 2],
}

impl Looking {
    fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.latest.clear();
    }
}

impl Eyes {
    pub(super) fn new(source: CameraSource, post: Post, health: SharedHealth) -> Eyes {
        Eyes { source, bookmark: Bookmark::default(), post, health, open: Mutex::new(None) }
    }

    /// Starts to look, unless it looks already or there is no camera.
    pub(super) fn open(&self, session: SessionId) {
        let mut open = lock(&self.open);
        let already = open.as_ref().is_some_and(|looking| looking.session == session);
        if already || self.source == CameraSource::None {
            return;
        }
        // Whoever was here before did not close it; what it sees is nobody's now.
        if let Some(before) = open.take() {
            before.end();
        }
        let latest = Arc::new(LatestFrame::default());
        let stop = Arc::new(AtomicBool::new(false));
        let camera = {
            let (source, bookmark) = (self.source.clone(), self.bookmark.clone());
            let (latest, stop, health) = (Arc::clone(&latest), Arc::clone(&stop), self.health.clone());
            move || {
                let open = || open_source(&source, &bookmark);
                supervise(open, &latest, &stop, |now| health.change(|health| health.camera = now));
            }
        };
        let scanner = {
            let (latest, stop, post) = (Arc::clone(&latest), Arc::clone(&stop), self.post.clone());
            move || scan(session, &latest, &stop, &post)
        };
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
            Builder::new()
                .name(name.to_owned())
                .spawn(work)
                .inspect_err(|_| tracing::error!("no thread for the camera"))
                .ok()
        };
        let threads = [spawn("camera", Box::new(camera)), spawn("scanner", Box::new(scanner))];
        *open = Some(Looking { session, latest, stop, _threads: threads });
    }

    /// Stops looking and forgets the picture. The threads end by themselves: a camera that hangs holds nobody up.
    pub(super) fn close(&self) {
        if let Some(looking) = lock(&self.open).take() {
            looking.end();
        }
    }

    pub(super) fn picture_newer_than(&self, seen: u64) -> Option<(u64, Arc<Frame>)> {
        let latest = lock(&self.open).as_ref().map(|looking| Arc::clone(&looking.latest))?;
        latest.newer_than(seen, Duration::ZERO)
    }
}

fn open_source(source: &CameraSource, bookmark: &Bookmark) -> Result<Box<dyn FrameSource>, FrameError> {
    match source {
        CameraSource::Device(index) => Ok(Box::new(NokhwaCamera::open(*index)?)),
        CameraSource::Folder { path, frames_per_second } => {
            Ok(Box::new(FrameFolder::open(path, *frames_per_second, bookmark.clone())?))
        }
        CameraSource::None => Err(FrameError::Stalled),
    }
}

/// Looks at the newest frame only; frames that come meanwhile are skipped. A text is sent once.
fn scan(session: SessionId, latest: &LatestFrame, stop: &AtomicBool, post: &Post) {
    let mut seen = 0;
    let mut sent = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let Some((number, frame)) = latest.newer_than(seen, HEED) else { continue };
        seen = number;
        let effort = if number.is_multiple_of(THOROUGH_EVERY) { Effort::Thorough } else { Effort::Quick };
        for text in find_codes(&frame, effort) {
            if !stop.load(Ordering::Relaxed) && !sent.contains(&text) {
                sent.push(text.clone());
                post.send(Event::CameraSaw { session, text });
            }
        }
    }
}
