//! What was shared, item by item, each with its tick, its facts, where it came from and what speaks for caution. Beside a
//! chart: what needs a decision first, and what the chart already holds in grey.

use super::before::{before_ui, said_before};
use super::fields::{any_field_is_open, fields_ui, policy_ui};
use super::letters::{letters_ui, written_out_ui};
use super::rows::{Row, Rows, Shown};
use super::sources::provenance;
use crate::filing::Loss;
use crate::intake::{Fact, FactKind, IntakeItem, ItemId, MAX_TEXT_IN_ROW, Section, is_long_text};
use crate::reconciliation::{COMPARED, ComparedItem, Comparison, Difference, Reconciliation, StaffDecision};
use crate::session::{ReviewInput, Reviewing};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{Button, Choice, Weight, badge, choice_card, mark, notice, picture, say, waiting_dots};
use crate::ui::words::Words;
use egui::accesskit::Role;
use egui::{Align, Layout, TextWrapMode, Ui, Vec2, vec2};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Draws all sections; `shift` is what is to be scrolled so that nothing moves.
pub fn items_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing, shift: &mut f32) -> Option<ReviewInput> {
    let theme = scene.theme;
    let (strings, review) = (scene.strings, &reviewing.reconciliation);
    say(ui, theme.strong(Size::Heading), Theme::PAPER, strings.text("items-title"));
    let intake = review.intake();
    if intake.items.is_empty() {
        say(ui, theme.font(Size::Body), Theme::QUIET, strings.text("items-empty"));
    }
    if intake.unreadable > 0 {
        notice(ui, theme, Theme::WARN, Icon::Warning, &strings.count("items-unreadable", intake.unreadable));
    }
    let only_open = review.compared().is_some() && reviewing.only_open;
    let shown = Shown {
        session: scene.session.id,
        chart: review.chosen().map(|chosen| chosen.patient().id.clone()),
        listing: Arc::clone(review.listing()),
        // The details of a chosen chart are decided field by field, not as one item.
        by_field: review.chosen().is_some_and(|chosen| !only_open || any_field_is_open(chosen)),
        only_open,
        held_and_ticked: review.tally().held().to_vec(),
        language: strings.language(),
    };
    let mut rows = Rows::load(ui, theme, shown);
    let seen = rows.seen();
    let input = rows.show(ui, shift, |ui, row| match row {
        Row::Head(section, items) => section_ui(ui, scene, review, (section, items), &seen),
        Row::Fields => review.chosen().and_then(|chosen| fields_ui(ui, scene, chosen, only_open)),
        Row::Item(place) => intake.items.get(place).and_then(|item| row_ui(ui, scene, reviewing, item)),
    });
    rows.store(ui);
    input
}

fn row_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing, item: &IntakeItem) -> Option<ReviewInput> {
    let review = &reviewing.reconciliation;
    if let Some(before) = review.decided_before(item.id) {
        return before_ui(ui, scene, item, before).then_some(ReviewInput::DecisionReopened(item.id));
    }
    let loss = reviewing.losses.get(&item.id).copied();
    let toggled = item_ui(ui, scene, review, (item, loss)).then_some(ReviewInput::ItemToggled(item.id));
    let taken = policy_ui(ui, scene, review, item);
    toggled.or(taken).or(documents_ui(ui, scene, reviewing, item)).or(below_ui(ui, scene, reviewing, item))
}

