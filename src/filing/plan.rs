//! What is done for a check-in, and in which order: a new patient, the items as staff saw them, a document for reading,
//! Provenance, changes of the chart, and what goes into the folder.
//!
//! An existing chart is changed only where staff decided it element by element; demographics that were only compared become a
//! note. Every confirmed item is in a record, in a document, in the folder or in a note. The plan depends on nothing but
//! its arguments, so planning again gives the same bytes.

use super::changes::{changes_of, is_fhir_id};
use super::discrete::{Discrete, discrete};
use super::draft::{Draft, creating, keep};
use super::item_identifier::{Target, Targets};
use super::name::Name;
use super::provenance::{provenance_of, review_of};
use super::readable::Readable;
use super::rebuild::{Rebuild, is_record};
use super::site::{Fit, Site};
use super::{Clinic, FilingDefect, FilingNote, FilingPlan, NewPatient, NoteKind, PatientKey, Step, SubmissionId};
use crate::fhir::RecordType;
use crate::intake::{IntakeItem, ItemId, Section, Source};
use crate::patient_match::identity_of;
use crate::reconciliation::{ConfirmedIntake, PatientChoice, Reviewed};
use crate::sensitive::Sensitive;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One resource on its way.
struct Planned<'a> {
    items: Vec<&'a IntakeItem>,
    name: Name,
    /// What is filed of the first as a record of its own; `None` where all go into one document.
    record: Option<Discrete>,
}

/// Plans the filing of what staff confirmed.
pub fn plan(
    confirmed: &ConfirmedIntake,
    submission: &SubmissionId,
    clinic: &Clinic,
    site: &Site,
) -> Result<FilingPlan, FilingDefect> {
    let changes_nothing =
        confirmed.changes.is_empty() && confirmed.in_chart.is_empty() && confirmed.reviewed.is_empty();
    if confirmed.items.is_empty() && changes_nothing {
        return Err(FilingDefect::NothingConfirmed);
    }
    if !confirmed.items.iter().all(IntakeItem::can_be_taken) {
        return Err(FilingDefect::MustNotBeFiled);
    }
    let new_patient = new_patient_of(confirmed)?;
    let chart = match (&confirmed.patient, &new_patient) {
        (PatientChoice::Existing(id), _) if is_fhir_id(id) => format!("Patient/{id}"),
        (PatientChoice::Existing(_), _) => return Err(FilingDefect::ChartId),
        (PatientChoice::New, Some(patient)) => patient.name.urn.clone(),
        (PatientChoice::New, None) => return Err(FilingDefect::NewPatientWithoutDemographics),
    };
    // Somebody whom the EHR does not know and lets us not add: everything waits in the folder for a person.
    let is_new = new_patient.is_some();
    let is_refused =
        |patient: &Planned<'_>| patient.record.is_none() || site.create_mode(RecordType::Patient).is_none();
    let mut no_chart = new_patient.as_ref().is_some_and(is_refused);
    let key = PatientKey::from_confirmed(confirmed).ok_or(FilingDefect::NewPatientWithoutDemographics)?;
    let (planned, mut notes) = planned_of(confirmed, new_patient, &key)?;
    let made = Making { confirmed, submission, chart: &chart, planned: &planned, site };
    let (mut filed, mut kept) = made.drafts(no_chart);
    if is_new && !no_chart && !filed.iter().any(|draft| draft.kind == RecordType::Patient) {
        no_chart = true;
        (filed, kept) = made.drafts(no_chart);
    }

    // What no record of the EHR says in full, for reading.
    let in_rest = planned.iter().filter(|planned| planned.record.is_none()).flat_map(|planned| &planned.items);
    let in_rest: BTreeSet<ItemId> = in_rest.map(|item| item.id).collect();
    let partly = filed.iter().filter(|draft| draft.fit == Fit::Trimmed);
    let partly: BTreeSet<ItemId> = partly.flat_map(|draft| draft.items.iter().copied()).collect();
    let filed_in_rest = filed.iter().flat_map(|draft| draft.items.iter().copied()).filter(|id| in_rest.contains(id));
    let of_kept = kept.iter().flat_map(|draft| draft.items.iter().copied());
    let beside: BTreeSet<ItemId> = partly.iter().copied().chain(filed_in_rest).chain(of_kept).collect();
    let (amends, by_hand) = changes_of(confirmed, |kind| !no_chart && site.changes(kind))?;
    let readable = Readable { confirmed, submission, clinic, items: &beside, by_hand: &by_hand };
    let needed = !beside.is_empty() || !by_hand.is_empty();
    let document = if needed && !no_chart { made.document(&readable, &key) } else { None };
    if !no_chart {
        filed.extend(made.answers(&key));
    }
    notes.extend(by_hand.iter().cloned());
    if document.is_some() {
        let kind = |item| if partly.contains(item) { NoteKind::MoreInDocument } else { NoteKind::InDocument };
        notes.extend(beside.iter().map(|item| FilingNote::new(*item, kind(item))));
    }
    let reviewed = filed.iter().filter(|draft| site.reviews(draft.kind)).flat_map(|draft| draft.items.iter());
    notes.extend(reviewed.map(|item| FilingNote::new(*item, NoteKind::HeldForReview)));
    let in_document = document.is_some();
    let document_urn = document.as_ref().map(|document| document.name.urn.clone());
    filed.extend(document);

    let provenance =
        |of: &[Draft]| made.provenance(clinic, &key, of, document_urn.as_deref().map(|urn| (urn, &beside)));
    let mut keeps = None;
    if !kept.is_empty() || needed && !in_document {
        let traces = made.provenance(clinic, &key, &kept, None)?;
        keeps = Some(keep(&readable, &kept, &traces, &beside));
    }
    if !no_chart && site.create_mode(RecordType::Provenance).is_some() {
        let (traces, reviews) = (provenance(&filed)?, made.reviews(clinic, &key, &filed));
        filed.extend(traces);
        filed.extend(reviews);
    }
    let mut steps = creating(filed, site);
    steps.extend(amends.into_iter().map(Step::Amend));
    steps.extend(keeps.map(Step::Keep));
    let new_patient = if is_new && !no_chart { sought_again(confirmed) } else { None };
    Ok(FilingPlan { submission: submission.clone(), chart: chart.into(), steps, notes, new_patient })
}

