//! Camera and scanner: two threads while somebody shows a code, none otherwise.

use super::shared::{EventSender, SharedHealth, lock};
use crate::camera::{Bookmark, FrameError, FrameFolder, FrameSource, LatestFrame, NokhwaCamera, supervise};
use crate::config::CameraSource;
use crate::scan::{Cascade, Frame, Repeats, are_rivals};
use crate::session::Answer;
use crate::session_id::SessionId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// A frame is looked at no longer than this, or little longer; by then the next one is there.
const BUDGET: Duration = Duration::from_millis(33);
/// A scanner wakes this often to see whether it is still wanted.
const HEED: Duration = Duration::from_millis(200);
/// So long after two codes were in view, one of them alone is not taken: the other may only be blurred or covered.
const CALM: Duration = Duration::from_millis(700);

/// Opens and closes the camera as the session asks.
pub(super) struct CameraWatch {
    source: CameraSource,
    bookmark: Bookmark,
    events: EventSender,
    health: SharedHealth,
    seen: Arc<Seen>,
    open: Mutex<Option<Looking>>,
}

/// Which codes were reported, in this visit and before.
struct Seen {
    begin: Instant,
    repeats: Mutex<Repeats>,
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

impl CameraWatch {
    pub(super) fn new(source: CameraSource, events: EventSender, health: SharedHealth) -> CameraWatch {
        CameraWatch {
            source,
            bookmark: Bookmark::default(),
            events,
            health,
            seen: Arc::new(Seen::begin()),
            open: Mutex::new(None),
        }
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
            let (latest, stop, events) = (Arc::clone(&latest), Arc::clone(&stop), self.events.clone());
            let seen = Arc::clone(&self.seen);
            move || scan(session, &latest, &stop, &seen, &events)
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

impl Seen {
    #[expect(clippy::disallowed_methods, reason = "how long a code was not reported is measured here")]
    fn begin() -> Seen {
        Seen { begin: Instant::now(), repeats: Mutex::new(Repeats::default()) }
    }

    fn would_be_news(&self, text: &str) -> bool {
        lock(&self.repeats).would_be_news(text, self.begin.elapsed())
    }

    fn is_news(&self, text: &str) -> bool {
        lock(&self.repeats).is_news(text, self.begin.elapsed())
    }
}

/// Looks at the newest frame only; frames that come meanwhile are skipped. Where a code is in view that was reported already,
/// it goes on looking for another one. All texts of a picture go together; of rivals none counts as reported, so that the one
/// that stays is news.
#[expect(clippy::disallowed_methods, reason = "the time for a frame is measured where it is spent")]
fn scan(session: SessionId, latest: &LatestFrame, stop: &AtomicBool, seen: &Seen, events: &EventSender) {
    let (mut last, mut cascade, mut rivals) = (0, Cascade::default(), None::<Instant>);
    while !stop.load(Ordering::Relaxed) {
        let Some((number, frame)) = latest.newer_than(last, HEED) else { continue };
        last = number;
        let begin = Instant::now();
        let has_time = || begin.elapsed() < BUDGET && !stop.load(Ordering::Relaxed);
        let calm = rivals.is_none_or(|since| since.elapsed() >= CALM);
        let mut texts = Vec::new();
        cascade.look(&frame, &has_time, &mut |text| {
            texts.push(text.clone());
            calm && seen.would_be_news(text.reveal())
        });
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let are_rivals = are_rivals(&texts);
        if are_rivals {
            rivals = Some(Instant::now());
        }
        // Each text is noted, news or not.
        let is_news = calm && !are_rivals && texts.iter().filter(|text| seen.is_news(text.reveal())).count() > 0;
        if are_rivals || is_news {
            events.answer(session, Answer::CameraSaw(texts));
        }
    }
}
