//! The window: steps the session, draws its state, passes on what people did.

mod keyboard;
mod strokes;

pub use keyboard::Keyboard;

use crate::config::KioskConfig;
use crate::intake::ItemId;
use crate::net::system_lookup;
use crate::runtime::{Kiosk, StartError, now};
use crate::session::{Input, State};
use crate::session_id::SessionId;
use crate::ui::{Scene, Strings, Theme, page_image, screen_ui};
use egui::{ColorImage, Context, TextureHandle, TextureOptions, ViewportBuilder};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a screen without input is drawn anew, for its deadline.
const HEARTBEAT: Duration = Duration::from_millis(500);
/// The same for the welcome screen, which has no deadline.
const SLOW_HEARTBEAT: Duration = Duration::from_secs(5);
/// How often the live picture is.
const PICTURE: Duration = Duration::from_millis(66);
/// How soon typed keys are looked at again, to see whether more follow.
const KEYS: Duration = Duration::from_millis(70);

/// Why the window did not open, or closed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The kiosk behind it did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// No window.
    #[error("the window does not open: {0}")]
    Window(#[from] eframe::Error),
    /// A part of the kiosk ended in a panic. What was confirmed is on disk; the program must be started again.
    #[error("a part of the kiosk has failed; start it again")]
    Failed,
}

/// How the window shall be.
#[derive(Default)]
pub struct WindowOptions {
    /// In a window instead of fullscreen.
    pub windowed: bool,
    /// The pilot that drives it.
    #[cfg(feature = "pilot")]
    pub pilot: Option<crate::pilot::Pilot>,
}

/// Opens the window and runs the kiosk until it is closed.
pub fn run(config: KioskConfig, options: WindowOptions) -> Result<(), AppError> {
    let viewport = ViewportBuilder::default()
        .with_title("ktc-kiosk")
        .with_app_id("ktc-kiosk")
        .with_inner_size([1280.0, 800.0])
        .with_decorations(options.windowed)
        .with_fullscreen(!options.windowed);
    let native =
        eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..eframe::NativeOptions::default() };
    let mut failed = None;
    let failure = &mut failed;
    let broken = Arc::new(AtomicBool::new(false));
    let says_broken = Arc::clone(&broken);
    eframe::run_native(
        "ktc-kiosk",
        native,
        Box::new(move |creation| match KioskApp::new(&creation.egui_ctx, config, options, says_broken) {
            Ok(app) => Ok(Box::new(app)),
            Err(error) => {
                let said = error.to_string();
                *failure = Some(error);
                Err(said.into())
            }
        }),
    )
    .map_err(|error| failed.map_or(AppError::Window(error), AppError::Start))?;
    if broken.load(Ordering::Relaxed) { Err(AppError::Failed) } else { Ok(()) }
}

/// The kiosk's window.
pub struct KioskApp {
    kiosk: Kiosk,
    clinic: String,
    theme: Theme,
    languages: Vec<Strings>,
    preview: Option<(u64, TextureHandle)>,
    page: Option<(PageKey, TextureHandle)>,
    keyboard: Keyboard,
    /// What was typed for this frame.
    typed: Vec<Input>,
    fill_screen: bool,
    broken: Arc<AtomicBool>,
}

/// Which page a picture on the graphics card is.
type PageKey = (SessionId, ItemId, usize, u32);

impl KioskApp {
    /// Starts the kiosk behind the window.
    fn new(
        ctx: &Context,
        config: KioskConfig,
        options: WindowOptions,
        broken: Arc<AtomicBool>,
    ) -> Result<KioskApp, StartError> {
        let waker = ctx.clone();
        let kiosk = Kiosk::start(&config, system_lookup(), Arc::new(move || waker.request_repaint()))?;
        let theme = Theme::default();
        theme.install(ctx);
        #[cfg(feature = "pilot")]
        if let Some(pilot) = options.pilot {
            pilot.board(ctx);
        }
        let fill_screen = !options.windowed;
        Ok(KioskApp {
            kiosk,
            clinic: config.clinic,
            theme,
            languages: Strings::of_all_languages(),
            preview: None,
            page: None,
            keyboard: Keyboard::silent(),
            typed: Vec::new(),
            fill_screen,
            broken,
        })
    }

    /// Without a window manager nobody makes the window fullscreen: it then takes the whole screen by itself, once.
    fn take_screen(&mut self, ctx: &Context) {
        let Some((Some(screen), Some(inner))) =
            self.fill_screen.then(|| ctx.input(|input| (input.viewport().monitor_size, input.viewport().inner_rect)))
        else {
            return;
        };
        self.fill_screen = false;
        if inner.size() != screen {
            ctx.send_viewport_cmd(egui::ViewportCommand::OuterPosition(egui::Pos2::ZERO));
            ctx.send_viewport_cmd(egui::ViewportCommand::InnerSize(screen));
        }
    }

