//! A plan: steps, what each one must come back with, and what was left out on purpose. It can be written down and read again.

use super::SubmissionId;
use super::systems::ITEM;
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

/// Everything that shall be done in the EHR for one check-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingPlan {
    /// Which check-in.
    pub submission: SubmissionId,
    /// Whose it is: `Patient/<id>`, or the `urn:uuid` of the patient that it makes; empty where nobody's chart is known.
    pub chart: Sensitive<String>,
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
    /// Elements of a record that is there.
    Amend(Amend),
    /// Files in the clinic's folder.
    Keep(Keep),
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
    pub again: RepeatSafety,
    /// Codes of an OperationOutcome that say that it is there already.
    pub duplicate_codes: Vec<String>,
}

/// Elements of one record that staff decided to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amend {
    /// The record, `Type/id`.
    pub target: String,
    /// What changes; nothing else of the record does.
    pub elements: Vec<Amendment>,
}

/// One element, whole, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Name and content. The receipt is added when it is known.
    pub files: Vec<(String, Sensitive<Vec<u8>>)>,
    /// The items in them.
    pub items: Vec<ItemId>,
}

/// How a create is kept from making a second record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
        let parameter = if self.expected.kind == "Provenance" { "_tag" } else { "identifier" };
        format!("{parameter}={ITEM}|{}", self.expected.name)
    }
}

impl RepeatSafety {
    const ALL: [RepeatSafety; 3] = [RepeatSafety::Conditional, RepeatSafety::Search, RepeatSafety::Never];

    const fn word(self) -> &'static str {
        match self {
            RepeatSafety::Conditional => "conditional",
            RepeatSafety::Search => "search",
            RepeatSafety::Never => "never",
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

/// What the receipt says of an item beside, or instead of, the place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Demographics were compared by staff; the chart's own are kept (8.9).
    ChartKept,
    /// A second set of demographics for the new patient; the first one was taken.
    FirstDemographicsTaken,
    /// The share holds the very same resource twice; it is filed once.
    SameAsAnother,
    /// The chart held it before; it is not filed again.
    AlreadyThere,
    /// It can be read in the document of this check-in.
    InDocument,
    /// The EHR takes no such change from us: staff make it there.
    ByHand,
    /// The EHR has it, and somebody there must take it over before it counts.
    HeldForReview,
}

/// A remark for the receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingNote {
    /// About which item; none for what staff do of themselves.
    pub item: Option<ItemId>,
    /// What.
    pub kind: NoteKind,
    /// The record that it is about.
    pub place: Option<String>,
}

impl NoteKind {
    /// All kinds.
    pub const ALL: [NoteKind; 7] = [
        NoteKind::ChartKept,
        NoteKind::FirstDemographicsTaken,
        NoteKind::SameAsAnother,
        NoteKind::AlreadyThere,
        NoteKind::InDocument,
        NoteKind::ByHand,
        NoteKind::HeldForReview,
    ];

    /// The stable word, also the end of the text id.
    pub const fn word(self) -> &'static str {
        match self {
            NoteKind::ChartKept => "chart-kept",
            NoteKind::FirstDemographicsTaken => "first-demographics-taken",
            NoteKind::SameAsAnother => "same-as-another",
            NoteKind::AlreadyThere => "already-there",
            NoteKind::InDocument => "in-document",
            NoteKind::ByHand => "by-hand",
            NoteKind::HeldForReview => "held-for-review",
        }
    }
}

impl FilingNote {
    pub(crate) fn new(item: ItemId, kind: NoteKind) -> FilingNote {
        FilingNote { item: Some(item), kind, place: None }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({"item": self.item.map(|item| item.0), "kind": self.kind.word(), "place": self.place})
    }

    pub(crate) fn from_json(json: &Value) -> Option<FilingNote> {
        let kind = NoteKind::ALL.into_iter().find(|kind| json["kind"] == kind.word())?;
        let item = if json["item"].is_null() { None } else { Some(item_id(&json["item"])?) };
        Some(FilingNote { item, kind, place: json["place"].as_str().map(str::to_owned) })
    }
}

