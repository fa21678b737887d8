//! What lens and sensor do to a picture: blur, glow, noise, compression.

use crate::noise::Noise;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{DynamicImage, ExtendedColorType};
use std::io::Cursor;

/// A grey picture with room for more than 255.
#[derive(Clone)]
pub struct Canvas {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Light, row by row.
    pub light: Vec<f32>,
}

impl Canvas {
    /// Out of focus: a normal distribution of this deviation.
    pub fn blur(&mut self, sigma: f32) {
        if sigma < 0.2 {
            return;
        }
        let reach = (sigma * 3.0).ceil() as usize;
        let weights: Vec<f32> = (0..=reach).map(|at| (-((at * at) as f32) / (2.0 * sigma * sigma)).exp()).collect();
        let total = weights[0] + 2.0 * weights[1..].iter().sum::<f32>();
        let weights: Vec<f32> = weights.into_iter().map(|weight| weight / total).collect();
        self.pass(|from, to, width| {
            for (x, out) in to.iter_mut().enumerate() {
                *out = from[x] * weights[0];
                for (at, weight) in weights.iter().enumerate().skip(1) {
                    *out += weight * (from[x.saturating_sub(at)] + from[(x + at).min(width - 1)]);
                }
            }
        });
        self.rows(&weights);
    }

    fn pass(&mut self, line: impl Fn(&[f32], &mut [f32], usize)) {
        let mut out = vec![0.0; self.light.len()];
        for (from, to) in self.light.chunks(self.width).zip(out.chunks_mut(self.width)) {
            line(from, to, self.width);
        }
        self.light = out;
    }

    fn rows(&mut self, weights: &[f32]) {
        let mut out = vec![0.0; self.light.len()];
        let row = |y: usize| &self.light[y * self.width..(y + 1) * self.width];
        for (y, to) in out.chunks_mut(self.width).enumerate() {
            for (at, weight) in weights.iter().enumerate() {
                let sources = [row(y.saturating_sub(at)), row((y + at).min(self.height - 1))];
                for from in sources.iter().take(if at == 0 { 1 } else { 2 }) {
                    to.iter_mut().zip(*from).for_each(|(out, light)| *out += weight * light);
                }
            }
        }
        self.light = out;
    }

    /// Moved while the shutter was open: so many pixels in this direction.
    pub fn motion(&mut self, pixels: f32, degrees: f32) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let steps = (pixels.ceil() as usize * 2).max(1);
        let mut out = vec![0.0; self.light.len()];
        for step in 0..=steps {
            let along = (step as f32 / steps as f32 - 0.5) * pixels;
            let (dx, dy) = (along * cos, along * sin);
            let (left, top) = (dx.floor(), dy.floor());
            let (fx, fy) = (dx - left, dy - top);
            for y in 0..self.height {
                let row = |down: f32| {
                    let y = (y as f32 + top + down).clamp(0.0, self.height as f32 - 1.0) as usize;
                    &self.light[y * self.width..(y + 1) * self.width]
                };
                let (upper, lower) = (row(0.0), row(1.0));
                for x in 0..self.width {
                    let at = |right: f32| (x as f32 + left + right).clamp(0.0, self.width as f32 - 1.0) as usize;
                    let (a, b) = (at(0.0), at(1.0));
                    let mixed = |row: &[f32]| row[a] * (1.0 - fx) + row[b] * fx;
                    out[y * self.width + x] += mixed(upper) * (1.0 - fy) + mixed(lower) * fy;
                }
            }
        }
        self.light = out.into_iter().map(|light| light / (steps + 1) as f32).collect();
    }

    /// Too bright a screen: light beyond the sensor's range, which also glows into what is near.
    pub fn bloom(&mut self, gain: f32, glow: f32) {
        let mut halo = self.clone();
        halo.light.iter_mut().for_each(|light| *light = (*light * gain - 255.0).max(0.0));
        halo.blur(6.0);
        for (light, halo) in self.light.iter_mut().zip(halo.light) {
            *light = *light * gain + glow * halo;
        }
    }

    /// As the sensor gives it, through JPEG as a webcam sends it.
    pub fn develop(&self, noise: &mut Noise, sigma: f32, quality: u8) -> Vec<u8> {
        let raw: Vec<u8> =
            self.light.iter().map(|light| (light + noise.normal() * sigma).clamp(0.0, 255.0) as u8).collect();
        let mut jpeg = Vec::new();
        let (width, height) = (self.width as u32, self.height as u32);
        let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
        encoder.encode(&raw, width, height, ExtendedColorType::L8).expect("a picture is written to memory");
        let decoder = JpegDecoder::new(Cursor::new(jpeg)).expect("what was written is read");
        DynamicImage::from_decoder(decoder).expect("what was written is read").into_luma8().into_raw()
    }
}
