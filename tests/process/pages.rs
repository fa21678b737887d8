//! Pages of documents from strangers are drawn, or refused, and nothing that stands in them is carried out.

#![expect(clippy::disallowed_methods, reason = "takes the time of real processes and tells it")]

use crate::support::sandbox::sandbox;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use ktc_kiosk::sandbox::Sandbox;
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::viewing::{MAX_SIDE, PagePicture, Viewable, ViewableKind};
use ktc_testbed::https::HttpsServer;
use ktc_testbed::pdf::{assemble, one_page};
use ktc_testbed::trap::TrapListener;
use std::io::Cursor;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

fn draw(sandbox: &Sandbox, kind: ViewableKind, bytes: &[u8], page: u32) -> Result<PagePicture, Trouble> {
    sandbox
        .draw_page(&Viewable { kind, bytes: Sensitive::new(bytes.to_vec()) }, page, &|| true)
        .map(|(picture, _)| picture)
}

fn a_sandbox() -> Sandbox {
    sandbox(&HttpsServer::start([]).expect("a server"))
}

/// How many pixels are not white.
fn ink(picture: &PagePicture) -> usize {
    picture.rgb.reveal().chunks(3).filter(|pixel| pixel.iter().any(|part| *part < 200)).count()
}

fn page(extra: &str, content: &str) -> Vec<String> {
    vec![
        format!("<< /Type /Catalog /Pages 2 0 R {extra} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ]
}

const SQUARE: &str = "0 0 0 rg 10 10 50 50 re f";

#[test]
fn a_letter_is_drawn_with_its_words() {
    let sandbox = a_sandbox();
    let pdf = one_page("Laboratory report", &["Glucose 5.1 mmol/l".to_owned(), "Chloé".to_owned()]);
    let picture = draw(&sandbox, ViewableKind::Pdf, &pdf, 0).expect("a page");
    assert_eq!((picture.page, picture.pages, picture.width, picture.height), (0, 1, 1530, 1980));
    assert!((2_000..200_000).contains(&ink(&picture)), "{} pixels", ink(&picture));
    assert_eq!(draw(&sandbox, ViewableKind::Pdf, &pdf, 1), Err(Trouble::DocumentNotShown), "no such page");
}

#[test]
fn pictures_are_drawn_within_the_largest_side() {
    let sandbox = a_sandbox();
    let encoded = |picture: DynamicImage, format| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("a picture");
        bytes.into_inner()
    };
    let wide = DynamicImage::from(RgbImage::from_pixel(3_000, 300, Rgb([200, 10, 10])));
    for (kind, format) in [(ViewableKind::Png, ImageFormat::Png), (ViewableKind::Jpeg, ImageFormat::Jpeg)] {
        let picture = draw(&sandbox, kind, &encoded(wide.clone(), format), 0).expect("a picture");
        assert_eq!((picture.pages, picture.width, picture.height), (1, MAX_SIDE, 200));
        assert!(picture.rgb.reveal()[0].abs_diff(200) < 4 && picture.rgb.reveal()[1].abs_diff(10) < 6);
    }
    let clear = DynamicImage::from(RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0])));
    let picture = draw(&sandbox, ViewableKind::Png, &encoded(clear, ImageFormat::Png), 0).expect("a picture");
    assert_eq!(ink(&picture), 0, "what is transparent is white");

    let huge = encoded(DynamicImage::from(image::GrayImage::new(13_000, 20)), ImageFormat::Png);
    assert_eq!(draw(&sandbox, ViewableKind::Png, &huge, 0), Err(Trouble::DocumentNotShown));
    for (kind, bytes) in [(ViewableKind::Png, &b"\x89PNG\r\n\x1a\n rest"[..]), (ViewableKind::Jpeg, b"\xFF\xD8\xFF")] {
        assert_eq!(draw(&sandbox, kind, bytes, 0), Err(Trouble::DocumentNotShown));
    }
}

/// One page of a TIFF: its tags with one number each, and what is in its one strip.
struct Leaf {
    tags: Vec<(u16, u32)>,
    strip: Vec<u8>,
}

