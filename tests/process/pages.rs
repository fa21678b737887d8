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
