//! What arrived, by kind and number only, with whom it would be shared, and the patient's choice.

use crate::session::{Input, Sharing};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, card, notice, picture, say};
use egui::{Align, Layout, Ui};

/// Draws it.
pub fn sharing(ui: &mut Ui, scene: &Scene<'_>, sharing: &Sharing) -> Option<Input> {
    let page = Page { step: 1, picture: Icon::Shield, not_me: true, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let theme = scene.theme;
        let (strings, clinic) = (scene.strings, [("clinic", scene.clinic)]);
        heading(ui, theme, strings.text("sharing-title"), strings.text_with("sharing-lead", &clinic));
        card(ui, theme, Theme::CARD, |ui| sections_ui(ui, scene, sharing));
        let people = sharing.arrived.forms().len();
        if people > 1 {
            notice(ui, theme, Theme::PLAIN, Icon::Person, &strings.count("sharing-people", people));
        }
        let refused = sharing.arrived.facts().refused.len();
        if refused > 0 {
            notice(ui, theme, Theme::WARN, Icon::Warning, &strings.count("sharing-refused", refused));
        }
        ui.add_space(theme.mm(3.0));
        let agree = strings.text_with("sharing-agree", &clinic);
        let decline = strings.text("sharing-decline");
        let (mut agreed, mut declined) = (false, false);
        ui.horizontal(|ui| {
            let room = ui.available_width() - theme.gap();
            let agreeing = Button::new(theme, Weight::Primary, &agree).tall().icon(Icon::Check);
            agreed = agreeing.width(room * 0.68).show(ui);
            declined = Button::new(theme, Weight::Secondary, &decline).tall().width(room * 0.32).show(ui);
        });
        say(ui, theme.font(Size::Body), Theme::QUIET, strings.text("sharing-promise"));
        match (agreed, declined) {
            (true, _) => Some(Input::SharingAgreed),
            (_, true) => Some(Input::SharingDeclined),
            _ => None,
        }
    })
}

/// Two columns of kinds, each with how many records there are.
fn sections_ui(ui: &mut Ui, scene: &Scene<'_>, sharing: &Sharing) {
    let theme = scene.theme;
    // How many of each kind there are for all people together; whose is whose does not show here.
    let counts = &sharing.counts;
    let half = counts.len().div_ceil(2);
    ui.columns(2, |columns| {
        for (place, &(section, count)) in counts.iter().enumerate() {
            let Some(column) = columns.get_mut(place / half.max(1)) else { continue };
            column.horizontal(|ui| {
                ui.set_min_height(theme.mm(7.0));
                picture(ui, Icon::Check, theme.mm(5.0), Theme::CHOSEN.text);
                say(ui, theme.strong(Size::Body), Theme::CARD, scene.strings.text(section.text_id()));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add_space(theme.mm(3.0));
                    say(ui, theme.font(Size::Body), Theme::CARD_QUIET, scene.strings.count("sharing-records", count));
                });
            });
        }
    });
}
