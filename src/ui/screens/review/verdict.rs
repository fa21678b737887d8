//! Whether the share follows the Kill the Clipboard draft, why, and which files could not be used. A verdict blocks nothing.

use crate::ktc::{Conformance, Finding, Verdict, Weight as FindingWeight};
use crate::resolve::ShareFacts;
use crate::session::{ReviewInput, Reviewing};
use crate::trouble::Trouble;
use crate::trust::AppAttestation;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{Button, Weight, card, picture, say};
use egui::{Align, Layout, Ui, vec2};

/// More reasons for refused files than this stand behind "Show details".
const REASONS_SHOWN: usize = 3;

/// Draws the banner.
pub fn verdict_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing) -> Option<ReviewInput> {
    let (theme, facts, open) = (scene.theme, &reviewing.facts, reviewing.details_open);
    let (tone, icon, id) = banner(facts.conformance.as_ref());
    card(ui, theme, tone, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.4);
        let touched = head_ui(ui, scene, (tone, icon, id), open);
        all_refused_ui(ui, scene, tone, &facts.refused, open);
        if open {
            details_ui(ui, scene, tone, facts);
        }
        touched.then_some(ReviewInput::DetailsToggled)
    })
}

const fn verdict_banner(verdict: Verdict) -> (Tone, Icon, &'static str) {
    match verdict {
        Verdict::Conforms => (Theme::GOOD, Icon::Check, "verdict-conforms"),
        Verdict::ConformsWithRemarks => (Theme::PLAIN, Icon::Check, "verdict-conforms-with-remarks"),
        Verdict::Differs => (Theme::WARN, Icon::Warning, "verdict-differs"),
    }
}

fn banner(conformance: Option<&Conformance>) -> (Tone, Icon, &'static str) {
    conformance.map_or((Theme::PLAIN, Icon::Card, "verdict-card"), |known| verdict_banner(known.verdict()))
}

/// The verdict and the button for its reasons; whether that was touched.
fn head_ui(ui: &mut Ui, scene: &Scene<'_>, (tone, icon, id): (Tone, Icon, &str), open: bool) -> bool {
    let theme = scene.theme;
    let words = scene.strings.text(if open { "verdict-hide" } else { "verdict-show" });
    let row = vec2(ui.available_width(), theme.touch());
    let row = ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let touched = Button::new(theme, Weight::Secondary, &words).show(ui);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            picture(ui, icon, theme.mm(6.4), tone.text);
            say(ui, theme.strong(Size::Body), tone, scene.strings.text(id));
        });
        touched
    });
    row.inner
}

/// Refused files by reason, since a share can hold many; the first few reasons, or all of them.
fn all_refused_ui(ui: &mut Ui, scene: &Scene<'_>, tone: Tone, refused: &[Trouble], all: bool) {
    let theme = scene.theme;
    let mut reasons: Vec<(Trouble, usize)> = Vec::new();
    for trouble in refused {
        match reasons.iter_mut().find(|(known, _)| known == trouble) {
            Some((_, files)) => *files += 1,
            None => reasons.push((*trouble, 1)),
        }
    }
    let shown = if all { reasons.len() } else { REASONS_SHOWN };
    for (trouble, files) in reasons.iter().take(shown) {
        refused_ui(ui, scene, tone, *trouble, *files);
    }
    let more: usize = reasons.iter().skip(shown).map(|(_, files)| files).sum();
    if more > 0 {
        say(ui, theme.strong(Size::Small), tone, scene.strings.count("refused-more", more));
    }
}

fn refused_ui(ui: &mut Ui, scene: &Scene<'_>, tone: Tone, refused: Trouble, files: usize) {
    let (theme, strings) = (scene.theme, scene.strings);
    let reason = strings.text(&format!("trouble-{}-staff", refused.code()));
    let who = strings.text_with("trouble-who", &[("actor", &strings.text(refused.actor().text_id()))]);
    ui.horizontal_top(|ui| {
        picture(ui, Icon::Cross, theme.mm(5.0), tone.text);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = theme.mm(0.6);
            say(ui, theme.strong(Size::Small), tone, strings.count("refused-title", files));
            say(ui, theme.font(Size::Small), tone, reason);
            say(ui, theme.font(Size::Small), tone, who);
        });
    });
}

fn details_ui(ui: &mut Ui, scene: &Scene<'_>, tone: Tone, facts: &ShareFacts) {
    let theme = scene.theme;
    let findings = facts.conformance.iter().flat_map(|known| known.findings.iter().copied());
    for finding in findings {
        finding_ui(ui, scene, tone, finding);
    }
    let attestation = match facts.attestation {
        AppAttestation::Absent => "attestation-absent",
        AppAttestation::Verified => "attestation-verified",
        AppAttestation::Failed => "attestation-failed",
    };
    if facts.conformance.is_some() {
        say(ui, theme.font(Size::Small), tone, scene.strings.text(attestation));
    }
}

fn finding_ui(ui: &mut Ui, scene: &Scene<'_>, tone: Tone, finding: Finding) {
    let theme = scene.theme;
    let (icon, id) = match finding.weight() {
        FindingWeight::Rule => (Icon::Cross, "verdict-rule"),
        FindingWeight::Remark => (Icon::Closer, "verdict-remark"),
    };
    ui.horizontal_top(|ui| {
        picture(ui, icon, theme.mm(5.0), tone.text);
        let sentence = scene.strings.text(&format!("finding-{}", finding.code()));
        let line = format!("{sentence} {} · {}", scene.strings.text(id), finding.section());
        say(ui, theme.font(Size::Small), tone, line);
    });
}
