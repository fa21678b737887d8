//! What the EHR tells while a finger is on its way: the touch hits what stood there before, or nothing.

use crate::face::{CLINIC, SMALL};
use crate::visit::Visit;
use egui::accesskit::Role;
use egui::{Event, Modifiers, PointerButton, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;
use ktc_kiosk::language::Language;
use ktc_kiosk::session::{DeviceHealth, Input, ReviewInput, Session};
use ktc_kiosk::ui::{Scene, Strings, Theme, screen_ui};
use std::cell::RefCell;
use std::rc::Rc;

/// Seconds between two frames.
const FRAME: f32 = 0.05;

/// A window that shows a session, which changes between frames.
struct Desk {
    session: Rc<RefCell<Session>>,
    inputs: Rc<RefCell<Vec<Input>>>,
    harness: Harness<'static>,
}

impl Desk {
    fn open(session: Session) -> Desk {
        let (strings, languages, theme) =
            (Strings::new(Language::English), Strings::of_all_languages(), Theme::default());
        let (session, inputs) = (Rc::new(RefCell::new(session)), Rc::default());
        let (drawn, heard): (_, Rc<RefCell<Vec<Input>>>) = (Rc::clone(&session), Rc::clone(&inputs));
        let draw = move |ui: &mut egui::Ui| {
            let session = drawn.borrow();
            let scene = Scene {
                session: &session,
                health: &DeviceHealth::default(),
                strings: &strings,
                languages: &languages,
                theme: &theme,
                clinic: CLINIC,
                preview: None,
                page: None,
                now: session.since,
            };
            heard.borrow_mut().extend(screen_ui(ui, &scene));
        };
        let builder = Harness::builder().with_size(SMALL).with_step_dt(FRAME);
        let harness = builder.with_context_setup(|ctx| Theme::default().install(ctx)).build_ui(draw);
        let mut desk = Desk { session, inputs, harness };
        desk.wait(2.0);
        desk
    }

    fn wait(&mut self, seconds: f32) {
        self.harness.run_steps((seconds / FRAME).round() as usize);
    }

    /// Where the first item is that can be ticked now, with its words.
    fn item(&self) -> (Pos2, String) {
        let nodes = self.harness.root().children_recursive();
        let mut boxes = nodes.filter(|node| node.accesskit_node().role() == Role::CheckBox);
        let first = boxes.find(|node| node.rect().top() > 200.0 && node.rect().center().x > 640.0).expect("an item");
        (first.rect().center(), first.accesskit_node().label().expect("words"))
    }

    fn finger(&mut self, pos: Pos2, pressed: bool) {
        self.harness.event(Event::PointerMoved(pos));
        let button = PointerButton::Primary;
        self.harness.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
        self.harness.step();
    }

    fn touch(&mut self, pos: Pos2) -> Vec<Input> {
        self.finger(pos, true);
        self.finger(pos, false);
        self.heard()
    }

    fn heard(&mut self) -> Vec<Input> {
        self.harness.step();
        let heard = self.inputs.take();
        heard.into_iter().filter(|input| !matches!(input, Input::Review(ReviewInput::DeskTouched))).collect()
    }
}

#[test]
fn a_touch_that_was_aimed_before_the_charts_records_came_ticks_nothing() {
    let (before, after) = (Visit::comparing(Language::English), Visit::review(Language::English));
    let mut desk = Desk::open(before.session);
    let (aimed, was) = desk.item();
    assert_eq!(desk.touch(aimed).len(), 1, "what stands still is touched");
    let came = Session { id: desk.session.borrow().id, ..after.session };
    *desk.session.borrow_mut() = came;
    desk.harness.step();
    assert!(desk.touch(aimed).is_empty(), "at once");
    // A finger that comes down too soon and stays.
    desk.finger(aimed, true);
    desk.wait(1.0);
    desk.finger(aimed, false);
    assert!(desk.heard().is_empty(), "aimed too soon");
    let (moved, is) = desk.item();
    println!("under the finger stood {was:?} and stands {is:?}");
    assert_eq!(desk.touch(moved).len(), 1, "what has settled is touched");
}
