//! `ktc-kiosk read <picture|PDF|text|file|->`: what one code comes to, as JSON, without a window and without filing anything.
//! What is printed to the standard output is the patient's data and belongs to whoever asked; the log gets none of it.

use super::input::{InputError, texts_of};
use super::network::Around;
use super::outcome::Outcome;
use crate::intake::{Intake, Person, Section};
use crate::ktc::Verdict;
use crate::language::Language;
use crate::reconciliation::{PersonQuestion, Reconciliation};
use crate::resolve::{Arrival, Arrived, ResolveDefect};
use crate::sandbox::ShareRefusal;
use crate::scan::{CodeReader, OtherCode, Reading, ScannedCode};
use crate::sensitive::Sensitive;
use crate::trouble::Actor;
use crate::trust::{AppAttestation, Assurance, Checked};
use crate::viewing::{NamedViewable, ViewableKind};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Reads the inputs in order (the parts of a card are several) and prints what came of them. A code of another kind beside
/// ours does not hide it.
pub(super) fn run(inputs: &[String], around: &Around<'_>, out: &mut dyn Write) -> io::Result<Outcome> {
    let mut reader = CodeReader::default();
    let mut last = not_ours("no code in the picture");
    for input in inputs {
        let texts = match texts_of(input, around.draw) {
            Ok(texts) => texts,
            Err(error) => {
                if last.1.is_nothing() {
                    last = not_read(&error);
                }
                continue;
            }
        };
        for text in texts {
            let next = match reader.read(text.reveal()) {
                Ok(Reading::Code(code)) => match (around.resolve)(&code).outcome {
                    Ok(arrived) => read(&code, &arrived),
                    Err(refusal) => refused(&refusal),
                },
                Ok(Reading::Part { have, of }) => {
                    let reason = format!("{have} of {of} parts: the others are needed as well");
                    let parts = json!({"have": have, "of": of});
                    (json!({"outcome": "incomplete", "reason": reason, "parts": parts}), Outcome::Incomplete)
                }
                Ok(Reading::Other(kind)) => other(kind),
                Err(defect) => refused(&ShareRefusal::new(ResolveDefect::from(defect))),
            };
            if !next.1.is_nothing() || last.1.is_nothing() {
                last = next;
            }
        }
    }
    let (printed, outcome) = last;
    writeln!(out, "{}", serde_json::to_string_pretty(&printed)?)?;
    tracing::info!(outcome = ?outcome, "read");
    Ok(outcome)
}

pub(super) fn not_ours(reason: &str) -> (Value, Outcome) {
    (json!({"outcome": "not-ours", "reason": reason}), Outcome::NotOurs)
}

/// A code of another kind. Who has health records in a file is told how they come in.
fn other(kind: OtherCode) -> (Value, Outcome) {
    let (mut printed, outcome) = not_ours(&word(kind.text_id(), "other-code-"));
    if kind == OtherCode::HealthRecords {
        printed["what_to_do"] =
            "These are health records without a link or a signature, and no code. The patient shares them \
            from the app, as a QR code or a SMART Health Link; a file of them is not read."
                .into();
    }
    (printed, outcome)
}

pub(super) fn not_read(error: &InputError) -> (Value, Outcome) {
    match error.outcome() {
        Outcome::NoInput => (json!({"outcome": "no-input", "reason": error.to_string()}), Outcome::NoInput),
        Outcome::Read
        | Outcome::NotOurs
        | Outcome::Refused
        | Outcome::Unreachable
        | Outcome::Incomplete
        | Outcome::Choose => not_ours(&error.to_string()),
    }
}

pub(super) fn refused(refusal: &ShareRefusal) -> (Value, Outcome) {
    let (trouble, stage) = (refusal.trouble(), refusal.stage.word());
    tracing::info!(stage, trouble = trouble.code(), "refused");
    let printed = json!({"outcome": "refused", "stage": stage, "reason": refusal.reason,
        "trouble": trouble.code(), "who_must_act": trouble.actor().text_id(), "retry_helps": trouble.can_retry()});
    (printed, if refusal.unreachable { Outcome::Unreachable } else { Outcome::Refused })
}

/// The form of one person; of several, how many they are. Two people never stand in one answer.
pub(super) fn read(code: &ScannedCode, arrived: &Arrived) -> (Value, Outcome) {
    match arrived {
        Arrived::OnePerson(arrival) => (intake(code, arrival), Outcome::Read),
        Arrived::SeveralPeople(several) => {
            let printed = json!({"outcome": "choose", "kind": kind_of(code), "people": several.people.len(),
                "who_must_act": Actor::FrontDesk.text_id(), "retry_helps": false,
                "reason": "the share is about several people: staff choose one of them at the desk"});
            (printed, Outcome::Choose)
        }
    }
}

const fn kind_of(code: &ScannedCode) -> &'static str {
    match code {
        ScannedCode::Link(_) => "link",
        ScannedCode::Cards(_) => "card",
    }
}

