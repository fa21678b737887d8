//! The check-ins that wait, as staff see them: a list that says nothing about patients, and of one at a time whose it is.

use super::UndoForm;
use crate::delivery::{Doubt, RecordStanding, WaitReason};
use crate::filing::{CheckInLabel, SubmissionId};
use crate::sensitive::Sensitive;

/// What waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueList {
    /// Check-ins that were kept without a chart.
    pub kept: Vec<KeptWaiting>,
    /// Confirmed check-ins that the EHR does not have yet.
    pub confirmed: Vec<Waiting>,
    /// Further confirmed ones, for which the list has no room.
    pub left_out: usize,
    /// The newest that the EHR took, or that were withdrawn: what was filed of them can be undone.
    pub filed: Vec<FiledCheckIn>,
}

/// A check-in that waits for nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledCheckIn {
    /// Which one.
    pub submission: SubmissionId,
    /// Its number, as it is called.
    pub number: String,
    /// When it was confirmed, for people.
    pub confirmed: String,
    /// Staff withdrew it.
    pub withdrawn: bool,
}

/// How a check-in is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Staff decide later: it waits for them, and can be sent again.
    Hold,
    /// Staff decided: it is never sent.
    Withdraw,
}

/// What came of stopping one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Stopping {
    /// It was asked for a moment ago.
    Asked,
    /// Nothing more of it is sent, after the request that is under way.
    Stopped,
    /// It was filed before, or its undo is on its way.
    Filed,
    /// It could not be stopped: more of it may be sent.
    Failed,
}

/// What is left on disk of what was on screen when somebody said that it is the wrong person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOver {
    /// Nothing that could be filed.
    Nothing,
    /// A form without a chart: staff keep it, or are about to.
    Kept,
    /// A confirmed check-in, and what came of stopping it.
    CheckIn(SubmissionId, Stopping),
}

impl QueueList {
    /// Whether this one waits there.
    pub fn has(&self, submission: &SubmissionId, place: WhereItWaits) -> bool {
        match place {
            WhereItWaits::Kept => self.kept.iter().any(|kept| kept.submission == *submission),
            WhereItWaits::Confirmed => self.confirmed.iter().any(|waiting| waiting.submission == *submission),
            WhereItWaits::Filed => self.filed.iter().any(|filed| filed.submission == *submission),
        }
    }
}

/// Where a check-in of the list waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhereItWaits {
    /// Among those that were kept without a chart.
    Kept,
    /// Among those that were confirmed.
    Confirmed,
    /// Nowhere any more: among those that were filed, or withdrawn.
    Filed,
}

/// A check-in that the EHR does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which one.
    pub submission: SubmissionId,
    /// Its number, as it is called.
    pub number: String,
    /// When it was confirmed, for people.
    pub confirmed: String,
    /// Why it waits; `None` when it only waits for its turn.
    pub why: Option<WaitReason>,
}

/// A check-in that was kept without a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptWaiting {
    /// Which one.
    pub submission: SubmissionId,
    /// Its number, as it is called.
    pub number: String,
    /// When it was kept, for people.
    pub kept: String,
    /// A copy of the database was restored: perhaps it was filed since.
    pub restored: bool,
}

/// The one check-in of which staff see whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCheckIn {
    /// Which one.
    pub submission: SubmissionId,
    /// Whose it is; none where that was not written down, in earlier versions.
    pub label: Option<CheckInLabel>,
    /// What can be done with it.
    pub stands: ShownAs,
}

/// How a shown check-in stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownAs {
    /// It was confirmed.
    Confirmed {
        /// The chart, `Patient/<id>`, where it has one.
        chart: Option<Sensitive<String>>,
        /// Each of its records, by title, and what is to be looked for in the chart.
        records: Vec<(Sensitive<String>, RecordStanding)>,
        /// What staff look for before it is sent again; none where it waits for nobody.
        doubt: Option<Doubt>,
        /// Staff say that they looked for it.
        looked: bool,
        /// Whether staff are about to withdraw it; none of an undo, which nobody withdraws.
        withdrawing: Option<Discarding>,
    },
    /// It was kept without a chart.
    Kept(Discarding),
    /// It was filed, or withdrawn: what was filed of it, and how that can be undone.
    Filed(Box<UndoForm>),
}

/// Whether staff are about to discard it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discarding {
    /// No.
    No,
    /// They asked for it, and are asked once more.
    Asked,
}

/// That staff looked for what is in doubt about a check-in that waits for them. The tick makes it, and nothing is sent again
/// without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedInChart {
    submission: SubmissionId,
    doubt: Doubt,
}

impl LookedInChart {
    /// Of which check-in.
    pub fn submission(&self) -> &SubmissionId {
        &self.submission
    }

    /// What they looked for: it was shown to them.
    pub fn doubt(&self) -> &Doubt {
        &self.doubt
    }
}

impl ShownCheckIn {
    /// What lets it be sent again; none while the tick is not set.
    pub fn looked_in_chart(&self) -> Option<LookedInChart> {
        match &self.stands {
            ShownAs::Confirmed { looked: true, .. } => {
                let doubt = self.can_be_sent_again()?.clone();
                Some(LookedInChart { submission: self.submission.clone(), doubt })
            }
            ShownAs::Confirmed { looked: false, .. } | ShownAs::Kept(_) | ShownAs::Filed(_) => None,
        }
    }

    /// What it waits for a person for, where sending it again can help.
    pub fn can_be_sent_again(&self) -> Option<&Doubt> {
        match &self.stands {
            ShownAs::Confirmed { doubt, .. } => doubt.as_ref().filter(|doubt| doubt.reason.can_resend()),
            ShownAs::Kept(_) | ShownAs::Filed(_) => None,
        }
    }
}

impl Waiting {
    /// Whether it goes on only when a person says so.
    pub fn needs_person(&self) -> bool {
        self.why.is_some_and(WaitReason::needs_person)
    }
}