fn section_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    review: &Reconciliation,
    (section, items): (Section, usize),
    seen: &BTreeSet<usize>,
) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let (listing, tally) = (review.listing(), review.tally());
    let [taken_text, total_text] = [tally.taken(section), items].map(|count| count.to_string());
    let name = strings.text(section.text_id());
    let at_once = listing.at_once(section).saturating_sub(tally.left(section));
    let id = match review.compared() {
        _ if tally.at_once(section) == at_once => "untick-all",
        Some(_) if COMPARED.contains(&section) => "take-all-new",
        _ => "tick-all",
    };
    // Nobody leaves out what was not on the glass.
    let rest: Vec<ItemId> = if tally.open(section) == 0 { Vec::new() } else { review.rest_of(section, seen) };
    ui.add_space(theme.mm(3.0));
    let row = vec2(ui.available_width(), theme.touch());
    let touched = ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let words = strings.text_with(id, &[("section", &name)]);
        let taken = at_once > 0 && Button::new(theme, Weight::Secondary, &words).show(ui);
        let words = strings.count("leave-rest", rest.len());
        let named = format!("{words}: {name}");
        let left = rest.len() > 1 && Button::new(theme, Weight::Secondary, &words).named(&named).show(ui);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            say(ui, theme.strong(Size::Body), Theme::PAPER, name.as_str());
            let values = [("taken", taken_text.as_str()), ("total", total_text.as_str())];
            if listing.can_be_ticked(section) {
                say(ui, theme.font(Size::Small), Theme::QUIET, strings.text_with("items-ticked", &values));
            }
        });
        (taken, left)
    });
    if let Some(before) = review.reviewed_before(section) {
        say(ui, theme.font(Size::Small), Theme::QUIET, said_before(scene, before));
    }
    match touched.inner {
        (true, _) => Some(ReviewInput::SectionToggled(section)),
        (false, true) => Some(ReviewInput::ItemsLeft(rest)),
        (false, false) => None,
    }
}

fn item_ui(ui: &mut Ui, scene: &Scene<'_>, review: &Reconciliation, (item, loss): (&IntakeItem, Option<Loss>)) -> bool {
    let theme = scene.theme;
    let (strings, title) = (scene.strings, item.title.reveal().as_str());
    let compared = review.compared().and_then(|comparison| comparison.compared(item.id));
    let chosen = review.decision(item.id) == StaffDecision::Take;
    let enabled = item.can_be_taken() && review.is_settled(item);
    if !chosen && compared.is_some_and(|compared| compared.comparison == Comparison::Same) {
        return held_ui(ui, scene, title, enabled);
    }
    choice_card(ui, theme, Choice { role: Role::CheckBox, label: title, chosen, enabled }, |ui| {
        ui.horizontal_top(|ui| {
            if enabled {
                mark(ui, theme, Role::CheckBox, chosen);
            } else {
                picture(ui, Icon::Cross, theme.mm(7.0), Theme::WARN.text);
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = theme.mm(1.4);
                say(ui, theme.strong(Size::Body), Theme::CARD, title);
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing = Vec2::new(theme.mm(4.0), theme.mm(1.0));
                    // Words first; codes are for those who look for them.
                    for are_codes in [false, true] {
                        for fact in item.facts.iter().filter(|fact| (fact.kind == FactKind::Codes) == are_codes) {
                            fact_text(scene, fact).show(ui, TextWrapMode::Wrap);
                        }
                    }
                    if item.is_collection() {
                        let kept = strings.count("items-resources", item.resources);
                        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, kept);
                    }
                });
                for caution in &item.cautions {
                    ui.horizontal(|ui| {
                        picture(ui, Icon::Warning, theme.mm(4.6), Theme::WARN.text);
                        say(ui, theme.strong(Size::Small), Theme::WARN, strings.text(caution.text_id()));
                    });
                }
                if !item.is_drawn_whole() {
                    written_out_ui(ui, scene);
                }
                if let Some(loss) = loss {
                    ui.horizontal(|ui| {
                        picture(ui, Icon::Eye, theme.mm(4.6), Theme::CARD_QUIET.text);
                        say(ui, theme.font(Size::Small), Theme::CARD, strings.text(loss.text_id()));
                    });
                }
                if let Some(compared) = compared {
                    compared_ui(ui, scene, item.section, compared);
                }
                if let Some(before) = review.filed_before(item.id) {
                    say(ui, theme.strong(Size::Small), Theme::WARN, said_before(scene, before));
                }
                let (tone, icon, words) = provenance(scene, item.assurance());
                ui.horizontal_wrapped(|ui| {
                    if let Some(compared) = compared {
                        let (tone, icon) = look_of(compared.comparison);
                        badge(ui, theme, tone, icon, &strings.text(compared.comparison.text_id()));
                    }
                    badge(ui, theme, tone, icon, &words);
                });
            });
        });
    })
}

