//! The states, one struct each, with what the state alone owns.

use super::viewer::{PageAsked, Viewer};
use super::{KeptLease, KeyLayer, LeftOver, QueueList, ShownCheckIn};
use crate::filing::{Loss, SubmissionId};
use crate::intake::{Intake, ItemId, MoreLine, Section};
use crate::reconciliation::{Field, Reconciliation, Staff};
use crate::resolve::{Arrival, Arrived, SeveralPeople, ShareFacts};
use crate::scan::{CodeReader, OtherCode, ScannedCode};
use crate::sensitive::Sensitive;
use crate::ticket::Ticket;
use crate::time::Timestamp;
use crate::trouble::Trouble;
use crate::viewing::ViewableName;
use std::collections::BTreeMap;
use std::time::Duration;

/// Where a visit stands.
#[derive(Debug, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum State {
    /// Welcome: nobody is here.
    Idle,
    /// The camera looks for a code.
    Scanning(Scanning),
    /// The code wants a passcode.
    AskingPasscode(AskingPasscode),
    /// The share is being fetched and verified.
    Resolving(Resolving),
    /// The patient sees what is being shared, and with whom.
    Sharing(Box<Sharing>),
    /// The patient agreed; staff sign in.
    AwaitingStaff(Box<AwaitingStaff>),
    /// The share is about several people; staff pick one.
    ChoosingPerson(Box<ChoosingPerson>),
    /// Staff look at each item.
    Reviewing(Box<Reviewing>),
    /// Staff look at which check-ins wait, with the form behind it.
    Queue(Box<Queue>),
    /// A form is being put on disk without a chart.
    Keeping(Keeping),
    /// What staff confirmed is being stored and sent.
    Filing(Filing),
    /// It is done; here is the ticket.
    Complete(Complete),
    /// The patient chose not to share.
    Declined,
    /// The wrong person's data was on screen, or confirmed; it is gone from here.
    WrongPerson(WrongPerson),
    /// Something is in the way.
    InTrouble(InTrouble),
}

/// See [`State::Scanning`].
#[derive(Debug, Default)]
pub struct Scanning {
    /// Joins the parts of a card, if the card comes in parts.
    pub reader: CodeReader,
    /// Parts seen and parts in all, for a card in parts.
    pub parts: Option<(u32, u32)>,
    /// Another kind of code was seen; it is named and never opened.
    pub other: Option<OtherCode>,
    /// When the camera last saw two codes of ours at once; neither is opened.
    pub rivals: Option<Timestamp>,
}

impl Scanning {
    /// So long after two codes were seen, it is said.
    pub(super) const RIVALS_SAID: Duration = Duration::from_secs(2);
}

/// See [`State::AskingPasscode`].
#[derive(Debug)]
pub struct AskingPasscode {
    /// The link that wants it.
    pub code: Box<ScannedCode>,
    /// Typed so far.
    pub typed: Sensitive<String>,
    /// What was typed is on its way. One entry is one request: the sender counts them for the link's whole life.
    pub sent: bool,
    /// The last entry was not right; inside, how many tries the sender says are left, where the number can be believed.
    pub refusal: Option<Option<u32>>,
    /// Entries of this visit that were not right.
    pub tries: u32,
    /// A scanner typed a code meanwhile, which was not taken for a passcode.
    pub code_seen: bool,
    /// What was typed is on screen in clear; the patient asked for it.
    pub shown: bool,
    /// Which keys are out.
    pub keys: KeyLayer,
}

impl AskingPasscode {
    /// So many wrong entries, and staff help.
    pub const MAX_TRIES: u32 = 3;
    /// More tries than this no sender allows.
    pub const MAX_REMAINING: u32 = 99;

    /// Nothing typed yet.
    pub fn new(code: ScannedCode) -> AskingPasscode {
        AskingPasscode {
            code: Box::new(code),
            typed: AskingPasscode::no_text(),
            sent: false,
            refusal: None,
            tries: 0,
            code_seen: false,
            shown: false,
            keys: KeyLayer::Digits,
        }
    }

    /// Room for the longest passcode, so that growing leaves no copies behind.
    pub(super) fn no_text() -> Sensitive<String> {
        Sensitive::new(String::with_capacity(crate::health_link::Passcode::MAX_CHARS * 4))
    }
}

