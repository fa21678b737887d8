//! Where the share came from and what was proven about each source, in words. Only a listed issuer's signature looks proven.

use crate::intake::{Source, SourceKind};
use crate::session::Reviewing;
use crate::trust::{Assurance, Checked, IssuerUrl};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{card, picture, say};
use crate::ui::words::Words;
use egui::{TextWrapMode, Ui};

/// More sources than this stand behind "Show details".
const SHOWN: usize = 5;
/// More than this are only counted.
const MOST: usize = 50;

/// Draws a line for each source: all of them with the details, else the first few and how many more there are.
pub fn sources_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing) {
    let theme = scene.theme;
    let intake = reviewing.reconciliation.intake();
    let shown = if reviewing.details_open { MOST } else { SHOWN };
    card(ui, theme, Theme::CARD, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.4);
        say(ui, theme.strong(Size::Body), Theme::CARD, scene.strings.text("sources-title"));
        for (number, source) in intake.sources.iter().enumerate().take(shown) {
            let assurance = reviewing.reconciliation.first_of_source(number).map(|item| item.assurance());
            source_ui(ui, scene, source, assurance);
        }
        let more = intake.sources.len().saturating_sub(shown);
        if more > 0 {
            say(ui, theme.font(Size::Small), Theme::CARD_QUIET, scene.strings.count("sources-more", more));
        }
        if let Some(changed) = reviewing.facts.last_updated {
            let words = scene.strings.text_with("sources-last-updated", &[("date", &changed.date())]);
            say(ui, theme.font(Size::Small), Theme::CARD_QUIET, words);
        }
    });
}

/// What was proven, then where it came from.
fn source_ui(ui: &mut Ui, scene: &Scene<'_>, source: &Source, assurance: Option<&Assurance>) {
    let theme = scene.theme;
    let id = match source.kind {
        SourceKind::Link => "source-link",
        SourceKind::Card => "source-card",
    };
    let place = scene.strings.text_with(id, &[("host", &source.host)]);
    let (font, quiet) = (theme.font(Size::Small), Theme::CARD_QUIET.text);
    ui.horizontal_top(|ui| {
        let mut line = Words::default();
        if let Some(assurance) = assurance {
            let (tone, icon, words) = provenance(scene, assurance);
            picture(ui, icon, theme.mm(5.0), tone.text);
            line = line.then(theme.strong(Size::Small), tone.text, &words).then(font.clone(), quiet, " · ");
        }
        line.then(font, quiet, &place).show(ui, TextWrapMode::Wrap);
    });
}

/// What was proven, as a tone, a picture and words.
pub fn provenance(scene: &Scene<'_>, assurance: &Assurance) -> (Tone, Icon, String) {
    let strings = scene.strings;
    let host = |issuer: &IssuerUrl| issuer.host().to_owned();
    match assurance {
        Assurance::SignedByListedIssuer { name, list_date, checked, .. } => {
            let (words, date) = match checked {
                Checked::LiveKeys => ("assurance-signed-listed", list_date),
                Checked::CopyOf(date) => ("assurance-signed-by-copy", date),
                Checked::ListOf(date) => ("assurance-signed-by-list", date),
            };
            let words = strings.text_with(words, &[("name", name), ("date", &date.date())]);
            (Theme::GOOD, Icon::Shield, words)
        }
        Assurance::SignedByUnlistedIssuer { issuer } => {
            (Theme::WARN, Icon::Warning, strings.text_with("assurance-signed-unlisted", &[("host", &host(issuer))]))
        }
        Assurance::SignedNotChecked { issuer } => {
            (Theme::WARN, Icon::Clock, strings.text_with("assurance-signed-not-checked", &[("host", &host(issuer))]))
        }
        Assurance::PatientProvided => (Theme::PLAIN, Icon::Person, strings.text("assurance-patient-provided")),
    }
}