    /// Passes on what a keyboard or a hand scanner typed.
    fn take_keys(&mut self, ctx: &Context) {
        for input in std::mem::take(&mut self.typed) {
            self.kiosk.handle(input);
        }
        if self.keyboard.is_waiting() {
            ctx.request_repaint_after(KEYS);
        }
    }

    /// Puts the page that staff look at onto the graphics card, once; forgets it when they look no more.
    fn take_page(&mut self, ctx: &Context) {
        let viewed = self.kiosk.session().and_then(|session| match &session.state {
            State::Reviewing(reviewing) => {
                let viewer = reviewing.viewer.as_ref()?;
                Some(((session.id, viewer.item, viewer.which, viewer.page), viewer.picture()?))
            }
            State::Idle
            | State::Scanning(_)
            | State::AskingPasscode(_)
            | State::Resolving(_)
            | State::ChoosingPerson(_)
            | State::Sharing(_)
            | State::AwaitingStaff(_)
            | State::Queue(_)
            | State::Keeping(_)
            | State::Filing(_)
            | State::Complete(_)
            | State::Declined
            | State::WrongPerson(_)
            | State::InTrouble(_) => None,
        });
        let Some((key, picture)) = viewed else {
            self.page = None;
            return;
        };
        if self.page.as_ref().is_none_or(|(known, _)| *known != key) {
            let image = page_image(picture);
            self.page = image.map(|image| (key, ctx.load_texture("page", image, TextureOptions::LINEAR)));
        }
    }

    /// Puts the camera's newest picture onto the graphics card, half as large; forgets it when nobody looks any more.
    fn take_picture(&mut self, ctx: &Context) {
        let looking = matches!(self.kiosk.session().map(|session| &session.state), Some(State::Scanning(_)));
        if !looking {
            self.preview = None;
            return;
        }
        let seen = self.preview.as_ref().map_or(0, |(number, _)| *number);
        if let Some((number, frame)) = self.kiosk.picture_newer_than(seen) {
            let image = mirrored_half(frame.width(), frame.height(), frame.luma());
            let texture = match self.preview.take() {
                Some((_, mut texture)) => {
                    texture.set(image, TextureOptions::LINEAR);
                    texture
                }
                None => ctx.load_texture("camera", image, TextureOptions::LINEAR),
            };
            self.preview = Some((number, texture));
        }
        ctx.request_repaint_after(PICTURE);
    }
}

/// Every other pixel, left and right exchanged: people steer by a mirror.
fn mirrored_half(width: u32, height: u32, luma: &[u8]) -> ColorImage {
    let wide = usize::try_from(width).unwrap_or(1).max(1);
    let (half_width, half_height) = (wide / 2, usize::try_from(height / 2).unwrap_or(0));
    let mut small = Vec::with_capacity(half_width * half_height);
    for row in luma.chunks_exact(wide).step_by(2).take(half_height) {
        small.extend((0..half_width).rev().map(|column| row.get(column * 2).copied().unwrap_or(0)));
    }
    ColorImage::from_gray([half_width, half_height], &small)
}

impl eframe::App for KioskApp {
    /// Keys are taken before egui sees them.
    fn raw_input_hook(&mut self, ctx: &Context, raw: &mut egui::RawInput) {
        #[cfg(feature = "pilot")]
        raw.events.extend(ctx.with_plugin(crate::pilot::Pilot::next_keys).unwrap_or_default());
        let time = (raw.time.unwrap_or_default(), f64::from(ctx.input(|input| input.stable_dt)));
        let has_focus = ctx.memory(|memory| memory.focused().is_some());
        self.typed.extend(self.keyboard.hear(self.kiosk.session(), has_focus, time, &mut raw.events));
    }

    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.kiosk.pump();
        if self.kiosk.has_failed() {
            self.broken.store(true, Ordering::Relaxed);
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        self.take_screen(ctx);
        self.take_keys(ctx);
        self.take_picture(ctx);
        self.take_page(ctx);
        let idle = matches!(self.kiosk.session().map(|session| &session.state), Some(State::Idle));
        ctx.request_repaint_after(if idle { SLOW_HEARTBEAT } else { HEARTBEAT });
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let Some(session) = self.kiosk.session() else { return };
        let strings = self.languages.iter().find(|strings| strings.language() == session.language);
        let Some(strings) = strings else { return };
        let scene = Scene {
            session,
            health: &self.kiosk.health(),
            strings,
            languages: &self.languages,
            theme: &self.theme,
            clinic: &self.clinic,
            preview: self.preview.as_ref().map(|(_, texture)| texture),
            page: self.page.as_ref().map(|(_, texture)| texture),
            now: now(),
        };
        if let Some(input) = screen_ui(ui, &scene) {
            self.kiosk.handle(input);
            ui.ctx().request_repaint();
        }
    }
}
