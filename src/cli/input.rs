//! What stands on the command line: a text, a file with a text, a card file, a picture or a PDF with codes, or `-` for the
//! standard input. It comes to texts of codes; what they are, `scan` says. What is not read is named.

use super::file_kind::FileKind;
use super::outcome::Outcome;
use crate::scan::{CodeReader, Frame, OtherCode, Reading, codes_in, find_codes, has_our_mark};
use crate::sensitive::Sensitive;
use crate::trouble::Trouble;
use crate::viewing::{PagePicture, Viewable, ViewableKind};
use flate2::read::MultiGzDecoder;
use image::{DynamicImage, GrayImage, ImageFormat, ImageReader, Limits};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

/// A larger file holds no code.
const MAX_BYTES: u64 = 50_000_000;
/// A longer side is not decoded: a phone's largest photographs have 9,300.
const MAX_SIDE: u32 = 12_000;
/// Nor is a picture that takes more memory than this.
const MAX_DECODED_BYTES: u64 = 400_000_000;
/// Pages of a document that are looked at.
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
    /// Neither a file nor the text of a code.
    #[error("there is no file of this name, and the text is no code")]
    NotFound,
    /// Nothing in it.
    #[error("the input is empty")]
    Empty,
    /// A limit of ours.
    #[error("the file is larger than 50 MB")]
    TooLarge,
    /// Damaged, or larger than a photograph.
    #[error("the picture is damaged or too large")]
    Picture,
    /// A picture in a format that is not decoded here.
    #[error("pictures of the format {0} are not read: PNG and JPEG are, and PDF")]
    PictureFormat(&'static str),
    /// The sandbox could not draw it.
    #[error("the PDF cannot be drawn")]
    Pdf,
    /// An archive, as portals export health records.
    #[error("a ZIP archive is not read: health records in a file are not taken without a link or a card")]
    Zip,
    /// Damaged, or compressed more than once.
    #[error("the gzip file is damaged")]
    Gzip,
    /// Bytes of another kind.
    #[error("the file is no text and of a format that is not read: pictures are PNG or JPEG, documents PDF")]
    Format,
}

impl InputError {
    /// How a command ends that was given nothing else.
    pub fn outcome(&self) -> Outcome {
        match self {
            InputError::Io(_) | InputError::NotFound | InputError::Empty | InputError::TooLarge => Outcome::NoInput,
            InputError::Picture
            | InputError::PictureFormat(_)
            | InputError::Pdf
            | InputError::Zip
            | InputError::Gzip
            | InputError::Format => Outcome::NotOurs,
        }
    }
}

/// The texts of the codes in one input, none when there is none.
pub fn texts_of(input: &str, draw: DrawPage<'_>) -> Result<Vec<Sensitive<String>>, InputError> {
    if input == "-" {
        return texts_of_bytes(read_limited(io::stdin())?, draw);
    }
    if Path::new(input).exists() && !has_our_mark(input) {
        return texts_of_bytes(read_limited(File::open(input)?)?, draw);
    }
    // What is no kind of code was meant for the name of a file.
    match CodeReader::default().read(input) {
        Ok(Reading::Other(OtherCode::Unknown)) => Err(InputError::NotFound),
        Ok(Reading::Code(_) | Reading::Part { .. } | Reading::Other(_)) | Err(_) => Ok(vec![Sensitive::from(input)]),
    }
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
    match FileKind::of(bytes.reveal()) {
        FileKind::Gzip => {
            let content = read_limited(MultiGzDecoder::new(bytes.reveal().as_slice()));
            let content =
                content.map_err(|error| if let InputError::Io(_) = error { InputError::Gzip } else { error })?;
            match FileKind::of(content.reveal()) {
                FileKind::Gzip => Err(InputError::Gzip),
                kind => texts_of_kind(kind, content, draw),
            }
        }
        kind => texts_of_kind(kind, bytes, draw),
    }
}

