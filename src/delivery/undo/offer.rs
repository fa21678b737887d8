//! What staff are offered: each thing that a check-in did, as the EHR has it now, and how it can be undone. Nothing is decided here,
//! and nothing is written.

use super::mark::is_marked;
use super::standing::{Standing, standing_of};
use super::{UndoBy, UndoStep};
use crate::delivery::UndoResult;
use crate::delivery::answer::{first_version, json_of};
use crate::delivery::came_by::came_by;
use crate::delivery::existing::{is_address, is_record};
use crate::delivery::{EhrReply, Receipt};
use crate::fhir::{RecordType, words, words_at};
use crate::filing::systems::CHECK_IN;
use crate::filing::{Amendment, NoteKind, Site, UndoMode};
use crate::sensitive::Sensitive;
use crate::time::Day;
use serde_json::Value;

/// One thing that a check-in did, and how it can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoRow {
    /// The record, `Type/id`, or where else it lies.
    pub target: String,
    /// Its type; none for files and for what waits to be taken over.
    pub kind: Option<RecordType>,
    /// What it is called in the EHR now.
    pub title: Option<Sensitive<String>>,
    /// Of a record that was there before: each element that the check-in changed, and what it said before; none for nothing.
    pub before: Vec<(String, Option<Sensitive<String>>)>,
    /// What can be done.
    pub offer: Offer,
}

/// What can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// This, if staff tick it.
    Step(UndoStep),
    /// Nothing is left of it.
    Undone(UndoResult),
    /// A person does it in the EHR.
    ByHand(ByHand),
    /// The EHR did not tell how it stands.
    Unread,
}

/// Why a person does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum ByHand {
    /// The EHR takes back no record of this type from us.
    NotOffered,
    /// Somebody changed it since it was filed.
    ChangedSince,
    /// It came by another check-in.
    OfAnother,
    /// The EHR gives no version.
    NoVersion,
    /// It is not known which version filing made.
    VersionUnknown,
    /// It is in another chart now.
    InAnotherChart,
    /// The kiosk may not read it, or cannot.
    NotReadable,
    /// It lies in the clinic's folder.
    InFolder,
    /// Somebody at the EHR must take it over first, or turn it down.
    HeldForReview,
    /// The EHR may have it; nobody can tell from here.
    InDoubt,
}

impl ByHand {
    /// All of them.
    pub const ALL: &'static [ByHand] = <ByHand as strum::VariantArray>::VARIANTS;

    /// The id under which `assets/` holds the words for the desk.
    pub const fn text_id(self) -> &'static str {
        match self {
            ByHand::NotOffered => "undo-by-hand-not-offered",
            ByHand::ChangedSince => "undo-by-hand-changed-since",
            ByHand::OfAnother => "undo-by-hand-of-another",
            ByHand::NoVersion => "undo-by-hand-no-version",
            ByHand::VersionUnknown => "undo-by-hand-version-unknown",
            ByHand::InAnotherChart => "undo-by-hand-in-another-chart",
            ByHand::NotReadable => "undo-by-hand-not-readable",
            ByHand::InFolder => "undo-by-hand-in-folder",
            ByHand::HeldForReview => "undo-by-hand-held",
            ByHand::InDoubt => "undo-by-hand-in-doubt",
        }
    }
}

/// Each thing that the check-in did, what refers to another before it: what came last is undone first, the Patient last. `read`
/// gives what the EHR answers for a record; none where it did not.
pub fn rows_of(receipt: &Receipt, site: &Site, read: impl Fn(&str) -> Option<EhrReply>, day: Day) -> Vec<UndoRow> {
    let mut rows: Vec<UndoRow> = Vec::new();
    for amended in receipt.amended.iter().rev() {
        let kind = kind_of(&amended.target);
        let by = UndoBy::SetBack(amended.elements.clone());
        rows.push(row_of(receipt, (&amended.target, kind, None), Some(by), &read, day));
    }
    for filed in receipt.filed.iter().rev() {
        let kind = kind_of(&filed.location);
        let version = match filed.created {
            true => filed.version.clone(),
            false => match made_unseen(receipt, &filed.location, &read) {
                Unseen::Ours(version) => version,
                Unseen::Unread => None,
                Unseen::NotOurs => continue,
            },
        };
        rows.push(row_of(receipt, (&filed.location, kind, version), by_of(kind, site), &read, day));
    }
    for note in receipt.notes.iter().filter(|note| note.kind == NoteKind::HeldForReview) {
        let target = note.place.clone().unwrap_or_default();
        rows.push(by_hand(&target, None, ByHand::HeldForReview));
    }
    for open in &receipt.in_doubt {
        rows.push(by_hand("", Some(open.kind), ByHand::InDoubt));
    }
    rows
}

/// Whether the check-in made a record that the EHR said it had: the answer to the request that made it was lost then.
enum Unseen {
    /// It did, and the record is in this version of which it is known that filing made it.
    Ours(Option<String>),
    NotOurs,
    /// The EHR did not tell.
    Unread,
}

fn made_unseen(receipt: &Receipt, target: &str, read: impl Fn(&str) -> Option<EhrReply>) -> Unseen {
    // What it changed has a row of its own.
    if is_amended(receipt, target) || !is_address(target) {
        return Unseen::NotOurs;
    }
    let Some(reply) = read(target) else { return Unseen::Unread };
    match json_of(&reply).filter(|record| is_record(record, target)) {
        Some(record) if came_by(&record, &receipt.submission) => Unseen::Ours(first_version(&record)),
        Some(_) | None => Unseen::NotOurs,
    }
}

