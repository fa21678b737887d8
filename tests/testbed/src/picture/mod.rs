//! What the camera sees: codes, and frames of a lobby in which somebody holds a phone with a code.
//!
//! Every picture is a function of its arguments: the same seed gives the same frame. File names say nothing about whom
//! they show.

mod code;
mod lobby;
mod phone;

use code::Code;
use image::GrayImage;
use std::io;
use std::path::{Path, PathBuf};

/// Frame size.
pub const WIDTH: u32 = 1280;
/// Frame size.
pub const HEIGHT: u32 = 720;

const EMPTY_FRAMES: u32 = 4;
const APPROACHING_FRAMES: u32 = 6;
const HELD_FRAMES: u32 = 10;

/// How the phone is held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Size of the code with its quiet zone, as a share of the frame's height.
    pub scale: f32,
    /// Rotation in the plane of the picture.
    pub tilt_degrees: f32,
    /// Centre of the code in pixels from the centre of the frame.
    pub offset: (f32, f32),
}

/// A code alone on white, as a screenshot: 8 pixels a module, quiet zone of four modules.
///
/// Health cards take level L and at most version 22, everything else level M. Panics when the text does not fit.
#[must_use]
pub fn qr_png(text: &str) -> GrayImage {
    Code::new(text).picture(8)
}

/// One frame: the lobby, and with a text also a phone that shows its code. `scale` is that of [`Pose`]; tilt and place
/// follow from the seed.
#[must_use]
pub fn camera_frame(text: Option<&str>, scale: f32, seed: u64) -> GrayImage {
    let mut noise = Noise::new(seed);
    let pose = Pose {
        scale,
        tilt_degrees: noise.between(-4.0, 4.0),
        offset: (noise.between(-90.0, 90.0), noise.between(-20.0, 20.0)),
    };
    frame(text, pose, seed)
}

/// One frame with the phone held exactly like this.
#[must_use]
pub fn frame(text: Option<&str>, pose: Pose, seed: u64) -> GrayImage {
    let code = text.map(Code::new);
    frame_of(code.as_ref(), pose, seed)
}

/// Writes a short scene: an empty lobby, a phone that comes nearer, the phone held still. Returns the files in order.
pub fn walk_up(folder: &Path, prefix: &str, text: &str) -> io::Result<Vec<PathBuf>> {
    let code = Code::new(text);
    let near = if code.is_dense() { 0.62 } else { 0.52 };
    let seed = u64::from(prefix.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))));
    let mut hand = Noise::new(seed);
    let mut files = Vec::new();
    for index in 0..EMPTY_FRAMES + APPROACHING_FRAMES + HELD_FRAMES {
        let far = remaining_way(index);
        let pose = Pose {
            scale: near - far * (near - 0.16),
            tilt_degrees: 2.0 + far * 9.0 + hand.between(-0.6, 0.6),
            offset: (far * 330.0 + hand.between(-3.0, 3.0), far * 40.0 + hand.between(-3.0, 3.0)),
        };
        let shown = (index >= EMPTY_FRAMES).then_some(&code);
        let file = folder.join(format!("{prefix}-{index:03}.png"));
        frame_of(shown, pose, seed + u64::from(index)).save(&file).map_err(io::Error::other)?;
        files.push(file);
    }
    Ok(files)
}

/// 1 at the door, 0 where the phone is held still; slower towards the end.
fn remaining_way(index: u32) -> f32 {
    let walked = index.saturating_sub(EMPTY_FRAMES).min(APPROACHING_FRAMES) as f32 / APPROACHING_FRAMES as f32;
    (1.0 - walked).powi(2)
}

fn frame_of(code: Option<&Code>, pose: Pose, seed: u64) -> GrayImage {
    let mut canvas = lobby::paint(code.map(|_| pose));
    if let Some(code) = code {
        phone::paint(&mut canvas, code, pose);
    }
    let mut noise = Noise::new(seed ^ 0x5eed);
    GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let light = canvas[(y * WIDTH + x) as usize] + noise.between(-2.0, 2.0);
        image::Luma([light.clamp(0.0, 255.0) as u8])
    })
}

/// A small generator of repeatable noise (xorshift).
struct Noise(u64);

impl Noise {
    const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let unit = (self.0 >> 40) as f32 / (1_u32 << 24) as f32;
        low + unit * (high - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_repeatable_and_differ_by_seed() {
        let draw = |seed| camera_frame(Some("shlink:/abc"), 0.4, seed);
        assert!(draw(1) == draw(1));
        assert!(draw(1) != draw(2));
    }
}
