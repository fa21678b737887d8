//! What an item says, fact by fact. The face shows the word for each kind in the reader's language.

use crate::language::Language;
use crate::sensitive::Sensitive;
use crate::text::Said;
use crate::text::said::{element_in, label_in};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use strum::VariantArray;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "fact-")]
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
    /// Whether or when the person died.
    Deceased,
    /// Language the person speaks.
    Language,
    /// Somebody to turn to.
    Contact,
    /// A number of the sender's.
    Identifier,
    /// Who pays.
    Payer,
    /// The payer's own id.
    PayerId,
    /// The payer's telephone.
    PayerPhone,
    /// Member or subscriber id.
    MemberId,
    /// Who holds the policy.
    Subscriber,
    /// Number of a dependent.
    Dependent,
    /// How two people belong together.
    Relationship,
    /// From when to when.
    Period,
    /// Kind of policy.
    PolicyType,
    /// Insurance group.
    Group,
    /// Insurance plan.
    Plan,
    /// Insurance division.
    Division,
    /// Insurance network.
    Network,
    /// A further network.
    OtherNetwork,
    /// Pharmacy routing number.
    RxBin,
    /// Pharmacy processor number.
    RxPcn,
    /// Pharmacy group.
    RxGroup,
    /// Pharmacy member id.
    RxId,
    /// Pharmacy issuer number.
    RxIin,
    /// Any other class of the policy.
    PolicyClass,
    /// What the patient pays.
    Cost,
    /// Who else is on the card.
    Covered,
    /// What else the card says.
    CardNote,
    /// When the card was issued.
    Issued,
    /// Status word of the resource.
    Status,
    /// When it began, happened or was written.
    When,
    /// When it ended or is due.
    End,
    /// Kind of record.
    Category,
    /// How a medicine is taken.
    Dosage,
    /// How much was given.
    Quantity,
    /// What an allergy does.
    Reaction,
    /// How dangerous.
    Criticality,
    /// How severe.
    Severity,
    /// How sure the sender is.
    Verification,
    /// The record states that there is none (no text of its own).
    NoKnown,
    /// Vaccine lot.
    Lot,
    /// What was measured or found.
    Value,
    /// One part of a measurement.
    Part,
    /// What is usual.
    Range,
    /// What the laboratory thinks of it.
    Interpretation,
    /// Where on the body.
    BodySite,
    /// How it was done.
    Method,
    /// What a report concludes.
    Conclusion,
    /// Why.
    Reason,
    /// Who did it or is to do it.
    Performer,
    /// Where it happened.
    Place,
    /// Who takes part.
    Participant,
    /// What is planned.
    Activity,
    /// What is to be reached.
    Target,
    /// Unique device identifier.
    Udi,
    /// Who made it.
    Maker,
    /// Which model.
    Model,
    /// Serial number.
    Serial,
    /// When it expires.
    Expires,
    /// A question and its answer.
    Answer,
    /// What was permitted or refused.
    Decision,
    /// A remark of the sender.
    Note,
    /// Another name of the person, or another spelling.
    OtherName,
    /// What the code says where it is not what the words say.
    Coded,
    /// The codes of the record that its words do not say, each with its system.
    Codes,
    /// An element of the record, by its own name.
    Element,
    /// Where it came from, as the one who shared it says.
    StatedSource,
    /// The patient's name as its document spells it.
    NameAsSent,
    /// Plain text of a record that says nothing else.
    Text,
    /// A PDF that the app rendered from records (no text of its own).
    RenderedPdf,
    /// A PDF in the patient's own words (no text of its own).
    StoryPdf,
    /// Format of a document.
    Format,
    /// Size of a document.
    Size,
    /// A document that is not shown here, by its format.
    CannotShow,
    /// A document that the share only names, by its format: it is at an address, and nothing is fetched from there.
    NotInShare,
    /// A document that cannot be decoded, or breaks off; by its format.
    DocumentDamaged,
    /// A document that was too large to keep, by its format.
    DocumentTooLarge,
    /// More documents than this number are in the record.
    DocumentsLeftOut,
    /// A text in a character set that is not known, by the name of that.
    UnknownCharset,
    /// Letters of a text may be others: the character set that it was read by.
    CharsetUnsure,
    /// How many characters of a text are not shown.
    TextLeftOut,
    /// Missing: not known; of the whole record, or of the named element.
    AbsentUnknown,
    /// Missing: nobody asked.
    AbsentNotAsked,
    /// Missing: the person did not say.
    AbsentDeclined,
    /// Missing: withheld by the sender.
    AbsentWithheld,
    /// Missing: makes no sense here.
    AbsentNotApplicable,
    /// Missing: not done.
    AbsentNotPerformed,
    /// Missing: after asking, none is known.
    AbsentNoneKnown,
    /// Missing: not available to the sender.
    AbsentUnavailable,
    /// Missing, without a reason that we know.
    AbsentUnexplained,
}

/// One thing an item says, and which values of its resource say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub kind: FactKind,
    /// What it says.
    pub said: Said,
    /// The leaves of the resource that say it, by their number in the order of the JSON ([`super::leaves`]).
    pub(super) leaves: Leaves,
}

/// Few of many facts are said by more than four leaves.
pub(super) type Leaves = SmallVec<[u32; 4]>;

impl Fact {
    /// What is said in the sender's own words, of which no leaf is known.
    pub(super) fn sent(kind: FactKind, text: Sensitive<String>) -> Fact {
        Fact { kind, said: Said::sent(&text), leaves: Leaves::new() }
    }

    /// What was said by leaves whose numbers are not known yet.
    pub(super) fn new(kind: FactKind, element: Option<&str>, said: Said) -> Fact {
        let said = match element {
            Some(element) => said.about(element),
            None => said,
        };
        Fact { kind, said, leaves: Leaves::new() }
    }

    /// What it says, for a reader of this language.
    pub fn text(&self, language: Language) -> Sensitive<String> {
        self.said.text(language)
    }

    /// The same as a label, with a capital.
    pub fn label(&self, language: Language) -> Option<String> {
        self.said.element().map(|name| label_in(language, name))
    }

    /// The word for what it is about, where that is an element of the record; otherwise `assets/` has it by
    /// [`FactKind::text_id`].
    pub fn element(&self, language: Language) -> Option<String> {
        self.said.element().map(|name| element_in(language, name))
    }
}

impl FactKind {
    /// All kinds.
    pub const ALL: &[FactKind] = FactKind::VARIANTS;

    /// The id under which `assets/` holds the word for it.
    pub fn text_id(self) -> &'static str {
        self.into()
    }

    /// Whether a record with such a fact states that there is nothing.
    pub(super) const fn is_stated_absence(self) -> bool {
        matches!(self, FactKind::NoKnown | FactKind::AbsentNoneKnown)
    }

    /// The kind that says why something is absent, from `data-absent-reason` or `list-empty-reason`.
    pub(super) fn of_absence(code: &str) -> FactKind {
        match code {
            "unknown" | "asked-unknown" | "temp-unknown" => FactKind::AbsentUnknown,
            "not-asked" | "notasked" => FactKind::AbsentNotAsked,
            "asked-declined" => FactKind::AbsentDeclined,
            "masked" | "withheld" | "not-permitted" => FactKind::AbsentWithheld,
            "not-applicable" => FactKind::AbsentNotApplicable,
            "not-performed" | "notstarted" => FactKind::AbsentNotPerformed,
            "nilknown" => FactKind::AbsentNoneKnown,
            "unavailable" | "closed" | "unsupported" => FactKind::AbsentUnavailable,
            _ => FactKind::AbsentUnexplained,
        }
    }
}