/// See [`State::Resolving`].
#[derive(Debug)]
pub struct Resolving {
    /// Whether a card, not a link, is being read.
    pub card: bool,
    /// The link: its server may ask for a passcode that the link does not announce.
    pub link: Option<Box<ScannedCode>>,
}

/// See [`State::Sharing`].
#[derive(Debug)]
pub struct Sharing {
    /// What arrived.
    pub arrived: Arrived,
    /// How many records of each section that has any, of all people together.
    pub counts: Vec<(Section, usize)>,
}

impl Sharing {
    /// Counts what arrived, once.
    pub fn new(arrived: Arrived) -> Sharing {
        let mut counts: Vec<(Section, usize)> = Section::ALL.iter().map(|section| (*section, 0)).collect();
        for (section, resources) in arrived.forms().iter().flat_map(Intake::counted_in_lobby) {
            if let Some((_, count)) = counts.iter_mut().find(|(known, _)| *known == section) {
                *count += resources;
            }
        }
        counts.retain(|(_, count)| *count > 0);
        Sharing { arrived, counts }
    }
}

/// See [`State::AwaitingStaff`].
#[derive(Debug)]
pub struct AwaitingStaff {
    /// What staff sign in for.
    pub purpose: SignInFor,
    /// Digits typed so far.
    pub pin: Sensitive<String>,
    /// A PIN is being checked.
    pub checking: bool,
    /// Why the last PIN was not accepted.
    pub refusal: Option<super::PinRefusal>,
}

/// What staff sign in for.
#[derive(Debug)]
pub enum SignInFor {
    /// To review what arrived.
    Review(Arrived),
    /// To see what waits, while nobody checks in.
    Queue,
}

impl AwaitingStaff {
    /// Every PIN has this many digits; the last one sends it.
    pub const PIN_DIGITS: usize = 6;

    /// Nobody has typed anything.
    pub fn new(purpose: SignInFor) -> AwaitingStaff {
        AwaitingStaff { purpose, pin: Sensitive::from(""), checking: false, refusal: None }
    }
}

/// See [`State::ChoosingPerson`].
#[derive(Debug)]
pub struct ChoosingPerson {
    /// Who chooses.
    pub staff: Staff,
    /// Of whom. Names and birth dates are on screen, and nothing else.
    pub several: SeveralPeople,
}

/// See [`State::Reviewing`].
#[derive(Debug)]
pub struct Reviewing {
    /// Who reviews.
    pub staff: Staff,
    /// The form beside the chart.
    pub reconciliation: Reconciliation,
    /// What is said about the share beside its records.
    pub facts: ShareFacts,
    /// The document that staff look at now.
    pub viewer: Option<Viewer>,
    /// The one page that is being drawn. Its answer is awaited before the next is asked for, so that no answer is taken for
    /// another.
    pub drawing: Option<PageAsked>,
    /// When the EHR was asked what the chosen chart holds.
    pub comparing: Option<Timestamp>,
    /// When the EHR was last asked for today's appointments of the chosen chart.
    pub appointments_asked: Option<Timestamp>,
    /// The field of the chart that staff type a value for.
    pub editing: Option<Editing>,
    /// Only what needs a decision is on screen.
    pub only_open: bool,
    /// The reasons of the verdict and all sources are on screen.
    pub details_open: bool,
    /// The item of which everything is shown, and what of it became no fact: read once, not at each frame. None until a large
    /// one is read.
    pub more_open: Option<(ItemId, Option<Vec<MoreLine>>)>,
    /// The other people of the share, of whom nothing is on screen, and the place of this one among them.
    pub others: (Vec<Intake>, usize),
    /// The right to confirm it, of a check-in that was kept without a chart.
    pub kept: Option<KeptLease>,
    /// What of it the EHR will not have as a record of its own.
    pub losses: BTreeMap<ItemId, Loss>,
}

/// A value that is being typed.
#[derive(Debug)]
pub struct Editing {
    /// Of which field.
    pub field: Field,
    /// Typed so far.
    pub typed: Sensitive<String>,
    /// Which keys are out.
    pub keys: KeyLayer,
}