/// What the chart already holds, on a quiet line. Ticked, it is filed all the same, and all that it says is shown.
fn held_ui(ui: &mut Ui, scene: &Scene<'_>, title: &str, enabled: bool) -> bool {
    let theme = scene.theme;
    let words = scene.strings.text_with("standing-held", &[("title", title)]);
    choice_card(ui, theme, Choice { role: Role::CheckBox, label: &words, chosen: false, enabled }, |ui| {
        ui.horizontal(|ui| {
            if enabled {
                mark(ui, theme, Role::CheckBox, false);
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                say(ui, theme.font(Size::Small), Theme::CARD_QUIET, words.as_str());
                if enabled {
                    say(ui, theme.font(Size::Small), Theme::CARD_QUIET, scene.strings.text("standing-file-anyway"));
                }
            });
        });
    })
}

const fn look_of(comparison: Comparison) -> (Tone, Icon) {
    match comparison {
        Comparison::Changed | Comparison::Possibly => (Theme::WARN, Icon::Warning),
        Comparison::New => (Theme::PLAIN, Icon::Card),
        Comparison::NotCompared => (Theme::PLAIN, Icon::Eye),
        Comparison::Same => (Theme::GOOD, Icon::Check),
    }
}

/// The record of the chart that it resembles, and what that says otherwise.
fn compared_ui(ui: &mut Ui, scene: &Scene<'_>, section: Section, compared: &ComparedItem) {
    let (theme, strings) = (scene.theme, scene.strings);
    for title in compared.entry.iter().map(|(_, title)| title).chain(&compared.also) {
        let words = strings.text_with("standing-resembles", &[("title", title.reveal())]);
        say(ui, theme.strong(Size::Small), Theme::WARN, words);
        letters_ui(ui, scene, [title.reveal().as_str()]);
    }
    if let Some(title) = &compared.looks_like {
        let words = strings.text_with("standing-looks-like", &[("title", title.reveal())]);
        say(ui, theme.strong(Size::Small), Theme::WARN, words);
        letters_ui(ui, scene, [title.reveal().as_str()]);
    }
    // A card stands beside the chart's policy field by field, below.
    let shown = if section == Section::Insurance { &[] } else { &compared.differences[..] };
    for difference in shown {
        let nothing = strings.text("fields-nothing");
        let side = |text: &str| if text.is_empty() { nothing.clone() } else { text.to_owned() };
        let values = [
            ("field", label_of(scene, difference)),
            ("shared", side(difference.shared.reveal())),
            ("chart", side(difference.chart.reveal())),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        say(ui, theme.font(Size::Small), Theme::CARD, strings.text_with("standing-differs", &values));
        letters_ui(ui, scene, [difference.chart.reveal().as_str()]);
    }
}

/// What differs, in the reader's language.
fn label_of(scene: &Scene<'_>, difference: &Difference) -> String {
    difference.label(scene.strings.language()).unwrap_or_else(|| scene.strings.text(difference.field.text_id()))
}

/// The kind in quiet letters, then what it says.
fn fact_text(scene: &Scene<'_>, fact: &Fact) -> Words {
    let theme = scene.theme;
    let language = scene.strings.language();
    let kind = fact.label(language).unwrap_or_else(|| scene.strings.text(fact.kind.text_id()));
    let text = fact.text(language);
    let (font, quiet) = (theme.font(Size::Small), Theme::CARD_QUIET.text);
    if text.reveal().is_empty() {
        return Words::new(font, quiet, &kind);
    }
    let shown = beginning(scene, fact, text.reveal());
    let loud = if fact.kind == FactKind::Codes { quiet } else { Theme::CARD.text };
    Words::new(font.clone(), quiet, &format!("{kind} ")).then(font, loud, &shown)
}

/// What a row shows of a fact: all of it, or the beginning of a long text, how much more there is, and where.
fn beginning<'a>(scene: &Scene<'_>, fact: &Fact, text: &'a str) -> Cow<'a, str> {
    if !is_long_text(fact) {
        return Cow::Borrowed(text);
    }
    let end = (0..=MAX_TEXT_IN_ROW).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let (shown, rest) = text.split_at(end);
    let more = rest.chars().count().to_string();
    Cow::Owned(scene.strings.text_with("text-beginning", &[("shown", shown), ("more", &more)]))
}

/// A button for each document of the item.
fn documents_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing, item: &IntakeItem) -> Option<ReviewInput> {
    let theme = scene.theme;
    let names = reviewing.viewables_of(item.id);
    let mut opened = None;
    if !names.is_empty() {
        ui.horizontal_wrapped(|ui| {
            for (which, name) in names.iter().enumerate() {
                let kind = scene.strings.text(name.text_id());
                let words = scene.strings.text_with("document-look", &[("kind", &kind)]);
                if Button::new(theme, Weight::Secondary, &words).icon(Icon::Eye).show(ui) {
                    opened = Some(ReviewInput::DocumentOpened { item: item.id, which });
                }
            }
        });
    }
    opened
}

