//! The facts that a breach notice needs, as a page that can be printed: who saw what kind of thing for how long, what was filed where,
//! what was undone, what is left. It weighs nothing and says nothing about anybody's health: the privacy officer does the rest
//! (45 CFR 164.402, what is weighed; 164.404(c), what a notice says).

use super::clock::local_time;
use crate::audit::{AuditEvent, AuditKind, AuditRecord, Exposure, ScreenKind, exposures, visits_of};
use crate::delivery::{Receipt, UndoResult};
use crate::filing::pdf::{Line, Style, pages};
use crate::filing::{NoteKind, SubmissionId};
use crate::language::Language;
use crate::sensitive::Sensitive;
use crate::store::{FiledSoFar, Store, StoreError};
use crate::time::Timestamp;
use crate::ui::Strings;
use std::collections::BTreeMap;

/// More lines about what was on screen are not written out.
const MOST_EXPOSURES: usize = 200;
/// What is weighed (45 CFR 164.402(2)(i) to (iv)), and what a notice says (164.404(c)(1)(A) to (E)).
const WEIGHED: [&str; 4] = ["facts-weigh-1", "facts-weigh-2", "facts-weigh-3", "facts-weigh-4"];
const IN_A_NOTICE: [&str; 5] =
    ["facts-notice-1", "facts-notice-2", "facts-notice-3", "facts-notice-4", "facts-notice-5"];

/// See the module.
#[derive(Clone, Debug)]
pub struct BreachFacts {
    clinic: String,
    written: Timestamp,
    /// Number and time of the check-in, and its id.
    check_in: Option<(String, Timestamp, SubmissionId)>,
    /// The visits, where nothing was confirmed.
    visits: Vec<i64>,
    /// Of a visit: the check-ins that were confirmed in it, or later of what it kept.
    confirmed: Vec<String>,
    exposures: Vec<Exposure>,
    /// The rows that say what was done, each with who did it.
    steps: Vec<(AuditKind, Timestamp, Option<String>)>,
    stands: Stands,
    receipt: Option<Receipt>,
}

/// Whether what the page says of the EHR is all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Ended,
    Filing,
    Undoing,
    Unknown,
}

/// How many records of a type were filed or changed, and how many of them are undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    filed: usize,
    undone: usize,
}

impl BreachFacts {
    /// The facts of a check-in, with their audit row.
    pub fn of_check_in(
        store: &mut Store,
        submission: &SubmissionId,
        (clinic, audit): (&str, AuditEvent),
        now: Timestamp,
    ) -> Result<BreachFacts, StoreError> {
        store.audit().append(&audit.about(submission), now)?;
        let (entry, course) = store.outbox().filed_so_far(submission)?;
        let (stands, receipt) = match course {
            FiledSoFar::Ended(receipt) => (Stands::Ended, Some(receipt)),
            FiledSoFar::Filing(receipt) => (Stands::Filing, Some(receipt)),
            FiledSoFar::Undoing(receipt) => (Stands::Undoing, Some(receipt)),
            FiledSoFar::Unknown => (Stands::Unknown, None),
        };
        let records = store.audit().list()?;
        let visits = visits_of(&records, submission.as_str());
        let exposures = exposures(&records, &visits, Some(submission.as_str()));
        let is_about = |record: &AuditRecord| record.submission.as_deref() == Some(submission.as_str());
        let check_in = Some((entry.number.spoken(), entry.confirmed_at, submission.clone()));
        let steps = steps_of(&records, is_about);
        let clinic = clinic.to_owned();
        let confirmed = Vec::new();
        Ok(BreachFacts { clinic, written: now, check_in, visits, confirmed, exposures, steps, stands, receipt })
    }

