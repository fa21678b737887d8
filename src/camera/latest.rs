//! A place for one frame: the newest replaces what was there, readers take it without waiting for each other.

use crate::scan::Frame;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The newest frame, and how many there were.
#[derive(Debug, Default)]
pub struct LatestFrame {
    slot: Mutex<Slot>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct Slot {
    number: u64,
    frame: Option<Arc<Frame>>,
}

impl LatestFrame {
    /// Puts the newest frame.
    pub fn put(&self, frame: Frame) {
        let mut slot = self.lock();
        slot.number += 1;
        slot.frame = Some(Arc::new(frame));
        drop(slot);
        self.arrived.notify_all();
    }

    /// Forgets the frame: a picture of a patient does not outlive the camera's use.
    pub fn clear(&self) {
        self.lock().frame = None;
    }

    /// The newest frame with its number, when it is not the one already `seen`; waits no longer than `wait`.
    pub fn newer_than(&self, seen: u64, wait: Duration) -> Option<(u64, Arc<Frame>)> {
        let old = |slot: &mut Slot| slot.number <= seen || slot.frame.is_none();
        let waited = self.arrived.wait_timeout_while(self.lock(), wait, old);
        let (slot, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let frame = slot.frame.clone().filter(|_| slot.number > seen)?;
        Some((slot.number, frame))
    }

    fn lock(&self) -> MutexGuard<'_, Slot> {
        // A frame is whole or absent, so a panic elsewhere leaves nothing half done.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(grey: u8) -> Frame {
        Frame::new(1, 1, vec![grey]).expect("a frame")
    }

    #[test]
    fn the_newest_wins_and_is_seen_once() {
        let latest = LatestFrame::default();
        latest.put(frame(1));
        latest.put(frame(2));
        let (number, seen) = latest.newer_than(0, Duration::ZERO).expect("a frame");
        assert_eq!((number, seen.luma()), (2, &[2_u8][..]));
        assert!(latest.newer_than(number, Duration::from_millis(1)).is_none());
    }

    #[test]
    fn a_cleared_slot_shows_nothing_and_later_frames_are_newer() {
        let latest = LatestFrame::default();
        latest.put(frame(1));
        latest.clear();
        assert!(latest.newer_than(0, Duration::ZERO).is_none());
        latest.put(frame(2));
        assert_eq!(latest.newer_than(1, Duration::ZERO).map(|(number, _)| number), Some(2));
    }
}
