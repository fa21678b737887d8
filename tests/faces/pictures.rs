//! Every screen looks as somebody saw and kept it (note 29). After a wanted change: `cargo xtask test --update-snapshots`, then look
//! at `target/screens.png`, all pictures in one sheet.

use crate::face::{CLINIC, SMALL, now};
use crate::queue::{filed_list, shown, shown_filed, shown_kept, shown_may_know, shown_undone, waiting_list};
use crate::raster::Raster;
use crate::today;
use crate::visit::Visit;
use egui::{Color32, ColorImage, Context, TextureHandle, TextureOptions, Vec2, vec2};
use egui_kittest::Harness;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops;
use image::{DynamicImage, GrayImage, RgbImage};
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::filing::Loss;
use ktc_kiosk::intake::Section;
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::{ChartSearch, Staff};
use ktc_kiosk::session::{
    Answer, CameraHealth, DeviceHealth, Discarding, EhrHealth, Event, Input, LeftOver, ReviewAnswer, ReviewInput,
    Session, ShownCheckIn, State, Stopping, WhereItWaits,
};
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::ui::{Scene, Strings, Theme, page_image, screen_ui};
use ktc_testbed::painting;
use ktc_testbed::picture::camera_frame;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

const UPRIGHT: Vec2 = vec2(800.0, 1280.0);
/// By how much a channel of a pixel may differ, of 255, before the pixel counts.
const SAME_TO_THE_EYE: u8 = 12;
/// How many pixels of a picture may count.
const FEW: usize = 40;
/// A picture in the sheet, and the room for its name.
const SMALL_PICTURE: Vec2 = vec2(320.0, 200.0);
const NAME_ROOM: f32 = 22.0;
const COLUMNS: usize = 4;

pub type MadeBy = fn(Language) -> Visit;

/// The screens in the order in which a visit meets them.
pub const SCREENS: [(&str, MadeBy); 51] = [
    ("lobby-welcome", Visit::new),
    ("lobby-show-code", Visit::scanning),
    ("lobby-show-code-part", Visit::in_parts),
    ("lobby-passcode", Visit::passcode),
    ("lobby-passcode-refused", Visit::passcode_refused),
    ("lobby-resolving", Visit::resolving),
    ("lobby-sharing", Visit::sharing),
    ("lobby-declined", Visit::declined),
    ("lobby-trouble-patient", |language| Visit::in_trouble(language, Trouble::LinkGone)),
    ("lobby-trouble-clinic", |language| Visit::in_trouble(language, Trouble::ReaderFailed)),
    ("desk-sign-in", Visit::sign_in),
    ("desk-choosing-person", Visit::choosing_person),
    ("desk-other-spelling", Visit::other_spelling),
    ("desk-candidates", Visit::candidates),
    ("desk-candidates-named", Visit::named),
    ("desk-candidates-in-doubt", Visit::named_in_doubt),
    ("desk-candidates-two", Visit::two_named),
    ("desk-review", Visit::review),
    ("desk-review-open-only", |language| Visit::review(language).on(ReviewInput::OpenOnlyToggled)),
    ("desk-review-details", |language| Visit::review(language).on(ReviewInput::DetailsToggled)),
    ("desk-review-losses", with_losses),
    ("desk-review-left-out", Visit::left_out),
    ("desk-review-decided-before", Visit::decided_before),
    ("desk-review-look-alike", Visit::look_alike),
    ("desk-review-unverified", Visit::unverified),
    ("desk-today-early", today::early),
    ("desk-today-late", today::late),
    ("desk-today-elsewhere", today::elsewhere),
    ("desk-today-several", today::several),
    ("desk-today-none", today::none),
    ("desk-today-arrived", today::arrived),
    ("desk-today-no-show", today::no_show),
    ("desk-today-not-told", today::not_told),
    ("desk-today-old", today::old),
    ("desk-typing", Visit::typing),
    ("desk-viewer", Visit::viewer),
    ("desk-outage", in_outage),
    ("desk-queue", in_queue),
    ("desk-queue-shown", in_queue_shown),
    ("desk-queue-may-know", in_queue_may_know),
    ("desk-queue-kept", in_queue_kept),
    ("desk-filing", Visit::filing),
    ("lobby-not-me", |language| Visit::sharing(language).on(Input::WrongPersonTouched)),
    ("lobby-not-me-stopped", not_me_at_the_ticket),
    ("desk-wrong-person", |language| Visit::review(language).on(Input::WrongPersonTouched)),
    ("desk-undo", in_undo),
    ("desk-undo-ticked", in_undo_ticked),
    ("desk-undo-result", in_undo_result),
    ("complete-accepted", |language| Visit::complete(language, FilingOutcome::Accepted)),
    ("complete-queued", |language| Visit::complete(language, FilingOutcome::Queued)),
    ("complete-needs-person", |language| Visit::complete(language, FilingOutcome::NeedsPerson)),
];