fn texts_of_kind(
    kind: FileKind,
    bytes: Sensitive<Vec<u8>>,
    draw: DrawPage<'_>,
) -> Result<Vec<Sensitive<String>>, InputError> {
    match kind {
        FileKind::Picture(format) => texts_of_picture(bytes.reveal(), format),
        FileKind::Pages(kind) => texts_of_pages(kind, bytes, draw),
        FileKind::Text(encoding) => Ok(texts_of_text(encoding.read(bytes.reveal()).reveal())),
        FileKind::Empty => Err(InputError::Empty),
        FileKind::OtherPicture(format) => Err(InputError::PictureFormat(format)),
        FileKind::Zip => Err(InputError::Zip),
        FileKind::Gzip => Err(InputError::Gzip),
        FileKind::Other => Err(InputError::Format),
    }
}

/// Through what is transparent (PNG 13.16) the ground shows: white as paper, or dark as an app in dark mode.
fn texts_of_picture(bytes: &[u8], format: ImageFormat) -> Result<Vec<Sensitive<String>>, InputError> {
    let picture = picture(bytes, format)?;
    let grounds: &[u8] = if picture.color().has_alpha() { &[u8::MAX, 0] } else { &[u8::MAX] };
    for ground in grounds {
        let texts = find_codes(&frame(&picture, *ground)?);
        if !texts.is_empty() {
            return Ok(texts);
        }
    }
    Ok(Vec::new())
}

fn picture(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, InputError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.decode().map_err(|_| InputError::Picture)
}

/// Grey; a picture with more pixels than a frame may have is made smaller.
fn frame(picture: &DynamicImage, ground: u8) -> Result<Frame, InputError> {
    let mut grey = if picture.color().has_alpha() { over(picture, ground) } else { picture.to_luma8() };
    while u64::from(grey.width()) * u64::from(grey.height()) > u64::from(Frame::MAX_PIXELS) {
        grey = image::imageops::thumbnail(&grey, grey.width() / 2, grey.height() / 2);
    }
    Frame::new(grey.width(), grey.height(), grey.into_raw()).ok_or(InputError::Picture)
}

fn over(picture: &DynamicImage, ground: u8) -> GrayImage {
    let picture = picture.to_luma_alpha8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [light, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let mixed = (light * alpha + u32::from(ground) * (255 - alpha)) / 255;
        image::Luma([u8::try_from(mixed).unwrap_or(u8::MAX)])
    })
}