/// What all resources of a check-in are made from.
struct Making<'a> {
    confirmed: &'a ConfirmedIntake,
    submission: &'a SubmissionId,
    chart: &'a str,
    planned: &'a [Planned<'a>],
    site: &'a Site,
}

impl Making<'_> {
    /// What the EHR takes, and what goes into the folder.
    fn drafts(&self, no_chart: bool) -> (Vec<Draft>, Vec<Draft>) {
        let is_taken = |planned: &Planned<'_>| !no_chart && self.site.create_mode(kind_of(planned)).is_some();
        let mut taken: Vec<bool> = self.planned.iter().map(is_taken).collect();
        let mut drafts = self.drafts_of(&taken);
        if drafts.iter().any(|draft| draft.fit == Fit::Refused) {
            // References to what is refused become words, so all are made again.
            taken.iter_mut().zip(&drafts).for_each(|(taken, draft)| *taken &= draft.fit != Fit::Refused);
            drafts = self.drafts_of(&taken);
        }
        let (filed, kept): (Vec<_>, Vec<_>) = drafts.into_iter().zip(taken).partition(|(_, taken)| *taken);
        let of = |drafts: Vec<(Draft, bool)>| drafts.into_iter().map(|(draft, _)| draft).collect();
        (of(filed), of(kept))
    }

    /// One draft for each that is planned, in the same order. What is filed refers only to what is filed.
    fn drafts_of(&self, taken: &[bool]) -> Vec<Draft> {
        let of = |wanted: bool| {
            let both = self.planned.iter().zip(taken).filter(move |(_, taken)| **taken == wanted);
            targets_of(self.confirmed, &both.map(|(planned, _)| planned).collect::<Vec<_>>())
        };
        let targets = [of(false), of(true)];
        let drafted = self.planned.iter().zip(taken).map(|(planned, taken)| {
            let rebuild = self.rebuild(&targets[usize::from(*taken)]);
            let (kind, mut json) = match (planned.items.first(), &planned.record) {
                (Some(first), Some(record)) if *taken => rebuild.record(first, record, &planned.name),
                (Some(first), Some(_)) => rebuild.whole(first, &planned.name),
                (Some(first), None) => {
                    let of_one_source = planned.items.iter().copied().filter(|item| item.source == first.source);
                    rebuild.document_of(&of_one_source.collect::<Vec<_>>(), &planned.name)
                }
                (None, _) => (RecordType::DocumentReference, Value::Null),
            };
            let is_less = planned.record.as_ref().is_some_and(|record| !record.is_whole);
            let fit = if *taken { self.site.fit(kind, &mut json) } else { Fit::Whole };
            let fit = if fit == Fit::Whole && is_less { Fit::Trimmed } else { fit };
            let items = planned.items.iter().map(|item| item.id).collect();
            Draft { items, name: planned.name.clone(), kind, json, fit }
        });
        drafted.collect()
    }

    fn rebuild<'t>(&'t self, targets: &'t Targets<'t>) -> Rebuild<'t> {
        Rebuild { submission: self.submission, chart: self.chart, targets, confirmed_at: self.confirmed.confirmed_at }
    }

    /// The document for reading, as PDF, else as text; `None` where the EHR takes neither.
    fn document(&self, readable: &Readable<'_>, key: &PatientKey) -> Option<Draft> {
        let pdf = readable.pdf().filter(|pdf| self.site.takes_document("application/pdf", pdf.reveal().len()));
        let (content_type, bytes) = match pdf {
            Some(pdf) => ("application/pdf", pdf),
            None => ("text/plain; charset=utf-8", readable.text()),
        };
        if !self.site.takes_document(content_type, bytes.reveal().len()) {
            return None;
        }
        let name = readable.name(key);
        let targets = Targets::default();
        let rebuild = self.rebuild(&targets);
        let json = rebuild.readable_document(&readable.items(), (content_type, bytes.reveal()), &name);
        let items = readable.items().iter().map(|item| item.id).collect();
        Some(Draft { items, name, kind: RecordType::DocumentReference, json, fit: Fit::Whole })
    }

    /// Answers to the clinic's questionnaire, where the EHR takes them; as they are in words, the items are kept as well.
    fn answers(&self, key: &PatientKey) -> Option<Draft> {
        let kind = RecordType::QuestionnaireResponse;
        let questionnaire =
            self.site.profile.questionnaire.as_ref().filter(|_| self.site.create_mode(kind).is_some())?;
        let items = || self.planned.iter().flat_map(|planned| planned.items.iter().copied());
        let of = |section: Section| {
            let of_section: Vec<&IntakeItem> = items().filter(|item| item.section == section).collect();
            Some((questionnaire.question(section)?, of_section)).filter(|(_, items)| !items.is_empty())
        };
        let answers: Vec<(&str, Vec<&IntakeItem>)> = Section::ALL.iter().copied().filter_map(of).collect();
        let answered: Vec<&IntakeItem> = answers.iter().flat_map(|(_, items)| items.iter().copied()).collect();
        let name = Name::from_items(key, &answered, &self.confirmed.sources)?;
        let name =
            Name::from_parts(&[b"ktc-kiosk answers 1", questionnaire.canonical.as_bytes(), name.value.as_bytes()]);
        let targets = Targets::default();
        let json = self.rebuild(&targets).answers(&questionnaire.canonical, &answers, &name);
        let items = answered.iter().map(|item| item.id).collect();
        Some(Draft { items, name, kind, json, fit: Fit::Whole })
    }

    /// One Provenance for each section that staff went through.
    fn reviews(&self, clinic: &Clinic, key: &PatientKey, drafts: &[Draft]) -> Vec<Draft> {
        let targets = Targets::default();
        let rebuild = self.rebuild(&targets);
        let of = |reviewed: &Reviewed| {
            let items = self.confirmed.items.iter().filter(|item| item.section == reviewed.section);
            let items: BTreeSet<ItemId> = items.map(|item| item.id).collect();
            let filed = drafts.iter().filter(|draft| draft.items.iter().any(|item| items.contains(item)));
            let about: Vec<&str> = filed.map(|draft| draft.name.urn.as_str()).collect();
            let name = name_of_review(self.confirmed, key, reviewed.section);
            let json = review_of(&rebuild, self.confirmed, clinic, (reviewed, &about), &name);
            Draft { items: Vec::new(), name, kind: RecordType::Provenance, json, fit: Fit::Whole }
        };
        self.confirmed.reviewed.iter().map(of).collect()
    }

    /// One Provenance for each source and what was proven of it, about these drafts and the document with these items.
    fn provenance(
        &self,
        clinic: &Clinic,
        key: &PatientKey,
        drafts: &[Draft],
        document: Option<(&str, &BTreeSet<ItemId>)>,
    ) -> Result<Vec<Draft>, FilingDefect> {
        let confirmed = self.confirmed;
        let mut groups: BTreeMap<(usize, &'static str), Vec<&Planned<'_>>> = BTreeMap::new();
        for planned in self.planned.iter().filter(|it| drafts.iter().any(|draft| draft.name == it.name)) {
            let Some(first) = planned.items.first() else { continue };
            groups.entry((first.source, first.assurance().code())).or_default().push(planned);
        }
        // Demographics that were only compared still leave a trace, of the chart itself; so does what can only be read.
        let in_document = |item: &IntakeItem| document.is_some_and(|(_, items)| items.contains(&item.id));
        let is_there = |item: &IntakeItem| confirmed.in_chart.iter().any(|(there, _)| *there == item.id);
        let is_compared = |item: &IntakeItem| self.planned.is_empty() && !is_there(item);
        let has_record = |item: &IntakeItem| drafts.iter().any(|draft| draft.items.contains(&item.id));
        let is_only_read = |item: &IntakeItem| in_document(item) && !has_record(item);
        for item in confirmed.items.iter().filter(|item| is_compared(item) || is_only_read(item)) {
            groups.entry((item.source, item.assurance().code())).or_default();
        }
        let targets = Targets::default();
        let rebuild = self.rebuild(&targets);
        let mut traces: Vec<Draft> = Vec::new();
        for ((index, assurance), resources) in groups {
            let of_group = |item: &&IntakeItem| item.source == index && item.assurance().code() == assurance;
            let Some(item) = confirmed.items.iter().find(of_group) else { continue };
            let source = source_of(confirmed, item)?;
            let name = name_of_provenance(confirmed, key, (source, item), &resources);
            // Two documents of one link that say the same leave one trace.
            if traces.iter().any(|known| known.name == name) {
                continue;
            }
            let mut about: Vec<&str> = resources.iter().map(|resource| resource.name.urn.as_str()).collect();
            let is_read = confirmed.items.iter().filter(of_group).any(in_document);
            about.extend(document.filter(|_| is_read).map(|(urn, _)| urn));
            let json = provenance_of(&rebuild, confirmed, clinic, (source, item.assurance()), &about, &name);
            traces.push(Draft { items: Vec::new(), name, kind: RecordType::Provenance, json, fit: Fit::Whole });
        }
        Ok(traces)
    }
}

