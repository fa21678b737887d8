//! Drives the real window through its accessibility tree, by a script: for the demo and for tests, never in a shipped build.
//!
//! It finds what to touch the way a screen reader does, by the visible words, and touches it with the pointer. A script has
//! one action a line; see [`Action`]. The first action that cannot be done ends the run with a failure that names it.

mod script;
mod tree;

pub use script::{Action, PilotError};

use egui::{
    Context, Event, FullOutput, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, RawInput,
    TouchPhase, ViewportCommand, vec2,
};
use script::Script;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tree::Tree;

/// An action that cannot be done for so long has failed.
const PATIENCE_SECS: f64 = 30.0;
/// Frames without change before a picture is taken or a thing is touched.
const QUIET_FRAMES: u32 = 2;
/// Frames that a turn of the wheel gets to move the page.
const WHEEL_FRAMES: u32 = 6;
/// Turns of the wheel that moved nothing before a thing counts as fixed.
const WHEEL_TRIES: u32 = 3;

const RUNNING: u8 = 0;
const PASSED: u8 = 1;
const FAILED: u8 = 2;

/// How the run ended, for the program's exit code; a handle that outlives the window.
#[derive(Clone, Debug, Default)]
pub struct Outcome(Arc<AtomicU8>);

impl Outcome {
    /// Whether the script came to its end. A window that was closed before is no success.
    pub fn passed(&self) -> bool {
        self.0.load(Ordering::Relaxed) == PASSED
    }
}

/// The plugin; [`Pilot::board`] adds it to a window.
pub struct Pilot {
    script: Script,
    shots: PathBuf,
    tree: Tree,
    /// Frames in which the tree was as it is.
    quiet: u32,
    /// When the present action began.
    since: Option<f64>,
    /// Events for the next frames, one frame each.
    queue: VecDeque<Vec<Event>>,
    keys: VecDeque<Vec<Event>>,
    wheel: Wheel,
    shot: Arc<Mutex<Shot>>,
    outcome: Outcome,
}

#[derive(Default)]
struct Wheel {
    rest: u32,
    tries: u32,
    last: Option<Pos2>,
}

/// How far a picture is.
#[derive(Default)]
enum Shot {
    #[default]
    None,
    Asked,
    Saved,
    NotSaved,
}

impl Pilot {
    /// Reads the script; pictures go to the folder `shots`, which is made.
    pub fn load(script: &Path, shots: &Path) -> Result<Pilot, PilotError> {
        let script = Script::load(script)?;
        std::fs::create_dir_all(shots).map_err(PilotError::Shots)?;
        Ok(Pilot {
            script,
            shots: shots.to_owned(),
            tree: Tree::default(),
            quiet: 0,
            since: None,
            queue: VecDeque::new(),
            keys: VecDeque::new(),
            wheel: Wheel::default(),
            shot: Arc::default(),
            outcome: Outcome::default(),
        })
    }

    /// Takes its place in the window of this context.
    pub fn board(self, ctx: &Context) {
        ctx.enable_accesskit();
        ctx.add_plugin(self);
    }

    /// What is typed in the next frame. The window takes keys before egui does.
    pub fn next_keys(&mut self) -> Vec<Event> {
        self.keys.pop_front().unwrap_or_default()
    }

    /// How the run ends; take it before the pilot boards.
    pub fn outcome(&self) -> Outcome {
        self.outcome.clone()
    }

    fn is_running(&self) -> bool {
        self.outcome.0.load(Ordering::Relaxed) == RUNNING
    }

    /// One frame of the present action; whether it is done.
    fn advance(&mut self, ctx: &Context, now: f64) -> bool {
        let Some(action) = self.script.present() else {
            self.close(ctx, PASSED);
            return false;
        };
        match action.clone() {
            Action::See(words) => self.tree.has(&words),
            Action::Tap(words) => self.tap(&words),
            Action::Type(words) => {
                self.keys.extend([vec![Event::Text(words)], vec![enter(true)], vec![enter(false)]]);
                true
            }
            Action::Wait(secs) => self.since.is_some_and(|since| now - since >= secs),
            Action::Shot(name) => self.shoot(ctx, &name),
            Action::End => {
                self.close(ctx, PASSED);
                false
            }
        }
    }

