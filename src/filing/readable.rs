//! What people read of a check-in: everything that no record of the EHR says in full, and what is left to do by hand.
//!
//! English, as clinic staff read it; the words for facts and sections are those of the stable ids.

use super::name::Name;
use super::pdf::{self, Line, Style};
use super::{Clinic, FilingNote, PatientKey, SubmissionId};
use crate::fhir::PatientView;
use crate::intake::{IntakeItem, ItemId, Section};
use crate::language::Language;
use crate::reconciliation::{Change, ConfirmedIntake};
use crate::sensitive::Sensitive;
use crate::time::Day;
use crate::trust::Assurance;
use serde_json::Value;
use std::collections::BTreeSet;

/// See the module.
pub(super) struct Readable<'a> {
    pub confirmed: &'a ConfirmedIntake,
    pub submission: &'a SubmissionId,
    pub clinic: &'a Clinic,
    /// What is written out.
    pub items: &'a BTreeSet<ItemId>,
    /// What staff must do themselves.
    pub by_hand: &'a [FilingNote],
}

impl Readable<'_> {
    /// As pages; `None` when they cannot be written.
    pub(super) fn pdf(&self) -> Option<Sensitive<Vec<u8>>> {
        pdf::pages(&self.lines(), &format!("Check-in {}", self.submission), "en")
    }

    /// As plain text, for an EHR that takes nothing else.
    pub(super) fn text(&self) -> Sensitive<Vec<u8>> {
        let lines = self.lines();
        // Room for all of it, so that no copy of a part is left behind.
        let mut written = Vec::with_capacity(lines.iter().map(|line| line.text.reveal().len() + 4).sum());
        for Line { style, text } in &lines {
            let before = match style {
                Style::Head => "\n",
                Style::Body => "  ",
                Style::Title | Style::Item | Style::Small => "",
            };
            for part in [before, text.reveal(), "\n"] {
                written.extend_from_slice(part.as_bytes());
            }
        }
        Sensitive::new(written)
    }

    /// The name of this document: what is in it, so that the same content is the same document on another day.
    pub(super) fn name(&self, key: &PatientKey) -> Name {
        let items = self.items();
        let of = |item: &&IntakeItem| {
            self.confirmed.sources.get(item.source).map(|source| Name::from_item(key, source, item).value)
        };
        let mut names: Vec<String> = items.iter().filter_map(of).collect();
        names.extend(
            self.changes().map(|change| format!("{} {} {}", change.target, change.element, change.becomes.reveal())),
        );
        names.sort();
        let parts = names.iter().map(String::as_bytes);
        Name::from_parts(
            &[b"ktc-kiosk summary 1".as_slice(), key.as_str().as_bytes()].into_iter().chain(parts).collect::<Vec<_>>(),
        )
    }

    /// What is written out, in the order of the form.
    pub(super) fn items(&self) -> Vec<&IntakeItem> {
        self.confirmed.items.iter().filter(|item| self.items.contains(&item.id)).collect()
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut add = |style, text: String| lines.push(Line { style, text: Sensitive::from(text) });
        let confirmed = self.confirmed;
        add(Style::Title, "Check-in summary".to_owned());
        add(Style::Small, self.clinic.name.clone());
        for person in self.person() {
            add(Style::Item, person);
        }
        add(Style::Small, format!("Check-in {}", self.submission));
        let staff = &confirmed.staff;
        add(Style::Small, format!("Confirmed {} by {} ({})", confirmed.confirmed_at, staff.name, staff.id));
        let shared =
            "Shared by the patient at check-in. What is marked as the patient's own statement was proven by nobody.";
        add(Style::Small, shared.to_owned());
        let items = self.items();
        for &section in Section::ALL {
            let of_section: Vec<_> = items.iter().filter(|item| item.section == section).collect();
            if !of_section.is_empty() {
                add(Style::Head, words(section.text_id()));
            }
            for item in of_section {
                add(Style::Item, format!("{}. {}", item.id.0, item.title.reveal()));
                for fact in &item.facts {
                    let label = fact.label(Language::English).unwrap_or_else(|| words(fact.kind.text_id()));
                    let text = fact.text(Language::English);
                    let text = text.reveal();
                    add(Style::Body, if text.is_empty() { label } else { format!("{label}: {text}") });
                }
                for line in item.more() {
                    add(Style::Small, format!("{}: {}", line.path.reveal(), line.value.reveal()));
                }
                for caution in &item.cautions {
                    add(Style::Body, format!("Caution: {}", words(caution.text_id()).to_lowercase()));
                }
                add(Style::Body, format!("Assurance: {}", assurance(item.assurance())));
            }
        }
        if !self.by_hand.is_empty() {
            add(Style::Head, "To be changed by hand".to_owned());
        }
        for change in self.changes() {
            add(Style::Item, format!("{}: {}", change.target, change.element));
            add(Style::Body, format!("Chart: {}", said(change.was.reveal(), confirmed.day)));
            add(Style::Body, format!("Shall be: {}", said(change.becomes.reveal(), confirmed.day)));
        }
        lines
    }

    /// What staff must change themselves.
    fn changes(&self) -> impl Iterator<Item = &Change> {
        let by_hand = |change: &&Change| {
            let place = place_of(change);
            self.by_hand.iter().any(|note| note.place.as_deref() == Some(&place))
        };
        self.confirmed.changes.iter().filter(by_hand)
    }

    /// Name and birth date as the patient shared them, with the record of the chart.
    fn person(&self) -> Vec<String> {
        let shared = self.confirmed.people.iter().flatten().next();
        let patient = shared.and_then(|person| PatientView::of(person.patient(), self.confirmed.day));
        let mut parts: Vec<String> = Vec::new();
        parts.extend(patient.and_then(|patient| patient.name()));
        parts.extend(patient.and_then(|patient| Some(format!("born {}", patient.birth_date()?))));
        let chart = self.confirmed.chart.as_ref();
        parts.push(chart.map_or("new patient".to_owned(), |chart| format!("chart {}", chart.id)));
        vec![parts.join(", ")]
    }
}

/// By which a change that is made by hand is named in the receipt.
pub(super) fn place_of(change: &Change) -> String {
    format!("{} {}", change.target, change.element)
}

/// What an element says, as words; nothing is a dash.
fn said(element: &Value, day: Day) -> String {
    crate::fhir::words(element, day).unwrap_or_else(|| "-".to_owned())
}

/// `fact-birth-date` as words: `Birth date`.
fn words(id: &str) -> String {
    let words = id.split_once('-').map_or(id, |(_, words)| words).replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn assurance(assurance: &Assurance) -> String {
    match assurance {
        Assurance::SignedByListedIssuer { name, .. } => format!("signed by {name}, checked"),
        Assurance::SignedByUnlistedIssuer { issuer } => {
            format!("signed by {}, whom nobody vouches for", issuer.as_str())
        }
        Assurance::SignedNotChecked { issuer } => format!("said to be signed by {}; not checked", issuer.as_str()),
        Assurance::PatientProvided => "the patient's own statement".to_owned(),
    }
}
