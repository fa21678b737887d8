//! One picture of the camera: brightness only, one byte a pixel. Faces may be on it, so it is wiped.

use crate::sensitive::Sensitive;

/// A grey picture, row by row from the top.
#[derive(Clone, Debug)]
pub struct Frame {
    width: u32,
    height: u32,
    luma: Sensitive<Vec<u8>>,
}

impl Frame {
    /// A larger picture than this comes from no camera we open.
    pub const MAX_PIXELS: u32 = 4096 * 4096;

    /// `None` unless there is exactly one byte for each pixel, and a sensible number of them.
    pub fn new(width: u32, height: u32, luma: Vec<u8>) -> Option<Frame> {
        let pixels = width.checked_mul(height).filter(|pixels| (1..=Frame::MAX_PIXELS).contains(pixels))?;
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_one_byte_for_each_pixel_and_some_pixels_but_not_too_many() {
        assert!(Frame::new(2, 2, vec![0; 4]).is_some());
        for (width, height, bytes) in
            [(0, 0, 0), (0, 4, 0), (2, 2, 3), (2, 2, 5), (4097, 4096, 0), (u32::MAX, u32::MAX, 1)]
        {
            assert!(Frame::new(width, height, vec![0; bytes]).is_none(), "{width} by {height}");
        }
    }
}
