//! Whether the share follows the Kill the Clipboard draft, why, and which files could not be used. A verdict blocks nothing.

use crate::ktc::{Conformance, Finding, Verdict, Weight as FindingWeight};
use crate::session::Reviewing;
use crate::trouble::Trouble;
use crate::trust::AppAttestation;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{Button, Weight, card, picture, say};
use egui::{Align, Id, Layout, Ui, vec2};

/// More reasons for refused files than this stand behind "Show details".
const REASONS_SHOWN: usize = 3;

/// Draws the banner.
pub fn verdict_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, reviewing: &Reviewing) {
    let (tone, icon, id) = banner_of(reviewing.conformance.as_ref());
    card(ui, theme, tone, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.4);
        let open = head_ui(ui, scene, theme, (tone, icon, id));
        all_refused_ui(ui, scene, theme, tone, &reviewing.refused, open);
        if open {
            details_ui(ui, scene, theme, tone, reviewing);
        }
    });
}

const fn banner_of_verdict(verdict: Verdict) -> (Tone, Icon, &'static str) {
    match verdict {
        Verdict::Conforms => (Theme::GOOD, Icon::Check, "verdict-conforms"),
        Verdict::ConformsWithRemarks => (Theme::PLAIN, Icon::Check, "verdict-conforms-with-remarks"),
        Verdict::Differs => (Theme::WARN, Icon::Warning, "verdict-differs"),
    }
}

fn banner_of(conformance: Option<&Conformance>) -> (Tone, Icon, &'static str) {
    conformance.map_or((Theme::PLAIN, Icon::Card, "verdict-card"), |known| banner_of_verdict(known.verdict()))
}

/// The verdict and the button for its reasons; whether they are open. Only that is remembered, by egui.
fn head_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, (tone, icon, id): (Tone, Icon, &str)) -> bool {
    let known = details_id(scene);
    let open = details_are_open(ui, scene);
    let words = scene.strings.text(if open { "verdict-hide" } else { "verdict-show" });
    let row = vec2(ui.available_width(), theme.touch());
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        if Button::new(theme, Weight::Secondary, &words).show(ui) {
            ui.data_mut(|data| data.insert_temp(known, !open));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            picture(ui, icon, theme.mm(6.4), tone.text);
            say(ui, theme.strong(Size::Body), tone, scene.strings.text(id));
        });
    });
    open
}

/// Refused files by reason, since a share can hold many; the first few reasons, or all of them.
fn all_refused_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, tone: Tone, refused: &[Trouble], all: bool) {
    let mut reasons: Vec<(Trouble, usize)> = Vec::new();
    for trouble in refused {
        match reasons.iter_mut().find(|(known, _)| known == trouble) {
            Some((_, files)) => *files += 1,
            None => reasons.push((*trouble, 1)),
        }
    }
    let shown = if all { reasons.len() } else { REASONS_SHOWN };
    for (trouble, files) in reasons.iter().take(shown) {
        refused_ui(ui, scene, theme, tone, *trouble, *files);
    }
    let more: usize = reasons.iter().skip(shown).map(|(_, files)| files).sum();
    if more > 0 {
        say(ui, theme.strong(Size::Small), tone, scene.strings.count("refused-more", more));
    }
}

/// Whether staff asked for all details.
pub fn details_are_open(ui: &Ui, scene: &Scene<'_>) -> bool {
    ui.data(|data| data.get_temp(details_id(scene))).unwrap_or_default()
}

fn details_id(scene: &Scene<'_>) -> Id {
    Id::unique(("verdict open", scene.session.id))
}

fn refused_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, tone: Tone, refused: Trouble, files: usize) {
    let strings = scene.strings;
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

fn details_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, tone: Tone, reviewing: &Reviewing) {
    let findings = reviewing.conformance.iter().flat_map(|known| known.findings.iter().copied());
    for finding in findings {
        finding_ui(ui, scene, theme, tone, finding);
    }
    let attestation = match reviewing.attestation {
        AppAttestation::Absent => "attestation-absent",
        AppAttestation::Verified => "attestation-verified",
        AppAttestation::Failed => "attestation-failed",
    };
    if reviewing.conformance.is_some() {
        say(ui, theme.font(Size::Small), tone, scene.strings.text(attestation));
    }
}

fn finding_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, tone: Tone, finding: Finding) {
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
