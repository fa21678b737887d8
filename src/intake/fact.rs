//! What an item says, fact by fact. The face shows the word for each kind in the reader's language.

use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
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

/// One thing an item says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about.
    pub kind: FactKind,
    /// What it says, as plain text.
    pub text: Sensitive<String>,
}

impl FactKind {
    /// All kinds.
    pub const ALL: &[FactKind] = FactKind::VARIANTS;

    /// The id under which `assets/` holds the word for it.
    pub fn text_id(self) -> &'static str {
        self.into()
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
