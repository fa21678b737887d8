//! The one check-in of the list of which staff see whose it is: name, chart, records, and what they can do with it.

use crate::delivery::{Doubt, RecordStanding, WaitReason};
use crate::filing::{CheckInLabel, LabelledChart};
use crate::sensitive::Sensitive;
use crate::session::{Behind, Discarding, Input, ShownAs, ShownCheckIn};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::screens::review::letters_ui;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Choice, Weight, choice_card, mark, notice, picture, say};
use egui::Ui;
use egui::accesskit::Role;

/// Draws it under its number.
pub fn shown_ui(ui: &mut Ui, scene: &Scene<'_>, behind: &Behind, shown: &ShownCheckIn, number: &str) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    whose_ui(ui, scene, shown);
    let input = match &shown.stands {
        ShownAs::Kept(discarding) => kept_ui(ui, scene, behind, *discarding, number),
        ShownAs::Confirmed { records, looked, withdrawing, .. } => {
            records.iter().for_each(|record| record_ui(ui, scene, record));
            let again = shown.can_be_sent_again();
            let again = again.and_then(|doubt| again_ui(ui, scene, shown, (doubt, *looked), number));
            again.or(withdrawing.and_then(|withdrawing| withdraw_ui(ui, scene, withdrawing, number)))
        }
        ShownAs::Filed(form) => super::filed::filed_ui(ui, scene, form),
    };
    let close = strings.text_with("queue-whose-close", &[("number", number)]);
    let closed = Button::new(theme, Weight::Secondary, &close).show(ui).then_some(Input::WaitingClosed);
    input.or(closed)
}

fn whose_ui(ui: &mut Ui, scene: &Scene<'_>, shown: &ShownCheckIn) {
    let (theme, strings) = (scene.theme, scene.strings);
    let label = shown.label.as_ref();
    let name = label.map_or_else(|| strings.text("queue-name-unknown"), |label| label.name.reveal().clone());
    say(ui, theme.strong(Size::Heading), Theme::CARD, name.as_str());
    letters_ui(ui, scene, [name.as_str()]);
    if let Some(date) = label.and_then(|label| label.birth_date.as_ref()) {
        let born = strings.text_with("chart-born", &[("date", date.reveal())]);
        say(ui, theme.font(Size::Body), Theme::CARD, born);
    }
    say(ui, theme.font(Size::Body), Theme::CARD, chart_words(scene, shown));
}

fn chart_words(scene: &Scene<'_>, shown: &ShownCheckIn) -> String {
    let strings = scene.strings;
    let known = |id: &str, identifiers: &[Sensitive<String>]| {
        strings.text_with("queue-chart", &[("chart", &place_words(scene, id, identifiers))])
    };
    let stored = match &shown.stands {
        ShownAs::Confirmed { chart, .. } => chart.as_ref(),
        ShownAs::Filed(form) => form.receipt().chart.as_ref(),
        ShownAs::Kept(_) => None,
    };
    match (shown.label.as_ref().map(|label| &label.chart), stored) {
        (Some(LabelledChart::Existing { id, identifiers }), _) => {
            known(&format!("Patient/{}", id.reveal()), identifiers)
        }
        (Some(LabelledChart::NotChosen), _) => strings.text("queue-chart-not-chosen"),
        (Some(LabelledChart::New), None) => strings.text("queue-chart-new"),
        (Some(LabelledChart::New) | None, Some(chart)) => known(chart.reveal(), &[]),
        (None, None) => strings.text("queue-chart-unknown"),
    }
}

fn record_ui(ui: &mut Ui, scene: &Scene<'_>, (title, standing): &(Sensitive<String>, RecordStanding)) {
    let theme = scene.theme;
    let (icon, tone) = match standing {
        RecordStanding::There => (Icon::Check, Theme::CARD_QUIET),
        RecordStanding::PerhapsThere => (Icon::Warning, Theme::BAD),
        RecordStanding::NotSent => (Icon::Clock, Theme::CARD_QUIET),
    };
    let words = scene.strings.text_with(standing.text_id(), &[("title", title.reveal())]);
    ui.horizontal(|ui| {
        picture(ui, icon, theme.mm(4.6), tone.text);
        say(ui, theme.font(Size::Small), Theme::CARD, words.as_str());
    });
    letters_ui(ui, scene, [title.reveal().as_str()]);
}

