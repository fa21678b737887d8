//! What a graphics card would make of textured triangles, blended in the colours as they are stored, and how two pictures differ.
//! Nothing of it depends on a driver. It is here and not beside the tests that use it because this package is optimised in debug
//! builds, and these are the loops that touch every pixel.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

/// Red, green, blue, alpha from 0 to 1, premultiplied.
type Colour = [f32; 4];

/// What triangles are filled with: red, green, blue, alpha, premultiplied, row by row.
pub struct Texture {
    /// Width and height.
    pub size: [usize; 2],
    /// The pixels.
    pub pixels: Vec<[u8; 4]>,
}

impl Texture {
    /// Replaces a part; it lies inside.
    pub fn replace(&mut self, [left, top]: [usize; 2], patch: &Texture) {
        for (y, row) in patch.pixels.chunks_exact(patch.size[0]).enumerate() {
            let start = (top + y) * self.size[0] + left;
            self.pixels[start..start + row.len()].copy_from_slice(row);
        }
    }
}

/// One of three.
#[derive(Clone, Copy)]
pub struct Corner {
    /// Where it is painted.
    pub place: [f32; 2],
    /// Where it lies in the texture, from 0 to 1.
    pub uv: [f32; 2],
    /// What the texture is multiplied with.
    pub colour: [u8; 4],
}

/// A part of the canvas: left, top, right, bottom.
pub type Clip = [f32; 4];

/// What is painted on; black before.
pub struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    /// An empty one.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![[0.0, 0.0, 0.0, 1.0]; width * height] }
    }

    /// Row by row: where a row's middle crosses two edges, the pixels whose middles lie between are painted. Two triangles with
    /// a common edge cross it at the same point, so that no pixel is painted twice or left out.
    pub fn paint(&mut self, corners: [Corner; 3], texture: &Texture, clip: Clip) {
        let [clip_left, clip_top, clip_right, clip_bottom] = clip;
        let ys = corners.map(|corner| corner.place[1]);
        let (top, bottom) = (ys[0].min(ys[1]).min(ys[2]).max(clip_top), ys[0].max(ys[1]).max(ys[2]).min(clip_bottom));
        let Some(shade) = Shade::new(corners, texture) else { return };
        for y in first(top, self.height)..first(bottom, self.height) {
            let middle = y as f32 + 0.5;
            let crossings = [(0, 1), (1, 2), (2, 0)].map(|(a, b)| crossing(corners[a], corners[b], middle));
            let (left, right) =
                crossings.iter().flatten().fold((f32::MAX, f32::MIN), |(l, r), x| (l.min(*x), r.max(*x)));
            let (left, right) = (left.max(clip_left), right.min(clip_right));
            let (start, end) = (first(left, self.width), first(right, self.width));
            let Some(row) = self.pixels.get_mut(y * self.width + start..y * self.width + end) else { continue };
            match shade.plain {
                Some(colour) if colour[3] >= 1.0 => row.fill(colour),
                Some(colour) => row.iter_mut().for_each(|pixel| blend(pixel, colour)),
                None => {
                    for (x, pixel) in (start..end).zip(row) {
                        blend(pixel, shade.at(x as f32 + 0.5, middle));
                    }
                }
            }
        }
    }

    /// What was painted.
    #[must_use]
    pub fn into_picture(self) -> RgbImage {
        let byte = |part: f32| (part * 255.0).round() as u8;
        let mut picture = RgbImage::new(self.width as u32, self.height as u32);
        for (to, [red, green, blue, _]) in picture.pixels_mut().zip(self.pixels) {
            *to = Rgb([byte(red), byte(green), byte(blue)]);
        }
        picture
    }
}

/// The first pixel whose middle is not before this line.
fn first(line: f32, end: usize) -> usize {
    ((line - 0.5).ceil().max(0.0) as usize).min(end)
}

