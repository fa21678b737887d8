//! Prints how many phone-like frames each engine reads, and at what cost: decoded %, median and 95th percentile of thread
//! milliseconds. `--quick` takes fewer scenes.

mod code;
mod engines;
mod noise;
mod optics;
mod scene;

use code::Payload;
use engines::{cascade, cpu_millis, kiosk_frame, rqrr, rxing, still, zxing_cpp};
use ktc_kiosk::scan::Cascade;
use scene::{CONDITIONS, Scene};
use std::fmt;

/// Frames of one scene.
const FRAMES: u64 = 3;
const ENGINES: [&str; 6] = ["ours, 1 frame", "ours, 3 frames", "ours, still", "zxing-cpp kiosk", "rxing", "rqrr"];

/// What one engine did in one row.
#[derive(Clone, Default)]
struct Cell {
    asked: u32,
    read: u32,
    wrong: u32,
    millis: Vec<f64>,
}

impl Cell {
    fn add(&mut self, texts: &[String], wanted: Option<&str>, millis: f64) -> bool {
        self.millis.push(millis);
        self.wrong += texts.iter().filter(|text| Some(text.as_str()) != wanted).count() as u32;
        wanted.is_some_and(|wanted| texts.iter().any(|text| text == wanted))
    }

    fn count(&mut self, read: bool) {
        self.asked += 1;
        self.read += u32::from(read);
    }

    fn join(&mut self, other: &Cell) {
        self.asked += other.asked;
        self.read += other.read;
        self.wrong += other.wrong;
        self.millis.extend(&other.millis);
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut millis = self.millis.clone();
        millis.sort_by(f64::total_cmp);
        let at = |share: usize| millis.get((millis.len() * share / 100).min(millis.len().saturating_sub(1))).copied();
        let share = 100.0 * f64::from(self.read) / f64::from(self.asked.max(1));
        let wrong = if self.wrong > 0 { format!(" ({} wrong)", self.wrong) } else { String::new() };
        write!(f, "{share:.0} · {:.0}/{:.0}{wrong}", at(50).unwrap_or(0.0), at(95).unwrap_or(0.0))
    }
}

type Row = [Cell; ENGINES.len()];

fn timed(work: impl FnOnce() -> Vec<String>) -> (Vec<String>, f64) {
    let begin = cpu_millis();
    let texts = work();
    (texts, cpu_millis() - begin)
}

/// Takes the frames of a scene and lets every engine read each of them.
fn measure(scene: &Scene, row: &mut Row) {
    let wanted = scene.code.as_ref().map(|code| code.text.as_str());
    let (mut following, mut within) = (Cascade::default(), false);
    for number in 0..FRAMES {
        let luma = scene.frame(number);
        let frame = kiosk_frame(&luma);
        let mut note = |engine: usize, work: &mut dyn FnMut() -> Vec<String>| {
            let (texts, millis) = timed(work);
            row[engine].add(&texts, wanted, millis)
        };
        let alone = note(0, &mut || cascade(&mut Cascade::default(), &frame));
        if !within {
            within = note(1, &mut || cascade(&mut following, &frame));
        }
        let others = [
            (2, note(2, &mut || still(&frame))),
            (3, note(3, &mut || zxing_cpp(&luma))),
            (4, note(4, &mut || rxing(&luma))),
            (5, note(5, &mut || rqrr(&luma))),
        ];
        row[0].count(alone);
        others.into_iter().for_each(|(engine, read)| row[engine].count(read));
    }
    row[1].count(within);
}

fn print_row(name: &str, row: &Row) {
    let cells: Vec<String> = row.iter().map(Cell::to_string).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

fn table(title: &str, payload: Payload, scenes: u64) {
    println!("\n| {title}, {scenes} scenes a row | {} |", ENGINES.join(" | "));
    println!("| --- |{}", " --- |".repeat(ENGINES.len()));
    let mut total = Row::default();
    for (at, (name, condition)) in (0_u64..).zip(CONDITIONS) {
        let mut row = Row::default();
        for seed in 0..scenes {
            measure(&Scene::new(payload, condition, 10_000 + at * 100 + seed), &mut row);
        }
        print_row(name, &row);
        total.iter_mut().zip(&row).for_each(|(total, cell)| total.join(cell));
    }
    print_row("all", &total);
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (cards, links, empty) = if quick { (1, 1, 4) } else { (4, 2, 12) };
    println!("decoded % · median/p95 thread ms a frame at {}x{}", scene::WIDTH, scene::HEIGHT);
    table("health card V22", Payload::Card, cards);
    table("health link 270", Payload::Link(270), links);
    table("health link 500", Payload::Link(500), links);
    let mut row = Row::default();
    (0..empty).for_each(|seed| measure(&Scene::empty(90_000 + seed), &mut row));
    println!("\n| frames without a code | {} |", ENGINES.join(" | "));
    println!("| --- |{}", " --- |".repeat(ENGINES.len()));
    print_row("nothing to read", &row);
}
