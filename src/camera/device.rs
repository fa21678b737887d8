//! A real camera, through nokhwa.
//!
//! nokhwa cannot wait with a deadline, and dropping its camera can panic or hang. So a thread of its own holds the device, and
//! this side only waits for what it sends; a thread that hangs is left behind and the next opening fails until it ends.

use super::{FrameError, FrameSource};
use crate::scan::Frame;
use nokhwa::Camera;
use nokhwa::utils::{CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// What is asked for, best first. `Exact` works where "highest" and "closest" fail on stepwise sizes.
const WISHES: [(u32, u32, FrameFormat, u32); 5] = [
    (1280, 720, FrameFormat::MJPEG, 30),
    (1280, 720, FrameFormat::YUYV, 10),
    (1920, 1080, FrameFormat::MJPEG, 30),
    (640, 480, FrameFormat::MJPEG, 30),
    (640, 480, FrameFormat::YUYV, 30),
];

/// The formats whose brightness we can read.
const READABLE: [FrameFormat; 4] = [FrameFormat::MJPEG, FrameFormat::YUYV, FrameFormat::NV12, FrameFormat::GRAY];

/// A side longer than this is not believed.
const MAX_SIDE: usize = 4096;

/// How long a device may take to open.
const OPENING: Duration = Duration::from_secs(10);

/// How long a device that was just closed may take to stop: it notices at its next frame.
const CLOSING: Duration = Duration::from_secs(1);

/// The devices that threads of this process hold, and word of each that is let go.
static HELD: (Mutex<Vec<u32>>, Condvar) = (Mutex::new(Vec::new()), Condvar::new());

/// A device held by one thread. nokhwa hands a device that is still open out again, and neither stream would work.
struct Hold(u32);

impl Hold {
    /// Waits for the thread that holds the device, no longer than this.
    fn take(index: u32, wait: Duration) -> Option<Hold> {
        let held = HELD.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = HELD.1.wait_timeout_while(held, wait, |held| held.contains(&index));
        let (mut held, result) = waited.unwrap_or_else(PoisonError::into_inner);
        if result.timed_out() {
            return None;
        }
        held.push(index);
        Some(Hold(index))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        HELD.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|held| *held != self.0);
        HELD.1.notify_all();
    }
}

/// A camera that was opened.
#[derive(Debug)]
pub struct NokhwaCamera {
    frames: Receiver<Result<Frame, FrameError>>,
}

impl NokhwaCamera {
    /// Opens the device `/dev/video<index>`.
    pub fn open(index: u32) -> Result<NokhwaCamera, FrameError> {
        let hold = Hold::take(index, CLOSING).ok_or_else(|| FrameError::Open("the last use has not ended".into()))?;
        let (opened, opening) = sync_channel(1);
        let (send, frames) = sync_channel(1);
        let device = move || {
            let _hold = hold;
            match open_device(index) {
                Err(error) => drop(opened.send(Err(error))),
                Ok(camera) => {
                    let _ = opened.send(Ok(()));
                    stream(camera, &send);
                }
            }
        };
        let spawned = thread::Builder::new().name("camera-device".to_owned()).spawn(device);
        spawned.map_err(|cause| FrameError::Open(cause.into()))?;
        opening.recv_timeout(OPENING).map_err(|_| FrameError::Stalled)??;
        Ok(NokhwaCamera { frames })
    }
}

impl FrameSource for NokhwaCamera {
    fn next(&mut self, deadline: Duration) -> Result<Frame, FrameError> {
        match self.frames.recv_timeout(deadline) {
            Ok(frame) => frame,
            Err(RecvTimeoutError::Timeout) => Err(FrameError::Stalled),
            Err(RecvTimeoutError::Disconnected) => Err(FrameError::Lost("the device thread ended".into())),
        }
    }
}

