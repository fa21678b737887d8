//! Which resources are filed for a check-in, and in which order: a new patient, the items as staff saw them, Provenance.
//!
//! An existing chart's demographics are never written (8.9): ticked demographics become a note. The plan depends on nothing
//! but its arguments, so planning again gives the same bytes.

use super::names::{Name, Target, Targets, patient_key};
use super::provenance::provenance_of;
use super::rebuild::Rebuild;
use super::systems::ITEM;
use super::{Clinic, Expected, FilingDefect, FilingNote, FilingPlan, NoteKind, Step, SubmissionId, Transaction};
use crate::intake::{IntakeItem, ItemId, Section, Source};
use crate::reconciliation::{ConfirmedIntake, PatientChoice};
use crate::sensitive::Sensitive;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One resource on its way into the Bundle.
struct Planned<'a> {
    items: Vec<&'a IntakeItem>,
    name: Name,
}

/// Plans the filing of what staff confirmed.
pub fn plan(
    confirmed: &ConfirmedIntake,
    submission: &SubmissionId,
    clinic: &Clinic,
) -> Result<FilingPlan, FilingDefect> {
    if confirmed.items.is_empty() {
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
    let key = patient_key(confirmed, new_patient.as_ref().map(|patient| &patient.name));
    let (planned, notes) = planned_of(confirmed, new_patient, &key)?;
    let targets = targets_of(confirmed, &planned);
    let rebuild = Rebuild { submission, chart: &chart, targets: &targets, confirmed_at: confirmed.confirmed_at };

    let (mut entries, mut expected) = (Vec::new(), Vec::new());
    let mut provenance: BTreeMap<(usize, &'static str), Vec<&Planned<'_>>> = BTreeMap::new();
    for resource in &planned {
        let Some(first) = resource.items.first() else { continue };
        let (kind, json) = match first.is_filed_as_itself() {
            true => rebuild.resource(first, &resource.name),
            false => {
                let of_one_source = resource.items.iter().copied().filter(|item| item.source == first.source);
                rebuild.document_of(&of_one_source.collect::<Vec<_>>(), &resource.name)
            }
        };
        entries.push(entry(&kind, &resource.name, json, "identifier"));
        let items: Vec<ItemId> = resource.items.iter().map(|item| item.id).collect();
        expected.push(Expected { items, kind, name: resource.name.value.clone() });
        provenance.entry((first.source, first.assurance.code())).or_default().push(resource);
    }
    // Demographics that were only compared still leave a trace: Provenance of the chart itself.
    for item in confirmed.items.iter().filter(|_| planned.is_empty()) {
        provenance.entry((item.source, item.assurance.code())).or_default();
    }
    for ((index, assurance), resources) in provenance {
        let of_group = |item: &&IntakeItem| item.source == index && item.assurance.code() == assurance;
        let Some(item) = confirmed.items.iter().find(of_group) else { continue };
        let source = source_of(confirmed, item)?;
        let name = name_of_provenance(confirmed, &key, (source, item), &resources);
        // Two documents of one link that say the same leave one trace.
        if expected.iter().any(|known: &Expected| known.name == name.value) {
            continue;
        }
        let targets: Vec<&str> = resources.iter().map(|resource| resource.name.urn.as_str()).collect();
        let json = provenance_of(&rebuild, confirmed, clinic, (source, &item.assurance), &targets, &name);
        entries.push(entry("Provenance", &name, json, "_tag"));
        expected.push(Expected { items: Vec::new(), kind: "Provenance".to_owned(), name: name.value });
    }
    let bundle = Sensitive::new(json!({"resourceType": "Bundle", "type": "transaction", "entry": entries}));
    let steps = vec![Step::Transaction(Transaction { bundle, expected })];
    Ok(FilingPlan { submission: submission.clone(), steps, notes })
}

/// Provenance is named by what it is about and not by the check-in: the same content filed again makes no second one. The
/// Patient is in the key; where nothing else is filed, the demographics that were compared stand for the content.
fn name_of_provenance(
    confirmed: &ConfirmedIntake,
    key: &str,
    (source, item): (&Source, &IntakeItem),
    resources: &[&Planned<'_>],
) -> Name {
    let code = item.assurance.code();
    let is_patient = |planned: &Planned<'_>| planned.items.iter().any(|item| item.section == Section::Demographics);
    let filed = resources.iter().filter(|planned| !is_patient(planned));
    let mut about: Vec<String> = filed.map(|planned| planned.name.value.clone()).collect();
    if about.is_empty() {
        let of_group = confirmed.items.iter().filter(|it| it.source == item.source && it.assurance.code() == code);
        about.extend(of_group.map(|item| Name::of_item(key, source, item).value));
    }
    about.sort();
    let fixed: [&[u8]; 4] = [b"ktc-kiosk provenance 2", key.as_bytes(), &source.digest, code.as_bytes()];
    let parts: Vec<&[u8]> = fixed.into_iter().chain(about.iter().map(|name| name.as_bytes())).collect();
    Name::of(&parts)
}

/// A conditional create (8.7): sent twice, it makes one record.
fn entry(kind: &str, name: &Name, resource: Value, parameter: &str) -> Value {
    json!({
        "fullUrl": name.urn,
        "resource": resource,
        "request": {"method": "POST", "url": kind, "ifNoneExist": format!("{parameter}={ITEM}|{}", name.value)},
    })
}

/// The Patient to create, when staff said that nobody in the EHR is this person.
fn new_patient_of(confirmed: &ConfirmedIntake) -> Result<Option<Planned<'_>>, FilingDefect> {
    let mut demographics = confirmed.items.iter().filter(|item| item.section == Section::Demographics);
    match (&confirmed.patient, demographics.next()) {
        (PatientChoice::New, Some(item)) => {
            let name = Name::of_new_patient(source_of(confirmed, item)?, item);
            Ok(Some(Planned { items: vec![item], name }))
        }
        _ => Ok(None),
    }
}

/// All resources to file, each once, and remarks on items that make none.
fn planned_of<'a>(
    confirmed: &'a ConfirmedIntake,
    new_patient: Option<Planned<'a>>,
    key: &str,
) -> Result<(Vec<Planned<'a>>, Vec<FilingNote>), FilingDefect> {
    let taken = new_patient.as_ref().and_then(|patient| Some(patient.items.first()?.id));
    let mut planned: Vec<Planned<'a>> = new_patient.into_iter().collect();
    let mut notes = Vec::new();
    for item in &confirmed.items {
        let source = source_of(confirmed, item)?;
        let mut note = |kind| notes.push(FilingNote { item: item.id, kind });
        if item.section == Section::Demographics {
            match taken {
                None => note(NoteKind::ChartKept),
                Some(taken) if taken != item.id => note(NoteKind::FirstDemographicsTaken),
                Some(_) => {}
            }
            continue;
        }
        let name = Name::of_item(key, source, item);
        if !item.is_filed_as_itself() {
            let same = |planned: &&mut Planned<'_>| {
                planned.items.iter().all(|other| !other.is_filed_as_itself() && other.source == item.source)
            };
            match planned.iter_mut().find(same) {
                Some(together) => together.items.push(item),
                None => planned.push(Planned { items: vec![item], name }),
            }
            continue;
        }
        match planned.iter_mut().find(|planned| planned.name == name) {
            Some(same) => {
                same.items.push(item);
                note(NoteKind::SameAsAnother);
            }
            None => planned.push(Planned { items: vec![item], name }),
        }
    }
    for together in planned.iter_mut().filter(|planned| planned.items.iter().all(|item| !item.is_filed_as_itself())) {
        together.name =
            Name::of_items(key, &together.items, &confirmed.sources).unwrap_or_else(|| together.name.clone());
    }
    Ok((merged(planned), notes))
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

fn targets_of<'a>(confirmed: &'a ConfirmedIntake, planned: &[Planned<'_>]) -> Targets<'a> {
    let mut targets = Targets::of(&confirmed.people);
    for item in &confirmed.items {
        targets.learn_names(item);
        if item.section == Section::Demographics {
            targets.add(item, &Target::Patient);
        }
    }
    for resource in planned {
        let patients = |item: &&&IntakeItem| item.section != Section::Demographics;
        for item in resource.items.iter().filter(patients) {
            targets.add(item, &Target::Filed(resource.name.urn.clone()));
        }
    }
    targets
}

fn source_of<'a>(confirmed: &'a ConfirmedIntake, item: &IntakeItem) -> Result<&'a Source, FilingDefect> {
    confirmed.sources.get(item.source).ok_or(FilingDefect::NoSource)
}

fn is_fhir_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

#[cfg(test)]
mod tests;
