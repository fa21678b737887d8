//! Whose chart it is: the candidates of the EHR with what agrees and what differs, and a new record. A person chooses, and
//! confirms with the patient whose it is.

use super::about::about;
use super::beside;
use super::candidate::{match_ui, outcome_ui};
use super::letters::letters_ui;
use crate::reconciliation::{
    ChartPatient, ChartSearch, Identity, IdentityCheck, PatientChoice, Reconciliation, SearchMatch,
};
use crate::sensitive::Sensitive;
use crate::session::{ReviewInput, Reviewing};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Choice, Weight, choice_card, mark, notice, picture, say, waiting_dots};
use egui::accesskit::Role;
use egui::{Frame, Margin, Ui};

/// Draws the column.
pub fn chart_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing) -> Option<ReviewInput> {
    let theme = scene.theme;
    let (strings, review) = (scene.strings, &reviewing.reconciliation);
    if let Some(chosen) = review.chosen() {
        return beside::beside_ui(ui, scene, reviewing, chosen);
    }
    say(ui, theme.strong(Size::Heading), Theme::PAPER, strings.text("chart-title"));
    let search = review.choice().search();
    match search {
        ChartSearch::Searching => {
            say(ui, theme.font(Size::Body), Theme::PAPER, strings.text("chart-searching"));
            waiting_dots(ui, theme);
        }
        ChartSearch::Found { candidates, .. } if candidates.is_empty() => {
            notice(ui, theme, Theme::PLAIN, Icon::Person, &strings.text("chart-none"));
        }
        ChartSearch::Found { .. } => {
            say(ui, theme.font(Size::Small), Theme::QUIET, strings.text("chart-lead"));
        }
        ChartSearch::FoundInPart { candidates } => {
            let id = if candidates.is_empty() { "chart-none-in-part" } else { "chart-in-part" };
            notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text(id));
        }
        ChartSearch::Unavailable => notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("chart-unavailable")),
        ChartSearch::NoEhr => notice(ui, theme, Theme::PLAIN, Icon::Person, &strings.text("chart-no-ehr")),
    }
    let candidates = search.candidates();
    outcome_ui(ui, scene, review);
    let mut input = None;
    for candidate in candidates {
        let asked = review.choice().identity().filter(|identity| identity.chart == candidate.id);
        if candidate_ui(ui, scene, (candidate, review.choice().found()), asked.is_some()) {
            input = Some(ReviewInput::PatientChosen(PatientChoice::Existing(candidate.id.clone())));
        }
        if let Some(identity) = asked {
            input = input.or(identity_ui(ui, scene, identity).map(ReviewInput::IdentifierConfirmed));
        }
    }
    if search.offers_new() && new_patient_ui(ui, scene, review) {
        input = Some(ReviewInput::PatientChosen(PatientChoice::New));
    }
    if search.is_owed() {
        input = input.or(owed_ui(ui, scene, reviewing));
    }
    // Below what is touched, so that nothing moves when it comes.
    if review.choice().seen_elsewhere() {
        notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("beside-seen-elsewhere"));
    }
    input
}

/// The EHR owes an answer: it is asked again, or the check-in is kept until it gives one.
fn owed_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    ui.add_space(theme.mm(2.0));
    let again = strings.text("chart-search-again");
    let searched = Button::new(theme, Weight::Secondary, &again).show(ui).then_some(ReviewInput::SearchAgain);
    if !reviewing.reconciliation.choice().can_be_kept() {
        return searched;
    }
    let keep = strings.text("chart-keep");
    let kept = Button::new(theme, Weight::Primary, &keep).icon(Icon::Clock).show(ui);
    say(ui, theme.font(Size::Small), Theme::QUIET, strings.text("chart-keep-lead"));
    if reviewing.is_one_of_several() {
        notice(ui, theme, Theme::WARN, Icon::Person, &strings.text("chart-keep-others"));
    }
    searched.or(kept.then_some(ReviewInput::KeptForLater))
}

fn candidate_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    (candidate, found): (&ChartPatient, Option<&SearchMatch>),
    asked: bool,
) -> bool {
    let theme = scene.theme;
    let (strings, name) = (scene.strings, candidate.name.reveal().as_str());
    let label = match candidate.birth_date() {
        Some(date) => strings.text_with("chart-candidate", &[("name", name), ("date", date)]),
        None => strings.text_with("chart-candidate-undated", &[("name", name)]),
    };
    let choice = Choice { role: Role::RadioButton, label: &label, chosen: asked, enabled: true };
    choice_card(ui, theme, choice, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.0);
        ui.horizontal(|ui| {
            mark(ui, theme, Role::RadioButton, asked);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                say(ui, theme.strong(Size::Body), Theme::CARD, name);
                say(ui, theme.font(Size::Small), Theme::CARD_QUIET, about(scene, candidate));
            });
        });
        letters_ui(ui, scene, [name]);
        match_ui(ui, scene, candidate, found);
    })
}

/// What the patient must confirm, each with its tick. The last one chooses the chart.
fn identity_ui(ui: &mut Ui, scene: &Scene<'_>, identity: &Identity) -> Option<IdentityCheck> {
    let (theme, strings) = (scene.theme, scene.strings);
    if identity.wanted().is_empty() {
        notice(ui, theme, Theme::BAD, Icon::Warning, &strings.text("identity-too-little"));
        return None;
    }
    let frame = Frame::new()
        .fill(Theme::PLAIN.fill)
        .corner_radius(theme.button_corner())
        .inner_margin(Margin::from(theme.mm(3.0)));
    frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = theme.mm(1.6);
            say(ui, theme.strong(Size::Small), Theme::PLAIN, strings.text("identity-ask"));
            let mut touched = checks_ui(ui, scene, identity, identity.wanted());
            if !identity.one_of().is_empty() {
                say(ui, theme.strong(Size::Small), Theme::PLAIN, strings.text("identity-one-of"));
                touched = touched.or(checks_ui(ui, scene, identity, identity.one_of()));
            }
            touched
        })
        .inner
}

fn checks_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    identity: &Identity,
    checks: &[(IdentityCheck, Sensitive<String>)],
) -> Option<IdentityCheck> {
    let theme = scene.theme;
    let mut touched = None;
    for (check, text) in checks {
        let words = match text.reveal().as_str() {
            "" => scene.strings.text(check.text_id()),
            text => scene.strings.text_with(check.text_id(), &[("text", text)]),
        };
        let chosen = identity.has(*check);
        let choice = Choice { role: Role::CheckBox, label: &words, chosen, enabled: true };
        let ticked = choice_card(ui, theme, choice, |ui| {
            ui.horizontal(|ui| {
                mark(ui, theme, Role::CheckBox, chosen);
                say(ui, theme.font(Size::Body), Theme::CARD, words.as_str());
            });
            letters_ui(ui, scene, [words.as_str()]);
        });
        touched = touched.or(ticked.then_some(*check));
    }
    touched
}

fn new_patient_ui(ui: &mut Ui, scene: &Scene<'_>, review: &Reconciliation) -> bool {
    let theme = scene.theme;
    let words = scene.strings.text("chart-new");
    let chosen = review.choice().is_new();
    choice_card(ui, theme, Choice { role: Role::RadioButton, label: &words, chosen, enabled: true }, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.4);
        ui.horizontal(|ui| {
            mark(ui, theme, Role::RadioButton, chosen);
            picture(ui, Icon::NewPerson, theme.mm(6.4), Theme::CARD.text);
            say(ui, theme.strong(Size::Body), Theme::CARD, words.as_str());
        });
        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, scene.strings.text("chart-new-lead"));
    })
}
