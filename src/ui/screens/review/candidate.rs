//! What the matching rules say of the candidates: the outcome and the next question above them, and on each card what speaks against
//! it, what agrees by which rule, what does not count and why, and the EHR's own opinion as that.

use crate::patient_match::{Agreement, MatchField, NotCounted, Outcome, RulesVersion, Standing};
use crate::reconciliation::{ChartPatient, EhrOpinion, Field, Reconciliation, SearchMatch};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::strings::Strings;
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{notice, picture, say};
use egui::Ui;

/// More that does not count is not told above the candidates.
const MAX_DISCARDED: usize = 4;

/// The outcome over all candidates, what does not count of the share, what to ask next.
pub(super) fn outcome_ui(ui: &mut Ui, scene: &Scene<'_>, review: &Reconciliation) {
    let (theme, strings) = (scene.theme, scene.strings);
    let candidates = review.choice().search().candidates();
    let Some(found) = review.choice().found().filter(|_| !candidates.is_empty()) else { return };
    let is_asking = review.choice().identity().is_some();
    let is_doubted = candidates.iter().any(|chart| !chart.chart_match.doubts.is_empty());
    let (tone, icon, id) = match found.outcome {
        Outcome::Match if is_doubted => (Theme::WARN, Icon::Warning, "outcome-match-in-doubt".to_owned()),
        Outcome::Match => (Theme::PLAIN, Icon::Person, found.outcome.text_id()),
        Outcome::InsufficientFields | Outcome::NoMatch => (Theme::PLAIN, Icon::Person, found.outcome.text_id()),
        Outcome::Escalate | Outcome::Ambiguous | Outcome::NotProven => {
            (Theme::WARN, Icon::Warning, found.outcome.text_id())
        }
    };
    let mut words = vec![strings.text(&id)];
    if found.outcome == Outcome::Escalate && !found.telling.is_empty() {
        words.push(strings.text_with("chart-telling", &[("fields", &named(strings, found.telling.iter().copied()))]));
    }
    words.extend(found.question.map(|question| strings.text(question.text_id())));
    notice(ui, theme, tone, icon, &words.join("\n"));
    // While the patient is asked, what is ticked stands as high as it can.
    let told = if is_asking { 0 } else { MAX_DISCARDED };
    for discarded in found.discarded.iter().take(told) {
        let (field, why) = (strings.text(&discarded.field.text_id()), strings.text(discarded.why.text_id()));
        let text = discarded.text.reveal().as_str();
        let words = match text.is_empty() {
            true => strings.text_with("chart-not-counted", &[("field", &field), ("why", &why)]),
            false => strings.text_with("chart-not-counted-says", &[("field", &field), ("text", text), ("why", &why)]),
        };
        say(ui, theme.font(Size::Small), Theme::QUIET, words);
    }
}

/// What is said of one candidate, what speaks against it first.
pub(super) fn match_ui(ui: &mut Ui, scene: &Scene<'_>, candidate: &ChartPatient, of_all: Option<&SearchMatch>) {
    let (theme, strings) = (scene.theme, scene.strings);
    let found = &candidate.chart_match;
    let mut warn = |words: &str| line(ui, theme, Theme::WARN, Icon::Warning, words);
    match found.standing {
        Standing::OtherGeneration => warn(&strings.text("chart-other-generation")),
        Standing::OtherTwin => warn(&strings.text("chart-other-twin")),
        Standing::Named | Standing::Similar | Standing::Unlike => {}
    }
    if candidate.is_unverified() {
        warn(&strings.text("chart-unverified"));
    }
    for doubt in &found.doubts {
        warn(&strings.text(doubt.text_id()));
    }
    // A doubt about the given name says already how it differs.
    let is_said = |field| field == MatchField::First && found.doubts.iter().any(|doubt| doubt.is_about_given_name());
    for (field, agreement) in found.comparison.fields() {
        if is_shown(*field) && !is_said(*field) {
            differs(strings, candidate, *field, *agreement).into_iter().for_each(|words| warn(&words));
        }
    }
    for agreeing in agrees(strings, candidate) {
        line(ui, theme, Theme::CARD, Icon::Check, &agreeing);
    }
    quiet_ui(ui, scene, candidate, of_all);
}

/// What differs, with what the chart says.
fn differs(strings: &Strings, candidate: &ChartPatient, field: MatchField, agreement: Agreement) -> Option<String> {
    let how = match agreement {
        Agreement::Near(nearness) => strings.text(nearness.text_id()),
        Agreement::Differs => strings.text("match-differs"),
        Agreement::Equal | Agreement::Missing | Agreement::NotCounted(_) => return None,
    };
    let name = strings.text(&field.text_id());
    let chart = shown_field(field).and_then(|field| candidate.shown(field));
    Some(match chart {
        Some(chart) => strings.text_with("chart-says", &[("field", &name), ("how", &how), ("chart", chart.reveal())]),
        None => format!("{name}: {how}"),
    })
}

/// By which rule it agrees and in which fields, and in which it agrees besides.
fn agrees(strings: &Strings, candidate: &ChartPatient) -> Vec<String> {
    let found = &candidate.chart_match;
    let rule = found.held.first().filter(|_| found.standing == Standing::Named).map(|held| held.rule);
    let mut of_rule: Vec<MatchField> = rule.into_iter().flat_map(|rule| rule.fields()).collect();
    of_rule.sort_unstable();
    let equal = found.comparison.fields().iter().filter(|(_, agreement)| *agreement == Agreement::Equal);
    let besides =
        named(strings, equal.map(|(field, _)| *field).filter(|field| is_shown(*field) && !of_rule.contains(field)));
    let by_rule = rule.map(|rule| {
        let how = |field: &MatchField| {
            let name = strings.text(&field.text_id());
            match found.comparison.on(*field) {
                Agreement::Near(nearness) => format!("{name} ({})", strings.text(nearness.text_id())),
                Agreement::Equal | Agreement::Differs | Agreement::Missing | Agreement::NotCounted(_) => name,
            }
        };
        let fields = of_rule.iter().map(how).collect::<Vec<_>>().join(", ");
        let version = RulesVersion::V3_4_0.word();
        let values = [("fields", fields.as_str()), ("version", version), ("rule", rule.id.as_str())];
        strings.text_with("chart-agrees-by-rule", &values)
    });
    let id = if by_rule.is_some() { "chart-agrees-besides" } else { "chart-agrees" };
    let besides = (!besides.is_empty()).then(|| strings.text_with(id, &[("fields", &besides)]));
    by_rule.into_iter().chain(besides).collect()
}

