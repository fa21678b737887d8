//! Finds QR codes in a picture. rxing reads dense codes, rqrr is the second opinion; both are kept from the rest by
//! `catch_unwind`, because decoders have panicked on photographs.

use super::Frame;
use crate::sensitive::Sensitive;
use rxing::{BarcodeFormat, DecodeHints};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How hard to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// One look at the picture as it is: for each frame of a camera.
    Quick,
    /// Also stretched, inverted and with the second engine: for a single picture, and now and then for a camera.
    Thorough,
}

/// The texts of the codes in a picture, best effort, none when none is found.
pub fn find_codes(frame: &Frame, effort: Effort) -> Vec<Sensitive<String>> {
    let first = with_rxing(frame);
    if !first.is_empty() || effort == Effort::Quick {
        return first;
    }
    let looks: [&dyn Fn() -> Vec<Sensitive<String>>; 3] =
        [&|| with_rxing(&frame.stretched()), &|| with_rxing(&frame.inverted()), &|| with_rqrr(frame)];
    looks.iter().map(|look| look()).find(|found| !found.is_empty()).unwrap_or_default()
}

fn with_rxing(frame: &Frame) -> Vec<Sensitive<String>> {
    let mut hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        ..DecodeHints::default()
    };
    let decode = AssertUnwindSafe(|| {
        let luma = frame.luma().to_vec();
        let format = Some(BarcodeFormat::QR_CODE);
        rxing::helpers::detect_in_luma_with_hints(luma, frame.width(), frame.height(), format, &mut hints)
    });
    match catch_unwind(decode) {
        Ok(Ok(found)) => vec![Sensitive::from(found.getText())],
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

fn with_rqrr(frame: &Frame) -> Vec<Sensitive<String>> {
    let width = usize::try_from(frame.width()).unwrap_or(0);
    let height = usize::try_from(frame.height()).unwrap_or(0);
    let decode = AssertUnwindSafe(|| {
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| frame.luma()[y * width + x]);
        let grids = picture.detect_grids();
        grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| Sensitive::from(text)).collect()
    });
    catch_unwind(decode).unwrap_or_default()
}
