//! Prepares a picture for a decoder: what is dark, under uneven light, in noise, out of focus.

use super::Frame;
use rxing::common::{BitArray, BitMatrix};
use std::ops::RangeInclusive;
use zeroize::Zeroizing;

/// A picture smaller than this has no neighbourhoods to speak of.
const MIN_SIDE: usize = 48;
/// A picture of two tones.
const DARK: u8 = 0;
const LIGHT: u8 = u8::MAX;
/// A larger module is in no picture that needs help.
const MAX_MODULE: usize = 30;
/// The smallest symbol has 21 modules a side.
const MIN_MODULES: usize = 20;
/// Bits in a word of [`BitArray`].
const WORD: usize = usize::BITS as usize;

/// Rows of brightness, wiped as a frame is.
pub(super) struct Grey {
    width: usize,
    height: usize,
    luma: Zeroizing<Vec<u8>>,
}

impl Grey {
    /// `None` for a picture that is too small to prepare.
    pub(super) fn from_frame(frame: &Frame) -> Option<Grey> {
        let (width, height) = (usize::try_from(frame.width()).ok()?, usize::try_from(frame.height()).ok()?);
        (width.min(height) >= MIN_SIDE).then(|| Grey { width, height, luma: frame.luma().to_vec().into() })
    }

    pub(super) fn into_frame(mut self) -> Option<Frame> {
        Frame::new(u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?, std::mem::take(&mut *self.luma))
    }

    /// Dark is what is darker than its neighbourhood by a margin, which keeps noise on an even surface light.
    pub(super) fn darker(&self, radius: usize, margin: u8) -> Option<BitMatrix> {
        let means = self.blurred(radius);
        self.bits(&means, |light, mean| light < mean.saturating_sub(margin))
    }

    /// Dark and light exchanged.
    pub(super) fn inverted(&self) -> Grey {
        Grey { luma: Zeroizing::new(self.luma.iter().map(|light| u8::MAX - light).collect()), ..*self }
    }

    /// The modules of upright symbols on a dark ground that comes up to them, as apps in dark mode draw it (ISO/IEC 18004 wants a
    /// light margin). Separators are light and reach all four sides, so a symbol is as large as what is light in it.
    pub(super) fn without_ground(&self) -> Option<BitMatrix> {
        let (darkest, lightest) = (*self.luma.iter().min()?, *self.luma.iter().max()?);
        let middle = darkest.midpoint(lightest);
        let luma = self.luma.iter().map(|light| if *light > middle { LIGHT } else { DARK });
        let two_toned = Grey { luma: Zeroizing::new(luma.collect()), ..*self };
        // A neighbourhood is smaller than the picture.
        let module = two_toned.module()?.min(MIN_SIDE / 3);
        let mut symbols = Grey { luma: Zeroizing::new(vec![LIGHT; self.luma.len()]), ..*self };
        for (columns, rows) in two_toned.light_places(2 * module, MIN_MODULES * module) {
            for row in rows {
                let place = row * self.width + columns.start()..=row * self.width + columns.end();
                if let (Some(to), Some(from)) = (symbols.luma.get_mut(place.clone()), two_toned.luma.get(place)) {
                    to.copy_from_slice(from);
                }
            }
        }
        symbols.bits(&symbols, |light, _| light == DARK)
    }

    /// Columns and rows of what is light and no further apart than twice `near`, of at least so many pixels each.
    fn light_places(&self, near: usize, least: usize) -> Vec<(RangeInclusive<usize>, RangeInclusive<usize>)> {
        let mut beside = self.blurred(near);
        let mut places = Vec::new();
        for start in 0..beside.luma.len() {
            if beside.luma[start] == DARK {
                continue;
            }
            let (mut left, mut right, mut top, mut bottom) = (self.width, 0, self.height, 0);
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                if beside.luma.get(at).is_none_or(|light| *light == DARK) {
                    continue;
                }
                beside.luma[at] = DARK;
                let (x, y) = (at % self.width, at / self.width);
                if self.luma[at] == LIGHT {
                    (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
                }
                let sides = [(x > 0).then(|| at - 1), (x + 1 < self.width).then_some(at + 1)];
                open.extend(sides.into_iter().flatten().chain([at.wrapping_sub(self.width), at + self.width]));
            }
            if left + least <= right && top + least <= bottom {
                places.push((left..=right, top..=bottom));
            }
        }
        places
    }

