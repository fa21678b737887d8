//! Changes of records that are there: which of them the EHR takes from us, and which staff make there by hand.

use super::readable::place_of;
use super::{Amend, Amendment, FilingDefect, FilingNote, NoteKind};
use crate::fhir::RecordType;
use crate::reconciliation::ConfirmedIntake;

/// The changes of records that are there, record by record; those that the EHR does not take from us, as notes.
pub(super) fn changes_of(
    confirmed: &ConfirmedIntake,
    takes: impl Fn(RecordType) -> bool,
) -> Result<(Vec<Amend>, Vec<FilingNote>), FilingDefect> {
    let (mut amends, mut marks, mut by_hand): (Vec<Amend>, Vec<Amend>, _) = (Vec::new(), Vec::new(), Vec::new());
    for change in &confirmed.changes {
        let (kind, id) = change.target.split_once('/').ok_or(FilingDefect::ChartId)?;
        let kind = RecordType::from_word(kind).filter(|_| is_fhir_id(id)).ok_or(FilingDefect::ChartId)?;
        if !takes(kind) {
            let place = Some(place_of(change));
            by_hand.push(FilingNote { item: change.item, kind: NoteKind::ByHand, place });
            continue;
        }
        let amendment = Amendment {
            element: change.element.to_owned(),
            was: change.was.clone(),
            becomes: change.becomes.clone(),
            item: change.item,
        };
        let only_while =
            change.only_while.iter().map(|(element, says)| ((*element).to_owned(), says.clone())).collect();
        // A mark and an arrival go by themselves, last: whether they can be made holds nothing else up.
        if change.element.contains('.') || kind == RecordType::Appointment {
            marks.push(Amend { target: change.target.clone(), elements: vec![amendment], only_while });
            continue;
        }
        let known = amends.iter_mut().find(|amend| amend.target == change.target);
        let same = known.as_ref().and_then(|amend| amend.elements.iter().find(|it| it.element == change.element));
        if same.is_some_and(|same| same.was != amendment.was || same.becomes != amendment.becomes) {
            // The second would overwrite the first: staff see to it themselves.
            let place = Some(place_of(change));
            by_hand.push(FilingNote { item: change.item, kind: NoteKind::ByHand, place });
            continue;
        }
        match known {
            Some(amend) => amend.elements.push(amendment),
            None => amends.push(Amend { target: change.target.clone(), elements: vec![amendment], only_while }),
        }
    }
    amends.append(&mut marks);
    Ok((amends, by_hand))
}

/// FHIR R4 `id`: `[A-Za-z0-9\-\.]{1,64}`. As a part of an address `.` and `..` mean the folder and the one above (RFC 3986,
/// 5.2.4), so they are no record's id here.
pub(crate) fn is_fhir_id(id: &str) -> bool {
    let letters = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    (1..=64).contains(&id.len()) && letters && !matches!(id, "." | "..")
}