/// What an item becomes in the EHR.
fn kind_of(planned: &Planned<'_>) -> RecordType {
    let first = planned.items.first().filter(|_| planned.record.is_some());
    first.and_then(|item| item.resource.record_type()).unwrap_or(RecordType::DocumentReference)
}

/// Provenance is named by what it is about and not by the check-in: the same content filed again makes no second one. The
/// Patient is in the key; where nothing else is filed, the demographics that were compared stand for the content.
fn name_of_provenance(
    confirmed: &ConfirmedIntake,
    key: &PatientKey,
    (source, item): (&Source, &IntakeItem),
    resources: &[&Planned<'_>],
) -> Name {
    let code = item.assurance().code();
    let is_patient = |planned: &Planned<'_>| planned.items.iter().any(|item| item.section == Section::Demographics);
    let filed = resources.iter().filter(|planned| !is_patient(planned));
    let mut about: Vec<String> = filed.map(|planned| planned.name.value.clone()).collect();
    if about.is_empty() {
        let of_group = confirmed.items.iter().filter(|it| it.source == item.source && it.assurance().code() == code);
        about.extend(of_group.map(|item| Name::from_item(key, source, item).value));
    }
    about.sort();
    let fixed: [&[u8]; 4] = [b"ktc-kiosk provenance 2", key.as_str().as_bytes(), &source.digest, code.as_bytes()];
    let parts: Vec<&[u8]> = fixed.into_iter().chain(about.iter().map(|name| name.as_bytes())).collect();
    Name::from_parts(&parts)
}

/// That a section was gone through is named by who did it, for whom, on which day: once more on that day makes no second one.
fn name_of_review(confirmed: &ConfirmedIntake, key: &PatientKey, section: Section) -> Name {
    let (day, staff) = (confirmed.day.to_string(), confirmed.staff.id.as_str());
    Name::from_parts(&[
        b"ktc-kiosk reviewed 1",
        key.as_str().as_bytes(),
        section.text_id().as_bytes(),
        day.as_bytes(),
        staff.as_bytes(),
    ])
}

/// The Patient to create, when staff said that nobody in the EHR is this person.
fn new_patient_of(confirmed: &ConfirmedIntake) -> Result<Option<Planned<'_>>, FilingDefect> {
    let mut demographics = confirmed.items.iter().filter(|item| item.section == Section::Demographics);
    match (&confirmed.patient, demographics.next()) {
        (PatientChoice::New, Some(item)) => {
            let name = Name::from_new_patient(source_of(confirmed, item)?, item);
            Ok(Some(Planned { items: vec![item], name, record: discrete(item, confirmed.day) }))
        }
        _ => Ok(None),
    }
}

