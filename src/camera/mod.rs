//! Frames from a device, or from a folder of pictures; the newest one wins and none is ever queued.
//!
//! A source is dropped at its first failure and opened anew by [`supervise`], because drivers seldom recover by themselves.

mod device;
mod folder;
mod latest;
mod pauses;
mod supervise;

pub use device::NokhwaCamera;
pub use folder::{Bookmark, FrameFolder};
pub use latest::LatestFrame;
pub(crate) use pauses::Pauses;
pub use supervise::supervise;

use crate::scan::Frame;
use crate::sensitive::LogSafe;
use std::error::Error;
use std::time::Duration;

/// Where frames come from.
pub trait FrameSource: Send {
    /// The next frame, waiting for it no longer than this.
    fn next(&mut self, deadline: Duration) -> Result<Frame, FrameError>;
}

/// Why there is no frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The source does not open, or in no format we can read.
    #[error("the camera does not open")]
    Open(#[source] Box<dyn Error + Send + Sync>),
    /// The source was open and is gone: unplugged, or the driver gave up.
    #[error("the camera stopped")]
    Lost(#[source] Box<dyn Error + Send + Sync>),
    /// No frame came in time.
    #[error("the camera gives no picture")]
    Stalled,
    /// One picture cannot be read; the next one may be fine.
    #[error("one picture cannot be read")]
    Damaged,
}

impl LogSafe for FrameError {
    fn log_word(&self) -> &'static str {
        match self {
            FrameError::Open(_) => "camera-does-not-open",
            FrameError::Lost(_) => "camera-lost",
            FrameError::Stalled => "camera-stalled",
            FrameError::Damaged => "picture-damaged",
        }
    }
}