/// The two screens that people look at longest, also in a window that stands upright.
const UPRIGHT_SCREENS: [(&str, MadeBy); 2] =
    [("upright-lobby-welcome", Visit::new), ("upright-desk-review", Visit::review)];

fn in_queue(language: Language) -> Visit {
    let visit = Visit::review(language).on(ReviewInput::QueueAsked);
    let id = visit.session.id;
    visit.on(Event::Answer(id, Answer::QueueListed(waiting_list())))
}

fn in_queue_shown(language: Language) -> Visit {
    let visit = in_queue(language).on(Input::WaitingTouched(shown(false).submission, WhereItWaits::Confirmed));
    visit.answered(Answer::CheckInShown(Some(Box::new(shown(false)))))
}

fn in_queue_may_know(language: Language) -> Visit {
    let visit = in_queue(language).on(Input::WaitingTouched(shown(false).submission, WhereItWaits::Confirmed));
    visit.answered(Answer::CheckInShown(Some(Box::new(shown_may_know()))))
}

/// As an EHR has it that takes few records.
fn with_losses(language: Language) -> Visit {
    let visit = Visit::review(language);
    let State::Reviewing(reviewing) = &visit.session.state else { panic!("no review") };
    let items = reviewing.reconciliation.intake().items.iter().filter(|item| item.section != Section::Demographics);
    let losses = items.zip(Loss::ALL.iter().copied().cycle()).map(|(item, loss)| (item.id, loss)).collect();
    visit.told(ReviewAnswer::LossesForeseen(losses)).on(ReviewInput::OpenOnlyToggled)
}

fn not_me_at_the_ticket(language: Language) -> Visit {
    let visit = Visit::complete(language, FilingOutcome::Accepted).on(Input::WrongPersonTouched);
    let State::WrongPerson(wrong) = &visit.session.state else { panic!("the page of the wrong person") };
    let LeftOver::CheckIn(submission, _) = wrong.left.clone() else { panic!("a check-in was confirmed") };
    visit.answered(Answer::CheckInStopped(submission, Stopping::Stopped))
}

/// Staff signed in while nobody checks in, and opened what was filed.
fn in_filed(language: Language, shown: ShownCheckIn) -> Visit {
    let staff = Staff { id: "mw".into(), name: "Mara Weiss".into() };
    let visit = Visit::new(language).on(Input::StaffTouched).answered(Answer::StaffSignedIn(staff));
    let visit = visit.answered(Answer::QueueListed(filed_list()));
    let visit = visit.on(Input::WaitingTouched(shown.submission.clone(), WhereItWaits::Filed));
    visit.answered(Answer::CheckInShown(Some(Box::new(shown))))
}

fn in_undo(language: Language) -> Visit {
    in_filed(language, shown_filed())
}

fn in_undo_ticked(language: Language) -> Visit {
    (0..3).fold(in_undo(language), |visit, place| visit.on(Input::UndoToggled(place)))
}

fn in_undo_result(language: Language) -> Visit {
    let name = "wrong-person-dddddddddddddddddddddddddddddddd.pdf".to_owned();
    let visit = in_filed(language, shown_undone()).on(Input::BreachFactsTouched);
    let submission = shown_undone().submission;
    visit.answered(Answer::BreachFactsWritten(submission, Some(name)))
}

