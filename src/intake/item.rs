//! One line of the form: what it is, what it says, where it came from, what speaks for caution.

use super::leaves::{self, MoreLine};
use super::{Caution, Fact, FactKind, ReferenceTarget, attachment};
use crate::fhir::{Filed, Originals, RecordType, Resource};
use crate::sensitive::Sensitive;
use crate::text::{is_drawn_whole, plain_text};
use crate::trust::Assurance;
use crate::viewing::{NamedViewable, ViewableName};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::OnceLock;
use strum::VariantArray;

/// A larger resource has documents in it.
pub(super) const LARGE_RECORD: usize = 64_000;

/// An item's place in its form, stable for the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemId(pub u32);

/// The parts of the form, in the order in which they are shown.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case", prefix = "section-")]
pub enum Section {
    /// Who the patient is.
    Demographics,
    /// Insurance cards.
    Insurance,
    /// Allergies and intolerances.
    Allergies,
    /// Medication statements, requests, dispenses.
    Medications,
    /// Problems and health concerns.
    Problems,
    /// Vaccinations.
    Immunizations,
    /// The two PDF kinds of KTC, kept apart, and other documents.
    Documents,
    /// Laboratory results, reports, specimens.
    Results,
    /// Vital signs.
    VitalSigns,
    /// Procedures and implanted devices.
    Procedures,
    /// Social and family history, pregnancy, functional status.
    History,
    /// Visits, plans, goals, orders, the people who help.
    Care,
    /// Questionnaires, consents, advance directives.
    Forms,
    /// Everything else, as one item.
    Other,
}

impl Section {
    /// All sections, in order.
    pub const ALL: &[Section] = Section::VARIANTS;

    /// The id under which `assets/` holds the section's name.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

/// One line of the form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IntakeItem {
    /// Its place in the form.
    pub id: ItemId,
    /// Where it belongs.
    pub section: Section,
    /// What it is, as plain text.
    pub title: Sensitive<String>,
    /// The leaves of the resource that the title says.
    pub(super) titled_by: Vec<u32>,
    /// What it says.
    #[serde(deserialize_with = "exactly")]
    pub facts: Vec<Fact>,
    /// What speaks for caution.
    pub cautions: Vec<Caution>,
    /// Index into the form's sources.
    pub source: usize,
    /// What was proven about its document.
    pub(super) assurance: Assurance,
    /// The name by which other resources of the share refer to it.
    pub full_url: Option<String>,
    /// The resource as it came; for [`Section::Other`] a collection Bundle of the rest.
    pub resource: Resource,
    /// What its references lead to inside the share, where staff and the EHR must know it.
    pub targets: Vec<ReferenceTarget>,
    /// Security labels of the whole document that the item came in, where that is restricted; its own are in the resource.
    pub labels: Sensitive<Value>,
    /// How many resources it stands for.
    pub resources: usize,
    /// The documents inside, once somebody has looked. To look takes long where a document is large.
    #[serde(skip)]
    pub(super) viewable_names: OnceLock<Vec<ViewableName>>,
    /// Whether its letters are drawn as they were sent, once somebody has looked.
    #[serde(skip)]
    pub(super) drawn_whole: OnceLock<bool>,
}

/// A list without room for more: a form has hundreds of thousands of facts, and gets no further ones.
fn exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Fact>, D::Error> {
    let mut facts = Vec::deserialize(deserializer)?;
    facts.shrink_to_fit();
    Ok(facts)
}

impl IntakeItem {
    /// What was proven about its document.
    pub fn assurance(&self) -> &Assurance {
        &self.assurance
    }

    /// Whether staff may take it at all.
    pub fn can_be_taken(&self) -> bool {
        !self.cautions.iter().any(|caution| caution.forbids_taking())
    }

    /// Whether each letter of its title and facts is drawn as it was sent. Where one is not, staff compare before they tick.
    pub fn is_drawn_whole(&self) -> bool {
        *self.drawn_whole.get_or_init(|| {
            is_drawn_whole(self.title.reveal()) && self.facts.iter().all(|fact| fact.said.is_drawn_whole())
        })
    }

