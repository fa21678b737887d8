//! One line of the form: what it is, what it says, where it came from, what speaks for caution.

use super::Followed;
use crate::fhir::Resource;
use crate::sensitive::Sensitive;
use crate::trust::Assurance;
use crate::viewing::{NamedViewable, Viewable, ViewableKind, ViewableName};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};

/// More documents than this in one item are not offered.
const MAX_VIEWABLES: usize = 20;

/// An item's place in its form, stable for the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemId(pub u32);

/// The parts of the form, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// Everything else, as one item.
    Other,
}

impl Section {
    /// All sections, in order.
    pub const ALL: [Section; 8] = [
        Section::Demographics,
        Section::Insurance,
        Section::Allergies,
        Section::Medications,
        Section::Problems,
        Section::Immunizations,
        Section::Documents,
        Section::Other,
    ];

    /// The id under which `assets/` holds the section's name.
    pub const fn text_id(self) -> &'static str {
        match self {
            Section::Demographics => "section-demographics",
            Section::Insurance => "section-insurance",
            Section::Allergies => "section-allergies",
            Section::Medications => "section-medications",
            Section::Problems => "section-problems",
            Section::Immunizations => "section-immunizations",
            Section::Documents => "section-documents",
            Section::Other => "section-other",
        }
    }
}

/// What a fact is about; the face shows the word for it in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FactKind {
    /// Date of birth.
    BirthDate,
    /// Administrative gender.
    Gender,
    /// Telephone.
    Phone,
    /// Electronic mail.
    Email,
    /// Postal address.
    Address,
    /// Who pays.
    Payer,
    /// Member or subscriber id.
    MemberId,
    /// Insurance group.
    Group,
    /// Insurance plan.
    Plan,
    /// Pharmacy routing number.
    RxBin,
    /// Pharmacy processor number.
    RxPcn,
    /// Status word of the resource.
    Status,
    /// When it began, happened or was written.
    When,
    /// How a medicine is taken.
    Dosage,
    /// What an allergy does.
    Reaction,
    /// How dangerous.
    Criticality,
    /// Vaccine lot.
    Lot,
    /// A PDF that the app rendered from records (no text of its own).
    RenderedPdf,
    /// A PDF in the patient's own words (no text of its own).
    StoryPdf,
    /// Format of a document.
    Format,
    /// Size of a document.
    Size,
}

impl FactKind {
    /// The id under which `assets/` holds the word for it.
    pub const fn text_id(self) -> &'static str {
        match self {
            FactKind::BirthDate => "fact-birth-date",
            FactKind::Gender => "fact-gender",
            FactKind::Phone => "fact-phone",
            FactKind::Email => "fact-email",
            FactKind::Address => "fact-address",
            FactKind::Payer => "fact-payer",
            FactKind::MemberId => "fact-member-id",
            FactKind::Group => "fact-group",
            FactKind::Plan => "fact-plan",
            FactKind::RxBin => "fact-rx-bin",
            FactKind::RxPcn => "fact-rx-pcn",
            FactKind::Status => "fact-status",
            FactKind::When => "fact-when",
            FactKind::Dosage => "fact-dosage",
            FactKind::Reaction => "fact-reaction",
            FactKind::Criticality => "fact-criticality",
            FactKind::Lot => "fact-lot",
            FactKind::RenderedPdf => "fact-rendered-pdf",
            FactKind::StoryPdf => "fact-story-pdf",
            FactKind::Format => "fact-format",
            FactKind::Size => "fact-size",
        }
    }
}

/// One thing an item says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub kind: FactKind,
    /// What it says, as plain text.
    pub text: Sensitive<String>,
}

/// What staff must see before they tick an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caution {
    /// The sender marked it as entered in error.
    EnteredInError,
    /// The sender marked it as refuted or not done.
    Refuted,
    /// It carries a modifier extension, which can change its meaning (FHIR R4 2.4.1.2).
    Modified,
    /// It is the record of somebody else, or nothing shows whose it is (KTC 4.4).
    OfAnother,
    /// It names its person in words that cannot be compared: too few, or leading to something that is no person.
    PersonUnclear,
    /// It lacks what FHIR R4 requires of its type; an EHR would refuse the check-in.
    Incomplete,
}

impl Caution {
    /// Whether such an item must not be filed, whoever ticks it.
    pub const fn forbids_taking(self) -> bool {
        match self {
            Caution::OfAnother | Caution::Incomplete => true,
            Caution::EnteredInError | Caution::Refuted | Caution::Modified | Caution::PersonUnclear => false,
        }
    }

    /// The id under which `assets/` holds the sentence.
    pub const fn text_id(self) -> &'static str {
        match self {
            Caution::EnteredInError => "caution-entered-in-error",
            Caution::Refuted => "caution-refuted",
            Caution::Modified => "caution-modified",
            Caution::OfAnother => "caution-of-another",
            Caution::PersonUnclear => "caution-person-unclear",
            Caution::Incomplete => "caution-incomplete",
        }
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
    /// What it says.
    pub facts: Vec<Fact>,
    /// What speaks for caution.
    pub cautions: Vec<Caution>,
    /// Index into the form's sources.
    pub source: usize,
    /// What was proven about its document.
    pub assurance: Assurance,
    /// The name by which other resources of the share refer to it.
    pub full_url: Option<String>,
    /// The resource as it came; for [`Section::Other`] a collection Bundle of the rest.
    pub resource: Resource,
    /// What its references lead to inside the share, where staff and the EHR must know it.
    pub followed: Vec<Followed>,
    /// How many resources it stands for.
    pub resources: usize,
}

impl IntakeItem {
    /// Whether staff may take it at all.
    pub fn can_be_taken(&self) -> bool {
        !self.cautions.iter().any(|caution| caution.forbids_taking())
    }

    /// The documents and pictures inside the item that staff can look at.
    pub fn viewables(&self) -> Vec<NamedViewable> {
        let content = self.resource.list("/content").iter().take(MAX_VIEWABLES);
        let pdfs = content.filter_map(|content| {
            let data = content.pointer("/attachment/data")?.as_str()?;
            let bytes = BASE64_STANDARD.decode(data).ok().filter(|bytes| bytes.starts_with(b"%PDF-"))?;
            let viewable = Viewable { kind: ViewableKind::Pdf, bytes: Sensitive::new(bytes) };
            Some(NamedViewable { name: ViewableName::Document, viewable })
        });
        pdfs.collect()
    }
}