/// All resources to file, each once, and remarks on items that make none.
fn planned_of<'a>(
    confirmed: &'a ConfirmedIntake,
    new_patient: Option<Planned<'a>>,
    key: &PatientKey,
) -> Result<(Vec<Planned<'a>>, Vec<FilingNote>), FilingDefect> {
    let taken = new_patient.as_ref().and_then(|patient| Some(patient.items.first()?.id));
    let mut planned: Vec<Planned<'a>> = new_patient.into_iter().collect();
    let there = |(item, place): &(ItemId, String)| FilingNote {
        place: Some(place.clone()),
        ..FilingNote::new(*item, NoteKind::AlreadyThere)
    };
    let mut notes: Vec<FilingNote> = confirmed.in_chart.iter().map(there).collect();
    let is_there = |item: &&IntakeItem| confirmed.in_chart.iter().any(|(there, _)| *there == item.id);
    for item in confirmed.items.iter().filter(|item| !is_there(item)) {
        let source = source_of(confirmed, item)?;
        let mut note = |kind| notes.push(FilingNote::new(item.id, kind));
        if item.section == Section::Demographics {
            match taken {
                None if confirmed.changes.iter().any(|change| change.item == Some(item.id)) => {}
                None => note(NoteKind::ChartKept),
                Some(taken) if taken != item.id => note(NoteKind::FirstDemographicsTaken),
                Some(_) => {}
            }
            continue;
        }
        let name = Name::from_item(key, source, item);
        let record = if is_record(item) { discrete(item, confirmed.day) } else { None };
        if record.is_none() {
            let is_rest = |planned: &&mut Planned<'_>| {
                planned.record.is_none() && planned.items.iter().all(|other| other.source == item.source)
            };
            match planned.iter_mut().find(is_rest) {
                Some(together) => together.items.push(item),
                None => planned.push(Planned { items: vec![item], name, record }),
            }
            continue;
        }
        match planned.iter_mut().find(|planned| planned.name == name) {
            Some(same) => {
                same.items.push(item);
                note(NoteKind::SameAsAnother);
            }
            None => planned.push(Planned { items: vec![item], name, record }),
        }
    }
    for together in planned.iter_mut().filter(|planned| planned.record.is_none()) {
        together.name =
            Name::from_items(key, &together.items, &confirmed.sources).unwrap_or_else(|| together.name.clone());
    }
    Ok((merged(planned), notes))
}

