//! Paints what egui would hand to a graphics card, so that a screen has the same picture on every machine.

use egui::epaint::{ClippedPrimitive, Primitive, Vertex};
use egui::{Color32, ColorImage, ImageData, TextureId, TexturesDelta};
use egui_kittest::{Harness, TestRenderer};
use image::RgbImage;
use ktc_testbed::painting::{Canvas, Corner, Texture};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The textures of one window. Clones share them: one goes to the harness, which changes them.
#[derive(Clone, Default)]
pub struct Raster(Rc<RefCell<HashMap<TextureId, Texture>>>);

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut textures = self.0.borrow_mut();
        for (id, changes) in delta.set.drain() {
            for change in changes {
                let ImageData::Color(image) = change.image;
                match change.pos {
                    None => drop(textures.insert(id, texture(&image))),
                    Some(place) => {
                        textures.get_mut(&id).expect("a texture that is there").replace(place, &texture(&image))
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
            let clip = [clip_rect.left(), clip_rect.top(), clip_rect.right(), clip_rect.bottom()];
            for triangle in mesh.indices.chunks_exact(3) {
                let corner = |at: usize| corner(&mesh.vertices[triangle[at] as usize]);
                canvas.paint([corner(0), corner(1), corner(2)], &textures[&mesh.texture_id], clip);
            }
        }
        canvas.into_picture()
    }
}

fn corner(vertex: &Vertex) -> Corner {
    Corner { place: vertex.pos.into(), uv: vertex.uv.into(), colour: vertex.color.to_array() }
}

fn texture(image: &ColorImage) -> Texture {
    Texture { size: image.size, pixels: image.pixels.iter().map(Color32::to_array).collect() }
}