    /// How many pixels a module has: most stretches of light in a symbol are one module long.
    fn module(&self) -> Option<usize> {
        let mut counts = [0_u32; MAX_MODULE + 1];
        for row in self.rows() {
            for stretch in row.split(|light| *light == DARK) {
                if let Some(count) = counts.get_mut(stretch.len()) {
                    *count += 1;
                }
            }
        }
        let longest_first = (1..=MAX_MODULE).rev();
        longest_first.max_by_key(|length| counts.get(*length)).filter(|length| counts.get(*length) > Some(&0))
    }

    fn bits(&self, means: &Grey, is_set: impl Fn(u8, u8) -> bool) -> Option<BitMatrix> {
        let mut bits = BitMatrix::new(u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?).ok()?;
        for (y, (row, means)) in (0_u32..).zip(self.rows().zip(means.rows())) {
            let mut packed = BitArray::with_size(self.width);
            for (at, (lights, means)) in row.chunks(WORD).zip(means.chunks(WORD)).enumerate() {
                let set = lights.iter().zip(means).enumerate();
                let word = set.fold(0, |word, (bit, (light, mean))| word | usize::from(is_set(*light, *mean)) << bit);
                packed.setBulk(at * WORD, word);
            }
            bits.setRow(y, &packed);
        }
        Some(bits)
    }

    /// The mean of the square around each pixel; at the edge the outermost pixels count more than once.
    pub(super) fn blurred(&self, radius: usize) -> Grey {
        let sums = self.sums_across(radius);
        let row = |y: usize| &sums[y * self.width..][..self.width];
        let mut sum: Vec<u32> = vec![0; self.width];
        for y in 0..=2 * radius {
            sum.iter_mut().zip(row(y.saturating_sub(radius))).for_each(|(sum, more)| *sum += u32::from(*more));
        }
        // Division by the area, as a multiplication.
        let area = u64::try_from((2 * radius + 1).pow(2)).unwrap_or(1);
        let share = (1_u64 << 32).div_ceil(area);
        let mut luma = Zeroizing::new(vec![0; self.luma.len()]);
        for (y, means) in luma.chunks_mut(self.width).enumerate() {
            let (below, above) = (row((y + radius + 1).min(self.height - 1)), row(y.saturating_sub(radius)));
            for ((mean, sum), (below, above)) in means.iter_mut().zip(&mut sum).zip(below.iter().zip(above)) {
                *mean = u8::try_from((u64::from(*sum) * share) >> 32).unwrap_or(u8::MAX);
                *sum = *sum + u32::from(*below) - u32::from(*above);
            }
        }
        Grey { luma, ..*self }
    }

    fn sums_across(&self, radius: usize) -> Zeroizing<Vec<u16>> {
        let mut sums = Zeroizing::new(vec![0; self.luma.len()]);
        for (row, sums) in self.rows().zip(sums.chunks_mut(self.width)) {
            let first: u16 = (0..=2 * radius).map(|x| u16::from(row[x.saturating_sub(radius)])).sum();
            let mut sum = first;
            for (x, out) in sums.iter_mut().enumerate() {
                *out = sum;
                sum += u16::from(row[(x + radius + 1).min(self.width - 1)]);
                sum -= u16::from(row[x.saturating_sub(radius)]);
            }
        }
        sums
    }

    /// Edges are made steeper: half as much again of what sets a pixel apart from its neighbourhood.
    pub(super) fn sharpened(&self) -> Grey {
        let means = self.blurred(2);
        let steeper = self.luma.iter().zip(means.luma.iter()).map(|(light, mean)| {
            let (light, mean) = (i16::from(*light), i16::from(*mean));
            u8::try_from((light + (light - mean) * 3 / 2).clamp(0, 255)).unwrap_or(u8::MAX)
        });
        Grey { luma: Zeroizing::new(steeper.collect()), ..*self }
    }