fn intake(code: &ScannedCode, arrival: &Arrival) -> Value {
    let form = &arrival.intake;
    let review = Reconciliation::new(form.clone());
    let questions: Vec<Value> =
        review.person_questions().into_iter().map(|question| question_of(form, question)).collect();
    let items: Vec<Value> = form
        .items
        .iter()
        .map(|item| {
            let mut facts: Map<String, Value> = Map::new();
            let mut elements: Vec<Value> = Vec::new();
            let (titled_by, of_facts) = item.elements();
            for (fact, paths) in item.facts.iter().zip(of_facts) {
                let said = fact.text(Language::English);
                let kind = fact.element(Language::English).unwrap_or_else(|| word(fact.kind.text_id(), "fact-"));
                match facts.entry(kind.clone()).or_insert(Value::Null) {
                    Value::String(before) => before.extend(["; ", said.reveal()]),
                    place => *place = said.reveal().as_str().into(),
                }
                elements.push(json!({"fact": kind, "says": said.reveal(), "from": paths}));
            }
            let more: Map<String, Value> =
                item.more().into_iter().map(|line| (line.path.reveal().clone(), line.value.reveal().as_str().into())).collect();
            let forbidding: Vec<String> = item
                .cautions
                .iter()
                .filter(|caution| caution.forbids_taking() || !review.is_settled(item) && caution.is_question())
                .map(|caution| word(caution.text_id(), "caution-"))
                .collect();
            let cautions: Vec<String> =
                item.cautions.iter().map(|caution| word(caution.text_id(), "caution-")).collect();
            let host = form.sources.get(item.source).map(|source| &source.host);
            let documents: Vec<Value> = item.viewables().iter().map(document).collect();
            json!({"section": word(item.section.text_id(), "section-"), "title": item.title.reveal(), "facts": facts,
                "cautions": cautions, "can_be_taken": item.can_be_taken() && review.is_settled(item), "not_taken_because": forbidding,
                "assurance": assurance(item.assurance()), "source": host, "titled_by": titled_by, "elements": elements, "more": more,
                "documents": documents})
        })
        .collect();
    let counts: Map<String, Value> =
        Section::ALL.iter().map(|section| (word(section.text_id(), "section-"), json!(form.count(*section)))).collect();
    let attestation = match arrival.facts.attestation {
        AppAttestation::Absent => "absent",
        AppAttestation::Verified => "verified",
        AppAttestation::Failed => "failed",
    };
    let conformance = arrival.facts.conformance.as_ref().map(|conformance| {
        let findings: Vec<Value> = conformance
            .findings
            .iter()
            .map(|finding| json!({"code": finding.code(), "section": finding.section()}))
            .collect();
        let verdict = match conformance.verdict() {
            Verdict::Conforms => "conforms",
            Verdict::ConformsWithRemarks => "conforms-with-remarks",
            Verdict::Differs => "differs",
        };
        json!({"verdict": verdict, "findings": findings})
    });
    let refused: Vec<&str> = arrival.facts.refused.iter().map(|trouble| trouble.code()).collect();
    json!({"outcome": "read", "kind": kind_of(code), "patient": person(&form.person, form.is_of_nobody()),
        "questions_to_staff": questions, "left_out_entries": form.left_out,
        "kill_the_clipboard": conformance, "app_attestation": attestation, "counts": counts, "items": items,
        "refused": refused, "unreadable_entries": form.unreadable,
        "last_updated": arrival.facts.last_updated.map(|at| at.to_string())})
}

/// A document that staff can open, and how it is shown to them.
fn document(document: &NamedViewable) -> Value {
    let (format, shown) = match document.viewable.kind {
        ViewableKind::Pdf => ("application/pdf", "page by page"),
        ViewableKind::Tiff => ("image/tiff", "page by page"),
        ViewableKind::Png => ("image/png", "as a picture"),
        ViewableKind::Jpeg => ("image/jpeg", "as a picture"),
        ViewableKind::Text => ("text/plain", "page by page"),
    };
    let bytes = document.viewable.bytes.reveal().len();
    json!({"name": word(document.name.text_id(), "viewable-"), "format": format, "bytes": bytes, "shown": shown})
}

fn person(person: &Person, claimed: bool) -> Value {
    let birth_date = person.birth_date.as_ref().map(Sensitive::reveal);
    let mut printed = json!({"name": person.name.reveal(), "birth_date": birth_date});
    if claimed {
        printed["claimed"] = true.into();
    }
    printed
}

/// What staff confirm at the desk before anything that depends on it can be ticked.
fn question_of(form: &Intake, question: PersonQuestion) -> Value {
    match question {
        PersonQuestion::OtherSpelling(spelling) => {
            let other = form.spellings.get(spelling).map(|spelled| person(spelled, false));
            json!({"question": "same_person", "spelled": other})
        }
        PersonQuestion::NoPatient => json!({"question": "whose_records"}),
    }
}

fn assurance(assurance: &Assurance) -> Value {
    match assurance {
        Assurance::SignedByListedIssuer { issuer, name, list_date, checked } => {
            let keys_of = match checked {
                Checked::LiveKeys => None,
                Checked::CopyOf(date) | Checked::ListOf(date) => Some(date.date()),
            };
            json!({"code": assurance.code(), "issuer": issuer.as_str(), "name": name, "list_of": list_date.date(),
                "checked_with_keys_of": keys_of})
        }
        Assurance::SignedByUnlistedIssuer { issuer } | Assurance::SignedNotChecked { issuer } => {
            json!({"code": assurance.code(), "issuer": issuer.as_str()})
        }
        Assurance::PatientProvided => json!({"code": assurance.code()}),
    }
}

fn word(text_id: &str, prefix: &str) -> String {
    text_id.trim_start_matches(prefix).replace('-', "_")
}
