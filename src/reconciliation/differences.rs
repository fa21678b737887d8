//! In what two records of the same thing differ.

use super::chart::Difference;
use super::record::{Record, letters};
use crate::fhir::{Resource, words_at};
use crate::intake::{FactKind, Section};
use crate::text::{folded_words, plain_text};
use serde_json::Value;

impl Record {
    /// What both say, and say otherwise. What the share leaves out is no difference; what only the share says is one.
    pub(super) fn differences(&self, chart: &Record, facts: &[(FactKind, &str)]) -> Vec<Difference> {
        let said = |entry: &Record, field: FactKind, paths: &str| {
            let json = entry.resource.json().reveal();
            let words = paths.split('|').find_map(|path| words_at(json, path, entry.day)).filter(|it| it != "unknown");
            // What is of no stated certainty is told as certain, in the share as in the chart.
            words.or_else(|| (field == FactKind::Verification).then(|| "confirmed".to_owned()))
        };
        let differing = facts.iter().filter_map(|(field, paths)| {
            let shared = said(self, *field, paths)?;
            let chart = said(chart, *field, paths).unwrap_or_default();
            let means =
                |text: &str| if *field == FactKind::MemberId { vec![letters(text)] } else { folded_words(text) };
            // A chart that says nothing of a status is not thereby of another.
            let silent = chart.is_empty() && *field == FactKind::Status;
            let same = means(&shared) == means(&chart) || silent;
            (!same).then(|| Difference { field: *field, shared: plain_text(&shared), chart: plain_text(&chart) })
        });
        let mut differing: Vec<Difference> = differing.collect();
        if self.section == Section::Medications {
            differing.extend(self.forbidden_beside(chart));
            differing
                .extend(self.dosage_beside(chart).filter(|_| differing.iter().all(|it| it.field != FactKind::Dosage)));
        }
        differing
    }

    /// What one says not to give is not what the other says to give (`doNotPerform`; absent is false).
    fn forbidden_beside(&self, chart: &Record) -> Option<Difference> {
        let forbids = |entry: &Record| entry.resource.json().reveal()["doNotPerform"] == true;
        let words = |entry: &Record| {
            let status = entry.resource.text("/status");
            let forbidden = forbids(entry).then_some("doNotPerform");
            plain_text(&status.into_iter().chain(forbidden).collect::<Vec<_>>().join(", "))
        };
        let differs = forbids(self) != forbids(chart);
        differs.then(|| Difference { field: FactKind::Status, shared: words(self), chart: words(chart) })
    }

    /// Dosage as structure: dose, timing, route and what else the share says beyond the text.
    fn dosage_beside(&self, chart: &Record) -> Option<Difference> {
        let (shared, chart) = (dosages(&self.resource), dosages(&chart.resource));
        let words =
            |dosages: &[Value]| plain_text(&dosages.iter().map(Value::to_string).collect::<Vec<_>>().join("; "));
        let differs = !shared.is_empty() && shared != chart;
        differs.then(|| Difference { field: FactKind::Dosage, shared: words(&shared), chart: words(&chart) })
    }
}

/// Where certainty stands: as a code, or as the word of other versions and hasty senders.
const VERIFICATION: &str = "verificationStatus/coding/code|verificationStatus/text|verificationStatus";

/// What makes two records of the same thing differ. Notes and dates of recording do not.
pub(super) const fn facts_of(section: Section) -> &'static [(FactKind, &'static str)] {
    match section {
        Section::Insurance => &[
            (FactKind::MemberId, "subscriberId|identifier/value"),
            (FactKind::PolicyClass, "class/value"),
            (FactKind::Period, "period"),
            (FactKind::Status, "status"),
        ],
        Section::Allergies => &[
            (FactKind::Reaction, "reaction/manifestation"),
            (FactKind::Criticality, "criticality"),
            (FactKind::Status, "clinicalStatus/coding/code"),
            (FactKind::Verification, VERIFICATION),
        ],
        Section::Medications => {
            &[(FactKind::Dosage, "dosageInstruction/text|dosage/text"), (FactKind::Status, "status")]
        }
        Section::Problems => &[
            (FactKind::Status, "clinicalStatus/coding/code"),
            (FactKind::End, "abatementDateTime"),
            (FactKind::Verification, VERIFICATION),
            (FactKind::BodySite, "bodySite"),
        ],
        Section::Demographics
        | Section::Immunizations
        | Section::Documents
        | Section::Results
        | Section::VitalSigns
        | Section::Procedures
        | Section::History
        | Section::Care
        | Section::Forms
        | Section::Other => &[(FactKind::Status, "status")],
    }
}

/// Each dosage without its text and number, as far as it then says anything.
fn dosages(resource: &Resource) -> Vec<Value> {
    let listed = [resource.list("/dosageInstruction"), resource.list("/dosage")].concat();
    let structured = listed.into_iter().map(|mut dosage| {
        if let Some(members) = dosage.as_object_mut() {
            members.retain(|name, _| !matches!(name.as_str(), "text" | "sequence" | "id"));
        }
        dosage
    });
    structured.filter(|dosage| dosage.as_object().is_some_and(|members| !members.is_empty())).collect()
}
