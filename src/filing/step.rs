//! A plan: steps, what each one must come back with, and what was left out on purpose. It can be written down and read again.

use super::systems::ITEM;
use super::{SubmissionId, saved};
use crate::fhir::RecordType;
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Everything that shall be done in the EHR for one check-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingPlan {
    /// Which check-in.
    pub submission: SubmissionId,
    /// Whose it is: `Patient/<id>`, or the `urn:uuid` of the patient that it makes; empty where nobody's chart is known.
    pub chart: Sensitive<String>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// Ticked items that make no resource of their own, and why.
    pub notes: Vec<FilingNote>,
    /// For whom it opens a chart; none where staff chose one, and in plans of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_patient: Option<NewPatient>,
}

/// Somebody whom the EHR did not know when staff confirmed. It is searched once more before a chart is opened: that may be
/// hours later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPatient {
    /// The Patient by which charts are searched.
    pub sought: Sensitive<Value>,
    /// The day of the check-in, by which it is judged what of a chart counts.
    pub day: Day,
    /// The charts that staff saw and turned down.
    pub turned_down: Vec<String>,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// All or nothing.
    Transaction(Transaction),
    /// One resource.
    Create(Create),
    /// Elements of a record that is there.
    Amend(Amend),
    /// Files in the clinic's folder.
    Keep(Keep),
}

/// One resource to POST to its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Create {
    /// The resource. A reference to what an earlier step files is the `urn:uuid` of that step until it is sent.
    pub resource: Sensitive<Value>,
    /// By which later steps refer to it.
    pub urn: String,
    /// What its answer must hold.
    pub expected: Expected,
    /// What makes it safe to ask again when an answer was lost.
    pub again: RepeatSafety,
    /// Codes of an OperationOutcome that say that it is there already.
    pub duplicate_codes: Vec<String>,
}

/// Elements of one record that staff decided to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amend {
    /// The record, `Type/id`.
    pub target: String,
    /// What changes; nothing else of the record does.
    pub elements: Vec<Amendment>,
    /// Elements that must still say this: else nothing is changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only_while: Vec<(String, Sensitive<Value>)>,
}

/// One element, whole, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Its name in the resource.
    pub element: String,
    /// What the chart said when staff decided; `Null` when it said nothing.
    pub was: Sensitive<Value>,
    /// What it shall say; `Null` when it shall say nothing.
    pub becomes: Sensitive<Value>,
    /// The item that it comes from.
    pub item: Option<ItemId>,
}

/// Files that go into a folder of their own, named by the check-in: all of them or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// Name and content. The receipt is added when it is known.
    #[serde(with = "super::saved::in_base64")]
    pub files: Vec<(String, Sensitive<Vec<u8>>)>,
    /// The items in them.
    pub items: Vec<ItemId>,
}

/// How a create is kept from making a second record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepeatSafety {
    /// The EHR looks itself (`If-None-Exist`).
    Conditional,
    /// We look, by the identifier or tag that we gave it; what is not found goes to a person.
    Search,
    /// Nobody can look: a lost answer goes to a person.
    Never,
}

impl Create {
    /// The search that finds this resource and no other: by identifier, or by tag where the type has none (Provenance).
    pub(crate) fn query(&self) -> String {
        format!("{}={ITEM}|{}", self.expected.kind.name_parameter(), self.expected.name)
    }
}

/// A transaction Bundle of our own, and what its answer must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// The Bundle to POST.
    pub bundle: Sensitive<Value>,
    /// One per entry, in the same order.
    pub expected: Vec<Expected>,
}

/// What one entry must come back with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The items that it files; none for Provenance.
    pub items: Vec<ItemId>,
    /// Its resource type.
    pub kind: RecordType,
    /// The value under [`super::systems::ITEM`] by which the EHR finds it again.
    pub name: String,
}

/// What the receipt says of an item beside, or instead of, the place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// Demographics were compared by staff; the chart's own are kept.
    ChartKept,
    /// A second set of demographics for the new patient; the first one was taken.
    FirstDemographicsTaken,
    /// The share holds the very same resource twice; it is filed once.
    SameAsAnother,
    /// The chart held it before; it is not filed again.
    AlreadyThere,
    /// It can be read in the document of this check-in.
    InDocument,
    /// It is filed as staff saw it; what else came with it can be read in the document of this check-in.
    MoreInDocument,
    /// The EHR takes no such change from us: staff make it there.
    ByHand,
    /// The EHR has it in another chart than the one that staff chose.
    InAnotherChart,
    /// The EHR has it, and somebody there must take it over before it counts.
    HeldForReview,
    /// The EHR has it, and answered with a record that says less, or something else.
    AlteredByEhr,
}

/// A remark for the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingNote {
    /// About which item; none for what staff do of themselves.
    pub item: Option<ItemId>,
    /// What is to be said of it.
    pub kind: NoteKind,
    /// The record that it is about.
    pub place: Option<String>,
}

impl FilingNote {
    pub(crate) fn new(item: ItemId, kind: NoteKind) -> FilingNote {
        FilingNote { item: Some(item), kind, place: None }
    }
}

