//! Which looks a frame is worth. The first look reads most frames; the others take turns, because the next frame of the same
//! scene is there soon, and only as long as there is time.

use super::look::{Look, Seen};
use super::{Frame, has_our_mark};
use crate::sensitive::Sensitive;

/// For every frame.
const FIRST: Look = Look::Local;
/// For frames that seem to hold a code, and for every third one.
const LATE: [Look; 3] = [Look::Softened, Look::Sharpened, Look::Inverted];
/// One of these for each such frame, by turns.
const RARE: [Look; 4] = [Look::Halved, Look::Plain, Look::SecondEngine, Look::Groundless];
/// Of frames in which nothing looks like a code, so many in a row get one late look only.
const SPARED: usize = 2;

/// The looks at the frames of one camera, one after the other. It knows no clock: it is told whether there is time.
#[derive(Debug, Default)]
pub struct Cascade {
    frames: usize,
    spared: usize,
}

impl Cascade {
    /// Looks at the next frame and gives each text once to `take`, which says whether that was what is looked for. The looks
    /// end with the first that found it, or when there is no more time: a code that nobody wants, taped beside the lens, hides
    /// no other.
    pub fn look(
        &mut self,
        frame: &Frame,
        has_time: &dyn Fn() -> bool,
        take: &mut dyn FnMut(&Sensitive<String>) -> bool,
    ) {
        let mut given: Vec<Sensitive<String>> = Vec::new();
        let mut is_found = |seen: &Seen| {
            let new: Vec<_> = seen.texts.iter().filter(|text| !given.contains(text)).cloned().collect();
            let wanted = new.iter().filter(|text| take(text)).count();
            given.extend(new);
            wanted > 0
        };
        let seen = FIRST.at(frame);
        if is_found(&seen) {
            return;
        }
        let turn = self.frames;
        self.frames = turn.wrapping_add(1);
        let mut looks = turned(LATE, turn).to_vec();
        if seen.has_corners || self.spared == 0 {
            looks.push(turned(RARE, turn)[0]);
            self.spared = SPARED;
        } else {
            looks.truncate(1);
            self.spared -= 1;
        }
        for look in looks {
            if !has_time() || is_found(&look.at(frame)) {
                return;
            }
        }
    }
}

/// The looks, beginning with another one each time.
fn turned<const COUNT: usize>(mut looks: [Look; COUNT], turn: usize) -> [Look; COUNT] {
    looks.rotate_left(turn % COUNT);
    looks
}