    /// The facts of a visit, with their audit row: above all of one of which nothing was confirmed. What was has a page of its own.
    pub fn of_visit(
        store: &mut Store,
        visit: i64,
        (clinic, audit): (&str, AuditEvent),
        now: Timestamp,
    ) -> Result<BreachFacts, StoreError> {
        store.audit().append(&audit, now)?;
        let records = store.audit().list()?;
        let exposures = exposures(&records, &[visit], None);
        let steps = steps_of(&records, |record| record.session == Some(visit));
        let confirmed = confirmed_in(&records, visit);
        let (clinic, visits, stands) = (clinic.to_owned(), vec![visit], Stands::Ended);
        let (check_in, receipt) = (None, None);
        Ok(BreachFacts { clinic, written: now, check_in, visits, confirmed, exposures, steps, stands, receipt })
    }

    /// A name that says nothing about anybody.
    pub fn file_name(&self) -> String {
        match &self.check_in {
            Some((_, _, submission)) => format!("wrong-person-{submission}.pdf"),
            None => format!("wrong-person-visit-{}.pdf", self.visits.first().unwrap_or(&0)),
        }
    }

    /// By type: how many were filed or changed, and how many of them are undone.
    fn counts(&self) -> BTreeMap<String, Count> {
        let mut counts: BTreeMap<String, Count> = BTreeMap::new();
        let Some(receipt) = &self.receipt else { return counts };
        let filed = receipt.filed.iter().filter(|filed| filed.created);
        let filed = filed.map(|filed| (filed.location.as_str(), receipt.result_of(&filed.location)));
        let amended = receipt
            .amended
            .iter()
            .map(|amended| (amended.target.as_str(), receipt.result_of_change(&amended.target, &amended.elements)));
        for (target, result) in filed.chain(amended) {
            let kind = target.split_once('/').map_or(target, |(kind, _)| kind);
            let count = counts.entry(kind.to_owned()).or_default();
            count.filed += 1;
            count.undone += usize::from(result.is_some_and(UndoResult::is_undone));
        }
        counts
    }

    /// Records that the EHR said it had. Where the answer to a request was lost, that is said of what it made as well.
    fn perhaps_made(&self) -> usize {
        let Some(receipt) = &self.receipt else { return 0 };
        let is_changed = |place: &str| receipt.amended.iter().any(|amended| amended.target == place);
        let places = receipt.filed.iter().filter(|filed| !filed.created).map(|filed| filed.location.as_str());
        places.filter(|place| !place.starts_with("folder/") && !is_changed(place)).count()
    }

    /// Whether nothing of it is in the EHR, or may be, as far as this kiosk knows.
    fn is_nothing_there(&self) -> bool {
        self.counts().is_empty() && self.perhaps_made() == 0 && self.in_doubt() == 0
    }

    fn in_doubt(&self) -> usize {
        let Some(receipt) = &self.receipt else { return 0 };
        let held = receipt.notes.iter().filter(|note| note.kind == NoteKind::HeldForReview).count();
        receipt.in_doubt.len() + held
    }
}

/// The check-ins that staff confirmed of what a visit shared: in it, or later, where it was kept.
fn confirmed_in(records: &[AuditRecord], visit: i64) -> Vec<String> {
    let is = |record: &AuditRecord, kind: AuditKind| AuditKind::from_word(&record.kind) == Some(kind);
    let made = records
        .iter()
        .filter(|record| record.session == Some(visit))
        .filter(|record| is(record, AuditKind::CheckInConfirmed) || is(record, AuditKind::CheckInKept));
    let is_confirmed = |id: &&String| {
        let mut about = records.iter().filter(|record| record.submission.as_ref() == Some(*id));
        about.any(|record| is(record, AuditKind::CheckInConfirmed))
    };
    let mut ids: Vec<String> =
        made.filter_map(|record| record.submission.as_ref()).filter(is_confirmed).cloned().collect();
    ids.sort();
    ids.dedup();
    ids
}

/// What was done, in the order of the log.
fn steps_of(
    records: &[AuditRecord],
    is_about: impl Fn(&AuditRecord) -> bool,
) -> Vec<(AuditKind, Timestamp, Option<String>)> {
    let step = |record: &AuditRecord| {
        let kind = AuditKind::from_word(&record.kind)?;
        told(kind).map(|_| (kind, record.at, record.staff.clone()))
    };
    records.iter().filter(|record| is_about(record)).filter_map(step).collect()
}

