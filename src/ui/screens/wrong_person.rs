//! The wrong person's data is gone from the screen: what happened, and the next step.

use crate::session::{Input, LeftOver, Stopping, WrongPerson};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::Theme;
use crate::ui::widgets::{Button, Weight, disc};
use egui::Ui;

/// The id of the words for what became of it, for staff or for whoever stands in the lobby.
fn lead_of(is_staff: bool, left: &LeftOver) -> &'static str {
    match (is_staff, left) {
        (false, LeftOver::Nothing) => "not-me-lead",
        (false, LeftOver::Kept) => "not-me-kept",
        (false, LeftOver::CheckIn(_, Stopping::Asked)) => "not-me-stopping",
        (false, LeftOver::CheckIn(_, Stopping::Stopped)) => "not-me-stopped",
        (false, LeftOver::CheckIn(_, Stopping::Filed)) => "not-me-filed",
        (false, LeftOver::CheckIn(_, Stopping::Failed)) => "not-me-not-stopped",
        (true, LeftOver::Nothing) => "wrong-person-nothing",
        (true, LeftOver::Kept) => "wrong-person-kept",
        (true, LeftOver::CheckIn(_, Stopping::Asked)) => "wrong-person-stopping",
        (true, LeftOver::CheckIn(_, Stopping::Stopped)) => "wrong-person-stopped",
        (true, LeftOver::CheckIn(_, Stopping::Filed)) => "wrong-person-filed",
        (true, LeftOver::CheckIn(_, Stopping::Failed)) => "wrong-person-not-stopped",
    }
}

/// Draws it.
pub fn wrong_person(ui: &mut Ui, scene: &Scene<'_>, wrong: &WrongPerson) -> Option<Input> {
    let page = Page { step: 0, picture: Icon::Desk, not_me: false, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let (theme, strings) = (scene.theme, scene.strings);
        disc(ui, Icon::Shield, theme.mm(20.0), Theme::CHOSEN);
        ui.add_space(theme.mm(3.0));
        let title = if wrong.staff.is_some() { "wrong-person-title" } else { "not-me-title" };
        let lead = lead_of(wrong.staff.is_some(), &wrong.left);
        heading(ui, theme, strings.text(title), strings.text(lead));
        let to_list = if wrong.staff.is_some() { "wrong-person-to-list" } else { "wrong-person-sign-in" };
        let (done, to_list) = (strings.text("button-done"), strings.text(to_list));
        let weights = match wrong.left {
            LeftOver::CheckIn(..) | LeftOver::Kept => (Weight::Secondary, Weight::Primary),
            LeftOver::Nothing => (Weight::Primary, Weight::Secondary),
        };
        let mut input = None;
        ui.horizontal_wrapped(|ui| {
            if Button::new(theme, weights.0, &done).tall().width(theme.mm(60.0)).show(ui) {
                input = Some(Input::DoneTouched);
            }
            if Button::new(theme, weights.1, &to_list).tall().show(ui) {
                input = Some(Input::StaffTouched);
            }
        });
        input
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filing::SubmissionId;
    use crate::language::Language;
    use crate::ui::Strings;
    use std::collections::BTreeSet;

    #[test]
    fn each_thing_that_may_be_left_has_words_of_its_own_in_every_language() {
        let submission = SubmissionId::parse(&"a".repeat(32)).expect("an id");
        let stopping = [Stopping::Asked, Stopping::Stopped, Stopping::Filed, Stopping::Failed];
        let check_ins = stopping.map(|stopping| LeftOver::CheckIn(submission.clone(), stopping));
        let all: Vec<LeftOver> = [LeftOver::Nothing, LeftOver::Kept].into_iter().chain(check_ins).collect();
        for language in Language::ALL {
            let strings = Strings::new(*language);
            let both = all.iter().flat_map(|left| [lead_of(true, left), lead_of(false, left)]);
            let words: BTreeSet<String> = both.map(|id| strings.text(id)).collect();
            assert_eq!(words.len(), 2 * all.len(), "{words:?}");
            assert!(words.iter().all(|words| words.contains(' ')), "{words:?}");
        }
    }
}