impl FilingPlan {
    /// Whether every step makes one record, however often it is sent.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.steps.iter().all(|step| match step {
            Step::Transaction(_) => true,
            Step::Create(create) => create.again == RepeatSafety::Conditional,
            Step::Amend(_) | Step::Keep(_) => false,
        })
    }

    /// The items that become records which count at once, so that they are found when the chart is compared again.
    pub(crate) fn seen_as_records(&self) -> BTreeSet<ItemId> {
        let is_record = |expected: &&Expected| {
            !matches!(expected.kind, RecordType::DocumentReference | RecordType::QuestionnaireResponse)
        };
        let expected = self.steps.iter().flat_map(|step| match step {
            Step::Transaction(transaction) => transaction.expected.as_slice(),
            Step::Create(create) => std::slice::from_ref(&create.expected),
            Step::Amend(_) | Step::Keep(_) => &[],
        });
        let mut items: BTreeSet<ItemId> = expected.filter(is_record).flat_map(|it| it.items.iter().copied()).collect();
        let held = self.notes.iter().filter(|note| note.kind == NoteKind::HeldForReview);
        held.filter_map(|note| note.item).for_each(|item| {
            items.remove(&item);
        });
        items
    }

    /// The plan as bytes, to be sealed and put on disk. The same plan always gives the same bytes.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        saved::to_bytes(self)
    }

    /// Reads a plan that [`FilingPlan::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<FilingPlan> {
        saved::from_bytes(bytes, upgraded)
    }
}

impl Step {
    /// The items that it files.
    pub(crate) fn items(&self) -> Vec<ItemId> {
        match self {
            Step::Transaction(transaction) => {
                transaction.expected.iter().flat_map(|expected| expected.items.iter().copied()).collect()
            }
            Step::Create(create) => create.expected.items.clone(),
            Step::Amend(amend) => amend.elements.iter().filter_map(|element| element.item).collect(),
            Step::Keep(keep) => keep.items.clone(),
        }
    }
}

/// A plan without a version number: a step names its kind among its members, and neither the chart nor the codes of duplicates
/// need be said.
fn upgraded(mut plan: Value) -> Option<Value> {
    let members = plan.as_object_mut()?;
    members.entry("chart").or_insert_with(|| Value::from(""));
    for step in members.get_mut("steps")?.as_array_mut()? {
        let members = step.as_object_mut()?;
        let kind = members.shift_remove("kind")?.as_str()?.to_owned();
        members.entry("duplicate_codes").or_insert_with(|| Value::Array(Vec::new()));
        *step = Value::Object(Map::from_iter([(kind, step.take())]));
    }
    Some(plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    /// As the program wrote it before there was a version number.
    fn old() -> Value {
        let expected = json!({"items": [3], "kind": "Condition", "name": "n"});
        let resource: Value =
            serde_json::from_str(r#"{"resourceType": "Condition", "onsetAge": {"value": 7.50}}"#).expect("JSON");
        json!({"submission": ID, "chart": "Patient/7", "steps": [
            {"kind": "transaction", "bundle": {"resourceType": "Bundle"}, "expected": [expected]},
            {"kind": "create", "again": "search", "resource": resource, "urn": "urn:uuid:1", "expected": expected,
             "duplicate_codes": ["59189"]},
            {"kind": "create", "again": "never", "resource": resource, "urn": "urn:uuid:1", "expected": expected},
            {"kind": "amend", "target": "Patient/7", "elements": [
                {"element": "telecom", "was": null, "becomes": [{"value": "1"}], "item": null}]},
            {"kind": "keep", "files": [["bundle.json", "e30="]], "items": [8]},
        ], "notes": [{"item": 4, "kind": "held-for-review", "place": null}, {"item": 5, "kind": "chart-kept"}]})
    }

    #[test]
    fn a_plan_of_an_earlier_version_is_read_and_written_with_a_number() {
        let plan = FilingPlan::from_bytes(old().to_string().as_bytes()).expect("a plan");
        let [Step::Transaction(_), Step::Create(first), Step::Create(second), Step::Amend(amend), Step::Keep(keep)] =
            plan.steps.as_slice()
        else {
            panic!("{:?}", plan.steps)
        };
        assert_eq!((first.again, second.again), (RepeatSafety::Search, RepeatSafety::Never));
        assert_eq!((first.duplicate_codes.len(), second.duplicate_codes.len()), (1, 0));
        assert_eq!(
            (amend.elements[0].was.reveal(), keep.files[0].1.reveal().as_slice()),
            (&Value::Null, b"{}".as_slice())
        );
        assert_eq!((plan.notes[0].kind, plan.notes[1].kind), (NoteKind::HeldForReview, NoteKind::ChartKept));

        let bytes = plan.to_bytes();
        let text = std::str::from_utf8(bytes.reveal()).expect("JSON");
        assert!(text.starts_with(r#"{"v":1,"submission":"#) && text.contains(r#"{"value":7.50}"#), "{text}");
        assert_eq!(FilingPlan::from_bytes(bytes.reveal()).as_ref(), Some(&plan));
        assert_eq!(bytes, plan.to_bytes(), "the same plan, the same bytes");
    }

    #[test]
    fn the_chart_need_not_be_said_by_an_earlier_version_and_a_later_one_is_not_read() {
        let mut old = old();
        old.as_object_mut().expect("members").shift_remove("chart");
        let plan = FilingPlan::from_bytes(old.to_string().as_bytes()).expect("a plan");
        assert_eq!(plan.chart.reveal(), "");
        let bytes = plan.to_bytes();
        let later = std::str::from_utf8(bytes.reveal()).expect("JSON").replacen(r#""v":1"#, r#""v":2"#, 1);
        assert_eq!(FilingPlan::from_bytes(later.as_bytes()), None);
        assert_eq!(FilingPlan::from_bytes(old.to_string().replace("\"create\"", "\"other\"").as_bytes()), None);
        assert_eq!(FilingPlan::from_bytes(old.to_string().replace(ID, "../etc").as_bytes()), None);
    }
}