/// The texts of the codes in a single picture, ours first; none when none is found.
pub fn find_codes(frame: &Frame) -> Vec<Sensitive<String>> {
    let mut found: Vec<Sensitive<String>> = Vec::new();
    for look in [FIRST].into_iter().chain(LATE).chain(RARE) {
        for text in look.at(frame).texts {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found.sort_by_key(|text| !has_our_mark(text.reveal()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::GrayImage;
    use image::imageops::{invert, replace};
    use ktc_testbed::picture::qr_png;

    const DARK: &str = "shlink:/eyJkYXJrIjoxfQ";
    const LIGHT: &str = "shlink:/eyJsaWdodCI6Mn0";

    fn frame(picture: GrayImage) -> Frame {
        Frame::new(picture.width(), picture.height(), picture.into_raw()).expect("a frame")
    }

    fn beside(left: &GrayImage, right: &GrayImage) -> Frame {
        let mut both = GrayImage::from_pixel(
            left.width() + right.width() + 40,
            left.height().max(right.height()),
            image::Luma([128]),
        );
        replace(&mut both, left, 0, 0);
        replace(&mut both, right, i64::from(left.width()) + 40, 0);
        frame(both)
    }

    fn light_on_dark(text: &str) -> GrayImage {
        let mut picture = qr_png(text);
        invert(&mut picture);
        picture
    }

    /// The texts that one look at the frame gives, where only these are wanted.
    fn texts(cascade: &mut Cascade, frame: &Frame, has_time: bool, wanted: &[&str]) -> Vec<String> {
        let mut given = Vec::new();
        cascade.look(frame, &|| has_time, &mut |text| {
            given.push(text.reveal().clone());
            wanted.contains(&text.reveal().as_str())
        });
        given
    }

    #[test]
    fn of_two_codes_in_view_both_are_given_once() {
        let frame = beside(&qr_png(DARK), &qr_png("https://example.org"));
        let mut given = texts(&mut Cascade::default(), &frame, true, &[]);
        given.sort();
        assert_eq!(given, ["https://example.org", DARK]);
        let still = find_codes(&frame);
        assert_eq!(still.iter().map(|text| text.reveal().as_str()).collect::<Vec<_>>(), [DARK, "https://example.org"]);
    }

    #[test]
    fn a_code_that_nobody_wants_does_not_hide_one_that_needs_a_later_look() {
        let frame = beside(&qr_png(DARK), &light_on_dark(LIGHT));
        assert_eq!(texts(&mut Cascade::default(), &frame, true, &[DARK]), [DARK]);
        assert_eq!(texts(&mut Cascade::default(), &frame, true, &[LIGHT]), [DARK, LIGHT]);
    }

    #[test]
    fn without_time_only_the_first_look_is_taken() {
        let frame = frame(light_on_dark(LIGHT));
        assert_eq!(texts(&mut Cascade::default(), &frame, false, &[]), [""; 0]);
        assert_eq!(texts(&mut Cascade::default(), &frame, true, &[]), [LIGHT]);
    }

    #[test]
    fn a_symbol_without_a_margin_is_read_on_any_dark_ground() {
        for (ground, light, pixels) in [(0, 255, 3), (24, 255, 4), (40, 200, 7)] {
            let symbol = qr_png(DARK);
            let quiet = (0..symbol.width()).find(|at| symbol.get_pixel(*at, *at).0 == [0]).expect("a corner");
            let side = symbol.width() - 2 * quiet;
            let bare = image::imageops::crop_imm(&symbol, quiet, quiet, side, side).to_image();
            let module = (0..side).take_while(|at| bare.get_pixel(*at, *at).0 == [0]).count();
            let side = side * pixels / u32::try_from(module).expect("small");
            let bare = image::imageops::resize(&bare, side, side, image::imageops::FilterType::Nearest);
            let mut picture = GrayImage::from_pixel(side + 90, side + 70, image::Luma([ground]));
            for (x, y, pixel) in bare.enumerate_pixels() {
                picture.put_pixel(x + 50, y + 30, image::Luma([if pixel.0 == [0] { 0 } else { light }]));
            }
            let found = find_codes(&frame(picture));
            assert_eq!(found.iter().map(|text| text.reveal().as_str()).collect::<Vec<_>>(), [DARK], "on {ground}");
        }
    }

    #[test]
    fn what_needs_a_late_look_is_read_within_three_frames_of_a_scene() {
        let (nothing, code) = (frame(GrayImage::from_pixel(320, 240, image::Luma([90]))), frame(light_on_dark(LIGHT)));
        for before in 0..6 {
            let mut cascade = Cascade::default();
            (0..before).for_each(|_| assert_eq!(texts(&mut cascade, &nothing, true, &[]), [""; 0]));
            assert!((0..3).any(|_| texts(&mut cascade, &code, true, &[LIGHT]) == [LIGHT]), "after {before} frames");
        }
    }

    #[test]
    fn faulty_frames_hold_no_code_and_stop_nobody() {
        let noise = |at: u32| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24).expect("a byte");
        for (width, height) in [(1, 1), (1, 900), (47, 47), (48, 48), (333, 49), (640, 480)] {
            let pixels = width * height;
            for luma in [vec![0; pixels as usize], vec![255; pixels as usize], (0..pixels).map(noise).collect()] {
                let frame = Frame::new(width, height, luma).expect("a frame");
                let mut cascade = Cascade::default();
                (0..3).for_each(|_| assert_eq!(texts(&mut cascade, &frame, true, &[]), [""; 0]));
                assert!(find_codes(&frame).is_empty());
            }
        }
    }
}