/// To leave it out, and what of the record became no fact, by the names of its elements.
fn below_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing, item: &IntakeItem) -> Option<ReviewInput> {
    /// More lines are not drawn; the kept original has them.
    const MOST: usize = 400;
    let theme = scene.theme;
    let open = reviewing.more_open.as_ref().filter(|(open, _)| *open == item.id).map(|(_, more)| more);
    let words = scene.strings.text(if open.is_some() { "more-hide" } else { "more-show" });
    let review = &reviewing.reconciliation;
    let (left, touched) = ui
        .horizontal(|ui| {
            let is_left = review.decision(item.id) == StaffDecision::Leave;
            // Of a card of which something goes into the policy, the rest is left.
            let changes = review.chosen().is_some_and(|chosen| chosen.changes_policy(item.id));
            let leave = scene.strings.text(match (changes, is_left) {
                (false, false) => "leave-out",
                (false, true) => "leave-out-chosen",
                (true, false) => "leave-as-it-is",
                (true, true) => "leave-as-it-is-chosen",
            });
            let named = scene.strings.text_with("leave-out-of", &[("title", item.title.reveal())]);
            let button = Button::new(theme, Weight::Secondary, &leave).chosen(is_left).named(&named);
            let left = review.can_be_left(item) && button.show(ui);
            (left, Button::new(theme, Weight::Secondary, &words).show(ui))
        })
        .inner;
    if open.is_some_and(Option::is_none) {
        waiting_dots(ui, theme);
    }
    if let Some(Some(more)) = open {
        if more.is_empty() {
            say(ui, theme.font(Size::Small), Theme::QUIET, scene.strings.text("more-none"));
        }
        for line in more.iter().take(MOST) {
            let words = format!("{}: {}", line.path.reveal(), line.value.reveal());
            say(ui, theme.font(Size::Small), Theme::QUIET, words);
        }
        letters_ui(ui, scene, more.iter().take(MOST).map(|line| line.value.reveal().as_str()));
        if more.len() > MOST {
            say(ui, theme.font(Size::Small), Theme::QUIET, scene.strings.count("more-left-out", more.len() - MOST));
        }
    }
    match (left, touched) {
        (true, _) => Some(ReviewInput::ItemLeft(item.id)),
        (false, true) => Some(ReviewInput::MoreToggled(item.id)),
        (false, false) => None,
    }
}
