//! Draws one page of a document. Nothing in a PDF is carried out and nothing it names is fetched or read: the drawing library
//! knows no scripts, no actions and no files, and this process could open none. Fonts are those in the document and those
//! built in.

use super::draw_tiff::{self, PictureLimits};
use crate::sensitive::Sensitive;
use crate::viewing::{MAX_SIDE, ViewableKind};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;

/// Pages after these are not drawn.
const MAX_PAGES: usize = 300;
/// Pixels a point: a page of a letter's size then is about as wide as the screen.
const PIXELS_PER_POINT: f32 = 2.5;
/// A larger picture is refused before it is decoded.
const MAX_PICTURE_SIDE: u32 = 12_000;
/// What decoding a picture may take, in bytes: a photograph of 50 million pixels.
const MAX_PICTURE_BYTES: usize = 160_000_000;

const LIMITS: PictureLimits =
    PictureLimits { most_pages: MAX_PAGES, most_side: MAX_PICTURE_SIDE, most_bytes: MAX_PICTURE_BYTES };

/// A page as a picture, and how many pages there are.
pub(super) struct Drawn {
    pub(super) pages: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgb: Sensitive<Vec<u8>>,
}

/// The page, unless the document is damaged, locked, too large, or has no such page.
pub(super) fn draw(kind: ViewableKind, bytes: Sensitive<Vec<u8>>, page: u32) -> Option<Drawn> {
    match kind {
        ViewableKind::Pdf => pdf(&bytes, page),
        ViewableKind::Png if page == 0 => picture(&bytes, ImageFormat::Png),
        ViewableKind::Jpeg if page == 0 => picture(&bytes, ImageFormat::Jpeg),
        ViewableKind::Png | ViewableKind::Jpeg => None,
        ViewableKind::Tiff => {
            let (picture, pages) = draw_tiff::page(&bytes, page, LIMITS)?;
            drop(bytes);
            Some(drawn(picture, pages))
        }
        // It is shown as letters and never comes here.
        ViewableKind::Text => None,
    }
}

fn pdf(bytes: &Sensitive<Vec<u8>>, page: u32) -> Option<Drawn> {
    let document = Pdf::new(bytes.reveal().clone()).ok()?;
    let pages = document.pages();
    let index = usize::try_from(page).ok().filter(|index| *index < MAX_PAGES)?;
    let page = pages.get(index)?;
    let (width, height) = page.render_dimensions();
    #[expect(clippy::cast_precision_loss, reason = "2,000 is exact")]
    let scale = PIXELS_PER_POINT.min(MAX_SIDE as f32 / width.max(height));
    // A page without an area, or one so thin that nothing of it would be seen.
    if !(width * scale >= 1.0 && height * scale >= 1.0) {
        return None;
    }
    let size = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let drawn = render(page, &RenderCache::new(), &InterpreterSettings::default(), &RenderSettings::default(), &size);
    // The ground is opaque, so every pixel is.
    let rgb = drawn.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    Some(Drawn {
        pages: u32::try_from(pages.len()).ok()?,
        width: drawn.width().into(),
        height: drawn.height().into(),
        rgb: Sensitive::new(rgb),
    })
}

fn picture(bytes: &Sensitive<Vec<u8>>, format: ImageFormat) -> Option<Drawn> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_PICTURE_SIDE);
    limits.max_image_height = Some(MAX_PICTURE_SIDE);
    limits.max_alloc = u64::try_from(MAX_PICTURE_BYTES).ok();
    let mut reader = ImageReader::with_format(Cursor::new(bytes.reveal().as_slice()), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    Some(drawn(picture, 1))
}

/// Within the largest side, on white.
fn drawn(mut picture: DynamicImage, pages: u32) -> Drawn {
    if picture.width().max(picture.height()) > MAX_SIDE {
        picture = picture.thumbnail(MAX_SIDE, MAX_SIDE);
    }
    let rgb = if picture.color().has_alpha() { on_white(&picture) } else { picture.into_rgb8() };
    let (width, height) = rgb.dimensions();
    Drawn { pages, width, height, rgb: Sensitive::new(rgb.into_raw()) }
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0.map(u16::from);
        let over = |colour: u16| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        Rgb([over(red), over(green), over(blue)])
    })
}