/// The id of the words for a row that the page tells; none for all others.
fn told(kind: AuditKind) -> Option<&'static str> {
    match kind {
        AuditKind::CheckInConfirmed => Some("facts-step-confirmed"),
        AuditKind::CheckInAccepted => Some("facts-step-filed"),
        AuditKind::WrongPerson => Some("facts-step-wrong-person"),
        AuditKind::CheckInHeld => Some("facts-step-held"),
        AuditKind::CheckInWithdrawn => Some("facts-step-withdrawn"),
        AuditKind::UndoConfirmed => Some("facts-step-undo"),
        _ => None,
    }
}

/// As pages; `None` when they cannot be written.
pub fn breach_page(facts: &BreachFacts, language: Language) -> Option<Sensitive<Vec<u8>>> {
    let strings = Strings::new(language);
    let lines = lines_of(facts, &strings);
    let footer = facts.check_in.as_ref().map_or_else(String::new, |(_, _, submission)| submission.to_string());
    pages(&lines, &footer, language.tag())
}

fn lines_of(facts: &BreachFacts, strings: &Strings) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |style, text: String| lines.push(Line { style, text: Sensitive::from(text) });
    add(Style::Title, strings.text("facts-title"));
    add(Style::Small, facts.clinic.clone());
    add(Style::Small, strings.text_with("facts-written", &[("time", &local_time(facts.written))]));
    add(Style::Body, strings.text("facts-lead"));

    add(Style::Head, strings.text("facts-what-happened"));
    match &facts.check_in {
        Some((number, confirmed, submission)) => {
            let values = [("number", number.as_str()), ("time", &local_time(*confirmed)), ("id", submission.as_str())];
            add(Style::Item, strings.text_with("facts-check-in", &values));
        }
        None => {
            let visits: Vec<String> = facts.visits.iter().map(i64::to_string).collect();
            let visits = visits.join(", ");
            let id = if facts.confirmed.is_empty() { "facts-visit" } else { "facts-visit-confirmed" };
            add(Style::Item, strings.text_with(id, &[("visit", &visits)]));
            for submission in &facts.confirmed {
                add(Style::Item, strings.text_with("facts-see-check-in", &[("id", submission)]));
            }
        }
    }
    let chart = facts.receipt.as_ref().and_then(|receipt| receipt.chart.as_ref());
    match chart {
        _ if !facts.confirmed.is_empty() || facts.stands == Stands::Unknown => {}
        Some(chart) if facts.is_nothing_there() => {
            add(Style::Item, strings.text_with("facts-chart-meant", &[("chart", chart.reveal())]));
        }
        Some(chart) => add(Style::Item, strings.text_with("facts-chart", &[("chart", chart.reveal())])),
        None => add(Style::Item, strings.text("facts-no-chart")),
    }
    for (kind, at, staff) in &facts.steps {
        let Some(id) = told(*kind) else { continue };
        let who = staff.clone().unwrap_or_else(|| strings.text("facts-nobody-signed-in"));
        add(Style::Body, strings.text_with(id, &[("time", &local_time(*at)), ("who", &who)]));
    }

    add(Style::Head, strings.text("facts-who-saw"));
    if facts.exposures.is_empty() {
        add(Style::Body, strings.text("facts-nothing-seen"));
    }
    for seen in facts.exposures.iter().take(MOST_EXPOSURES) {
        let what = strings.text(seen.what.map_or("facts-seen-unknown", ScreenKind::text_id));
        let who = seen.staff.clone().unwrap_or_else(|| strings.text("facts-nobody-signed-in"));
        let (time, seconds) = (local_time(seen.from), seen.seconds.to_string());
        let values = [("what", what.as_str()), ("who", &who), ("time", &time), ("seconds", &seconds)];
        add(Style::Body, strings.text_with("facts-seen", &values));
    }
    if facts.exposures.len() > MOST_EXPOSURES {
        add(Style::Body, strings.count("facts-more-seen", facts.exposures.len() - MOST_EXPOSURES));
    }

    add(Style::Head, strings.text("facts-what-was-filed"));
    let counts = facts.counts();
    match facts.stands {
        Stands::Ended if !facts.confirmed.is_empty() => add(Style::Body, strings.text("facts-on-its-page")),
        Stands::Ended if facts.is_nothing_there() => add(Style::Body, strings.text("facts-nothing-filed")),
        Stands::Ended => {}
        Stands::Filing if facts.is_nothing_there() => add(Style::Body, strings.text("facts-nothing-yet")),
        Stands::Filing => add(Style::Body, strings.text("facts-waits")),
        Stands::Undoing => add(Style::Body, strings.text("facts-undo-waits")),
        Stands::Unknown => add(Style::Body, strings.text("facts-not-known")),
    }
    for (kind, Count { filed, undone }) in &counts {
        let (filed, undone, left) = (filed.to_string(), undone.to_string(), (filed - undone).to_string());
        let values = [("kind", kind.as_str()), ("filed", &filed), ("undone", &undone), ("left", &left)];
        add(Style::Body, strings.text_with("facts-count", &values));
    }
    if facts.perhaps_made() > 0 {
        add(Style::Body, strings.count("facts-perhaps-made", facts.perhaps_made()));
    }
    if facts.in_doubt() > 0 {
        add(Style::Body, strings.count("facts-in-doubt", facts.in_doubt()));
    }

    add(Style::Head, strings.text("facts-weigh"));
    for id in WEIGHED {
        add(Style::Item, strings.text(id));
    }
    add(Style::Head, strings.text("facts-notice"));
    for id in IN_A_NOTICE {
        add(Style::Item, strings.text(id));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{Filed, Undone};

    fn facts() -> BreachFacts {
        let submission = SubmissionId::parse(&"a".repeat(32)).expect("an id");
        let at = Timestamp::from_unix_millis(1_795_000_000_000);
        let filed = |location: &str| Filed {
            items: Vec::new(),
            location: location.into(),
            created: true,
            is_altered: false,
            version: None,
        };
        let undone =
            Undone { target: "Condition/1".into(), elements: Vec::new(), result: UndoResult::Marked, by: "mw".into() };
        let receipt = Receipt {
            chart: Some("Patient/7".into()),
            filed: vec![filed("Condition/1"), filed("Condition/2"), filed("Provenance/3")],
            undone: vec![undone],
            ..Receipt::of_nothing(submission.clone())
        };
        let seen = |what: &ScreenKind| Exposure {
            what: Some(*what),
            staff: Some("mw".into()),
            from: at,
            seconds: 42,
            session: Some(1),
        };
        BreachFacts {
            clinic: "Lakeside Clinic".into(),
            written: at,
            check_in: Some(("A007".into(), at, submission)),
            visits: vec![1],
            confirmed: Vec::new(),
            stands: Stands::Ended,
            exposures: ScreenKind::ALL.iter().map(seen).collect(),
            steps: vec![(AuditKind::CheckInConfirmed, at, Some("mw".into())), (AuditKind::WrongPerson, at, None)],
            receipt: Some(receipt),
        }
    }

    #[test]
    fn the_page_says_who_saw_what_for_how_long_and_what_is_left_in_every_language() {
        for language in Language::ALL {
            let lines = lines_of(&facts(), &Strings::new(*language));
            let text: Vec<&str> = lines.iter().map(|line| line.text.reveal().as_str()).collect();
            assert!(text.iter().all(|line| !line.starts_with("facts") && !line.is_empty()), "{text:?}");
            for told in ["Lakeside Clinic", "A007", "Patient/7", "Condition", "Provenance", "42", "mw"] {
                assert!(text.iter().any(|line| line.contains(told)), "{told}: {text:?}");
            }
            let page = breach_page(&facts(), *language).expect("a page");
            assert!(page.reveal().starts_with(b"%PDF-"));
        }
        let count = facts().counts();
        assert_eq!(count.get("Condition"), Some(&Count { filed: 2, undone: 1 }));
        assert!(!facts().file_name().contains("Patient"));
    }

    #[test]
    fn the_page_says_that_nothing_was_filed_only_where_nothing_may_be() {
        let nothing = Strings::new(Language::English).text("facts-nothing-filed");
        let says_so = |change: fn(&mut Receipt)| {
            let mut facts = facts();
            let receipt = facts.receipt.as_mut().expect("a receipt");
            receipt.filed.clear();
            change(receipt);
            lines_of(&facts, &Strings::new(Language::English)).iter().any(|line| *line.text.reveal() == nothing)
        };
        assert!(says_so(|_| {}));
        // The answer to the request that made it was lost: the EHR said later that it was there.
        assert!(!says_so(|receipt| {
            let there = Filed {
                items: Vec::new(),
                location: "Condition/1".into(),
                created: false,
                is_altered: false,
                version: None,
            };
            receipt.filed.push(there);
        }));
        assert!(!says_so(|receipt| {
            let name = "n".to_owned();
            let kind = crate::fhir::RecordType::Condition;
            receipt.in_doubt.push(crate::filing::Expected { items: Vec::new(), kind, name });
        }));
    }

    fn text_of(facts: &BreachFacts, language: Language) -> String {
        let lines = lines_of(facts, &Strings::new(language));
        lines.iter().map(|line| line.text.reveal().as_str()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn of_one_that_is_not_at_its_end_the_page_says_so_and_never_that_nothing_was_filed() {
        for language in Language::ALL {
            let strings = Strings::new(*language);
            let receipt = facts().receipt;
            let nothing = receipt.clone().map(|receipt| Receipt { filed: Vec::new(), ..receipt });
            for (stands, receipt, told) in [
                (Stands::Filing, receipt.clone(), "facts-waits"),
                (Stands::Filing, nothing, "facts-nothing-yet"),
                (Stands::Undoing, receipt, "facts-undo-waits"),
                (Stands::Unknown, None, "facts-not-known"),
            ] {
                let text = text_of(&BreachFacts { stands, receipt, ..facts() }, *language);
                assert!(text.contains(&strings.text(told)), "{told}: {text}");
                for untold in ["facts-nothing-filed", "facts-no-chart"] {
                    assert!(!text.lines().any(|line| line == strings.text(untold)), "{told} {untold}: {text}");
                }
            }
        }
    }

    #[test]
    fn the_page_of_a_visit_names_the_check_in_that_was_confirmed_in_it_or_of_what_it_kept() {
        let record = |kind: AuditKind, session: i64, submission: &str| AuditRecord {
            seq: 1,
            at: Timestamp::from_unix_millis(0),
            kind: kind.word().into(),
            session: Some(session),
            staff: None,
            submission: Some(submission.into()),
            detail: None,
            count: None,
            content: None,
            prev_hash: String::new(),
            hash: String::new(),
        };
        let records = [
            record(AuditKind::CheckInConfirmed, 3, "a"),
            record(AuditKind::CheckInKept, 3, "b"),
            record(AuditKind::CheckInKept, 3, "c"),
            record(AuditKind::CheckInConfirmed, 4, "b"),
            record(AuditKind::CheckInShown, 3, "d"),
            record(AuditKind::CheckInConfirmed, 2, "d"),
        ];
        assert_eq!(confirmed_in(&records, 3), ["a", "b"]);
        assert!(confirmed_in(&records, 5).is_empty());
        let visit = BreachFacts { check_in: None, receipt: None, confirmed: vec!["a".repeat(32)], ..facts() };
        for language in Language::ALL {
            let text = text_of(&visit, *language);
            let untold = Strings::new(*language).text("facts-nothing-filed");
            assert!(text.contains(&"a".repeat(32)) && !text.contains(&untold), "{text}");
        }
    }

    /// 45 CFR 164.402(2) has four factors, 164.404(c)(1) five parts.
    #[test]
    fn each_factor_that_is_weighed_and_each_part_of_a_notice_has_a_line() {
        let lines = lines_of(&facts(), &Strings::new(Language::English));
        let of = |text: &str| lines.iter().filter(|line| line.text.reveal().contains(text)).count();
        assert_eq!((of("164.402(2)("), of("164.404(c)(1)(")), (4, 5));
    }
}