/// Where an edge crosses the middle of a row.
fn crossing(a: Corner, b: Corner, y: f32) -> Option<f32> {
    let ([a_x, a_y], [b_x, b_y]) = (a.place, b.place);
    let ((a_x, a_y), (b_x, b_y)) =
        if (a_y, a_x) <= (b_y, b_x) { ((a_x, a_y), (b_x, b_y)) } else { ((b_x, b_y), (a_x, a_y)) };
    (a_y <= y && y < b_y).then(|| a_x + (y - a_y) * (b_x - a_x) / (b_y - a_y))
}

fn blend(under: &mut Colour, over: Colour) {
    for (under, over_part) in under.iter_mut().zip(over) {
        *under = over_part + *under * (1.0 - over[3]);
    }
}

/// The colours over a triangle: what its corners say, times what its texture says.
struct Shade<'a> {
    corners: [Corner; 3],
    doubled_area: f32,
    texture: &'a Texture,
    /// Most triangles have one colour.
    plain: Option<Colour>,
}

impl<'a> Shade<'a> {
    fn new(corners: [Corner; 3], texture: &'a Texture) -> Option<Self> {
        let [a, b, c] = corners.map(|corner| corner.place);
        let doubled_area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
        let same = |corner: &Corner| (corner.uv, corner.colour) == (corners[0].uv, corners[0].colour);
        let plain = corners.iter().all(same).then(|| times(colour(corners[0].colour), texture.at(corners[0].uv)));
        (doubled_area != 0.0).then_some(Self { corners, doubled_area, texture, plain })
    }

    fn at(&self, x: f32, y: f32) -> Colour {
        let [a, b, c] = self.corners.map(|corner| corner.place);
        let to_b = ((x - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (y - a[1])) / self.doubled_area;
        let to_c = ((b[0] - a[0]) * (y - a[1]) - (x - a[0]) * (b[1] - a[1])) / self.doubled_area;
        let weights = [1.0 - to_b - to_c, to_b, to_c];
        let mix = |of: [f32; 3]| of.iter().zip(weights).map(|(part, weight)| part * weight).sum::<f32>();
        let colours = self.corners.map(|corner| colour(corner.colour));
        let colour = [0, 1, 2, 3].map(|part| mix(colours.map(|colour| colour[part])));
        let uv = [0, 1].map(|part| mix(self.corners.map(|corner| corner.uv[part])));
        times(colour, self.texture.at(uv))
    }
}

fn times(one: Colour, other: Colour) -> Colour {
    [0, 1, 2, 3].map(|part| one[part] * other[part])
}

fn colour(stored: [u8; 4]) -> Colour {
    stored.map(|part| f32::from(part) / 255.0)
}

impl Texture {
    /// The texture between its four nearest points.
    fn at(&self, [u, v]: [f32; 2]) -> Colour {
        let [width, height] = self.size;
        let (x, y) = (u * width as f32 - 0.5, v * height as f32 - 0.5);
        let pixel = |x: f32, y: f32| {
            let within = |place: f32, end: usize| (place.max(0.0) as usize).min(end - 1);
            colour(self.pixels[within(y, height) * width + within(x, width)])
        };
        let (left, top) = (x.floor(), y.floor());
        let (right_part, low_part) = (x - left, y - top);
        let mut mixed = [0.0; 4];
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let weight = |part: f32, far: f32| if far == 0.0 { 1.0 - part } else { part };
            let share = weight(right_part, dx) * weight(low_part, dy);
            if share > 0.0 {
                let from = pixel(left + dx, top + dy);
                mixed.iter_mut().zip(from).for_each(|(mixed, part)| *mixed += part * share);
            }
        }
        mixed
    }
}

/// How many pixels have a part that differs by more than `allowed`; all of them where the sizes differ.
#[must_use]
pub fn differing(one: &RgbImage, other: &RgbImage, allowed: u8) -> usize {
    if one.dimensions() != other.dimensions() {
        return usize::MAX;
    }
    // Nearly always they are the same, byte for byte.
    if one.as_raw() == other.as_raw() {
        return 0;
    }
    let differ = |(a, b): &(&Rgb<u8>, &Rgb<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > allowed);
    one.pixels().zip(other.pixels()).filter(differ).count()
}

/// A small copy.
#[must_use]
pub fn small(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    imageops::resize(picture, width, height, FilterType::Triangle)
}
