//! What people do at the kiosk, with a finger, a keyboard or a hand scanner. The faces make nothing else.

use super::{LookedInChart, WhereItWaits};
use crate::filing::SubmissionId;
use crate::intake::{ItemId, Section};
use crate::language::Language;
use crate::reconciliation::{Field, FieldDecision, IdentityCheck, PatientChoice, PersonQuestion, PolicyField};
use crate::sensitive::{LogSafe, Sensitive};

/// What somebody did.
#[derive(Debug, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Input {
    /// The patient began.
    StartTouched,
    /// Somebody went back to the beginning.
    CancelTouched,
    /// The person is done with the screen.
    DoneTouched,
    /// Somebody chose a language.
    LanguageChosen(Language),
    /// A hand scanner typed a text, or somebody pasted one.
    CodeSeen(Sensitive<String>),
    /// Keys of a passcode, from the screen or a keyboard.
    PasscodeTyped(Sensitive<String>),
    /// The patient took back a letter.
    PasscodeErased,
    /// The patient is done typing.
    PasscodeSent,
    /// The patient wants to see what was typed, or not any more.
    PasscodeShownToggled,
    /// The patient switched to other keys.
    PasscodeKeysSwitched(KeyLayer),
    /// The patient agreed to share.
    SharingAgreed,
    /// The patient changed their mind.
    SharingDeclined,
    /// Staff touched a digit.
    PinDigit(u8),
    /// Staff took back a digit.
    PinErased,
    /// Staff picked one of the people of the share, by place.
    PersonChosen(usize),
    /// Staff did something in the form. Each counts as a touch and keeps the form open.
    Review(ReviewInput),
    /// Staff want to see what waits, while nobody checks in.
    StaffTouched,
    /// Staff want to know whose a check-in of the list is.
    WaitingTouched(SubmissionId, WhereItWaits),
    /// They have seen it.
    WaitingClosed,
    /// Staff looked in the chart of the one that is shown, or not after all.
    ChartLookedToggled,
    /// Staff send it again.
    SendAgainTouched(LookedInChart),
    /// Staff open the kept one that is shown.
    KeptOpenTouched,
    /// Staff want to discard the kept one that is shown; they are asked once more.
    KeptDiscardTouched,
    /// They do not, after all.
    KeptDiscardLeft,
    /// They said it twice.
    KeptDiscardConfirmed,
    /// Somebody says that this is another person's: at the lobby and at the desk, whatever is on screen.
    WrongPersonTouched,
    /// Staff want to withdraw the confirmed one that is shown; they are asked once more.
    WithdrawTouched,
    /// They do not, after all.
    WithdrawLeft,
    /// They said it twice.
    WithdrawConfirmed,
    /// Staff ticked or unticked a record of the filed one that is shown, by its place.
    UndoToggled(usize),
    /// What is ticked is undone.
    UndoConfirmed,
    /// Staff want the facts that a breach notice needs.
    BreachFactsTouched,
    /// Staff have seen what waits.
    QueueLeft,
    /// Somebody asked for the ticket again.
    TicketAskedAgain,
}

/// What staff did in the form.
#[derive(Debug, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ReviewInput {
    /// Somebody is at the desk: scrolled, or touched what means nothing by itself.
    DeskTouched,
    /// Staff touched a chart: a candidate is asked about, a new record is chosen.
    PatientChosen(PatientChoice),
    /// The patient confirmed an identifier of the chart that is asked about, or not after all.
    IdentifierConfirmed(IdentityCheck),
    /// Staff want to choose another chart.
    ChartLeft,
    /// Staff verified who the patient of a chart is that a kiosk opened, or not after all.
    VerifiedToggled,
    /// Staff mark the patient as arrived for the appointment with this id, or not after all.
    ArrivalToggled(String),
    /// Staff decided about a field of the chart.
    FieldDecided(Field, FieldDecision),
    /// Staff take a field of an insurance card into the chart's policy, or leave it.
    PolicyFieldTaken(ItemId, PolicyField, bool),
    /// Staff want to type a value for a field.
    FieldOpened(Field),
    /// Keys of that value.
    FieldTyped(Sensitive<String>),
    /// Staff took back a letter.
    FieldErased,
    /// Staff switched to other keys.
    FieldKeysSwitched(KeyLayer),
    /// The value is whole.
    FieldDone,
    /// The value is not wanted after all.
    FieldLeft,
    /// Staff want to pick another person of the share; what was decided about this one is dropped.
    PersonLeft,
    /// The patient confirmed to staff whose records these are, or not after all.
    PersonConfirmed(PersonQuestion),
    /// Staff ticked or unticked an item.
    ItemToggled(ItemId),
    /// Staff leave an item out of the chart, or not after all.
    ItemLeft(ItemId),
    /// Staff leave out what was on the glass and is not decided.
    ItemsLeft(Vec<ItemId>),
    /// Staff decide anew what was decided at an earlier visit.
    DecisionReopened(ItemId),
    /// Staff ticked or unticked a section.
    SectionToggled(Section),
    /// Staff want to see only what needs a decision, or everything again.
    OpenOnlyToggled,
    /// Staff want to see the reasons of the verdict and all sources, or not any more.
    DetailsToggled,
    /// What of an item's record became no fact, shown or put away.
    MoreToggled(ItemId),
    /// Staff want to look at a document of an item.
    DocumentOpened {
        /// Which item.
        item: ItemId,
        /// Which of its documents.
        which: usize,
    },
    /// Staff want to see this page, from 0.
    PageTurned(u32),
    /// Staff want to see the page larger, or whole again.
    PageEnlargedToggled,
    /// Staff have seen the document.
    DocumentClosed,
    /// Staff confirmed what is ticked.
    IntakeConfirmed,
    /// Staff want the EHR to be searched once more, which owes an answer.
    SearchAgain,
    /// Staff keep the form without a chart, which they choose when the EHR is there again.
    KeptForLater,
    /// Staff want to see which check-ins wait.
    QueueAsked,
}

/// Which keys are out on the glass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyLayer {
    /// Digits.
    #[default]
    Digits,
    /// Small letters.
    Small,
    /// Capital letters.
    Capital,
    /// Signs.
    Signs,
}

impl LogSafe for Input {
    fn log_word(&self) -> &'static str {
        if let Input::Review(input) = self { input.into() } else { self.into() }
    }
}
