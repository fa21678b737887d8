//! The chosen chart: who it is, today's appointments, how much needs a decision, and what only the chart has.

use super::about::about;
use super::today::today_ui;
use crate::intake::Section;
use crate::reconciliation::{ChartComparison, ChosenChart, ComparedChart, Comparison, FieldRow};
use crate::session::{ReviewInput, Reviewing};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Choice, Weight, card, choice_card, mark, notice, picture, say, waiting_dots};
use egui::Ui;
use egui::accesskit::Role;

/// Draws the column of a chosen chart.
pub fn beside_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing, chosen: &ChosenChart) -> Option<ReviewInput> {
    let (theme, strings, chart) = (scene.theme, scene.strings, chosen.patient());
    let mut input = None;
    card(ui, theme, Theme::CHOSEN, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.0);
        ui.horizontal(|ui| {
            picture(ui, Icon::Check, theme.mm(5.0), Theme::CHOSEN.text);
            say(ui, theme.font(Size::Small), Theme::CHOSEN, strings.text("beside-confirmed"));
        });
        say(ui, theme.strong(Size::Heading), Theme::CHOSEN, chart.name.reveal().as_str());
        say(ui, theme.font(Size::Small), Theme::CHOSEN, about(scene, chart));
        ui.add_space(theme.mm(1.0));
        let another = strings.text("beside-another");
        if Button::new(theme, Weight::Secondary, &another).show(ui) {
            input = Some(ReviewInput::ChartLeft);
        }
    });
    if chart.is_unverified() {
        input = input.or(verified_ui(ui, scene, chosen.decisions().verifies()));
    }
    input = input.or(today_ui(ui, scene, chosen.arrivals()));
    if reviewing.reconciliation.choice().seen_elsewhere() {
        notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("beside-seen-elsewhere"));
    }
    match chosen.comparison() {
        ChartComparison::Asked => {
            say(ui, theme.font(Size::Body), Theme::PAPER, strings.text("beside-comparing"));
            waiting_dots(ui, theme);
        }
        ChartComparison::NotTold => notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("beside-not-told")),
        ChartComparison::Compared(compared) => {
            input = input.or(summary_ui(ui, scene, reviewing, chosen.fields(), compared));
            only_in_chart_ui(ui, scene, compared);
        }
    }
    input
}

/// A chart that a kiosk opened: the mark goes when staff have seen a document.
fn verified_ui(ui: &mut Ui, scene: &Scene<'_>, chosen: bool) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let words = strings.text("beside-verified");
    let choice = Choice { role: Role::CheckBox, label: &words, chosen, enabled: true };
    let touched = choice_card(ui, theme, choice, |ui| {
        ui.horizontal(|ui| {
            mark(ui, theme, Role::CheckBox, chosen);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                say(ui, theme.strong(Size::Body), Theme::CARD, words.as_str());
                say(ui, theme.font(Size::Small), Theme::CARD_QUIET, strings.text("beside-verified-lead"));
            });
        });
    });
    touched.then_some(ReviewInput::VerifiedToggled)
}

/// How much needs a decision, and what the rest is.
fn summary_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    reviewing: &Reviewing,
    fields: &[FieldRow],
    compared: &ComparedChart,
) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let (open, only_open) = (reviewing.reconciliation.open_decisions(), reviewing.only_open);
    card(ui, theme, Theme::CARD, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.2);
        let (icon, tone) = if open == 0 { (Icon::Check, Theme::GOOD) } else { (Icon::Eye, Theme::CARD) };
        ui.horizontal(|ui| {
            picture(ui, icon, theme.mm(6.4), tone.text);
            say(ui, theme.strong(Size::Heading), Theme::CARD, strings.count("beside-open", open));
        });
        let listing = reviewing.reconciliation.listing();
        let counted = [
            ("beside-new", Comparison::New),
            ("beside-changed", Comparison::Changed),
            ("beside-possibly", Comparison::Possibly),
            ("beside-same", Comparison::Same),
        ];
        let counted = counted.map(|(id, kind)| (id, listing.count(kind)));
        let details = fields.iter().filter(|row| row.differs() && row.before.is_none()).count();
        let before = reviewing.reconciliation.count_decided_before();
        let counted = std::iter::once(("beside-details", details)).chain(counted);
        let counted = counted.chain([("beside-before", before)]).filter(|(_, count)| *count > 0);
        let words: Vec<String> = counted.map(|(id, count)| strings.count(id, count)).collect();
        if !words.is_empty() {
            say(ui, theme.font(Size::Small), Theme::CARD_QUIET, words.join(" · "));
        }
        for section in &compared.not_compared {
            let words = strings.text_with("beside-section-not-told", &[("section", &strings.text(section.text_id()))]);
            say(ui, theme.font(Size::Small), Theme::WARN, words);
        }
        let words = strings.text(if only_open { "beside-show-all" } else { "beside-show-open" });
        let touched = Button::new(theme, Weight::Secondary, &words).chosen(only_open).show(ui);
        touched.then_some(ReviewInput::OpenOnlyToggled)
    })
}

/// What the chart has and the share does not, a line a section. It stays.
fn only_in_chart_ui(ui: &mut Ui, scene: &Scene<'_>, compared: &ComparedChart) {
    let (theme, strings) = (scene.theme, scene.strings);
    if compared.only_in_chart.is_empty() {
        return;
    }
    ui.add_space(theme.mm(2.0));
    say(ui, theme.strong(Size::Body), Theme::PAPER, strings.text("beside-only-chart"));
    say(ui, theme.font(Size::Small), Theme::QUIET, strings.text("beside-only-chart-lead"));
    for &section in Section::ALL {
        let titles = compared.only_in_chart.iter().filter(|(of, _)| *of == section);
        let titles: Vec<&str> = titles.map(|(_, title)| title.reveal().as_str()).collect();
        if !titles.is_empty() {
            say(ui, theme.strong(Size::Small), Theme::PAPER, strings.text(section.text_id()));
            for title in titles {
                say(ui, theme.font(Size::Small), Theme::PAPER, format!("· {title}"));
            }
        }
    }
}