    fn tap(&mut self, words: &str) -> bool {
        if self.quiet < QUIET_FRAMES {
            return false;
        }
        let Some(target) = self.tree.target(words) else { return false };
        if self.wheel.rest > 0 {
            self.wheel.rest -= 1;
            return false;
        }
        let turn = self.tree.turn_towards(target).filter(|_| self.wheel.tries < WHEEL_TRIES);
        if let Some((pointer, points)) = turn {
            self.wheel.tries = if self.wheel.last == Some(target.center()) { self.wheel.tries + 1 } else { 0 };
            self.wheel.last = Some(target.center());
            self.wheel.rest = WHEEL_FRAMES;
            self.queue.push_back(vec![Event::PointerMoved(pointer), wheel(points)]);
            return false;
        }
        let at = target.center();
        if !self.tree.window().contains(at) {
            return false;
        }
        self.queue.extend([vec![Event::PointerMoved(at)], vec![press(at, true)], vec![press(at, false)], Vec::new()]);
        true
    }

    fn shoot(&mut self, ctx: &Context, name: &str) -> bool {
        let mut shot = self.shot.lock().unwrap_or_else(PoisonError::into_inner);
        match *shot {
            Shot::None if self.quiet >= QUIET_FRAMES => {
                *shot = Shot::Asked;
                let (path, shot) = (self.shots.join(format!("{name}.png")), Arc::clone(&self.shot));
                ctx.request_screenshot(move |picture| {
                    let pixels: Vec<u8> = picture.pixels.iter().flat_map(|pixel| pixel.to_array()).collect();
                    let size = picture.size.map(|side| u32::try_from(side).unwrap_or_default());
                    let saved = image::save_buffer(path, &pixels, size[0], size[1], image::ColorType::Rgba8);
                    let now = if saved.is_ok() { Shot::Saved } else { Shot::NotSaved };
                    *shot.lock().unwrap_or_else(PoisonError::into_inner) = now;
                });
                false
            }
            Shot::Saved => {
                *shot = Shot::None;
                true
            }
            Shot::None | Shot::Asked | Shot::NotSaved => false,
        }
    }

    fn close(&self, ctx: &Context, outcome: u8) {
        self.outcome.0.store(outcome, Ordering::Relaxed);
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }

    #[expect(clippy::print_stderr, reason = "a tool of developers, who read its failure on the terminal")]
    fn fail(&self, ctx: &Context) {
        let action = self.script.present_text();
        eprintln!("pilot: {action} could not be done in {PATIENCE_SECS} s; on screen is:");
        for line in self.tree.lines() {
            eprintln!("  {line}");
        }
        self.close(ctx, FAILED);
    }
}

impl egui::Plugin for Pilot {
    fn debug_name(&self) -> &'static str {
        "pilot"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        if !self.is_running() {
            return;
        }
        ctx.enable_accesskit();
        // A real mouse over the window must not disturb the run.
        input
            .events
            .retain(|event| !matches!(event, Event::PointerMoved(_) | Event::PointerGone | Event::MouseMoved(_)));
        if let Some(events) = self.queue.pop_front() {
            input.events.extend(events);
            return;
        }
        if !self.keys.is_empty() {
            return;
        }
        let now = input.time.unwrap_or_default();
        let since = *self.since.get_or_insert(now);
        if self.advance(ctx, now) {
            self.script.next();
            (self.since, self.wheel) = (None, Wheel::default());
        } else if now - since > self.script.patience_secs(PATIENCE_SECS) && self.is_running() {
            self.fail(ctx);
        }
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        if let Some(update) = &output.platform_output.accesskit_update {
            let tree = Tree::read(update, ctx.content_rect());
            self.quiet = if tree == self.tree { self.quiet + 1 } else { 0 };
            self.tree = tree;
        }
        if self.is_running() {
            ctx.request_repaint();
        }
    }
}

fn press(at: Pos2, pressed: bool) -> Event {
    Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::default() }
}

fn enter(pressed: bool) -> Event {
    Event::Key { key: Key::Enter, physical_key: None, pressed, repeat: false, modifiers: Modifiers::default() }
}

fn wheel(points: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(0.0, points),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: Modifiers::default(),
    }
}