fn in_queue_kept(language: Language) -> Visit {
    let staff = Staff { id: "mw".into(), name: "Mara Weiss".into() };
    let visit = Visit::new(language).on(Input::StaffTouched).answered(Answer::StaffSignedIn(staff));
    let kept = shown_kept(Discarding::No);
    let visit = visit.answered(Answer::QueueListed(waiting_list()));
    let visit = visit.on(Input::WaitingTouched(kept.submission.clone(), WhereItWaits::Kept));
    visit.answered(Answer::CheckInShown(Some(Box::new(kept))))
}

fn in_outage(language: Language) -> Visit {
    Visit::candidates(language).told(ReviewAnswer::ChartSearched(ChartSearch::Unavailable))
}

#[test]
fn every_screen_looks_as_it_was_kept() {
    let mut drawn = Vec::new();
    for language in Language::ALL {
        for (size, screens) in [(SMALL, &SCREENS[..]), (UPRIGHT, &UPRIGHT_SCREENS[..])] {
            for (name, made_by) in screens {
                let picture = draw(made_by(*language).session, size);
                drawn.push((format!("{name}-{}", language.tag()), picture));
            }
        }
    }
    let made = target().join("screens");
    fs::create_dir_all(&made).expect("a folder");
    sheet(&drawn).save(target().join("screens.png")).expect("a sheet on disk");
    if updating() {
        fs::create_dir_all(kept()).expect("a folder");
        known().difference(&drawn.iter().map(|(name, _)| name.clone()).collect()).for_each(|name| {
            fs::remove_file(path(name)).expect("a picture of no screen goes");
        });
    }
    let mut others = Vec::new();
    for (name, picture) in &drawn {
        let before = image::open(path(name)).ok().map(DynamicImage::into_rgb8);
        let differing = before.as_ref().map_or(usize::MAX, |before| differing(before, picture));
        if differing > FEW && updating() {
            write(&path(name), picture);
        } else if differing > FEW {
            picture.save(made.join(format!("{name}.png"))).expect("a picture on disk");
            others.push(format!("{name}: {}", if before.is_some() { "looks different" } else { "is not kept yet" }));
        }
    }
    let shown: BTreeSet<String> = drawn.into_iter().map(|(name, _)| name).collect();
    others.extend(known().difference(&shown).map(|name| format!("{name}: no screen any more")));
    assert!(
        others.is_empty(),
        "{others:#?}\nThe new pictures are in target/screens and, with all others, in target/screens.png. Where they are as they \
         should be: cargo xtask test --update-snapshots"
    );
}

#[test]
fn a_word_in_another_place_or_colour_is_seen_and_a_shade_is_not() {
    let visit = || Visit::new(Language::English).session;
    let picture = draw(visit(), SMALL);
    assert_eq!(differing(&picture, &draw(visit(), SMALL)), 0, "the same screen is the same picture");
    assert!(differing(&picture, &draw(Visit::new(Language::Spanish).session, SMALL)) > FEW);
    let changed = |by: u8| {
        let mut other = picture.clone();
        other.enumerate_pixels_mut().filter(|(x, y, _)| *x < 8 && *y < 8).for_each(|(_, _, pixel)| pixel.0[0] ^= by);
        differing(&picture, &other)
    };
    assert_eq!((changed(0x80), changed(0x04)), (64, 0));
}

/// The screen of a session after a few frames, with what the camera sees and the page that was drawn.
fn draw(session: Session, size: Vec2) -> RgbImage {
    let language = session.language;
    let (strings, languages, theme) = (Strings::new(language), Strings::of_all_languages(), Theme::default());
    let health = DeviceHealth { camera: CameraHealth::Seeing, ehr: EhrHealth::Reachable, ..DeviceHealth::default() };
    let mut textures: Option<(Option<TextureHandle>, Option<TextureHandle>)> = None;
    let raster = Raster::default();
    let ui = move |ui: &mut egui::Ui| {
        let (preview, page) =
            textures.get_or_insert_with(|| (camera(&session, ui.ctx()), document(&session, ui.ctx())));
        let scene = Scene {
            session: &session,
            health: &health,
            strings: &strings,
            languages: &languages,
            theme: &theme,
            clinic: CLINIC,
            preview: preview.as_ref(),
            page: page.as_ref(),
            now: now(),
        };
        screen_ui(ui, &scene);
    };
    let builder = Harness::builder().renderer(raster.clone()).with_size(size);
    let mut harness = builder.with_context_setup(|ctx| Theme::default().install(ctx)).build_ui(ui);
    harness.run_steps(4);
    raster.picture(&harness)
}