    /// Whether to look into it takes longer than a frame may: it has documents in it, or is a pile of records.
    pub fn is_large(&self) -> bool {
        let behind = |target: &ReferenceTarget| target.concept.reveal()["data"].as_str().map_or(0, str::len);
        self.resource.text_length() + self.targets.iter().map(behind).sum::<usize>() > LARGE_RECORD
    }

    /// What of the resource became no fact, with the names of its elements.
    pub fn more(&self) -> Vec<MoreLine> {
        // What is about somebody else is not shown beside this patient.
        if self.is_collection() && self.cautions.contains(&Caution::OfAnother) {
            return Vec::new();
        }
        leaves::more_of(&self.resource.for_one_look(), &self.said())
    }

    /// The leaves that the title or a fact says, by their number in the order of the JSON.
    fn said(&self) -> HashSet<u32> {
        self.titled_by.iter().chain(self.facts.iter().flat_map(|fact| &fact.leaves)).copied().collect()
    }

    /// The same leaves, by where they are in the JSON of the resource.
    pub(crate) fn said_leaves(&self, json: &Value) -> HashSet<*const Value> {
        leaves::numbered(json, &self.said())
    }

    /// The elements of the resource that the title comes from, and those of each fact.
    pub fn elements(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let of_facts = self.facts.iter().map(|fact| &fact.leaves[..]);
        let mut paths = leaves::paths_of(&self.resource, std::iter::once(&self.titled_by[..]).chain(of_facts));
        let of_facts = paths.split_off(1);
        (paths.pop().unwrap_or_default(), of_facts)
    }

    /// Whether it states that there is nothing to record: it is read, and is not counted as a record.
    pub fn is_stated_absence(&self) -> bool {
        self.facts.iter().any(|fact| fact.kind.is_stated_absence())
    }

    /// The documents and pictures inside the item that staff can look at, decoded when somebody asks for them.
    pub fn viewables(&self) -> Vec<NamedViewable> {
        let mut viewables = attachment::viewables_of(&self.resource.for_one_look(), &self.targets);
        viewables.extend(attachment::long_texts(&self.facts));
        viewables
    }

    /// What they are, in the same order, without decoding them ([`super::Intake::look_ahead`]).
    pub fn viewable_names(&self) -> &[ViewableName] {
        self.viewable_names.get_or_init(|| self.look_for_viewables())
    }

    fn look_for_viewables(&self) -> Vec<ViewableName> {
        // Of thousands of records few have documents: the others are not even read for it.
        let may_have = !self.targets.is_empty() || self.resource.mentions("data");
        let look = || attachment::viewable_names_of(&self.resource.for_one_look(), &self.targets);
        let mut names = if may_have { look() } else { Vec::new() };
        names.extend(self.facts.iter().filter(|fact| attachment::is_long_text(fact)).map(|_| ViewableName::Text));
        names
    }

    /// Moves the text of its resource among others. Where there is no room its documents are left out, and it says so; where
    /// there is none for the rest either, what was read of it stays for reading.
    pub(super) fn move_to(&mut self, originals: &mut Originals) {
        if self.resource.move_to(originals) {
            return;
        }
        let format = self.resource.for_one_look();
        let format =
            format.text("/content/0/attachment/contentType").or(format.text("/contentType")).unwrap_or_default();
        self.facts.push(Fact::sent(FactKind::DocumentTooLarge, plain_text(format)));
        self.targets.clear();
        let rest = self.resource.without_attachments();
        if let Some(mut rest) = rest
            && rest.move_to(originals)
        {
            self.resource = rest;
            return;
        }
        let nothing = json!({"resourceType": self.resource.kind()});
        if let Some(nothing) = Resource::from_json(nothing) {
            self.resource = nothing;
        }
        self.cautions.push(Caution::Incomplete);
    }

    /// Whether it goes into the EHR as a record of its own type. Everything else of a source goes into one document.
    pub fn is_filed_as_itself(&self) -> bool {
        self.resource.record_type().is_some_and(|record_type| record_type.filed() == Filed::AsItself)
    }

    /// Whether it stands for several resources, kept together in a Bundle.
    pub fn is_collection(&self) -> bool {
        self.resource.is(RecordType::Bundle)
    }

    /// Whether the patient-facing side must not even count it.
    pub fn is_restricted(&self) -> bool {
        self.cautions.contains(&Caution::Restricted)
    }
}