impl Reviewing {
    /// Starts a review, with nothing decided.
    pub fn new(staff: Staff, arrival: Arrival) -> Reviewing {
        Reviewing {
            staff,
            reconciliation: Reconciliation::new(arrival.intake),
            facts: arrival.facts,
            viewer: None,
            drawing: None,
            comparing: None,
            appointments_asked: None,
            editing: None,
            only_open: false,
            details_open: false,
            more_open: None,
            others: (Vec::new(), 0),
            kept: None,
            losses: BTreeMap::new(),
        }
    }

    /// Whether the share is about others as well.
    pub fn is_one_of_several(&self) -> bool {
        !self.others.0.is_empty()
    }

    /// What arrived, for whoever signs in next; what was decided is dropped, and who was picked.
    pub fn into_arrived(self) -> Arrived {
        let (intake, facts, (mut people, place)) = (self.reconciliation.into_intake(), self.facts, self.others);
        if people.is_empty() {
            return Arrival { intake, facts }.into();
        }
        people.insert(place.min(people.len()), intake);
        Arrived::SeveralPeople(Box::new(SeveralPeople { people, facts }))
    }

    /// The form alone, to be kept; nothing that was decided, and nobody else of the share.
    pub fn into_arrival(self) -> Arrival {
        Arrival { intake: self.reconciliation.into_intake(), facts: self.facts }
    }

    /// What staff can look at in this item.
    pub fn viewables_of(&self, item: ItemId) -> &[ViewableName] {
        self.reconciliation.item(item).map_or(&[], |item| item.viewable_names())
    }
}

/// See [`State::Filing`].
#[derive(Debug)]
pub struct Filing {
    /// Which check-in.
    pub submission: SubmissionId,
    /// How many items staff confirmed.
    pub items: usize,
    /// Its number, once it is on disk.
    pub number: Option<crate::ticket::QueueNumber>,
    /// Whether the patient has its ticket already: it was kept before.
    pub has_ticket: bool,
}

/// See [`State::Keeping`].
#[derive(Debug)]
pub struct Keeping {
    /// How many items the form has.
    pub items: usize,
}

/// See [`State::Complete`].
#[derive(Debug)]
pub struct Complete {
    /// The ticket on screen and on paper.
    pub ticket: Ticket,
    /// Which check-in it is of; none for one that was kept without a chart.
    pub submission: Option<SubmissionId>,
}

/// See [`State::WrongPerson`].
#[derive(Debug)]
pub struct WrongPerson {
    /// Who said so, where staff had signed in.
    pub staff: Option<Staff>,
    /// What lies on disk of it.
    pub left: LeftOver,
}

/// See [`State::InTrouble`].
#[derive(Debug)]
pub struct InTrouble {
    /// What is in the way.
    pub trouble: Trouble,
}

impl State {
    /// A word for the log.
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// See [`State::Queue`].
#[derive(Debug)]
pub struct Queue {
    /// What waits; `None` until it is known.
    pub waiting: Option<QueueList>,
    /// The one of which staff see whose it is.
    pub shown: Option<ShownCheckIn>,
    /// The one of which they asked whose it is, until they hear or no longer want to.
    pub asked: Option<SubmissionId>,
    /// The one whose undoing staff wait for.
    pub undoing: Option<SubmissionId>,
    /// What did not come of the last touch.
    pub refused: Option<QueueRefusal>,
    /// What is behind it.
    pub behind: Behind,
}

/// What staff are told that they touched in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueRefusal {
    /// The kept one could not be opened.
    NotOpened,
    /// It was not sent again: something else is to be looked for by now.
    LookAgain,
    /// It was not withdrawn: more of it may be sent.
    NotStopped,
}

/// What is behind the list of check-ins that wait.
#[derive(Debug)]
pub enum Behind {
    /// A form: it goes on, and locks as it would in front.
    Form(Box<Reviewing>),
    /// Nobody checks in; these staff signed in for the list.
    Nobody(Staff),
}

impl Queue {
    /// Nothing is known yet.
    pub fn new(behind: Behind) -> Queue {
        Queue { waiting: None, shown: None, asked: None, undoing: None, refused: None, behind }
    }

    /// Nobody's name is on screen any more, and none comes late.
    pub fn hide(&mut self) {
        (self.shown, self.asked) = (None, None);
    }

    /// Who looks at it.
    pub fn staff(&self) -> &Staff {
        match &self.behind {
            Behind::Form(reviewing) => &reviewing.staff,
            Behind::Nobody(staff) => staff,
        }
    }
}
