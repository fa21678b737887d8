//! What an item says, fact by fact. The face shows the word for each kind in the reader's language.

use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

/// Kinds of facts with the ids under which `assets/` holds the words for them.
macro_rules! fact_kinds {
    ($($(#[$doc:meta])* $kind:ident = $id:literal,)*) => {
        /// What a fact is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum FactKind {
            $($(#[$doc])* $kind,)*
        }

        impl FactKind {
            /// All kinds.
            pub const ALL: &[FactKind] = &[$(FactKind::$kind,)*];

            /// The id under which `assets/` holds the word for it.
            pub const fn text_id(self) -> &'static str {
                match self {
                    $(FactKind::$kind => $id,)*
                }
            }
        }
    };
}

fact_kinds! {
    /// Date of birth.
    BirthDate = "fact-birth-date",
    /// Administrative gender.
    Gender = "fact-gender",
    /// Telephone.
    Phone = "fact-phone",
    /// Electronic mail.
    Email = "fact-email",
    /// Postal address.
    Address = "fact-address",
    /// Whether or when the person died.
    Deceased = "fact-deceased",
    /// Language the person speaks.
    Language = "fact-language",
    /// Somebody to turn to.
    Contact = "fact-contact",
    /// A number of the sender's.
    Identifier = "fact-identifier",
    /// Who pays.
    Payer = "fact-payer",
    /// The payer's own id.
    PayerId = "fact-payer-id",
    /// The payer's telephone.
    PayerPhone = "fact-payer-phone",
    /// Member or subscriber id.
    MemberId = "fact-member-id",
    /// Who holds the policy.
    Subscriber = "fact-subscriber",
    /// Number of a dependent.
    Dependent = "fact-dependent",
    /// How two people belong together.
    Relationship = "fact-relationship",
    /// From when to when.
    Period = "fact-period",
    /// Kind of policy.
    PolicyType = "fact-policy-type",
    /// Insurance group.
    Group = "fact-group",
    /// Insurance plan.
    Plan = "fact-plan",
    /// Insurance division.
    Division = "fact-division",
    /// Insurance network.
    Network = "fact-network",
    /// A further network.
    OtherNetwork = "fact-other-network",
    /// Pharmacy routing number.
    RxBin = "fact-rx-bin",
    /// Pharmacy processor number.
    RxPcn = "fact-rx-pcn",
    /// Pharmacy group.
    RxGroup = "fact-rx-group",
    /// Pharmacy member id.
    RxId = "fact-rx-id",
    /// Pharmacy issuer number.
    RxIin = "fact-rx-iin",
    /// Any other class of the policy.
    PolicyClass = "fact-policy-class",
    /// What the patient pays.
    Cost = "fact-cost",
    /// Who else is on the card.
    Covered = "fact-covered",
    /// What else the card says.
    CardNote = "fact-card-note",
    /// When the card was issued.
    Issued = "fact-issued",
    /// Status word of the resource.
    Status = "fact-status",
    /// When it began, happened or was written.
    When = "fact-when",
    /// When it ended or is due.
    End = "fact-end",
    /// Kind of record.
    Category = "fact-category",
    /// How a medicine is taken.
    Dosage = "fact-dosage",
    /// How much was given.
    Quantity = "fact-quantity",
    /// What an allergy does.
    Reaction = "fact-reaction",
    /// How dangerous.
    Criticality = "fact-criticality",
    /// How severe.
    Severity = "fact-severity",
    /// How sure the sender is.
    Verification = "fact-verification",
    /// The record states that there is none (no text of its own).
    NoKnown = "fact-no-known",
    /// Vaccine lot.
    Lot = "fact-lot",
    /// What was measured or found.
    Value = "fact-value",
    /// One part of a measurement.
    Part = "fact-part",
    /// What is usual.
    Range = "fact-range",
    /// What the laboratory thinks of it.
    Interpretation = "fact-interpretation",
    /// Where on the body.
    BodySite = "fact-body-site",
    /// How it was done.
    Method = "fact-method",
    /// What a report concludes.
    Conclusion = "fact-conclusion",
    /// Why.
    Reason = "fact-reason",
    /// Who did it or is to do it.
    Performer = "fact-performer",
    /// Where it happened.
    Place = "fact-place",
    /// Who takes part.
    Participant = "fact-participant",
    /// What is planned.
    Activity = "fact-activity",
    /// What is to be reached.
    Target = "fact-target",
    /// Unique device identifier.
    Udi = "fact-udi",
    /// Who made it.
    Maker = "fact-maker",
    /// Which model.
    Model = "fact-model",
    /// Serial number.
    Serial = "fact-serial",
    /// When it expires.
    Expires = "fact-expires",
    /// A question and its answer.
    Answer = "fact-answer",
    /// What was permitted or refused.
    Decision = "fact-decision",
    /// A remark of the sender.
    Note = "fact-note",
    /// Plain text of a record that says nothing else.
    Text = "fact-text",
    /// A PDF that the app rendered from records (no text of its own).
    RenderedPdf = "fact-rendered-pdf",
    /// A PDF in the patient's own words (no text of its own).
    StoryPdf = "fact-story-pdf",
    /// Format of a document.
    Format = "fact-format",
    /// Size of a document.
    Size = "fact-size",
    /// A document that is not shown here, by its format.
    CannotShow = "fact-cannot-show",
    /// Missing: not known; of the whole record, or of the named element.
    AbsentUnknown = "fact-absent-unknown",
    /// Missing: nobody asked.
    AbsentNotAsked = "fact-absent-not-asked",
    /// Missing: the person did not say.
    AbsentDeclined = "fact-absent-declined",
    /// Missing: withheld by the sender.
    AbsentWithheld = "fact-absent-withheld",
    /// Missing: makes no sense here.
    AbsentNotApplicable = "fact-absent-not-applicable",
    /// Missing: not done.
    AbsentNotPerformed = "fact-absent-not-performed",
    /// Missing: after asking, none is known.
    AbsentNoneKnown = "fact-absent-none-known",
    /// Missing: not available to the sender.
    AbsentUnavailable = "fact-absent-unavailable",
    /// Missing, without a reason that we know.
    AbsentUnexplained = "fact-absent-unexplained",
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