/// What of the chart does not count, what is missing, what the EHR says. What does not count of the share is told above.
fn quiet_ui(ui: &mut Ui, scene: &Scene<'_>, candidate: &ChartPatient, of_all: Option<&SearchMatch>) {
    let (theme, strings) = (scene.theme, scene.strings);
    let mut quiet = |words: String| drop(say(ui, theme.font(Size::Small), Theme::CARD_QUIET, words));
    let fields = candidate.chart_match.comparison.fields();
    let is_told = |field| of_all.is_some_and(|found| found.discarded.iter().any(|discarded| discarded.field == field));
    let uncounted = fields.iter().filter_map(|(field, agreement)| match agreement {
        Agreement::NotCounted(why) => Some((*field, *why)).filter(|_| is_shown(*field) && !is_told(*field)),
        Agreement::Equal | Agreement::Near(_) | Agreement::Differs | Agreement::Missing => None,
    });
    let words = |(field, why): (MatchField, NotCounted)| {
        let values = [("field", strings.text(&field.text_id())), ("why", strings.text(why.text_id()))];
        strings.text_with("chart-not-counted", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    uncounted.map(words).for_each(&mut quiet);
    let asked = [MatchField::First, MatchField::BirthDate, MatchField::Phone, MatchField::Email, MatchField::Street];
    let missing = fields.iter().filter(|(field, agreement)| *agreement == Agreement::Missing && asked.contains(field));
    let missing = named(strings, missing.map(|(field, _)| *field));
    if !missing.is_empty() {
        quiet(strings.text_with("chart-missing", &[("fields", &missing)]));
    }
    if let Some(opinion) = candidate.opinion {
        opinion_of(strings, opinion).into_iter().for_each(quiet);
    }
}

fn opinion_of(strings: &Strings, opinion: EhrOpinion) -> Vec<String> {
    let grade = opinion.grade.map_or_else(|| strings.text("chart-no-grade"), |grade| strings.text(&grade.text_id()));
    let score = opinion.score.map(|score| score.to_string());
    let said = match &score {
        Some(score) => strings.text_with("chart-opinion-score", &[("grade", &grade), ("score", score)]),
        None => strings.text_with("chart-opinion", &[("grade", &grade)]),
    };
    let version = RulesVersion::V3_2_2;
    let rule = opinion.rule.and_then(|id| version.rules().rule(id)).map(|rule| {
        let fields = named(strings, rule.fields());
        let values = [("version", version.word()), ("rule", rule.id.as_str()), ("fields", fields.as_str())];
        strings.text_with("chart-opinion-rule", &values)
    });
    std::iter::once(said).chain(rule).collect()
}

fn named(strings: &Strings, fields: impl IntoIterator<Item = MatchField>) -> String {
    fields.into_iter().map(|field| strings.text(&field.text_id())).collect::<Vec<_>>().join(", ")
}

/// The ZIP code stands in the address, and whose child it is nobody can say of themselves.
const fn is_shown(field: MatchField) -> bool {
    match field {
        MatchField::Zip
        | MatchField::ChildOf
        | MatchField::NewbornOf
        | MatchField::Guardian
        | MatchField::Mother
        | MatchField::BirthEncounter => false,
        MatchField::First
        | MatchField::Middle
        | MatchField::Last
        | MatchField::Suffix
        | MatchField::BirthDate
        | MatchField::Gender
        | MatchField::Phone
        | MatchField::Email
        | MatchField::Street
        | MatchField::Ssn4
        | MatchField::Itin4
        | MatchField::Mbi
        | MatchField::LegalId
        | MatchField::MemberId
        | MatchField::SubscriberId
        | MatchField::UniqueId => true,
    }
}

/// Where the chart's own words for what was compared stand; a name is the candidate's heading.
const fn shown_field(field: MatchField) -> Option<Field> {
    match field {
        MatchField::BirthDate => Some(Field::BirthDate),
        MatchField::Gender => Some(Field::Gender),
        MatchField::Phone => Some(Field::Phone),
        MatchField::Email => Some(Field::Email),
        MatchField::Street => Some(Field::Address),
        MatchField::First
        | MatchField::Middle
        | MatchField::Last
        | MatchField::Suffix
        | MatchField::Zip
        | MatchField::Ssn4
        | MatchField::Itin4
        | MatchField::Mbi
        | MatchField::LegalId
        | MatchField::MemberId
        | MatchField::SubscriberId
        | MatchField::UniqueId
        | MatchField::ChildOf
        | MatchField::NewbornOf
        | MatchField::Guardian
        | MatchField::Mother
        | MatchField::BirthEncounter => None,
    }
}

fn line(ui: &mut Ui, theme: &Theme, tone: Tone, icon: Icon, words: &str) {
    ui.horizontal(|ui| {
        picture(ui, icon, theme.mm(4.2), if tone == Theme::CARD { Theme::GOOD.text } else { tone.text });
        say(ui, theme.font(Size::Small), tone, words);
    });
}