fn open_device(index: u32) -> Result<Camera, FrameError> {
    let index = CameraIndex::Index(index);
    let wishes = WISHES.map(|(width, height, format, rate)| {
        RequestedFormatType::Exact(CameraFormat::new_from(width, height, format, rate))
    });
    let mut refused = None;
    for wish in wishes.into_iter().chain([RequestedFormatType::None]) {
        let camera = Camera::new(index.clone(), RequestedFormat::with_formats(wish, &READABLE));
        match camera.and_then(|mut camera| camera.open_stream().map(|()| camera)) {
            Ok(camera) => return Ok(camera),
            Err(cause) => refused = Some(cause),
        }
    }
    Err(FrameError::Open(refused.map_or_else(|| "no format".into(), Into::into)))
}

/// Sends frames until the device fails or nobody listens. A frame that nobody took yet is older than this one: it stays, this
/// one is dropped, and the listener catches up with the next.
fn stream(mut camera: Camera, send: &SyncSender<Result<Frame, FrameError>>) {
    loop {
        let format = camera.camera_format();
        let size = (format.width() as usize, format.height() as usize);
        let frame = match camera.frame_raw() {
            Ok(bytes) => luma_frame(format.format(), size, &bytes).ok_or(FrameError::Damaged),
            Err(cause) => {
                let _ = send.send(Err(FrameError::Lost(cause.into())));
                return;
            }
        };
        if let Err(TrySendError::Disconnected(_)) = send.try_send(frame) {
            return;
        }
    }
}

/// The brightness of a frame in the device's own format.
fn luma_frame(format: FrameFormat, (width, height): (usize, usize), bytes: &[u8]) -> Option<Frame> {
    if format == FrameFormat::MJPEG {
        return jpeg_frame(bytes);
    }
    let pixels = width.checked_mul(height).filter(|_| width <= MAX_SIDE && height <= MAX_SIDE)?;
    let luma: Vec<u8> = match format {
        FrameFormat::YUYV => bytes.get(..pixels * 2)?.iter().step_by(2).copied().collect(),
        FrameFormat::NV12 | FrameFormat::GRAY => bytes.get(..pixels)?.to_vec(),
        _ => return None,
    };
    Frame::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?, luma)
}

fn jpeg_frame(bytes: &[u8]) -> Option<Frame> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::Luma)
        .set_max_width(MAX_SIDE)
        .set_max_height(MAX_SIDE);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let luma = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Frame::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?, luma)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_byte_of_yuyv_is_brightness() {
        let frame = luma_frame(FrameFormat::YUYV, (2, 1), &[10, 128, 20, 128]).expect("a frame");
        assert_eq!(frame.luma(), [10, 20]);
        assert!(luma_frame(FrameFormat::YUYV, (2, 1), &[10, 128, 20]).is_none());
    }

    #[test]
    fn a_picture_of_the_camera_becomes_its_brightness() {
        let mut jpeg = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(16, 8, image::Rgb([200, 200, 200]));
        picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).expect("written");
        let frame = luma_frame(FrameFormat::MJPEG, (16, 8), jpeg.get_ref()).expect("a frame");
        assert_eq!((frame.width(), frame.height()), (16, 8));
        assert!(frame.luma().iter().all(|luma| luma.abs_diff(200) < 4));
    }

    #[test]
    fn damaged_pictures_are_no_frames_and_no_panic() {
        let mut jpeg = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(64, 64).write_to(&mut jpeg, image::ImageFormat::Jpeg).expect("written");
        let whole = jpeg.into_inner();
        for at in (0..whole.len()).step_by(7) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x5A;
            let _ = luma_frame(FrameFormat::MJPEG, (64, 64), &damaged);
            let _ = luma_frame(FrameFormat::MJPEG, (64, 64), &whole[..at]);
        }
        assert!(luma_frame(FrameFormat::GRAY, (MAX_SIDE + 1, 1), &vec![0; MAX_SIDE + 1]).is_none());
    }

    #[test]
    fn a_device_that_is_not_there_does_not_open() {
        assert!(matches!(NokhwaCamera::open(250), Err(FrameError::Open(_))));
    }
}
