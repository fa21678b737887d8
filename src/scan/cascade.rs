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
const RARE: [Look; 3] = [Look::Halved, Look::Plain, Look::SecondEngine];
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
fn turned(mut looks: [Look; 3], turn: usize) -> [Look; 3] {
    looks.rotate_left(turn % 3);
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