impl FilingPlan {
    /// The plan as bytes, to be sealed and put on disk. The same plan always gives the same bytes.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        let steps: Vec<Value> = self.steps.iter().map(Step::to_json).collect();
        let notes: Vec<Value> = self.notes.iter().map(FilingNote::to_json).collect();
        let plan = Sensitive::new(
            json!({"submission": self.submission.as_str(), "chart": self.chart.reveal(), "steps": steps, "notes": notes}),
        );
        Sensitive::new(plan.reveal().to_string().into_bytes())
    }

    /// Reads a plan that [`FilingPlan::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<FilingPlan> {
        let json: Sensitive<Value> = Sensitive::new(serde_json::from_slice(bytes).ok()?);
        let json = json.reveal();
        Some(FilingPlan {
            submission: SubmissionId::parse(json["submission"].as_str()?)?,
            // Plans of earlier versions do not say.
            chart: json["chart"].as_str().unwrap_or_default().into(),
            steps: json["steps"].as_array()?.iter().map(Step::from_json).collect::<Option<_>>()?,
            notes: json["notes"].as_array()?.iter().map(FilingNote::from_json).collect::<Option<_>>()?,
        })
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

    fn to_json(&self) -> Value {
        match self {
            Step::Transaction(Transaction { bundle, expected }) => {
                let expected: Vec<Value> = expected.iter().map(Expected::to_json).collect();
                json!({"kind": "transaction", "bundle": bundle.reveal(), "expected": expected})
            }
            Step::Create(Create { resource, urn, expected, again, duplicate_codes }) => json!({"kind": "create",
                "again": again.word(), "resource": resource.reveal(), "urn": urn, "expected": expected.to_json(),
                "duplicate_codes": duplicate_codes}),
            Step::Amend(Amend { target, elements }) => {
                let elements: Vec<Value> = elements.iter().map(Amendment::to_json).collect();
                json!({"kind": "amend", "target": target, "elements": elements})
            }
            Step::Keep(Keep { files, items }) => {
                let files = files.iter().map(|(name, bytes)| json!([name, STANDARD.encode(bytes.reveal())]));
                json!({"kind": "keep", "files": files.collect::<Vec<_>>(), "items": item_numbers(items)})
            }
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
                again: RepeatSafety::ALL.into_iter().find(|again| json["again"] == again.word())?,
                duplicate_codes: json["duplicate_codes"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(text)
                    .collect::<Option<_>>()?,
            }),
            "amend" => Step::Amend(Amend {
                target: text(&json["target"])?,
                elements: json["elements"].as_array()?.iter().map(Amendment::from_json).collect::<Option<_>>()?,
            }),
            "keep" => Step::Keep(Keep {
                files: json["files"].as_array()?.iter().map(kept_file).collect::<Option<_>>()?,
                items: item_ids(&json["items"])?,
            }),
            _ => return None,
        })
    }
}

impl Amendment {
    fn to_json(&self) -> Value {
        json!({"element": self.element, "was": self.was.reveal(), "becomes": self.becomes.reveal(),
            "item": self.item.map(|item| item.0)})
    }

    fn from_json(json: &Value) -> Option<Amendment> {
        Some(Amendment {
            element: text(&json["element"])?,
            was: Sensitive::new(json.get("was")?.clone()),
            becomes: Sensitive::new(json.get("becomes")?.clone()),
            item: if json["item"].is_null() { None } else { Some(item_id(&json["item"])?) },
        })
    }
}

fn kept_file(json: &Value) -> Option<(String, Sensitive<Vec<u8>>)> {
    Some((text(&json[0])?, Sensitive::new(STANDARD.decode(json[1].as_str()?).ok()?)))
}

fn text(json: &Value) -> Option<String> {
    json.as_str().map(str::to_owned)
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

pub(crate) fn item_numbers(items: &[ItemId]) -> Vec<u32> {
    items.iter().map(|item| item.0).collect()
}

pub(crate) fn item_ids(json: &Value) -> Option<Vec<ItemId>> {
    json.as_array()?.iter().map(item_id).collect()
}

fn item_id(json: &Value) -> Option<ItemId> {
    u32::try_from(json.as_u64()?).ok().map(ItemId)
}