    /// Half as wide and half as high, each pixel the mean of four.
    pub(super) fn halved(&self) -> Grey {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut luma = Zeroizing::new(Vec::with_capacity(width * height));
        for pair in self.luma.chunks_exact(self.width * 2) {
            let (upper, lower) = pair.split_at(self.width);
            let sum = |two: &[u8]| two.iter().map(|light| u16::from(*light)).sum::<u16>();
            let means =
                upper.chunks_exact(2).zip(lower.chunks_exact(2)).map(|(up, down)| (sum(up) + sum(down) + 2) / 4);
            luma.extend(means.map(|mean| u8::try_from(mean).unwrap_or(u8::MAX)));
        }
        Grey { width, height, luma }
    }

    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.luma.chunks(self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 64;

    fn grey(light: impl Fn(usize, usize) -> u8) -> Grey {
        let luma = (0..SIDE * SIDE).map(|at| light(at % SIDE, at / SIDE)).collect();
        Grey::from_frame(&Frame::new(64, 64, luma).expect("a frame")).expect("large enough")
    }

    #[test]
    fn the_mean_of_a_neighbourhood_is_that_of_its_pixels() {
        let picture = grey(|x, y| u8::try_from((x * 7 + y * 13) % 256).expect("a byte"));
        let at = |x: isize, y: isize| {
            let clamped = |at: isize| usize::try_from(at.clamp(0, 63)).expect("inside");
            u32::from(picture.luma[clamped(y) * SIDE + clamped(x)])
        };
        let blurred = picture.blurred(3);
        for (x, y) in [(0, 0), (31, 20), (63, 63), (2, 62)] {
            let sum: u32 =
                (y - 3..=y + 3).flat_map(|y| (x - 3..=x + 3).map(move |x| (x, y))).map(|(x, y)| at(x, y)).sum();
            let mean = blurred.luma[usize::try_from(y * 64 + x).expect("inside")];
            assert_eq!(u32::from(mean), sum / 49, "{x} {y}");
        }
        assert!(grey(|_, _| 255).blurred(10).luma.iter().all(|mean| *mean == 255));
    }

    #[test]
    fn dark_stripes_are_found_in_light_and_in_shade_and_evenness_is_not_dark() {
        let shaded = |x: usize| if x < 32 { 1 } else { 4 };
        let stripes = grey(|x, y| if y % 8 < 4 { 10 * shaded(x) } else { 50 * shaded(x) });
        let (dark, light) = (stripes.darker(6, 4).expect("bits"), stripes.inverted().darker(6, 4).expect("bits"));
        for (x, y) in [(5, 9), (5, 14), (50, 9), (50, 14)] {
            assert_eq!((dark.get(x, y), light.get(x, y)), (y % 8 < 4, y % 8 >= 4), "{x} {y}");
        }
        let even = grey(|x, _| 100 + u8::from(x % 3 == 0)).darker(6, 4).expect("bits");
        assert!((0..64).all(|at| !even.get(at, at)));
    }

    #[test]
    fn an_edge_becomes_steeper_and_a_half_picture_holds_means() {
        let edge = grey(|x, _| if x < 32 { 100 } else { 120 });
        let sharp = edge.sharpened();
        assert!(sharp.luma[31] < 100 && sharp.luma[32] > 120 && sharp.luma[10] == 100);
        let half = grey(|x, y| u8::try_from(x % 2 * 10 + y % 2 * 20).expect("a byte")).halved();
        assert_eq!((half.width, half.height, half.luma.len()), (32, 32, 1_024));
        assert!(half.luma.iter().all(|mean| *mean == 15));
    }

    #[test]
    fn a_picture_without_neighbourhoods_is_not_prepared() {
        assert!(Grey::from_frame(&Frame::new(47, 900, vec![0; 47 * 900]).expect("a frame")).is_none());
    }
}