/// The tick comes first; without it there is nothing to touch.
fn again_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    shown: &ShownCheckIn,
    (doubt, looked): (&Doubt, bool),
    number: &str,
) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    let words = looked_words(scene, shown.label.as_ref(), doubt);
    let choice = Choice { role: Role::CheckBox, label: &words, chosen: looked, enabled: true };
    let ticked = choice_card(ui, theme, choice, |ui| {
        ui.horizontal(|ui| {
            mark(ui, theme, Role::CheckBox, looked);
            say(ui, theme.font(Size::Body), Theme::CARD, words.as_str());
        });
    });
    let again = strings.text_with("queue-send-again", &[("number", number)]);
    let looked_in = shown.looked_in_chart();
    let touched = Button::new(theme, Weight::Secondary, &again).enabled(looked_in.is_some()).show(ui);
    let sent = looked_in.filter(|_| touched).map(Input::SendAgainTouched);
    ticked.then_some(Input::ChartLookedToggled).or(sent)
}

/// What staff say that they did. Each place is named: the tick counts for no other.
fn looked_words(scene: &Scene<'_>, label: Option<&CheckInLabel>, doubt: &Doubt) -> String {
    let strings = scene.strings;
    let places: Vec<String> =
        doubt.places.iter().map(|place| place_words(scene, &place.place, &place.numbers)).collect();
    let places = (!places.is_empty()).then(|| places.join("; "));
    match (label.map(|label| (&label.chart, label.name.reveal().as_str())), places) {
        (Some((LabelledChart::Existing { .. }, name)), None) => strings.text_with("queue-looked", &[("name", name)]),
        (Some((LabelledChart::Existing { .. }, name)), Some(places)) => {
            strings.text_with("queue-looked-also", &[("name", name), ("places", &places)])
        }
        (Some((LabelledChart::New | LabelledChart::NotChosen, name)), None) => {
            strings.text_with("queue-looked-new", &[("name", name)])
        }
        (Some((LabelledChart::New | LabelledChart::NotChosen, name)), Some(places))
            if doubt.reason == WaitReason::EhrMayKnowPatient =>
        {
            strings.text_with("queue-looked-similar", &[("name", name), ("places", &places)])
        }
        (None, None) => strings.text("queue-looked-unnamed"),
        (Some((LabelledChart::New | LabelledChart::NotChosen, _)) | None, Some(places)) => {
            strings.text_with("queue-looked-at", &[("places", &places)])
        }
    }
}

/// A chart by the numbers that people find it by; else, and any other record, by its place.
fn place_words(scene: &Scene<'_>, place: &str, numbers: &[Sensitive<String>]) -> String {
    let numbers = numbers.iter().map(|number| number.reveal().as_str()).collect::<Vec<_>>().join(", ");
    match numbers.is_empty() {
        true => place.to_owned(),
        false => scene.strings.text_with("queue-place", &[("place", place), ("numbers", &numbers)]),
    }
}

fn withdraw_ui(ui: &mut Ui, scene: &Scene<'_>, withdrawing: Discarding, number: &str) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    let button = |ui: &mut Ui, weight, id: &str| {
        let words = strings.text_with(id, &[("number", number)]);
        Button::new(theme, weight, &words).show(ui)
    };
    match withdrawing {
        Discarding::Asked => {
            notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("queue-withdraw-ask"));
            let left = button(ui, Weight::Primary, "queue-withdraw-leave").then_some(Input::WithdrawLeft);
            left.or(button(ui, Weight::Secondary, "queue-withdraw-sure").then_some(Input::WithdrawConfirmed))
        }
        Discarding::No => button(ui, Weight::Secondary, "queue-withdraw").then_some(Input::WithdrawTouched),
    }
}

fn kept_ui(ui: &mut Ui, scene: &Scene<'_>, behind: &Behind, discarding: Discarding, number: &str) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    let button = |ui: &mut Ui, weight, id: &str| {
        let words = strings.text_with(id, &[("number", number)]);
        Button::new(theme, weight, &words).show(ui)
    };
    match discarding {
        Discarding::Asked => {
            notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("queue-discard-ask"));
            let left = button(ui, Weight::Primary, "queue-discard-leave").then_some(Input::KeptDiscardLeft);
            left.or(button(ui, Weight::Secondary, "queue-discard-sure").then_some(Input::KeptDiscardConfirmed))
        }
        Discarding::No => match behind {
            Behind::Nobody(_) => {
                let opened = button(ui, Weight::Primary, "queue-open").then_some(Input::KeptOpenTouched);
                opened.or(button(ui, Weight::Secondary, "queue-discard").then_some(Input::KeptDiscardTouched))
            }
            Behind::Form(_) => {
                say(ui, theme.font(Size::Small), Theme::CARD_QUIET, strings.text("queue-open-later"));
                None
            }
        },
    }
}
