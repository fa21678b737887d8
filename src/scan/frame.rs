//! One picture of the camera: brightness only, one byte a pixel. Faces may be on it, so it is wiped.

use crate::sensitive::Sensitive;

/// A larger picture than this comes from no camera we open.
const MAX_PIXELS: u32 = 4096 * 4096;

/// A grey picture, row by row from the top.
#[derive(Clone, Debug)]
pub struct Frame {
    width: u32,
    height: u32,
    luma: Sensitive<Vec<u8>>,
}

impl Frame {
    /// `None` unless there is exactly one byte for each pixel, and a sensible number of them.
    pub fn new(width: u32, height: u32, luma: Vec<u8>) -> Option<Frame> {
        let pixels = width.checked_mul(height).filter(|pixels| (1..=MAX_PIXELS).contains(pixels))?;
        (usize::try_from(pixels) == Ok(luma.len())).then(|| Frame { width, height, luma: Sensitive::new(luma) })
    }

    /// Pixels in a row.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The brightness of each pixel.
    pub fn luma(&self) -> &[u8] {
        self.luma.reveal()
    }

    /// The same picture with dark and light exchanged, for codes in dark mode.
    #[must_use]
    pub fn inverted(&self) -> Frame {
        let luma = self.luma().iter().map(|light| 255 - light).collect();
        Frame { width: self.width, height: self.height, luma: Sensitive::new(luma) }
    }

    /// The same picture with its middle 96 % of brightness spread over the whole range, for faint print and low light.
    #[must_use]
    pub fn stretched(&self) -> Frame {
        let mut counts = [0_usize; 256];
        for light in self.luma() {
            counts[usize::from(*light)] += 1;
        }
        let tail = self.luma().len() / 50;
        let edge = |levels: Vec<usize>| {
            let mut seen = 0;
            levels.into_iter().find(|level| {
                seen += counts[*level];
                seen > tail
            })
        };
        let dark = edge((0..256).collect()).unwrap_or(0);
        let bright = edge((0..256).rev().collect()).unwrap_or(255);
        let range = bright.saturating_sub(dark).max(1);
        let level = |light: u8| (usize::from(light).saturating_sub(dark) * 255 / range).min(255);
        let luma = self.luma().iter().map(|light| u8::try_from(level(*light)).unwrap_or(255)).collect();
        Frame { width: self.width, height: self.height, luma: Sensitive::new(luma) }
    }
}
