//! What stands on the command line: a text, a file with a text, a card file, a picture or a PDF with codes, or `-` for the
//! standard input. It comes to texts of codes; what they are, `scan` says.

use crate::scan::{Frame, find_codes, has_our_mark};
use crate::sensitive::Sensitive;
use crate::trouble::Trouble;
use crate::viewing::{PagePicture, Viewable, ViewableKind};
use image::{ImageFormat, ImageReader, Limits};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

/// A larger file holds no code.
const MAX_BYTES: u64 = 50_000_000;
/// A longer side is not decoded: a phone's largest photographs have 9,300.
const MAX_SIDE: u32 = 12_000;
/// Nor is a picture that takes more memory than this.
const MAX_DECODED_BYTES: u64 = 400_000_000;
/// Pages of a PDF that are looked at.
const MAX_PAGES: u32 = 20;
/// Lines of a text that may each hold a code.
const MAX_LINES: usize = 100;

/// Draws one page of a PDF, numbered from 0.
pub type DrawPage<'a> = &'a dyn Fn(&Viewable, u32) -> Result<PagePicture, Trouble>;

/// Why an input was not read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The file or the standard input.
    #[error("the input cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A limit of ours.
    #[error("the file is larger than 50 MB")]
    TooLarge,
    /// Damaged, or larger than a photograph.
    #[error("the picture is damaged or too large")]
    Picture,
    /// The sandbox could not draw it.
    #[error("the PDF cannot be drawn")]
    Pdf,
}

/// The texts of the codes in one input, none when there is none.
pub fn texts_of(input: &str, draw: DrawPage<'_>) -> Result<Vec<Sensitive<String>>, InputError> {
    if input == "-" {
        return texts_of_bytes(read_limited(io::stdin())?, draw);
    }
    if has_our_mark(input) || !Path::new(input).exists() {
        return Ok(vec![Sensitive::from(input)]);
    }
    texts_of_bytes(read_limited(File::open(input)?)?, draw)
}

fn read_limited(source: impl Read) -> Result<Sensitive<Vec<u8>>, InputError> {
    let mut bytes = Vec::new();
    let read = source.take(MAX_BYTES + 1).read_to_end(&mut bytes).map(|_| Sensitive::new(bytes));
    read.map_err(InputError::Io).and_then(|bytes| {
        let small = u64::try_from(bytes.reveal().len()).is_ok_and(|len| len <= MAX_BYTES);
        small.then_some(bytes).ok_or(InputError::TooLarge)
    })
}

fn texts_of_bytes(bytes: Sensitive<Vec<u8>>, draw: DrawPage<'_>) -> Result<Vec<Sensitive<String>>, InputError> {
    match image::guess_format(bytes.reveal()) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) => Ok(find_codes(&picture(bytes.reveal(), format)?)),
        _ if bytes.reveal().starts_with(b"%PDF-") => texts_of_pdf(bytes, draw),
        _ => Ok(texts_of_text(&String::from_utf8_lossy(bytes.reveal()))),
    }
}

/// Grey; a picture with more pixels than a frame may have is made smaller.
fn picture(bytes: &[u8], format: ImageFormat) -> Result<Frame, InputError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut grey = reader.decode().map_err(|_| InputError::Picture)?.into_luma8();
    while u64::from(grey.width()) * u64::from(grey.height()) > u64::from(Frame::MAX_PIXELS) {
        grey = image::imageops::thumbnail(&grey, grey.width() / 2, grey.height() / 2);
    }
    Frame::new(grey.width(), grey.height(), grey.into_raw()).ok_or(InputError::Picture)
}

fn texts_of_pdf(bytes: Sensitive<Vec<u8>>, draw: DrawPage<'_>) -> Result<Vec<Sensitive<String>>, InputError> {
    let document = Viewable { kind: ViewableKind::Pdf, bytes };
    let (mut texts, mut page, mut pages) = (Vec::new(), 0, 1);
    while page < pages {
        let drawn = draw(&document, page).map_err(|_| InputError::Pdf)?;
        pages = drawn.pages.min(MAX_PAGES);
        page += 1;
        let luma = drawn.rgb.reveal().chunks_exact(3).map(brightness).collect();
        let frame = Frame::new(drawn.width, drawn.height, luma).ok_or(InputError::Pdf)?;
        texts.extend(find_codes(&frame));
    }
    Ok(texts)
}

/// ITU-R BT.601.
fn brightness(rgb: &[u8]) -> u8 {
    let weighted = rgb.iter().zip([299, 587, 114]).map(|(light, weight)| u32::from(*light) * weight).sum::<u32>();
    u8::try_from(weighted / 1_000).unwrap_or(u8::MAX)
}

