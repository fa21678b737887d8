//! Pictures of both sides of an insurance card, in the Coverage as CARIN's Digital Insurance Card puts them there.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use std::io::Cursor;

const EXTENSION: &str = "http://hl7.org/fhir/us/insurance-card/StructureDefinition/C4DIC-SupportingImage-extension";
/// 85.6 by 54 mm (ISO/IEC 7810 ID-1).
const SIZE: (u32, u32) = (428, 270);

/// Left, top, right and bottom of a block of one colour.
type Block = ([u32; 4], [u8; 3]);

const FRONT: [Block; 7] = [
    ([0, 0, 428, 62], [22, 78, 99]),
    ([20, 18, 46, 44], [250, 204, 21]),
    ([58, 24, 240, 38], [236, 254, 255]),
    ([20, 92, 250, 106], [51, 65, 85]),
    ([20, 124, 180, 134], [148, 163, 184]),
    ([20, 150, 210, 160], [148, 163, 184]),
    ([310, 190, 404, 246], [8, 145, 178]),
];
const BACK: [Block; 5] = [
    ([0, 26, 428, 78], [30, 41, 59]),
    ([20, 104, 300, 136], [226, 232, 240]),
    ([20, 158, 380, 166], [148, 163, 184]),
    ([20, 180, 340, 188], [148, 163, 184]),
    ([20, 202, 360, 210], [148, 163, 184]),
];

/// The bundle with pictures in each Coverage.
#[must_use]
pub fn with_pictures(mut bundle: Value) -> Value {
    for entry in bundle["entry"].as_array_mut().into_iter().flatten() {
        if entry["resource"]["resourceType"] == "Coverage" {
            entry["resource"]["extension"] =
                json!([side("Front of the card", &FRONT), side("Back of the card", &BACK)]);
        }
    }
    bundle
}

fn side(description: &str, blocks: &[Block]) -> Value {
    let attachment = json!({"contentType": "image/png", "data": STANDARD.encode(png(blocks))});
    json!({"url": EXTENSION, "extension": [
        {"url": "description", "valueString": description},
        {"url": "image", "valueAttachment": attachment},
    ]})
}

fn png(blocks: &[Block]) -> Vec<u8> {
    let mut card = RgbImage::from_pixel(SIZE.0, SIZE.1, Rgb([248, 250, 252]));
    for ([left, top, right, bottom], colour) in blocks {
        for (x, y) in (*top..*bottom).flat_map(|y| (*left..*right).map(move |x| (x, y))) {
            card.put_pixel(x, y, Rgb(*colour));
        }
    }
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(card).write_to(&mut file, ImageFormat::Png).expect("a picture in memory");
    file.into_inner()
}
