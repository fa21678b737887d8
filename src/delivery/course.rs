//! What is on its way for a check-in: its filing, or the undoing of what was filed. Both are followed request by request by the same
//! sender, under the same leases.

use super::{
    Doubt, EhrReply, FolderFailed, InFolder, Next, NoAnswer, Order, PlanProgress, Receipt, RecordStanding, Reply,
    Request, SimilarCharts, UndoProgress, WaitReason,
};
use crate::filing::{FilingPlan, SubmissionId};
use crate::intake::ItemId;
use crate::sensitive::Sensitive;

/// See the module.
#[derive(Clone, Debug)]
pub enum Course {
    /// What staff confirmed goes to the EHR.
    Filing(PlanProgress),
    /// What was filed is taken back.
    Undo(UndoProgress),
}

impl Course {
    /// Which check-in.
    pub fn submission(&self) -> &SubmissionId {
        match self {
            Course::Filing(progress) => &progress.plan().submission,
            Course::Undo(progress) => progress.plan().submission(),
        }
    }

    /// The plan of a filing.
    pub fn plan(&self) -> Option<&FilingPlan> {
        match self {
            Course::Filing(progress) => Some(progress.plan()),
            Course::Undo(_) => None,
        }
    }

    /// The chart that it goes into, or the `urn:uuid` of the one that filing opens.
    pub fn chart(&self) -> Option<&Sensitive<String>> {
        match self {
            Course::Filing(progress) => Some(&progress.plan().chart),
            Course::Undo(progress) => progress.plan().receipt.chart.as_ref(),
        }
    }

    /// How far it has come, to be sealed and put on disk.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        match self {
            Course::Filing(progress) => progress.to_bytes(),
            Course::Undo(progress) => progress.to_bytes(),
        }
    }

    /// What to do next.
    pub fn what_next(&mut self) -> Next {
        match self {
            Course::Filing(progress) => progress.what_next(),
            Course::Undo(progress) => progress.what_next(),
        }
    }

    /// Takes in the answer to a request.
    pub fn answered(&mut self, request: &Request, reply: Result<&EhrReply, NoAnswer>) -> Reply {
        match self {
            Course::Filing(progress) => progress.answered(request, reply),
            Course::Undo(progress) => progress.answered(request, reply),
        }
    }

    /// Takes in what the search for charts found.
    pub fn searched(&mut self, found: Result<SimilarCharts, NoAnswer>) -> Reply {
        match self {
            Course::Filing(progress) => progress.searched(found),
            Course::Undo(_) => Reply::Further,
        }
    }

    /// Takes in what came of the order to the folder.
    pub fn kept(&mut self, kept: Result<InFolder, FolderFailed>) -> Reply {
        match self {
            Course::Filing(progress) => progress.kept(kept),
            Course::Undo(_) => Reply::Further,
        }
    }

    /// Takes in that the order was not carried out.
    pub fn not_sent(&mut self, order: &Order) -> Reply {
        match self {
            Course::Filing(progress) => progress.not_sent(order),
            Course::Undo(progress) => progress.not_sent(),
        }
    }

    /// The names of what is filed where nobody can look for it.
    pub fn filed_unseen(&self) -> Vec<&str> {
        match self {
            Course::Filing(progress) => progress.filed_unseen().collect(),
            Course::Undo(_) => Vec::new(),
        }
    }

    /// The names of what is still to be filed where nobody can look for it.
    pub fn open_unseen(&self) -> Vec<String> {
        match self {
            Course::Filing(progress) => progress.open_unseen(),
            Course::Undo(_) => Vec::new(),
        }
    }

    /// An earlier check-in filed this: it is not filed again.
    pub fn was_filed_before(&mut self, name: &str) {
        if let Course::Filing(progress) = self {
            progress.was_filed_before(name);
        }
    }

    /// The program that sent it ended before it wrote down how far it came. An undo reads each record before it writes it.
    pub fn was_interrupted(&mut self) {
        if let Course::Filing(progress) = self {
            progress.was_interrupted();
        }
    }

    /// A person who waited for it sends it again.
    pub fn sent_again(&mut self, reason: WaitReason) {
        if let Course::Filing(progress) = self {
            progress.sent_again(reason);
        }
    }

    /// What a person looks for in the EHR before it is sent again.
    pub fn doubt(&self, reason: WaitReason, tries: u32) -> Doubt {
        match self {
            Course::Filing(progress) => progress.doubt(reason, tries),
            Course::Undo(_) => Doubt { reason, tries, places: Vec::new() },
        }
    }

    /// Each item that makes a record, as it stands while the check-in waits for this reason.
    pub fn standings(&self, reason: WaitReason) -> Vec<(ItemId, RecordStanding)> {
        match self {
            Course::Filing(progress) => progress.standings(reason),
            Course::Undo(_) => Vec::new(),
        }
    }

    /// A person did the rest in the EHR.
    pub fn finished_by_hand(&self, reason: WaitReason) -> Receipt {
        match self {
            Course::Filing(progress) => progress.finished_by_hand(reason),
            Course::Undo(progress) => progress.receipt(),
        }
    }
}
