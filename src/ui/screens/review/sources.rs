//! Where the share came from and what was proven about each source, in words. Only a listed issuer's signature looks proven.

use crate::intake::{Intake, SourceKind};
use crate::trust::{Assurance, IssuerUrl};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{badge, say};
use egui::Ui;

/// More sources than this stand behind "Show details".
const SHOWN: usize = 5;
/// More than this are only counted.
const MOST: usize = 50;

/// Draws a line for each source; `all` of them, or the first few and how many more there are.
pub fn sources_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, tone: Tone, intake: &Intake, all: bool) {
    let shown = if all { MOST } else { SHOWN };
    for (number, source) in intake.sources.iter().enumerate().take(shown) {
        let id = match source.kind {
            SourceKind::Link => "source-link",
            SourceKind::Card => "source-card",
        };
        let assurance = intake.items.iter().find(|item| item.source == number).map(|item| &item.assurance);
        ui.horizontal_wrapped(|ui| {
            if let Some(assurance) = assurance {
                let (tone, icon, words) = provenance(scene, assurance);
                badge(ui, theme, tone, icon, &words);
            }
            say(ui, theme.font(Size::Small), tone, scene.strings.text_with(id, &[("host", &source.host)]));
        });
    }
    let more = intake.sources.len().saturating_sub(shown);
    if more > 0 {
        say(ui, theme.font(Size::Small), tone, scene.strings.count("sources-more", more));
    }
}

/// What was proven, as a tone, a picture and words.
pub fn provenance(scene: &Scene<'_>, assurance: &Assurance) -> (Tone, Icon, String) {
    let strings = scene.strings;
    let host = |issuer: &IssuerUrl| issuer.host().to_owned();
    match assurance {
        Assurance::SignedByListedIssuer { name, list_date, .. } => {
            let values = [("name", name.as_str()), ("date", &*list_date.date())];
            let words = strings.text_with("assurance-signed-listed", &values);
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
