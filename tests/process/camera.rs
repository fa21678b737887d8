//! The device camera without a device: the library of `fake_camera` stands before the kernel as `/dev/video9`, and the real
//! nokhwa and v4l talk to it. Each test runs itself again in a process that has the library preloaded.

use crate::support::own_process::this_test;
use image::{GrayImage, ImageFormat};
use ktc_kiosk::camera::{FrameError, FrameSource, LatestFrame, NokhwaCamera, supervise};
use ktc_kiosk::scan::Frame;
use ktc_kiosk::session::CameraHealth::{self, Closed, Missing, Seeing};
use ktc_testbed::picture::{HEIGHT, WIDTH, camera_frame};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const TEXT: &str = "shlink:/eyJ1cmwiOiJodHRwczovL2V4YW1wbGUub3JnL3NobCJ9";
const INDEX: u32 = 9;
/// Where the process with the fake camera leaves word that it came to its end.
const DONE: &str = "KTC_CAMERA_DONE";

const WEBCAM: &str = "MJPG 1280 720 30,YUYV 640 480 30";
const YUYV_ONLY: &str = "YUYV 1280 720 10,YUYV 640 480 30";

#[test]
fn a_code_before_the_camera_is_read_from_its_best_format() {
    with_camera("a_code_before_the_camera_is_read_from_its_best_format", WEBCAM, "", || {
        let watched = watch(|health, pictures| health == [Seeing] && pictures >= 30);
        assert_eq!(watched.health, [Seeing, Closed]);
        assert_eq!((watched.texts, watched.size), (vec![TEXT.to_owned()], (WIDTH, HEIGHT)));
    });
}

#[test]
fn a_camera_that_only_gives_yuyv_is_read() {
    with_camera("a_camera_that_only_gives_yuyv_is_read", YUYV_ONLY, "", || {
        let watched = watch(|_, pictures| pictures >= 5);
        assert_eq!(watched.health, [Seeing, Closed]);
        assert_eq!((watched.texts, watched.size), (vec![TEXT.to_owned()], (WIDTH, HEIGHT)));
    });
}

#[test]
fn a_camera_that_is_unplugged_is_missing_and_sees_again_when_plugged_in() {
    let name = "a_camera_that_is_unplugged_is_missing_and_sees_again_when_plugged_in";
    with_camera(name, WEBCAM, "f10 g700 f10 g700", || {
        let watched = watch(|health, _| health == [Seeing, Missing, Seeing, Missing, Seeing]);
        assert_eq!(watched.texts, [TEXT]);
    });
}

#[test]
fn a_camera_with_a_transient_fault_is_opened_anew() {
    with_camera("a_camera_with_a_transient_fault_is_opened_anew", WEBCAM, "f10 e1", || {
        let watched = watch(|health, _| health == [Seeing, Missing, Seeing]);
        assert_eq!(watched.texts, [TEXT]);
    });
}

#[test]
fn damaged_pictures_among_good_ones_do_not_stop_the_camera() {
    with_camera("damaged_pictures_among_good_ones_do_not_stop_the_camera", WEBCAM, "f5 d5 f5 d5", || {
        let watched = watch(|_, pictures| pictures >= 15);
        assert_eq!(watched.health, [Seeing, Closed]);
        assert_eq!(watched.texts, [TEXT]);
        assert!(watched.damaged >= 2, "{} damaged pictures were seen", watched.damaged);
    });
}

#[test]
fn a_camera_that_only_gives_damaged_pictures_is_missing() {
    with_camera("a_camera_that_only_gives_damaged_pictures_is_missing", WEBCAM, "f5 d60", || {
        let watched = watch(|health, _| health == [Seeing, Missing, Seeing]);
        assert!(watched.damaged >= 30, "{} damaged pictures were seen", watched.damaged);
    });
}

#[test]
fn a_camera_that_gives_no_picture_is_missing_until_it_gives_some() {
    with_camera("a_camera_that_gives_no_picture_is_missing_until_it_gives_some", WEBCAM, "f10 s3500", || {
        let watched = watch(|health, _| health == [Seeing, Missing, Seeing]);
        assert_eq!(watched.texts, [TEXT]);
    });
}

#[test]
fn a_camera_that_hangs_sees_again_when_it_was_unplugged_and_plugged_in() {
    with_camera(
        "a_camera_that_hangs_sees_again_when_it_was_unplugged_and_plugged_in",
        WEBCAM,
        "f10 s3000 g500",
        || {
            let watched = watch(|health, _| health == [Seeing, Missing, Seeing]);
            assert_eq!(watched.texts, [TEXT]);
        },
    );
}

#[test]
fn waiting_for_a_camera_that_hangs_ends_at_the_deadline() {
    with_camera("waiting_for_a_camera_that_hangs_ends_at_the_deadline", WEBCAM, "s60000", || {
        let mut camera = NokhwaCamera::open(INDEX).expect("a camera");
        assert!(matches!(camera.next(Duration::from_millis(300)), Err(FrameError::Stalled)));
        drop(camera);
        assert!(NokhwaCamera::open(INDEX).is_err());
    });
}

