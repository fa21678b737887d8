//! A plan: steps, what each one must come back with, and what was left out on purpose. It can be written down and read again.

use super::SubmissionId;
use super::systems::ITEM;
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use serde_json::{Value, json};

/// Everything that shall be done in the EHR for one check-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingPlan {
    /// Which check-in.
    pub submission: SubmissionId,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// Ticked items that make no resource of their own, and why.
    pub notes: Vec<FilingNote>,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// All or nothing.
    Transaction(Transaction),
    /// One resource.
    Create(Create),
}

/// One resource to POST to its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Create {
    /// The resource. A reference to what an earlier step files is the `urn:uuid` of that step until it is sent.
    pub resource: Sensitive<Value>,
    /// By which later steps refer to it.
    pub urn: String,
    /// What its answer must hold.
    pub expected: Expected,
    /// What makes it safe to ask again when an answer was lost.
    pub again: Again,
}

/// How a create is kept from making a second record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The EHR looks itself (`If-None-Exist`).
    Conditional,
    /// We look, by the identifier or tag that we gave it; what is not found goes to a person.
    Search,
    /// Nobody can look: a lost answer goes to a person.
    Never,
}

impl Create {
    /// The search that finds this resource and no other: by identifier, or by tag where the type has none (Provenance).
    pub(super) fn query(&self) -> String {
        let parameter = if self.expected.kind == "Provenance" { "_tag" } else { "identifier" };
        format!("{parameter}={ITEM}|{}", self.expected.name)
    }
}

impl Again {
    const ALL: [Again; 3] = [Again::Conditional, Again::Search, Again::Never];

    const fn word(self) -> &'static str {
        match self {
            Again::Conditional => "conditional",
            Again::Search => "search",
            Again::Never => "never",
        }
    }
}

/// A transaction Bundle of our own, and what its answer must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The Bundle to POST.
    pub bundle: Sensitive<Value>,
    /// One per entry, in the same order.
    pub expected: Vec<Expected>,
}

/// What one entry must come back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The items that it files; none for Provenance.
    pub items: Vec<ItemId>,
    /// Its resource type.
    pub kind: String,
    /// The value under [`super::systems::ITEM`] by which the EHR finds it again.
    pub name: String,
}

/// Why a ticked item makes no resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Demographics were compared by staff; the chart's own are kept (8.9).
    ChartKept,
    /// A second set of demographics for the new patient; the first one was taken.
    FirstDemographicsTaken,
    /// The share holds the very same resource twice; it is filed once.
    SameAsAnother,
}

/// A remark for the receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilingNote {
    /// About which item.
    pub item: ItemId,
    /// What.
    pub kind: NoteKind,
}

impl NoteKind {
    const ALL: [NoteKind; 3] = [NoteKind::ChartKept, NoteKind::FirstDemographicsTaken, NoteKind::SameAsAnother];

    /// The stable word, also the end of the text id.
    pub const fn word(self) -> &'static str {
        match self {
            NoteKind::ChartKept => "chart-kept",
            NoteKind::FirstDemographicsTaken => "first-demographics-taken",
            NoteKind::SameAsAnother => "same-as-another",
        }
    }
}

impl FilingNote {
    pub(super) fn to_json(self) -> Value {
        json!({"item": self.item.0, "kind": self.kind.word()})
    }

    pub(super) fn from_json(json: &Value) -> Option<FilingNote> {
        let kind = NoteKind::ALL.into_iter().find(|kind| json["kind"] == kind.word())?;
        Some(FilingNote { item: item_id(&json["item"])?, kind })
    }
}

impl FilingPlan {
    /// The plan as bytes, to be sealed and put on disk. The same plan always gives the same bytes.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        let steps: Vec<Value> = self.steps.iter().map(Step::to_json).collect();
        let notes: Vec<Value> = self.notes.iter().map(|note| note.to_json()).collect();
        let plan = Sensitive::new(json!({"submission": self.submission.as_str(), "steps": steps, "notes": notes}));
        Sensitive::new(plan.reveal().to_string().into_bytes())
    }

    /// Reads a plan that [`FilingPlan::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<FilingPlan> {
        let json: Sensitive<Value> = Sensitive::new(serde_json::from_slice(bytes).ok()?);
        let json = json.reveal();
        Some(FilingPlan {
            submission: SubmissionId::parse(json["submission"].as_str()?)?,
            steps: json["steps"].as_array()?.iter().map(Step::from_json).collect::<Option<_>>()?,
            notes: json["notes"].as_array()?.iter().map(FilingNote::from_json).collect::<Option<_>>()?,
        })
    }
}

impl Step {
    fn to_json(&self) -> Value {
        match self {
            Step::Transaction(Transaction { bundle, expected }) => {
                let expected: Vec<Value> = expected.iter().map(Expected::to_json).collect();
                json!({"kind": "transaction", "bundle": bundle.reveal(), "expected": expected})
            }
            Step::Create(Create { resource, urn, expected, again }) => json!({"kind": "create", "again": again.word(),
                "resource": resource.reveal(), "urn": urn, "expected": expected.to_json()}),
        }
    }

    fn from_json(json: &Value) -> Option<Step> {
        Some(match json["kind"].as_str()? {
            "transaction" => Step::Transaction(Transaction {
                bundle: Sensitive::new(json["bundle"].clone()),
                expected: json["expected"].as_array()?.iter().map(Expected::from_json).collect::<Option<_>>()?,
            }),
            "create" => Step::Create(Create {
                resource: Sensitive::new(json["resource"].clone()),
                urn: json["urn"].as_str()?.to_owned(),
                expected: Expected::from_json(&json["expected"])?,
                again: Again::ALL.into_iter().find(|again| json["again"] == again.word())?,
            }),
            _ => return None,
        })
    }
}

impl Expected {
    fn to_json(&self) -> Value {
        json!({"items": item_numbers(&self.items), "kind": self.kind, "name": self.name})
    }

    fn from_json(json: &Value) -> Option<Expected> {
        Some(Expected {
            items: item_ids(&json["items"])?,
            kind: json["kind"].as_str()?.to_owned(),
            name: json["name"].as_str()?.to_owned(),
        })
    }
}

pub(super) fn item_numbers(items: &[ItemId]) -> Vec<u32> {
    items.iter().map(|item| item.0).collect()
}

pub(super) fn item_ids(json: &Value) -> Option<Vec<ItemId>> {
    json.as_array()?.iter().map(item_id).collect()
}

fn item_id(json: &Value) -> Option<ItemId> {
    u32::try_from(json.as_u64()?).ok().map(ItemId)
}