/// The lines that have a mark of ours, for a text that holds the parts of a card or has words around a link; without any, the
/// whole.
fn texts_of_text(text: &str) -> Vec<Sensitive<String>> {
    let codes: Vec<_> = text.lines().filter(|line| has_our_mark(line)).take(MAX_LINES).map(Sensitive::from).collect();
    if codes.is_empty() { vec![Sensitive::from(text)] } else { codes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ktc_testbed::picture::qr_png;
    use std::fs::write;

    fn no_pdf(_: &Viewable, _: u32) -> Result<PagePicture, Trouble> {
        Err(Trouble::TimedOut)
    }

    fn texts(input: &str) -> Vec<String> {
        texts_with(input, &no_pdf).expect("texts")
    }

    fn texts_with(input: &str, draw: DrawPage<'_>) -> Result<Vec<String>, InputError> {
        let texts = texts_of(input, draw)?;
        Ok(texts.iter().map(|text| text.reveal().clone()).collect())
    }

    /// A file with this content, whose path is the input.
    fn of_file(name: &str, content: &[u8], look: impl FnOnce(&str)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        write(&path, content).expect("written");
        look(path.to_str().expect("a path"));
    }

    #[test]
    fn what_is_no_file_is_the_text_itself() {
        assert_eq!(texts("shlink:/abc"), ["shlink:/abc"]);
        assert_eq!(texts("https://viewer.example.org/#shlink:/abc"), ["https://viewer.example.org/#shlink:/abc"]);
        assert_eq!(texts("no such file"), ["no such file"]);
    }

    #[test]
    fn a_text_file_gives_its_lines_with_a_mark_and_a_card_file_comes_whole() {
        of_file("parts.txt", b"shc:/1/2/55\r\nshc:/2/2/56\n", |path| {
            assert_eq!(texts(path), ["shc:/1/2/55", "shc:/2/2/56"])
        });
        of_file("mail.txt", b"My records:\nhttps://v.example.org/#shlink:/abc\nBye", |path| {
            assert_eq!(texts(path), ["https://v.example.org/#shlink:/abc"]);
        });
        let card = "{\n\"verifiableCredential\": [\n\"e30.e30.e30\"]\n}";
        of_file("a.smart-health-card", card.as_bytes(), |path| assert_eq!(texts(path), [card]));
        of_file("other.txt", b"hello", |path| assert_eq!(texts(path), ["hello"]));
    }

    #[test]
    fn every_code_of_a_picture_is_read() {
        let (left, right) = (qr_png("shc:/1/2/5555"), qr_png("shc:/2/2/5656"));
        let mut both = image::GrayImage::from_pixel(left.width() + right.width(), left.height(), image::Luma([255]));
        image::imageops::replace(&mut both, &left, 0, 0);
        image::imageops::replace(&mut both, &right, i64::from(left.width()), 0);
        let mut png = Cursor::new(Vec::new());
        both.write_to(&mut png, ImageFormat::Png).expect("written");
        of_file("codes.png", png.get_ref(), |path| {
            let mut texts = texts(path);
            texts.sort();
            assert_eq!(texts, ["shc:/1/2/5555", "shc:/2/2/5656"]);
        });
        of_file("half.png", &png.get_ref()[..png.get_ref().len() / 2], |path| {
            assert!(matches!(texts_with(path, &no_pdf), Err(InputError::Picture)));
        });
    }

    #[test]
    fn a_picture_that_is_larger_than_it_may_be_is_refused_before_it_is_decoded() {
        let mut png = Cursor::new(Vec::new());
        image::GrayImage::new(1, MAX_SIDE + 1).write_to(&mut png, ImageFormat::Png).expect("written");
        of_file("long.png", png.get_ref(), |path| {
            assert!(matches!(texts_with(path, &no_pdf), Err(InputError::Picture)));
        });
    }

    #[test]
    fn each_page_of_a_pdf_is_drawn_and_read() {
        let draw = |document: &Viewable, page: u32| {
            assert_eq!(document.kind, ViewableKind::Pdf);
            let code = qr_png(&format!("shc:/{}/2/5555", page + 1));
            let rgb = code.as_raw().iter().flat_map(|light| [*light; 3]).collect();
            Ok(PagePicture { page, pages: 2, width: code.width(), height: code.height(), rgb: Sensitive::new(rgb) })
        };
        of_file("cards.pdf", b"%PDF-1.7 ...", |path| {
            assert_eq!(texts_with(path, &draw).expect("texts"), ["shc:/1/2/5555", "shc:/2/2/5555"]);
            assert!(matches!(texts_with(path, &no_pdf), Err(InputError::Pdf)));
        });
    }

    #[test]
    fn a_drawer_that_promises_pages_without_end_is_asked_for_twenty() {
        let asked = std::cell::Cell::new(0);
        let draw = |_: &Viewable, page: u32| {
            asked.set(asked.get() + 1);
            let rgb = Sensitive::new(vec![255; 3]);
            Ok(PagePicture { page, pages: u32::MAX, width: 1, height: 1, rgb })
        };
        of_file("endless.pdf", b"%PDF-1.7", |path| assert_eq!(texts_with(path, &draw).expect("texts"), [""; 0]));
        assert_eq!(asked.get(), MAX_PAGES);
    }
}