/// The records that are read for that.
pub fn targets_of(receipt: &Receipt) -> Vec<String> {
    let amended = receipt.amended.iter().map(|amended| amended.target.clone());
    let filed = receipt.filed.iter().map(|filed| filed.location.clone());
    let mut targets: Vec<String> = amended.chain(filed).filter(|target| is_address(target)).collect();
    targets.sort();
    targets.dedup();
    targets
}

fn by_of(kind: Option<RecordType>, site: &Site) -> Option<UndoBy> {
    let kind = kind?;
    let unless_referred = if kind == RecordType::Patient { site.types_of_a_patient() } else { Vec::new() };
    match site.undo_mode(kind) {
        UndoMode::Mark => Some(UndoBy::Mark { unless_referred }),
        UndoMode::Delete => Some(UndoBy::Delete { unless_referred }),
        UndoMode::ByHand => None,
    }
}

fn by_hand(target: &str, kind: Option<RecordType>, why: ByHand) -> UndoRow {
    unread(target, kind, Offer::ByHand(why))
}

/// A row of which the record was not read.
fn unread(target: &str, kind: Option<RecordType>, offer: Offer) -> UndoRow {
    UndoRow { target: target.to_owned(), kind, title: None, before: Vec::new(), offer }
}

fn row_of(
    receipt: &Receipt,
    (target, kind, version): (&str, Option<RecordType>, Option<String>),
    by: Option<UndoBy>,
    read: impl Fn(&str) -> Option<EhrReply>,
    day: Day,
) -> UndoRow {
    let Some(kind) = kind.filter(|_| is_address(target)) else {
        return by_hand(
            target,
            kind,
            if target.starts_with("folder/") { ByHand::InFolder } else { ByHand::NotReadable },
        );
    };
    let result = match &by {
        Some(UndoBy::SetBack(elements)) => receipt.result_of_change(target, elements),
        Some(UndoBy::Mark { .. } | UndoBy::Delete { .. }) | None => receipt.result_of(target),
    };
    if let Some(result) = result.filter(|result| result.is_undone()) {
        return unread(target, Some(kind), Offer::Undone(result));
    }
    let Some(reply) = read(target) else { return unread(target, Some(kind), Offer::Unread) };
    let body = json_of(&reply).map(Sensitive::new);
    let record = body.as_ref().map(Sensitive::reveal).filter(|body| is_record(body, target));
    let title = record.and_then(|record| titled(kind, record, day));
    let is_of_another = record.is_some_and(|record| is_of_another(record, receipt) && !is_amended(receipt, target));
    let is_marked = record.is_some_and(|record| is_marked(kind, record)) && !is_amended(receipt, target);
    let before = match &by {
        Some(UndoBy::SetBack(elements)) => {
            let said = |it: &Amendment| (it.element.clone(), words(it.was.reveal(), day).map(Sensitive::from));
            elements.iter().map(said).collect()
        }
        Some(UndoBy::Mark { .. } | UndoBy::Delete { .. }) | None => Vec::new(),
    };
    let offer = match by {
        _ if is_marked => Offer::Undone(UndoResult::Marked),
        _ if is_of_another => Offer::ByHand(ByHand::OfAnother),
        None if reply.status == 410 => Offer::Undone(UndoResult::Deleted),
        None => Offer::ByHand(ByHand::NotOffered),
        Some(by) => {
            let step = UndoStep { target: target.to_owned(), kind, by, version };
            match standing_of(&step, receipt, &reply) {
                Standing::Undone(result) => Offer::Undone(result),
                Standing::AsFiled(_) => Offer::Step(step),
                Standing::Not(UndoResult::ChangedSince) => Offer::ByHand(ByHand::ChangedSince),
                Standing::Not(UndoResult::NoVersion) => Offer::ByHand(ByHand::NoVersion),
                Standing::Not(UndoResult::VersionUnknown) => Offer::ByHand(ByHand::VersionUnknown),
                Standing::Not(UndoResult::InAnotherChart) => Offer::ByHand(ByHand::InAnotherChart),
                Standing::Not(
                    UndoResult::Marked
                    | UndoResult::Deleted
                    | UndoResult::SetBack
                    | UndoResult::StillReferred
                    | UndoResult::NotAllowed
                    | UndoResult::Refused
                    | UndoResult::NotKept,
                ) => Offer::ByHand(ByHand::NotReadable),
                Standing::Unclear => Offer::Unread,
            }
        }
    };
    UndoRow { target: target.to_owned(), kind: Some(kind), title, before, offer }
}

fn is_amended(receipt: &Receipt, target: &str) -> bool {
    receipt.amended.iter().any(|amended| amended.target == target)
}

/// Whether its tag names another check-in than this one; one without a tag names none.
fn is_of_another(record: &Value, receipt: &Receipt) -> bool {
    let mut tags = record["meta"]["tag"].as_array().into_iter().flatten().filter(|tag| tag["system"] == CHECK_IN);
    tags.any(|tag| tag["code"] != receipt.submission.as_str())
}

fn kind_of(target: &str) -> Option<RecordType> {
    target.split_once('/').and_then(|(kind, _)| RecordType::from_word(kind))
}

/// What a record is called, by its own words.
pub fn titled(kind: RecordType, record: &Value, day: Day) -> Option<Sensitive<String>> {
    let elements: &[&str] = match kind {
        RecordType::Patient => &["name"],
        RecordType::DocumentReference => &["content/attachment/title", "description", "type"],
        RecordType::Coverage => &["payor/display", "subscriberId"],
        RecordType::Observation => &["code"],
        RecordType::Appointment => &["start"],
        kind => kind.compared(),
    };
    elements.iter().find_map(|element| words_at(record, element, day)).map(Sensitive::from)
}
