//! What a file is by its content, whatever its name says.

use crate::sensitive::Sensitive;
use crate::viewing::ViewableKind;
use image::ImageFormat;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// Nothing, or white space.
    Empty,
    /// A picture that is read.
    Picture(ImageFormat),
    /// A picture of another format, by its usual name.
    OtherPicture(&'static str),
    /// A document whose pages are drawn in the sandbox.
    Pages(ViewableKind),
    Gzip,
    Zip,
    Text(Encoding),
    /// Bytes that are none of these.
    Other,
}

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
}

/// A text without a byte order mark shows its encoding in so many bytes.
const HEAD: usize = 64;
/// And in no fewer than these.
const MIN_HEAD: usize = 8;
/// ISO/IEC 23008-12: the brands of HEIC, in which iPhones keep photographs. Of others the library knows the beginnings.
const HEIC: [&[u8]; 6] = [b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1"];

impl FileKind {
    pub(super) fn of(bytes: &[u8]) -> FileKind {
        match image::guess_format(bytes) {
            Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) => return FileKind::Picture(format),
            Ok(ImageFormat::Gif) => return FileKind::OtherPicture("GIF"),
            Ok(ImageFormat::WebP) => return FileKind::OtherPicture("WebP"),
            Ok(ImageFormat::Bmp) => return FileKind::OtherPicture("BMP"),
            Ok(ImageFormat::Tiff) => return FileKind::OtherPicture("TIFF"),
            Ok(ImageFormat::Avif) => return FileKind::OtherPicture("AVIF"),
            // What else the library knows begins like texts as well, or is on no phone and no desk.
            Ok(_) | Err(_) => {}
        }
        let is_heic = bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| HEIC.contains(&brand));
        match bytes {
            _ if is_heic => FileKind::OtherPicture("HEIC"),
            _ if bytes.starts_with(b"%PDF-") => FileKind::Pages(ViewableKind::Pdf),
            [0x1f, 0x8b, ..] => FileKind::Gzip,
            [b'P', b'K', 3 | 5, 4 | 6, ..] => FileKind::Zip,
            _ => FileKind::of_text(bytes),
        }
    }

    fn of_text(bytes: &[u8]) -> FileKind {
        let Some(encoding) = Encoding::of(bytes) else { return FileKind::Other };
        let text = encoding.read(bytes.get(..bytes.len().min(4_096)).unwrap_or_default());
        let text = text.reveal().trim_start_matches('\u{FEFF}').trim_start();
        match text {
            "" if bytes.len() <= 4_096 => FileKind::Empty,
            _ if text.starts_with('<') && text.contains("<svg") => FileKind::OtherPicture("SVG"),
            _ => FileKind::Text(encoding),
        }
    }
}

impl Encoding {
    /// By the byte order mark (Unicode 23.8), else by where the zeros of plain letters stand; `None` for what is no text.
    fn of(bytes: &[u8]) -> Option<Encoding> {
        match bytes {
            [0xff, 0xfe, ..] => return Some(Encoding::Utf16LittleEndian),
            [0xfe, 0xff, ..] => return Some(Encoding::Utf16BigEndian),
            _ => {}
        }
        let head = bytes.get(..bytes.len().min(HEAD) & !1).unwrap_or_default();
        let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
        match (zeros(0), zeros(1)) {
            _ if head.len() < MIN_HEAD => (!bytes.contains(&0)).then_some(Encoding::Utf8),
            (0, 0) => (!bytes.contains(&0)).then_some(Encoding::Utf8),
            (0, odd) if 2 * odd == head.len() => Some(Encoding::Utf16LittleEndian),
            (even, 0) if 2 * even == head.len() => Some(Encoding::Utf16BigEndian),
            _ => None,
        }
    }

    /// What cannot be read becomes U+FFFD, which no code has.
    pub(super) fn read(self, bytes: &[u8]) -> Sensitive<String> {
        let pairs = |unit: fn([u8; 2]) -> u16| {
            let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
            // Room for all of it, so that growing leaves no copies behind: three bytes of UTF-8 for each unit at the most.
            let mut text = String::with_capacity(bytes.len() / 2 * 3);
            text.extend(char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
            text
        };
        let text = match self {
            Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Encoding::Utf16LittleEndian => pairs(u16::from_le_bytes),
            Encoding::Utf16BigEndian => pairs(u16::from_be_bytes),
        };
        Sensitive::from(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let table: [(&[u8], FileKind); 19] = [
            (b"", FileKind::Empty),
            (b" \r\n\t", FileKind::Empty),
            (b"\xef\xbb\xbf\n", FileKind::Empty),
            (b"\x89PNG\r\n\x1a\n....", FileKind::Picture(ImageFormat::Png)),
            (b"\xff\xd8\xff\xe0....", FileKind::Picture(ImageFormat::Jpeg)),
            (b"GIF89a....", FileKind::OtherPicture("GIF")),
            (b"RIFF\x10\0\0\0WEBPVP8 ", FileKind::OtherPicture("WebP")),
            (b"BM....", FileKind::OtherPicture("BMP")),
            (b"II*\0....", FileKind::OtherPicture("TIFF")),
            (b"MM\0*....", FileKind::OtherPicture("TIFF")),
            (b"\0\0\0\x18ftypheic\0\0\0\0", FileKind::OtherPicture("HEIC")),
            (b"\0\0\0\x1cftypavif\0\0\0\0", FileKind::OtherPicture("AVIF")),
            (b"<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"/>", FileKind::OtherPicture("SVG")),
            (b"%PDF-1.7", FileKind::Pages(ViewableKind::Pdf)),
            (b"\x1f\x8b\x08....", FileKind::Gzip),
            (b"PK\x03\x04....", FileKind::Zip),
            (b"<Bundle xmlns=\"http://hl7.org/fhir\"/>", FileKind::Text(Encoding::Utf8)),
            (b"a\0b", FileKind::Other),
            (b"\x01\0\0\0\x02\0\0\0", FileKind::Other),
        ];
        for (bytes, kind) in table {
            assert_eq!(FileKind::of(bytes), kind, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_text_is_read_in_both_orders_of_bytes_with_and_without_a_mark() {
        let read = |bytes: &[u8]| match FileKind::of(bytes) {
            FileKind::Text(encoding) => encoding.read(bytes).reveal().trim_start_matches('\u{FEFF}').to_owned(),
            kind => panic!("{kind:?}"),
        };
        let text = "{\"shlink:/é😀\": 1}";
        let letters = "shlink:/eyJ1cmwiOiJodHRwczovL2V4YW1wbGUub3JnIn0 and more";
        for text in [text, letters] {
            let marked = format!("\u{FEFF}{text}");
            let units: Vec<u16> = marked.encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            for bytes in [marked.as_bytes(), text.as_bytes(), &little, &big] {
                assert_eq!(read(bytes), text);
            }
            if text == letters {
                assert_eq!((read(&little[2..]), read(&big[2..])), (text.to_owned(), text.to_owned()));
            }
        }
        assert_eq!(FileKind::of(b"\xff\xfea"), FileKind::Empty, "half a letter");
    }
}
