//! Keeps a source open: at a failure it is dropped and opened anew, with longer and longer pauses.

use super::{FrameError, FrameSource, LatestFrame, Pauses};
use crate::sensitive::LogSafe;
use crate::session::CameraHealth;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a source may take for one frame.
const DEADLINE: Duration = Duration::from_secs(2);
/// So many damaged pictures in a row are a broken camera.
const MAX_DAMAGED: u32 = 30;

/// Runs in a thread of the runtime until `stop`: opens the source, puts each frame into `latest`, reports every change of
/// health. At the end the last frame is forgotten.
pub fn supervise(
    mut open: impl FnMut() -> Result<Box<dyn FrameSource>, FrameError>,
    latest: &LatestFrame,
    stop: &AtomicBool,
    mut report: impl FnMut(CameraHealth),
) {
    let mut health = CameraHealth::Closed;
    let mut tell = |now: CameraHealth| {
        if std::mem::replace(&mut health, now) != now {
            report(now);
        }
    };
    let mut pauses = Pauses::new();
    while !stop.load(Ordering::Relaxed) {
        let error = open().and_then(|source| {
            watch(source, stop, |frame| {
                latest.put(frame);
                pauses = Pauses::new();
                tell(CameraHealth::Seeing);
            })
        });
        if let Err(error) = error {
            tracing::warn!(camera = error.log_word(), "opening it anew in {} ms", pauses.next().as_millis());
            latest.clear();
            tell(CameraHealth::Missing);
            pauses.wait(stop);
        }
    }
    latest.clear();
    tell(CameraHealth::Closed);
}

/// Takes frames until `stop` or the first failure that is more than one damaged picture.
fn watch(
    mut source: Box<dyn FrameSource>,
    stop: &AtomicBool,
    mut put: impl FnMut(crate::scan::Frame),
) -> Result<(), FrameError> {
    let mut damaged = 0;
    while !stop.load(Ordering::Relaxed) {
        match source.next(DEADLINE) {
            Ok(frame) => {
                damaged = 0;
                put(frame);
            }
            Err(FrameError::Damaged) if damaged < MAX_DAMAGED => damaged += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Frame;
    use std::collections::VecDeque;

    /// What a source does, in order; afterwards the flag is set.
    struct Scripted<'a> {
        steps: VecDeque<Result<u8, FrameError>>,
        stop: &'a AtomicBool,
    }

    impl FrameSource for Scripted<'static> {
        fn next(&mut self, _deadline: Duration) -> Result<Frame, FrameError> {
            let Some(step) = self.steps.pop_front() else {
                self.stop.store(true, Ordering::Relaxed);
                return Err(FrameError::Stalled);
            };
            step.map(|grey| Frame::new(1, 1, vec![grey]).expect("a frame"))
        }
    }

    /// Runs through openings, each a list of steps or `None` for one that fails; the healths reported and the frames put.
    fn run(openings: Vec<Option<Vec<Result<u8, FrameError>>>>) -> (Vec<CameraHealth>, u64) {
        let stop: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
        let latest: &'static LatestFrame = Box::leak(Box::new(LatestFrame::default()));
        let mut openings = VecDeque::from(openings);
        let mut healths = Vec::new();
        let open = || match openings.pop_front() {
            Some(Some(steps)) if openings.is_empty() => {
                Ok(Box::new(Scripted { steps: steps.into(), stop }) as Box<dyn FrameSource>)
            }
            Some(Some(mut steps)) => {
                steps.push(Err(FrameError::Lost("unplugged".into())));
                Ok(Box::new(Scripted { steps: steps.into(), stop }) as Box<dyn FrameSource>)
            }
            Some(None) => Err(FrameError::Open("not there".into())),
            None => {
                stop.store(true, Ordering::Relaxed);
                Err(FrameError::Open("the script ended".into()))
            }
        };
        supervise(open, latest, stop, |health| healths.push(health));
        assert!(latest.newer_than(0, Duration::ZERO).is_none(), "the last frame is forgotten");
        latest.put(Frame::new(1, 1, vec![0]).expect("a frame"));
        let put = latest.newer_than(0, Duration::ZERO).map_or(0, |(number, _)| number - 1);
        (healths, put)
    }

    #[test]
    fn unplugged_then_plugged_in_again_is_reported_and_recovers() {
        let (healths, frames) = run(vec![None, Some(vec![Ok(1), Ok(2)]), None, Some(vec![Ok(3)])]);
        use CameraHealth::{Closed, Missing, Seeing};
        assert_eq!(healths, [Missing, Seeing, Missing, Seeing, Missing, Closed]);
        assert_eq!(frames, 3);
    }

    #[test]
    fn one_damaged_picture_does_not_close_the_camera() {
        let (healths, frames) = run(vec![Some(vec![Ok(1), Err(FrameError::Damaged), Ok(2)])]);
        assert_eq!(healths.first(), Some(&CameraHealth::Seeing));
        assert_eq!(frames, 2);
    }

    #[test]
    fn only_damaged_pictures_are_a_missing_camera() {
        let damaged = (0..=MAX_DAMAGED).map(|_| Err(FrameError::Damaged)).collect();
        let (healths, frames) = run(vec![Some(damaged), Some(vec![])]);
        assert_eq!((healths, frames), (vec![CameraHealth::Missing, CameraHealth::Closed], 0));
    }
}
