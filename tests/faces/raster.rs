//! Paints what egui would hand to a graphics card: textured triangles, blended in the colours as they are stored. Nothing of it
//! depends on a driver, so a screen has the same picture on every machine.

use egui::epaint::{ClippedPrimitive, Mesh, Primitive, Vertex};
use egui::{Color32, ColorImage, ImageData, Pos2, Rect, TextureId, TexturesDelta, pos2};
use egui_kittest::{Harness, TestRenderer};
use image::{Rgb, RgbImage};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Red, green, blue, alpha from 0 to 1, premultiplied.
type Colour = [f32; 4];

/// The textures of one window. Clones share them: one goes to the harness, which changes them.
#[derive(Clone, Default)]
pub struct Raster(Rc<RefCell<HashMap<TextureId, ColorImage>>>);

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut textures = self.0.borrow_mut();
        for (id, changes) in delta.set.drain() {
            for change in changes {
                let ImageData::Color(patch) = change.image;
                match change.pos {
                    None => drop(textures.insert(id, patch.as_ref().clone())),
                    Some([left, top]) => {
                        let whole = textures.get_mut(&id).expect("a texture that is there");
                        for (y, row) in patch.pixels.chunks_exact(patch.width()).enumerate() {
                            let start = (top + y) * whole.width() + left;
                            whole.pixels[start..start + row.len()].copy_from_slice(row);
                        }
                    }
                }
            }
        }
        delta.free.drain().for_each(|id| drop(textures.remove(&id)));
    }
}

impl Raster {
    /// The picture of the last frame, one pixel a point.
    pub fn picture(&self, harness: &Harness<'_>) -> RgbImage {
        let size = harness.ctx.content_rect().size();
        let mut canvas = Canvas::new(size.x as usize, size.y as usize);
        let textures = self.0.borrow();
        for ClippedPrimitive { clip_rect, primitive } in harness.ctx.tessellate(harness.output().shapes.clone(), 1.0) {
            let Primitive::Mesh(mesh) = primitive else { panic!("only meshes are painted") };
            canvas.paint(&mesh, &textures[&mesh.texture_id], clip_rect);
        }
        canvas.into_picture()
    }
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Canvas {
        Canvas { width, height, pixels: vec![[0.0, 0.0, 0.0, 1.0]; width * height] }
    }

    fn paint(&mut self, mesh: &Mesh, texture: &ColorImage, clip: Rect) {
        for triangle in mesh.indices.chunks_exact(3) {
            let corner = |at: usize| &mesh.vertices[triangle[at] as usize];
            self.triangle([corner(0), corner(1), corner(2)], texture, clip);
        }
    }

    /// Row by row: where a row's middle crosses two edges, the pixels whose middles lie between are painted. Two triangles with
    /// a common edge cross it at the same point, so that no pixel is painted twice or left out.
    fn triangle(&mut self, corners: [&Vertex; 3], texture: &ColorImage, clip: Rect) {
        let ys = corners.map(|corner| corner.pos.y);
        let (top, bottom) =
            (ys[0].min(ys[1]).min(ys[2]).max(clip.top()), ys[0].max(ys[1]).max(ys[2]).min(clip.bottom()));
        let Some(shade) = Shade::new(corners, texture) else { return };
        for y in first(top, self.height)..first(bottom, self.height) {
            let middle = y as f32 + 0.5;
            let crossings = [(0, 1), (1, 2), (2, 0)].map(|(a, b)| crossing(corners[a], corners[b], middle));
            let (left, right) =
                crossings.iter().flatten().fold((f32::MAX, f32::MIN), |(l, r), x| (l.min(*x), r.max(*x)));
            let (left, right) = (left.max(clip.left()), right.min(clip.right()));
            let row = &mut self.pixels[y * self.width..(y + 1) * self.width];
            let (start, end) = (first(left, self.width), first(right, self.width));
            for (x, pixel) in row.iter_mut().enumerate().take(end).skip(start) {
                blend(pixel, shade.at(x as f32 + 0.5, middle));
            }
        }
    }

    fn into_picture(self) -> RgbImage {
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
fn crossing(a: &Vertex, b: &Vertex, y: f32) -> Option<f32> {
    let (a, b) = if (a.pos.y, a.pos.x) <= (b.pos.y, b.pos.x) { (a.pos, b.pos) } else { (b.pos, a.pos) };
    (a.y <= y && y < b.y).then(|| a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y))
}

fn blend(under: &mut Colour, over: Colour) {
    for (under, over_part) in under.iter_mut().zip(over) {
        *under = over_part + *under * (1.0 - over[3]);
    }
}

/// The colours over a triangle: what its corners say, times what its texture says.
struct Shade<'a> {
    corners: [&'a Vertex; 3],
    doubled_area: f32,
    texture: &'a ColorImage,
    /// Most triangles have one colour.
    plain: Option<Colour>,
}

impl<'a> Shade<'a> {
    fn new(corners: [&'a Vertex; 3], texture: &'a ColorImage) -> Option<Shade<'a>> {
        let [a, b, c] = corners.map(|corner| corner.pos);
        let doubled_area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
        let same = |corner: &&Vertex| (corner.uv, corner.color) == (corners[0].uv, corners[0].color);
        let plain = corners.iter().all(same).then(|| times(colour(corners[0].color), texel(texture, corners[0].uv)));
        (doubled_area != 0.0).then_some(Shade { corners, doubled_area, texture, plain })
    }

    fn at(&self, x: f32, y: f32) -> Colour {
        if let Some(plain) = self.plain {
            return plain;
        }
        let [a, b, c] = self.corners.map(|corner| corner.pos);
        let to_b = ((x - a.x) * (c.y - a.y) - (c.x - a.x) * (y - a.y)) / self.doubled_area;
        let to_c = ((b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y)) / self.doubled_area;
        let weights = [1.0 - to_b - to_c, to_b, to_c];
        let mix = |of: [f32; 3]| of.iter().zip(weights).map(|(part, weight)| part * weight).sum::<f32>();
        let colours = self.corners.map(|corner| colour(corner.color));
        let colour = [0, 1, 2, 3].map(|part| mix(colours.map(|colour| colour[part])));
        let uv = pos2(mix(self.corners.map(|corner| corner.uv.x)), mix(self.corners.map(|corner| corner.uv.y)));
        times(colour, texel(self.texture, uv))
    }
}

fn times(one: Colour, other: Colour) -> Colour {
    [0, 1, 2, 3].map(|part| one[part] * other[part])
}

fn colour(stored: Color32) -> Colour {
    stored.to_array().map(|part| f32::from(part) / 255.0)
}

/// The texture between its four nearest points.
fn texel(texture: &ColorImage, uv: Pos2) -> Colour {
    let [width, height] = texture.size;
    let (x, y) = (uv.x * width as f32 - 0.5, uv.y * height as f32 - 0.5);
    let pixel = |x: f32, y: f32| {
        let within = |place: f32, end: usize| (place.max(0.0) as usize).min(end - 1);
        colour(texture.pixels[within(y, height) * width + within(x, width)])
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