fn camera(session: &Session, ctx: &Context) -> Option<TextureHandle> {
    if !matches!(session.state, State::Scanning(_)) {
        return None;
    }
    let frame: GrayImage = imageops::thumbnail(&camera_frame(Some("shlink:/invented"), 0.5, 4), 640, 360);
    let image = ColorImage::from_gray([640, 360], frame.as_raw());
    Some(ctx.load_texture("camera", image, TextureOptions::LINEAR))
}

fn document(session: &Session, ctx: &Context) -> Option<TextureHandle> {
    let State::Reviewing(reviewing) = &session.state else { return None };
    let picture = reviewing.viewer.as_ref()?.picture()?;
    Some(ctx.load_texture("page", page_image(picture)?, TextureOptions::LINEAR))
}

/// How many pixels a person could tell apart.
fn differing(one: &RgbImage, other: &RgbImage) -> usize {
    painting::differing(one, other, SAME_TO_THE_EYE)
}

/// All pictures, small, with their names.
#[expect(clippy::disallowed_methods, reason = "names of our own pictures")]
fn sheet(pictures: &[(String, RgbImage)]) -> RgbImage {
    let place = SMALL_PICTURE + vec2(10.0, NAME_ROOM + 10.0);
    let rows = pictures.len().div_ceil(COLUMNS);
    let size = vec2(place.x * COLUMNS as f32, place.y * rows as f32);
    let raster = Raster::default();
    let names: Vec<String> = pictures.iter().map(|(name, _)| name.clone()).collect();
    let builder = Harness::builder().renderer(raster.clone()).with_size(size);
    let at = |index: usize| vec2((index % COLUMNS) as f32 * place.x, (index / COLUMNS) as f32 * place.y);
    let ui = move |ui: &mut egui::Ui| {
        ui.painter().rect_filled(ui.max_rect(), 0.0, Color32::WHITE);
        for (index, name) in names.iter().enumerate() {
            let font = egui::FontId::proportional(15.0);
            ui.painter().text(
                (at(index) + vec2(4.0, 2.0)).to_pos2(),
                egui::Align2::LEFT_TOP,
                name,
                font,
                Color32::BLACK,
            );
        }
    };
    let mut harness = builder.build_ui(ui);
    harness.run_steps(2);
    let mut sheet = raster.picture(&harness);
    for (index, (_, picture)) in pictures.iter().enumerate() {
        let scale = (SMALL_PICTURE.x / picture.width() as f32).min(SMALL_PICTURE.y / picture.height() as f32);
        let (width, height) = (picture.width() as f32 * scale, picture.height() as f32 * scale);
        let small = painting::small(picture, width as u32, height as u32);
        let corner = at(index);
        imageops::overlay(&mut sheet, &small, corner.x as i64 + 4, (corner.y + NAME_ROOM) as i64);
    }
    sheet
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target")
}

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faces/pictures")
}

fn path(name: &str) -> PathBuf {
    kept().join(format!("{name}.png"))
}

/// The names of the pictures that are kept.
fn known() -> BTreeSet<String> {
    let files = fs::read_dir(kept()).into_iter().flatten().flatten();
    files.filter_map(|file| file.path().file_stem().map(|stem| stem.to_string_lossy().into_owned())).collect()
}

#[expect(clippy::disallowed_methods, reason = "somebody who looked at the new pictures says so")]
fn updating() -> bool {
    std::env::var_os("UPDATE_SNAPSHOTS").is_some()
}

/// A picture that is kept is packed as well as can be.
fn write(path: &Path, picture: &RgbImage) {
    let file = BufWriter::new(File::create(path).expect("a file"));
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
    picture.write_with_encoder(encoder).expect("a picture on disk");
}
