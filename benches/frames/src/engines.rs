//! The engines of the table, each from a frame to texts.

use crate::scene::{HEIGHT, WIDTH};
use ktc_kiosk::scan::{Cascade, Frame, find_codes};
use rustix::time::{ClockId, clock_gettime};
use rxing::{BarcodeFormat, DecodeHints};
use std::collections::HashSet;
use std::panic::catch_unwind;
use zxingcpp::{BarcodeReader, ImageFormat, ImageView};

/// The kiosk spends no more than this on a frame, in thread milliseconds, before it begins no other look.
const BUDGET_MILLIS: f64 = 22.0;

/// Milliseconds that this thread has computed.
pub fn cpu_millis() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// A frame as the kiosk holds it.
pub fn kiosk_frame(luma: &[u8]) -> Frame {
    Frame::new(WIDTH as u32, HEIGHT as u32, luma.to_vec()).expect("a frame")
}

/// The kiosk's look at the next frame of a camera.
pub fn cascade(cascade: &mut Cascade, frame: &Frame) -> Vec<String> {
    let begin = cpu_millis();
    let mut texts = Vec::new();
    cascade.look(frame, &|| cpu_millis() - begin < BUDGET_MILLIS, &mut |text| {
        texts.push(text.reveal().clone());
        true
    });
    texts
}

/// The kiosk's look at a single picture.
pub fn still(frame: &Frame) -> Vec<String> {
    find_codes(frame).iter().map(|text| text.reveal().clone()).collect()
}

/// The peer: as a kiosk would set it.
pub fn zxing_cpp(luma: &[u8]) -> Vec<String> {
    let reader = BarcodeReader::new()
        .formats(zxingcpp::BarcodeFormat::QRCode)
        .try_harder(true)
        .try_invert(true)
        .try_rotate(true)
        .try_downscale(true);
    let view = ImageView::from_slice(luma, WIDTH as u32, HEIGHT as u32, ImageFormat::Lum).expect("a view");
    reader.from(view).expect("a reading").iter().map(|code| code.text()).collect()
}

/// rxing by itself.
pub fn rxing(luma: &[u8]) -> Vec<String> {
    let mut hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        ..DecodeHints::default()
    };
    let format = Some(BarcodeFormat::QR_CODE);
    let (width, height) = (WIDTH as u32, HEIGHT as u32);
    let found = rxing::helpers::detect_in_luma_with_hints(luma.to_vec(), width, height, format, &mut hints);
    found.ok().map(|code| code.getText().to_owned()).into_iter().collect()
}

/// rqrr by itself. It has panicked on photographs.
pub fn rqrr(luma: &[u8]) -> Vec<String> {
    let read = || {
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(WIDTH, HEIGHT, |x, y| luma[y * WIDTH + x]);
        picture.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
    };
    catch_unwind(read).unwrap_or_default()
}