/// A TIFF of these pages, in the byte order of Intel. A tag of 282 or 283 is a resolution.
fn tiff(pages: &[Leaf]) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for Leaf { tags, strip } in pages {
        let start = u32::try_from(file.len()).expect("short");
        file.extend(strip);
        let mut tags: Vec<(u16, u16, u32)> = tags
            .iter()
            .map(|(tag, value)| {
                if [282, 283].contains(tag) {
                    file.extend(value.to_le_bytes());
                    file.extend(1_u32.to_le_bytes());
                    return (*tag, 5, u32::try_from(file.len() - 8).expect("short"));
                }
                (*tag, 4, *value)
            })
            .collect();
        tags.extend([(273, 4, start), (279, 4, u32::try_from(strip.len()).expect("short"))]);
        tags.sort_unstable();
        let directory = u32::try_from(file.len()).expect("short");
        file[link..link + 4].copy_from_slice(&directory.to_le_bytes());
        file.extend(u16::try_from(tags.len()).expect("few").to_le_bytes());
        for (tag, kind, value) in tags {
            file.extend(tag.to_le_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(1_u32.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        link = file.len();
        file.extend([0; 4]);
    }
    file
}

fn leaf(compression: u32, bits: u32, more: &[(u16, u32)], strip: Vec<u8>) -> Leaf {
    let tags = [(256, 64), (257, 20), (258, bits), (259, compression), (277, 1), (278, 20)];
    Leaf { tags: tags.iter().chain(more).copied().collect(), strip }
}

/// Bits as bytes.
fn bits(bits: &str) -> Vec<u8> {
    let bits: Vec<u8> = bits.bytes().filter(|bit| *bit != b' ').map(|bit| bit - b'0').collect();
    bits.chunks(8).map(|bits| bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | bit << (7 - at))).collect()
}

/// White 16, black 32, white 16, in each row (ITU-T T.4, T.6).
fn faxes() -> [(&'static str, Leaf); 5] {
    const EOL: &str = "000000000001";
    const RUNS: &str = "101010 000001101010 101010";
    let lines = |tag: &str| (0..20).map(|_| format!("{EOL}{tag}{RUNS}")).collect::<String>();
    let two = format!("{EOL}1{RUNS}{}", format!("{EOL}0 1 1 1").repeat(19));
    let four = format!("001 101010 000001101010 1 {}{EOL}{EOL}", "111".repeat(19));
    let mirrored = bits(&four).into_iter().map(u8::reverse_bits).collect();
    [
        ("modified Huffman", leaf(2, 1, &[(262, 0)], bits(&RUNS.repeat(20)))),
        ("group 3 by one line", leaf(3, 1, &[(262, 0)], bits(&lines("")))),
        ("group 3 by two lines", leaf(3, 1, &[(262, 0), (292, 1)], bits(&two))),
        ("group 4", leaf(4, 1, &[(262, 0)], bits(&four))),
        ("group 4, mirrored", leaf(4, 1, &[(262, 0), (266, 2)], mirrored)),
    ]
}

#[test]
fn faxes_and_scans_in_tiff_are_drawn_page_by_page() {
    let sandbox = a_sandbox();
    let row: Vec<u8> = [[255; 16], [0; 16], [0; 16], [255; 16]].concat();
    let packed: Vec<u8> = [[0xFF; 2], [0; 2], [0; 2], [0xFF; 2]].concat();
    let mut all: Vec<(&str, Leaf)> = faxes().into();
    all.push(("grey", leaf(1, 8, &[(262, 1)], row.repeat(20))));
    all.push(("black and white", leaf(1, 1, &[(262, 1)], packed.repeat(20))));
    let document = tiff(
        &all.iter().map(|(_, page)| Leaf { tags: page.tags.clone(), strip: page.strip.clone() }).collect::<Vec<_>>(),
    );
    for (number, (name, _)) in (0..).zip(&all) {
        let picture = draw(&sandbox, ViewableKind::Tiff, &document, number).unwrap_or_else(|_| panic!("{name}"));
        assert_eq!((picture.page, picture.pages, picture.width, picture.height), (number, 7, 64, 20), "{name}");
        let drawn: Vec<u8> = picture.rgb.reveal().chunks(3).map(|pixel| pixel[0]).collect();
        assert_eq!(drawn, row.repeat(20), "{name}");
    }
    assert_eq!(draw(&sandbox, ViewableKind::Tiff, &document, 7), Err(Trouble::DocumentNotShown), "no such page");

    let coarse = leaf(1, 8, &[(262, 1), (282, 204), (283, 102)], row.repeat(20));
    let picture = draw(&sandbox, ViewableKind::Tiff, &tiff(&[coarse]), 0).expect("a page");
    assert_eq!((picture.width, picture.height), (64, 40), "as wide as it was sent");
    let turned = leaf(1, 8, &[(262, 1), (274, 6)], row.repeat(20));
    let picture = draw(&sandbox, ViewableKind::Tiff, &tiff(&[turned]), 0).expect("a page");
    assert_eq!((picture.width, picture.height), (20, 64), "upright");
}

#[test]
fn what_is_damaged_in_a_tiff_is_refused_or_seen_to_be_missing() {
    let sandbox = a_sandbox();
    let [.., (_, fax), _] = faxes();
    let half = Leaf { strip: fax.strip[..4].to_vec(), tags: fax.tags.clone() };
    let picture = draw(&sandbox, ViewableKind::Tiff, &tiff(&[half]), 0).expect("what is left");
    assert_eq!(picture.rgb.reveal().last(), Some(&128), "neither black nor white");
    let mut circle = tiff(&[leaf(1, 8, &[(262, 1)], vec![0; 64 * 20])]);
    let end = circle.len();
    let first: [u8; 4] = circle[4..8].try_into().expect("four");
    circle[end - 4..].copy_from_slice(&first);
    assert_eq!(draw(&sandbox, ViewableKind::Tiff, &circle, 0), Err(Trouble::DocumentNotShown), "pages without end");
    let huge = |width| {
        leaf(1, 8, &[(262, 1)], vec![0; 9])
            .tags
            .into_iter()
            .map(move |(tag, value)| (tag, if tag < 258 { width } else { value }))
    };
    for (name, bytes) in [
        ("too wide", tiff(&[Leaf { tags: huge(60_000).collect(), strip: vec![0; 9] }])),
        ("more than there is", tiff(&[Leaf { tags: huge(11_000).collect(), strip: vec![0; 9] }])),
        ("no area", tiff(&[Leaf { tags: huge(0).collect(), strip: vec![0; 9] }])),
        ("no page", b"II*\0\0\0\0\0".to_vec()),
        ("the end", b"MM\0*\xFF\xFF\xFF\xFF".to_vec()),
        ("an unknown compression", tiff(&[leaf(34_712, 8, &[(262, 1)], vec![0; 9])])),
    ] {
        assert_eq!(draw(&sandbox, ViewableKind::Tiff, &bytes, 0), Err(Trouble::DocumentNotShown), "{name}");
    }
}

#[test]
fn nothing_in_a_document_is_carried_out_fetched_or_opened() {
    let trap = TrapListener::on(Ipv4Addr::LOCALHOST.into()).expect("a listener");
    let url = format!("http://{}/x", trap.addr());
    let folder = tempfile::tempdir().expect("a folder");
    let written = folder.path().join("written");
    let outside = format!(
        "<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 0 \
         /F << /FS /URL /F ({url}) >> >>\nstream\n\nendstream"
    );
    let file = "<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 0 \
                /F (/etc/passwd) >>\nstream\n\nendstream";
    let actions = [
        format!("/OpenAction << /S /JavaScript /JS (app.launchURL\\('{url}'\\); this.submitForm\\('{url}'\\)) >>"),
        format!("/OpenAction << /S /Launch /F (/bin/sh) /P (-c 'touch {}') >>", written.display()),
        format!("/OpenAction << /S /URI /URI ({url}) >>"),
        format!("/OpenAction << /S /SubmitForm /F << /FS /URL /F ({url}) >> >>"),
        "/Names << /EmbeddedFiles << /Names [(x.exe) << /Type /Filespec /F (x.exe) /EF << /F 5 0 R >> >>] >> >>"
            .to_owned(),
        format!("/AA << /WC << /S /URI /URI ({url}) >> >> /AcroForm << /XFA 5 0 R >>"),
    ];
    let sandbox = a_sandbox();
    for action in &actions {
        for object in [&outside, &file.to_owned()] {
            let mut objects = page(action, &format!("{SQUARE} q 100 0 0 100 0 0 cm /X Do Q"));
            objects.push(object.clone());
            let picture =
                draw(&sandbox, ViewableKind::Pdf, &assemble(&objects), 0).expect("the page itself is harmless");
            assert!(ink(&picture) > 10_000, "the square is missing: {action}");
        }
    }
    assert_eq!((trap.count(), written.exists()), (0, false));
    std::net::TcpStream::connect(trap.addr()).expect("the trap listens");
}

#[test]
fn documents_made_to_break_a_reader_are_drawn_or_refused_in_time() {
    let kids_of_itself = "<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 1000000 >>".to_owned();
    let mut endless_tree = page("", SQUARE);
    endless_tree[1] = kids_of_itself;
    let mut form_in_itself = page("", &format!("{SQUARE} /X Do"));
    form_in_itself.push(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 11 >>\nstream\n/X Do /X Do\nendstream"
            .to_owned(),
    );
    let deep = |depth: usize| page(&format!("/X {}1{}", "[".repeat(depth), "]".repeat(depth)), SQUARE);
    let deep_content = page("", &format!("{} {SQUARE}", "[".repeat(10_000)));
    let saves = page("", &format!("{} {SQUARE}", "q ".repeat(100_000)));
    let mut wide = page("", SQUARE);
    wide[2] = wide[2].replace("[0 0 200 100]", "[0 0 1e30 1e-30]");
    let mut nothing = page("", SQUARE);
    nothing[2] = nothing[2].replace("[0 0 200 100]", "[0 0 0 0]");
    let documents = [
        ("endless tree", assemble(&endless_tree)),
        ("a form in itself", assemble(&form_in_itself)),
        ("10,000 deep", assemble(&deep(10_000))),
        ("1,000,000 deep", assemble(&deep(1_000_000))),
        ("deep content", assemble(&deep_content)),
        ("100,000 saved states", assemble(&saves)),
        ("without an area", assemble(&wide)),
        ("without any area", assemble(&nothing)),
        ("cut short", one_page("x", &[])[..300].to_vec()),
        ("not a PDF", b"%PDF-1.4 and no more".to_vec()),
        ("nothing", Vec::new()),
    ];
    let sandbox = a_sandbox();
    let mut outcomes = Vec::new();
    for (name, document) in documents {
        let start = Instant::now();
        let outcome = draw(&sandbox, ViewableKind::Pdf, &document, 0);
        assert!(start.elapsed() < Duration::from_secs(13), "{name} took {:?}", start.elapsed());
        assert!(matches!(outcome, Ok(_) | Err(Trouble::DocumentNotShown)), "{name}");
        outcomes.push((name, outcome.is_ok()));
    }
    let letter = one_page("Next", &[]);
    draw(&sandbox, ViewableKind::Pdf, &letter, 0).expect("the next document is drawn");
    assert!(outcomes.iter().any(|(_, drawn)| *drawn) && outcomes.iter().any(|(_, drawn)| !drawn), "{outcomes:?}");
    println!("{outcomes:?}");
}

#[test]
fn what_a_page_costs_is_told() {
    let sandbox = a_sandbox();
    let lines: Vec<String> =
        (0..40).map(|line| format!("Line {line}: glucose 5.1 mmol/l, sodium 140 mmol/l")).collect();
    let document = Viewable { kind: ViewableKind::Pdf, bytes: Sensitive::new(one_page("Report", &lines)) };
    let start = Instant::now();
    let (_, cost) = sandbox.draw_page(&document, 0, &|| true).expect("a page");
    println!("a page: {:?} wall, {:?} CPU, {} MB at the most", start.elapsed(), cost.cpu, cost.peak_bytes / 1_000_000);
    assert!(cost.cpu > Duration::ZERO && (1_000_000..500_000_000).contains(&cost.peak_bytes));
}
