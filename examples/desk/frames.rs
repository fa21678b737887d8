//! Frames of the desk in a window without a graphics card, and what the events between them cost the drawing thread.

use egui::{Context, Event as WindowEvent, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, RawInput, Rect};
use egui::{TouchPhase, Vec2, pos2, vec2};
use ktc_kiosk::language::Language;
use ktc_kiosk::session::{Answer, Delays, DeviceHealth, Event, ReviewAnswer, Session, State};
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::ui::{Scene, Strings, Theme, screen_ui};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// The smallest window that the faces are made for.
const SIZE: Vec2 = vec2(1280.0, 800.0);
/// Between frames.
const STEP: Duration = Duration::from_millis(16);
/// The scroll bar of the items.
const BAR_X: f32 = 1258.0;
const BAR: (f32, f32) = (80.0, 700.0);

/// Time of this thread on the processor, in milliseconds.
pub fn cpu_millis() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// A window with one visit in it.
pub struct Desk {
    ctx: Context,
    theme: Theme,
    strings: Strings,
    languages: Vec<Strings>,
    session: Option<Session>,
    now: Timestamp,
    seconds: f64,
}

impl Desk {
    /// A window, with an accessibility client or without.
    pub fn new(client: bool) -> Desk {
        let (ctx, theme) = (Context::default(), Theme::default());
        theme.install(&ctx);
        if client {
            ctx.enable_accesskit();
        }
        let now = Timestamp::from_unix_millis(1_795_000_000_000);
        let session = Some(Session::idle(now, Language::English, Delays::default()));
        let (strings, languages) = (Strings::new(Language::English), Strings::of_all_languages());
        let mut desk = Desk { ctx, theme, strings, languages, session, now, seconds: 0.0 };
        desk.frame(Vec::new());
        desk.frame(Vec::new());
        desk
    }

    /// The visit.
    pub fn session(&self) -> &Session {
        self.session.as_ref().expect("a visit")
    }

    /// Puts the visit into this state.
    pub fn put(&mut self, state: State) {
        let mut session = self.session.take().expect("a visit");
        session.state = state;
        self.session = Some(session);
    }

    /// One step of the visit, and what it costs this thread, in milliseconds.
    pub fn step(&mut self, event: impl Into<Event>) -> f64 {
        let (session, event) = (self.session.take().expect("a visit"), event.into());
        let before = cpu_millis();
        let step = session.on(event, self.now);
        let cost = cpu_millis() - before;
        self.session = Some(step.next);
        cost
    }

    /// An answer to the visit that is there.
    pub fn answer(&mut self, answer: impl Into<Answer>) -> f64 {
        let id = self.session().id;
        self.step(Event::Answer(id, answer.into()))
    }

    /// An answer to the form that is open.
    pub fn answer_review(&mut self, answer: ReviewAnswer) -> f64 {
        let review = self.session().review;
        self.answer(Answer::Review(review, answer))
    }

    /// Time passes.
    pub fn wait(&mut self, time: Duration) {
        self.now = self.now.plus(time);
    }

    /// One frame: what laying it out and tessellating it cost, in milliseconds. What people meant on it is not done.
    pub fn frame(&mut self, events: Vec<WindowEvent>) -> f64 {
        self.seconds += STEP.as_secs_f64();
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), SIZE)),
            time: Some(self.seconds),
            events,
            focused: true,
            ..RawInput::default()
        };
        let session = self.session.as_ref().expect("a visit");
        let scene = Scene {
            session,
            health: &DeviceHealth::default(),
            strings: &self.strings,
            languages: &self.languages,
            theme: &self.theme,
            clinic: "Lakeside Clinic",
            preview: None,
            page: None,
            now: self.now,
        };
        let before = cpu_millis();
        let mut output = self.ctx.run_ui(input, |ui| drop(screen_ui(ui, &scene)));
        let meshes = self.ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        let cost = cpu_millis() - before;
        drop(meshes);
        output.drop_without_applying_deltas();
        cost
    }

    /// So many frames of nothing.
    pub fn still(&mut self, frames: usize) -> Vec<f64> {
        (0..frames).map(|_| self.frame(Vec::new())).collect()
    }

    /// So many frames, each scrolled by so much; down is positive.
    pub fn scroll(&mut self, frames: usize, points: f32) -> Vec<f64> {
        (0..frames)
            .map(|_| {
                let wheel = WindowEvent::MouseWheel {
                    unit: MouseWheelUnit::Point,
                    delta: vec2(0.0, -points),
                    phase: TouchPhase::Move,
                    source: MouseWheelSource::Unknown,
                    modifiers: Modifiers::NONE,
                };
                self.frame(vec![WindowEvent::PointerMoved(pos2(900.0, 400.0)), wheel])
            })
            .collect()
    }

    /// Touches the scroll bar at these parts of its height, one after the other.
    pub fn jump(&mut self, parts: impl Iterator<Item = f32>) -> Vec<f64> {
        let mut frames = Vec::new();
        for part in parts {
            let at = pos2(BAR_X, BAR.0 + (BAR.1 - BAR.0) * part);
            let button = |pressed| WindowEvent::PointerButton {
                pos: at,
                button: PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            };
            frames.push(self.frame(vec![WindowEvent::PointerMoved(at), button(true)]));
            frames.push(self.frame(Vec::new()));
            frames.push(self.frame(vec![button(false)]));
            frames.push(self.frame(Vec::new()));
        }
        frames
    }
}

/// Median, 95th percentile and longest of some frames.
pub fn spread(frames: &[f64]) -> [f64; 3] {
    let mut sorted = frames.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |part: f64| sorted.get(((sorted.len() - 1) as f64 * part).round() as usize).copied().unwrap_or(0.0);
    [at(0.5), at(0.95), at(1.0)]
}
