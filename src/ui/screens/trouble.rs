//! Something is in the way: what the patient does next, and beside it who must act, for staff.

use crate::session::{InTrouble, Input};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, card, disc, say};
use egui::Ui;

/// Draws it.
pub fn trouble(ui: &mut Ui, scene: &Scene<'_>, in_trouble: &InTrouble) -> Option<Input> {
    let page = Page { step: 0, picture: Icon::Desk, not_me: false, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let theme = scene.theme;
        let (strings, trouble) = (scene.strings, in_trouble.trouble);
        let words = |part: &str| strings.text(&format!("trouble-{}-{part}", trouble.code()));
        disc(ui, Icon::Warning, theme.mm(20.0), Theme::WARN);
        ui.add_space(theme.mm(3.0));
        heading(ui, theme, words("title"), words("patient"));
        let width = theme.mm(70.0);
        let (again, done) = (strings.text("trouble-try-again"), strings.text("button-done"));
        let mut input = None;
        ui.horizontal_wrapped(|ui| {
            let retry = trouble.can_retry();
            if retry && Button::new(theme, Weight::Primary, &again).tall().width(width).show(ui) {
                input = Some(Input::StartTouched);
            }
            let weight = if retry { Weight::Secondary } else { Weight::Primary };
            if Button::new(theme, weight, &done).tall().width(width).show(ui) {
                input = Some(Input::DoneTouched);
            }
        });
        ui.add_space(theme.mm(6.0));
        card(ui, theme, Theme::PLAIN, |ui| {
            ui.spacing_mut().item_spacing.y = theme.mm(1.2);
            let actor = strings.text(trouble.actor().text_id());
            say(ui, theme.strong(Size::Small), Theme::PLAIN, strings.text("trouble-for-staff"));
            say(ui, theme.font(Size::Small), Theme::PLAIN, strings.text_with("trouble-who", &[("actor", &actor)]));
            say(ui, theme.font(Size::Small), Theme::PLAIN, words("staff"));
            say(
                ui,
                theme.font(Size::Small),
                Theme::PLAIN,
                strings.text_with("trouble-code", &[("code", trouble.code())]),
            );
        });
        input
    })
}