#[test]
fn a_camera_that_was_closed_opens_again_at_once() {
    with_camera("a_camera_that_was_closed_opens_again_at_once", WEBCAM, "", || {
        for _ in 0..5 {
            assert_eq!(watch(|_, pictures| pictures >= 2).health, [Seeing, Closed]);
        }
    });
}

/// Runs `look` in a process of its own that finds a camera with these modes, which follows this script, see `v4l2.c`.
#[expect(clippy::disallowed_methods, reason = "the parent tells the child what to do")]
fn with_camera(name: &str, modes: &str, script: &str, look: impl FnOnce()) {
    if let Ok(done) = std::env::var(DONE) {
        look();
        fs::write(done, "").expect("a file");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let picture = camera_frame(Some(TEXT), 0.55, 4);
    let good = if modes.starts_with("MJPG") { jpeg(&picture) } else { yuyv(&picture) };
    let mut damaged = good.clone();
    damaged[..200].fill(0x5A);
    fs::write(file("good"), good).expect("a file");
    fs::write(file("damaged"), damaged).expect("a file");
    let mut command = this_test(module_path!(), name);
    command.env("LD_PRELOAD", library(folder.path())).env(DONE, file("done"));
    command.env("FAKE_CAMERA_MODES", modes).env("FAKE_CAMERA_SCRIPT", script);
    command.env("FAKE_CAMERA_FRAME", file("good")).env("FAKE_CAMERA_DAMAGED", file("damaged"));
    let mut child = command.stdin(Stdio::null()).spawn().expect("the child starts");
    for _ in 0..1_500 {
        if let Some(status) = child.try_wait().expect("a status") {
            assert!(status.success() && file("done").exists(), "the child failed: {status}");
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("killed");
    child.wait().expect("a status");
    panic!("the child hangs");
}

fn library(folder: &Path) -> PathBuf {
    let library = folder.join("fake_camera.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/process/fake_camera/v4l2.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(built.expect("a C compiler").success());
    library
}

fn jpeg(picture: &GrayImage) -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    // As a webcam: in colour.
    let colour = image::DynamicImage::ImageLuma8(picture.clone()).into_rgb8();
    colour.write_to(&mut jpeg, ImageFormat::Jpeg).expect("a picture");
    jpeg.into_inner()
}

fn yuyv(picture: &GrayImage) -> Vec<u8> {
    picture.as_raw().iter().flat_map(|luma| [*luma, 128]).collect()
}

/// What came from the camera.
struct Watched {
    health: Vec<CameraHealth>,
    /// The texts of the last picture.
    texts: Vec<String>,
    size: (u32, u32),
    damaged: u32,
}

/// A camera, and how many of its pictures could not be read.
struct Counting(NokhwaCamera, Arc<AtomicU32>);

impl FrameSource for Counting {
    fn next(&mut self, deadline: Duration) -> Result<Frame, FrameError> {
        let next = self.0.next(deadline);
        if matches!(next, Err(FrameError::Damaged)) {
            self.1.fetch_add(1, Ordering::Relaxed);
        }
        next
    }
}

/// The codes of a clean picture. The kiosk's own look takes longer than a frame in an unoptimised build.
fn read(frame: &Frame) -> Vec<String> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let luma = |x: usize, y: usize| frame.luma()[y * width + x];
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, luma);
    picture.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

/// Looks as the kiosk does until the healths reported and the number of pictures are enough and the code is read.
fn watch(enough: impl Fn(&[CameraHealth], u64) -> bool) -> Watched {
    let (latest, stop) = (LatestFrame::default(), AtomicBool::new(false));
    let (health, damaged) = (Mutex::new(Vec::new()), Arc::new(AtomicU32::new(0)));
    let (texts, size) = thread::scope(|scope| {
        let open = || {
            let camera = Counting(NokhwaCamera::open(INDEX)?, Arc::clone(&damaged));
            Ok(Box::new(camera) as Box<dyn FrameSource>)
        };
        let report = |now| health.lock().expect("healths").push(now);
        let (latest, stop) = (&latest, &stop);
        scope.spawn(move || supervise(open, latest, stop, report));
        let (mut seen, mut last) = (0, (Vec::new(), (0, 0)));
        for _ in 0..400 {
            if let Some((number, frame)) = latest.newer_than(seen, Duration::from_millis(30)) {
                seen = number;
                last.1 = (frame.width(), frame.height());
                last.0 = read(&frame);
            }
            let health = health.lock().expect("healths");
            if health.last() == Some(&Missing) {
                last.0.clear();
            }
            if enough(&health, seen) && !last.0.is_empty() {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
        last
    });
    let health = health.into_inner().expect("healths");
    Watched { health, texts, size, damaged: damaged.load(Ordering::Relaxed) }
}
