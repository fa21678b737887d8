use super::*;
use crate::text::is_drawn;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

fn lines(texts: &[(Style, &str)]) -> Vec<Line> {
    texts.iter().map(|(style, text)| Line { style: *style, text: (*text).into() }).collect()
}

fn page(text: &str) -> Vec<u8> {
    let lines = lines(&[(Style::Title, "Check-in summary"), (Style::Body, text)]);
    pages(&lines, "Check-in 1", "en").expect("a document").reveal().clone()
}

/// What stands in the document for a text.
fn set(style: Style, text: &str) -> String {
    Typesetter::new().paragraph(style, text, 10_000.0).text
}

fn count(pdf: &[u8]) -> usize {
    Pdf::new(pdf.to_vec()).expect("a PDF").pages().len()
}

/// For each row of pixels, how much of it is dark.
fn ink(text: &str) -> Vec<usize> {
    let pdf = pages(&lines(&[(Style::Title, text)]), "", "en").expect("a document");
    let pdf = Pdf::new(pdf.reveal().clone()).expect("a PDF");
    let size = PixmapSettings { x_scale: 4.0, y_scale: 4.0, bg_color: WHITE };
    let (cache, how) = (RenderCache::new(), RenderSettings::default());
    let drawn = render(pdf.pages().first().expect("a page"), &cache, &InterpreterSettings::default(), &how, &size);
    let dark = |row: &[u8]| row.chunks_exact(4).filter(|pixel| pixel[0] < 128).count();
    let rows = drawn.data_as_u8_slice().chunks_exact(usize::from(drawn.width()) * 4).map(dark);
    // Below the first 100 points stands nothing but the footer.
    rows.take(400).collect()
}

#[test]
fn names_in_latin_greek_and_cyrillic_stand_as_they_are_written() {
    for name in [
        "Núñez Øyvind Škoda Łukasz",
        "Αλέξανδρος Ωμέγα",
        "Дмитрий Щукин Їжак",
        "Nguyễn Thị Đặng",
        "Adébáyọ̀ ẹọṣ ǫ́ ʻʼ",
        "5 µg",
    ] {
        assert_eq!((set(Style::Item, name).as_str(), set(Style::Body, name).as_str()), (name, name));
    }
    assert_eq!(set(Style::Body, "Nguye\u{302}\u{303}n"), "Nguyễn", "in one letter where Unicode has one");
}

#[test]
fn a_letter_that_cannot_be_drawn_is_written_out_as_on_the_screen_and_so_is_what_hides() {
    assert_eq!(set(Style::Body, "王\u{202E}x"), "‹U+738B›‹U+202E›x");
    assert_eq!(set(Style::Item, "محمد 12.5 mg"), "‹U+0645 U+062D U+0645 U+062F› 12.5 mg");
}

#[test]
fn each_letter_that_is_drawn_has_a_glyph() {
    let typesetter = Typesetter::new();
    let letters: Vec<char> = (' '..=char::MAX).filter(|letter| is_drawn(*letter)).collect();
    for style in [Style::Item, Style::Body] {
        let fonts = typeset::fonts_for(style, false);
        let has = |letter: &char| letter.is_whitespace() || fonts.iter().any(|font| typesetter.has_in(font, *letter));
        assert_eq!(letters.iter().filter(|letter| !has(letter)).collect::<String>().escape_unicode().to_string(), "");
    }
}

#[test]
fn whatever_is_shared_the_document_keeps_the_rules_of_pdf_ua() {
    let hostile = ["", " ", "\0\u{1B}", "a\u{301}\u{323}\u{489}", "क्षि ไทย 한글 שָׁ", "\u{2800}\u{FE0F}\u{200D}", "ﬁ ﬀ"];
    let letters: String = ('\u{A0}'..='\u{1FFFF}').step_by(997).collect();
    for text in hostile.into_iter().chain([letters.as_str()]) {
        let pdf = page(text);
        assert!(
            String::from_utf8_lossy(&pdf).contains("pdfuaid"),
            "{:?} is in a document without the claim",
            text.get(..20)
        );
    }
}

#[test]
fn marks_stand_above_their_letters() {
    let (plain, marked) = (ink("Nguyenơ"), ink("Nguyễnơ"));
    let top = |rows: &[usize]| rows.iter().position(|dark| *dark > 0).expect("ink");
    let bottom = |rows: &[usize]| rows.iter().rposition(|dark| *dark > 0).expect("ink");
    assert_eq!(bottom(&plain), bottom(&marked));
    assert!(top(&marked) < top(&plain), "two marks are higher than a capital");
}

#[test]
fn the_same_lines_give_the_same_bytes() {
    let first = page("Anna Νίκη [x]");
    assert_eq!(first, page("Anna Νίκη [x]"));
    let other = std::thread::Builder::new().spawn(|| page("Anna Νίκη [x]")).expect("a thread");
    assert_eq!(other.join().expect("a document"), first);
    assert!(first.starts_with(b"%PDF-") && !String::from_utf8_lossy(&first).contains("CreationDate"));
}

#[test]
fn long_words_and_long_texts_stay_on_their_pages() {
    assert_eq!(count(&page("short")), 1);
    assert!(count(&page(&"W".repeat(20_000))) > 3);
    assert!(count(&page(&"word ".repeat(19_000))) > 15);
    assert_eq!(count(&page(&"x".repeat(200_000))), count(&page(&"x".repeat(300_000))), "cut, and said so");
}

#[test]
fn a_heading_is_not_the_last_row_of_a_page() {
    let body = lines(&[(Style::Body, "text"); 52]);
    for more in 0..6 {
        let mut all = body[..body.len() - more].to_vec();
        all.extend(lines(&[(Style::Head, "Results"), (Style::Body, "one")]));
        let mut typesetter = Typesetter::new();
        let paragraphs: Vec<_> =
            all.iter().map(|line| typesetter.paragraph(line.style, line.text.reveal(), 400.0)).collect();
        let sheets = sheets(&paragraphs);
        let last = sheets.first().and_then(|sheet| sheet.last()).expect("a row");
        assert_ne!(paragraphs[last.paragraph].style, Style::Head, "{more}");
    }
}