/// By what the EHR is searched once more before it gets a new patient: what it compares, and nothing else of the share.
fn sought_again(confirmed: &ConfirmedIntake) -> Option<NewPatient> {
    let item = confirmed.items.iter().find(|item| item.section == Section::Demographics)?;
    let sought = Sensitive::new(identity_of(&item.resource));
    Some(NewPatient { sought, day: confirmed.day, turned_down: confirmed.turned_down.clone() })
}

/// Two documents of the same content have the same name: they are one.
fn merged(planned: Vec<Planned<'_>>) -> Vec<Planned<'_>> {
    let mut kept: Vec<Planned<'_>> = Vec::new();
    for resource in planned {
        match kept.iter_mut().find(|other| other.name == resource.name) {
            Some(same) => same.items.extend(resource.items),
            None => kept.push(resource),
        }
    }
    kept
}

fn targets_of<'a>(confirmed: &'a ConfirmedIntake, planned: &[&Planned<'_>]) -> Targets<'a> {
    let mut targets = Targets::new(&confirmed.people, confirmed.day);
    for item in &confirmed.items {
        targets.learn_names(item);
        if item.section == Section::Demographics {
            targets.add(item, &Target::Patient);
        }
    }
    for resource in planned.iter().filter(|resource| resource.record.is_some()) {
        let patients = |item: &&&IntakeItem| item.section != Section::Demographics;
        for item in resource.items.iter().filter(patients) {
            let title = item.title.reveal().clone();
            targets.add(item, &Target::Filed { urn: resource.name.urn.clone(), title });
        }
    }
    targets
}

fn source_of<'a>(confirmed: &'a ConfirmedIntake, item: &IntakeItem) -> Result<&'a Source, FilingDefect> {
    confirmed.sources.get(item.source).ok_or(FilingDefect::NoSource)
}

#[cfg(test)]
mod tests;
