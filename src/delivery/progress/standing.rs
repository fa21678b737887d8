//! How far each record of a check-in has come that waits for a person: what the EHR has, what it may have, what never left.

use super::{PlanProgress, StepState, proven};
use crate::delivery::{Filed, WaitReason};
use crate::filing::{RepeatSafety, Step};
use crate::intake::ItemId;

/// What a person must look for in the chart before it is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum RecordStanding {
    /// The EHR has it; it is not sent again.
    There,
    /// The EHR may have it.
    PerhapsThere,
    /// It never left.
    NotSent,
}

impl RecordStanding {
    /// The id under which `assets/` holds the words for the desk.
    pub const fn text_id(self) -> &'static str {
        match self {
            RecordStanding::There => "queue-record-there",
            RecordStanding::PerhapsThere => "queue-record-perhaps",
            RecordStanding::NotSent => "queue-record-not-sent",
        }
    }
}

impl PlanProgress {
    /// Each item that makes a record, as it stands while the check-in waits for this reason.
    pub fn standings(&self, reason: WaitReason) -> Vec<(ItemId, RecordStanding)> {
        let both = self.plan.steps.iter().zip(&self.states);
        let each = both.flat_map(|(step, state)| match state {
            StepState::Existing { filed, .. } => {
                let proven = proven(state);
                let of_record = |record: &Filed| {
                    let is_proven = proven.iter().any(|proven| proven.location == record.location);
                    let standing = if is_proven { RecordStanding::There } else { RecordStanding::PerhapsThere };
                    record.items.iter().map(|item| (*item, standing)).collect::<Vec<_>>()
                };
                filed.iter().flat_map(of_record).collect::<Vec<_>>()
            }
            StepState::Planned
            | StepState::Asked
            | StepState::Acknowledged
            | StepState::Filed(_)
            | StepState::Noted(..) => {
                let standing = standing(step, state, (reason, self.restored));
                step.items().into_iter().map(|item| (item, standing)).collect()
            }
        });
        each.collect()
    }
}

fn standing(step: &Step, state: &StepState, (reason, restored): (WaitReason, bool)) -> RecordStanding {
    // What is written down before it leaves, and was not, has not left; but a copy of a database knows nothing of what left later.
    let is_written_first = match step {
        Step::Create(create) => match create.again {
            RepeatSafety::Search | RepeatSafety::Never => !restored && reason != WaitReason::RestoredCopy,
            RepeatSafety::Conditional => false,
        },
        Step::Transaction(_) | Step::Amend(_) | Step::Keep(_) => false,
    };
    match state {
        StepState::Filed(_) | StepState::Noted(..) => RecordStanding::There,
        StepState::Asked | StepState::Acknowledged | StepState::Existing { .. } => RecordStanding::PerhapsThere,
        StepState::Planned if is_written_first || reason.refuses_whole() => RecordStanding::NotSent,
        StepState::Planned => RecordStanding::PerhapsThere,
    }
}