fn texts_of_pages(
    kind: ViewableKind,
    bytes: Sensitive<Vec<u8>>,
    draw: DrawPage<'_>,
) -> Result<Vec<Sensitive<String>>, InputError> {
    let document = Viewable { kind, bytes };
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

/// The codes in a text: the parts of a card, or what words stand around. A card file, and a text without codes, comes whole; the
/// lines of one may have codes that are found only by themselves, as another keyboard types them.
fn texts_of_text(text: &str) -> Vec<Sensitive<String>> {
    let begun = text.trim_start_matches('\u{FEFF}').trim_start();
    if ["{", "[", "eyJ"].iter().any(|beginning| begun.starts_with(beginning)) {
        return vec![Sensitive::from(text)];
    }
    let codes = codes_in(text);
    let lines = || text.lines().filter(|line| has_our_mark(line)).take(MAX_LINES).map(Sensitive::from).collect();
    let found: Vec<_> = if codes.is_empty() { lines() } else { codes };
    if found.is_empty() { vec![Sensitive::from(text)] } else { found }
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
        for text in
            ["shlink:/abc", "https://viewer.example.org/#shlink:/abc", "WIFI:S:x;;", "{\"resourceType\":\"Patient\"}"]
        {
            assert_eq!(texts(text), [text]);
        }
        for text in ["no such file", "no-such-file.png", "/no/such/folder", ""] {
            let error = texts_with(text, &no_pdf).expect_err("nothing");
            assert!(matches!(error, InputError::NotFound) && error.outcome() == Outcome::NoInput, "{text}");
        }
    }

    #[test]
    fn a_text_file_gives_its_lines_with_a_mark_and_a_card_file_comes_whole() {
        of_file("parts.txt", b"shc:/1/2/55\r\nshc:/2/2/56\n", |path| {
            assert_eq!(texts(path), ["shc:/1/2/55", "shc:/2/2/56"])
        });
        of_file("mail.txt", b"My records:\nhttps://v.example.org/#shlink:/abc\nBye", |path| {
            assert_eq!(texts(path), ["shlink:/abc"]);
        });
        let card = "{\n\"verifiableCredential\": [\n\"e30.e30.e30\"]\n}";
        of_file("a.smart-health-card", card.as_bytes(), |path| assert_eq!(texts(path), [card]));
        of_file("other.txt", b"hello", |path| assert_eq!(texts(path), ["hello"]));
        let typed = "shc\u{d1}-567629095243206034602924374044603122295953265460\n";
        of_file("typed.txt", typed.as_bytes(), |path| assert_eq!(texts(path), [typed.trim_end()]));
        of_file("cards.txt", b"eyJ.e30.e30\neyJ.e30.e30\n", |path| {
            assert_eq!(texts(path), ["eyJ.e30.e30\neyJ.e30.e30\n"])
        });
    }

    #[test]
    fn a_text_is_read_in_whatever_way_it_is_written_and_packed() {
        let wide: Vec<u8> = "\u{FEFF}shlink:/abc\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        of_file("wide.txt", &wide, |path| assert_eq!(texts(path), ["shlink:/abc"]));
        let packed = |content: &[u8]| {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            std::io::Write::write_all(&mut gzip, content).expect("in memory");
            gzip.finish().expect("in memory")
        };
        of_file("packed.gz", &packed(&wide), |path| assert_eq!(texts(path), ["shlink:/abc"]));
        of_file("bomb.gz", &packed(&vec![b'a'; 50_000_001]), |path| {
            assert!(matches!(texts_with(path, &no_pdf), Err(InputError::TooLarge)));
        });
        for damaged in [packed(&packed(b"shlink:/abc")), packed(b"shlink:/abc")[..15].to_vec()] {
            of_file("damaged.gz", &damaged, |path| assert!(matches!(texts_with(path, &no_pdf), Err(InputError::Gzip))));
        }
    }

    #[test]
    fn what_is_not_read_is_named() {
        let error = |content: &[u8]| {
            let mut error = None;
            of_file("file", content, |path| error = texts_with(path, &no_pdf).err());
            error.expect("an error")
        };
        assert!(matches!(error(b" \n"), InputError::Empty) && error(b"").outcome() == Outcome::NoInput);
        assert!(matches!(error(b"PK\x03\x04...."), InputError::Zip));
        assert!(matches!(error(b"\0\x01\x02\x03"), InputError::Format));
        let gif = error(b"GIF89a....");
        assert!(gif.to_string().contains("GIF") && gif.outcome() == Outcome::NotOurs);
        let folder = tempfile::tempdir().expect("a folder");
        let error = texts_with(folder.path().to_str().expect("a path"), &no_pdf).expect_err("a folder");
        assert!(matches!(error, InputError::Io(_)) && error.outcome() == Outcome::NoInput);
    }

    #[test]
    fn through_a_transparent_picture_the_ground_shows() {
        let code = qr_png("shlink:/abc");
        // What is drawn, and how bright: dark modules on nothing, and light ones on nothing.
        for (drawn, light) in [(0, 0), (255, 255)] {
            let picture = image::GrayAlphaImage::from_fn(code.width(), code.height(), |x, y| {
                let is_drawn = code.get_pixel(x, y).0 == [drawn];
                // Where nothing is drawn the picture is black all the same.
                image::LumaA(if is_drawn { [light, 255] } else { [0, 0] })
            });
            let mut png = Cursor::new(Vec::new());
            picture.write_to(&mut png, ImageFormat::Png).expect("written");
            of_file("transparent.png", png.get_ref(), |path| assert_eq!(texts(path), ["shlink:/abc"]));
        }
    }

    #[test]
    fn a_code_in_light_on_dark_is_read() {
        let mut code = qr_png("shlink:/abc");
        image::imageops::invert(&mut code);
        let mut png = Cursor::new(Vec::new());
        code.write_to(&mut png, ImageFormat::Png).expect("written");
        of_file("inverted.png", png.get_ref(), |path| assert_eq!(texts(path), ["shlink:/abc"]));
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
