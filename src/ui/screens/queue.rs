//! What waits to be filed, why, and who must act: numbers and times, nothing about patients.

use crate::session::{Input, Queue, Waiting};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, card, picture, say};
use egui::{ScrollArea, Ui, UiBuilder, vec2};

/// Draws it.
pub fn queue(ui: &mut Ui, scene: &Scene<'_>, queue: &Queue) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    let inside = ui.max_rect().shrink2(vec2(theme.mm(12.0), theme.mm(8.0)));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        say(ui, theme.strong(Size::Heading), Theme::PAPER, strings.text("queue-title"));
        let words = match &queue.waiting {
            None => strings.text("queue-looking"),
            Some(waiting) => strings.count("queue-count", waiting.len()),
        };
        say(ui, theme.font(Size::Body), Theme::PAPER, words);
        ui.add_space(theme.mm(3.0));
        let back = strings.text("queue-back");
        let mut input = Button::new(theme, Weight::Secondary, &back).show(ui).then_some(Input::QueueLeft);
        ui.add_space(theme.mm(3.0));
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for waiting in queue.waiting.iter().flatten() {
                input = card(ui, theme, Theme::CARD, |ui| waiting_ui(ui, scene, waiting)).or(input.take());
                ui.add_space(theme.mm(3.0));
            }
        });
        input
    })
    .inner
}

fn waiting_ui(ui: &mut Ui, scene: &Scene<'_>, waiting: &Waiting) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    ui.set_min_width(ui.available_width());
    ui.horizontal(|ui| {
        let (icon, tone) =
            if waiting.needs_person() { (Icon::Person, Theme::BAD) } else { (Icon::Clock, Theme::CARD_QUIET) };
        picture(ui, icon, theme.mm(6.0), tone.text);
        say(ui, theme.strong(Size::Body), Theme::CARD, waiting.number.as_str());
        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, waiting.confirmed.as_str());
    });
    say(ui, theme.font(Size::Body), Theme::CARD, strings.text(waiting.text_id()));
    let who = match waiting.actor() {
        Some(actor) => strings.text_with("trouble-who", &[("actor", &strings.text(actor.text_id()))]),
        None => strings.text("queue-nobody"),
    };
    say(ui, theme.font(Size::Small), Theme::CARD_QUIET, who);
    if !waiting.can_be_sent_again() {
        return None;
    }
    let again = strings.text_with("queue-send-again", &[("number", &waiting.number)]);
    let touched = Button::new(theme, Weight::Secondary, &again).show(ui);
    touched.then(|| Input::SendAgainTouched(waiting.submission.clone()))
}
