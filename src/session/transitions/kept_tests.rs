//! A check-in without a chart, from the outage to its filing.

use super::super::super::{
    Answer, Event, Input, KeptLease, KeptWaiting, QueueList, ReviewAnswer, ReviewInput, ReviewQuestion, ShownCheckIn,
    SignInFor, WhereItWaits,
};
use super::super::tests::{arrival, idle, reviewing, walk};
use super::*;
use crate::filing::{CheckInLabel, LabelledChart};
use crate::intake::ItemId;
use crate::reconciliation::{ChartSearch, PatientChoice, Undecided};

fn searched(session: Session, search: ChartSearch) -> Session {
    let (id, form) = (session.id, session.review);
    walk(session, vec![Event::Answer(id, Answer::Review(form, ReviewAnswer::ChartSearched(search)))], 5).0
}

fn in_part() -> ChartSearch {
    ChartSearch::FoundInPart { candidates: Vec::new() }
}

fn review(session: &Session) -> &Reviewing {
    let State::Reviewing(reviewing) = &session.state else { panic!("{}", session.state.word()) };
    reviewing
}

fn submission() -> SubmissionId {
    SubmissionId::parse(&"a".repeat(32)).expect("an id")
}

fn staff() -> Staff {
    Staff { id: "mw".into(), name: "Mara".into() }
}

/// Staff signed in while nobody checks in, and one check-in is kept.
fn listed() -> Session {
    let session = walk(idle(), vec![Input::StaffTouched.into()], 10).0;
    let State::AwaitingStaff(awaiting) = &session.state else { panic!("{}", session.state.word()) };
    assert!(matches!(awaiting.purpose, SignInFor::Queue));
    let id = session.id;
    let kept = KeptWaiting { submission: submission(), number: "A004".into(), kept: "today".into(), restored: false };
    let list = QueueList { kept: vec![kept], ..QueueList::default() };
    let events = vec![Event::Answer(id, Answer::StaffSignedIn(staff())), Event::Answer(id, Answer::QueueListed(list))];
    walk(session, events, 11).0
}

fn showing() -> Session {
    let session = listed();
    let chart = LabelledChart::NotChosen;
    let label = CheckInLabel { name: "Ana".into(), birth_date: None, chart, items: Vec::new() };
    let stands = ShownAs::Kept(Discarding::No);
    let shown = ShownCheckIn { submission: submission(), label: Some(label), stands };
    let touched = Input::WaitingTouched(submission(), WhereItWaits::Kept).into();
    let answer = Event::Answer(session.id, Answer::CheckInShown(Some(Box::new(shown))));
    walk(session, vec![touched, answer], 12).0
}

fn opened() -> Session {
    let (session, effects) = walk(showing(), vec![Input::KeptOpenTouched.into()], 13);
    let [Effect::Ask(_, Question::OpenKept { submission: which, audit })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((which, audit.kind, audit.staff.as_deref()), (&submission(), AuditKind::KeptCheckInOpened, Some("mw")));
    let lease = KeptLease { submission: submission(), fence: 3, restored: false };
    let form = OpenedForm { arrival: arrival(), lease };
    let id = session.id;
    let (session, effects) = walk(session, vec![Event::Answer(id, Answer::KeptOpened(Some(Box::new(form))))], 14);
    let searches =
        |effect: &Effect| matches!(effect, Effect::Ask(_, Question::Review(_, ReviewQuestion::SearchChart { .. })));
    assert!(effects.iter().any(searches), "the EHR is searched anew: {effects:?}");
    session
}

#[test]
fn while_the_ehr_owes_an_answer_nobody_is_new() {
    for search in [ChartSearch::Searching, ChartSearch::Unavailable, in_part()] {
        let session = searched(reviewing(), search);
        let (session, effects) = walk(session, vec![ReviewInput::PatientChosen(PatientChoice::New).into()], 6);
        assert!(effects.is_empty() && review(&session).reconciliation.choice().patient().is_none());
        assert_eq!(review(&session).reconciliation.undecided(), Some(Undecided::NoPatient));
    }
    for search in [ChartSearch::NoEhr, ChartSearch::Found { candidates: Vec::new(), new_patients: true }] {
        let session = searched(reviewing(), search);
        let (session, _) = walk(session, vec![ReviewInput::PatientChosen(PatientChoice::New).into()], 6);
        assert_eq!(review(&session).reconciliation.choice().patient(), Some(PatientChoice::New));
        // A second search that is not answered takes it back.
        let session = searched(session, ChartSearch::Unavailable);
        assert_eq!(review(&session).reconciliation.choice().patient(), None);
    }
}

#[test]
fn a_form_is_kept_only_while_the_ehr_owes_an_answer_and_nothing_of_it_is_filed() {
    for search in
        [ChartSearch::Searching, ChartSearch::NoEhr, ChartSearch::Found { candidates: vec![], new_patients: true }]
    {
        let (session, effects) = walk(searched(reviewing(), search), vec![ReviewInput::KeptForLater.into()], 6);
        assert!(effects.is_empty() && session.state.word() == "reviewing");
    }
    for search in [ChartSearch::Unavailable, in_part()] {
        let session = searched(reviewing(), search);
        let events = vec![ReviewInput::ItemToggled(ItemId(1)).into(), ReviewInput::KeptForLater.into()];
        let (session, effects) = walk(session, events, 6);
        let [Effect::Ask(id, Question::KeepCheckIn { arrival, staff, audit, .. })] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert_eq!((*id, audit.kind, audit.count), (session.id, AuditKind::CheckInKept, Some(3)));
        assert_eq!((staff.id.as_str(), audit.staff.as_deref()), ("mw", Some("mw")));
        assert_eq!(arrival.intake.items.len(), 3);
        assert_eq!(session.state.word(), "keeping");
        // The patient gets a number once it is on disk, and not before.
        let answer = Event::Answer(session.id, Answer::CheckInKept(QueueNumber(4)));
        let (session, effects) = walk(session, vec![answer], 7);
        assert!(matches!(effects.as_slice(), [Effect::PrintTicket { ticket, .. }] if ticket.number == QueueNumber(4)));
        assert_eq!(session.state.word(), "complete");
    }
}

#[test]
fn a_disk_that_does_not_keep_it_is_said_and_nothing_is_promised() {
    let keeping = || walk(searched(reviewing(), ChartSearch::Unavailable), vec![ReviewInput::KeptForLater.into()], 6).0;
    let session = keeping();
    let answer = Event::Answer(session.id, Answer::CheckInNotKept);
    assert_eq!(walk(session, vec![answer], 7).0.state.word(), "in-trouble");
    assert_eq!(walk(keeping(), vec![Event::Tick], 6 + 24).0.state.word(), "in-trouble");
}

#[test]
fn one_that_is_opened_is_filed_under_its_own_id_with_the_right_to_it() {
    let chart = ChartSearch::Found { candidates: Vec::new(), new_patients: true };
    let session = searched(opened(), chart);
    let events = vec![
        ReviewInput::PatientChosen(PatientChoice::New).into(),
        ReviewInput::ItemToggled(ItemId(0)).into(),
        ReviewInput::IntakeConfirmed.into(),
    ];
    let (session, effects) = walk(session, events, 15);
    let [Effect::Ask(_, Question::StoreSubmission { kept: Some(lease), audit, .. })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((lease.fence, &lease.submission, audit.submission.as_ref()), (3, &submission(), Some(&submission())));
    // The patient has a ticket.
    let answer = Event::Answer(session.id, Answer::SubmissionStored(QueueNumber(4)));
    let delivered = Event::Delivery { submission: submission(), outcome: FilingOutcome::Accepted };
    let (session, effects) = walk(session, vec![answer, delivered], 16);
    assert!(session.state.word() == "complete" && effects.is_empty(), "{effects:?}");
}

#[test]
fn one_that_is_opened_stays_on_disk_when_the_form_locks_or_is_kept_again() {
    let late = i64::try_from(idle().delays.reviewing.as_secs()).expect("small") + 20;
    let (session, effects) = walk(opened(), vec![Event::Tick], late);
    assert_eq!(session.state.word(), "idle", "nothing of it stays in memory");
    assert!(matches!(&effects[0], Effect::Record(event) if event.kind == AuditKind::ReviewLocked));
    let (session, effects) =
        walk(searched(opened(), ChartSearch::Unavailable), vec![ReviewInput::KeptForLater.into()], 15);
    assert_eq!(session.state.word(), "idle");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Ask(..))), "it is there already: {effects:?}");
}

#[test]
fn behind_a_form_no_other_form_is_opened_and_none_is_discarded() {
    let session = walk(reviewing(), vec![ReviewInput::QueueAsked.into()], 5).0;
    let id = session.id;
    let kept = KeptWaiting { submission: submission(), number: "A004".into(), kept: "today".into(), restored: false };
    let list = QueueList { kept: vec![kept], ..QueueList::default() };
    let shown = ShownCheckIn { submission: submission(), label: None, stands: ShownAs::Kept(Discarding::No) };
    let lease = KeptLease { submission: submission(), fence: 1, restored: false };
    let form = OpenedForm { arrival: arrival(), lease };
    let events = vec![
        Event::Answer(id, Answer::QueueListed(list)),
        Event::Answer(id, Answer::CheckInShown(Some(Box::new(shown)))),
        Input::KeptOpenTouched.into(),
        Input::KeptDiscardTouched.into(),
    ];
    let (session, effects) = walk(session, events, 6);
    assert!(effects.is_empty(), "{effects:?}");
    let (session, effects) = walk(session, vec![Input::KeptDiscardConfirmed.into()], 8);
    assert!(effects.is_empty(), "it may be the one that the form is: {effects:?}");
    let (session, _) = walk(session, vec![Event::Answer(id, Answer::KeptOpened(Some(Box::new(form))))], 7);
    assert_eq!(session.state.word(), "queue", "also where an answer comes that nobody asked for");
}

#[test]
fn discarding_is_asked_twice_and_leaves_a_row() {
    let (session, effects) = walk(showing(), vec![Input::KeptDiscardConfirmed.into()], 13);
    assert!(effects.is_empty() && session.state.word() == "queue", "{effects:?}");
    let left =
        vec![Input::KeptDiscardTouched.into(), Input::KeptDiscardLeft.into(), Input::KeptDiscardConfirmed.into()];
    assert!(walk(showing(), left, 13).1.is_empty());
    let (session, _) = walk(showing(), vec![Input::KeptDiscardTouched.into()], 13);
    let (session, effects) = walk(session, vec![Input::KeptDiscardConfirmed.into()], 13);
    assert!(effects.is_empty() && session.state.word() == "queue", "a double tap is one touch: {effects:?}");
    let (_, effects) = walk(session, vec![Input::KeptDiscardConfirmed.into()], 14);
    let [Effect::Ask(_, Question::DiscardKept { submission: which, audit })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let expected = (&submission(), AuditKind::KeptCheckInDiscarded, Some("mw"));
    assert_eq!((which, audit.kind, audit.staff.as_deref()), expected);
}

#[test]
fn the_list_closes_by_itself_and_one_that_cannot_be_opened_is_said() {
    let session = listed();
    let late = i64::try_from(session.delays.covered.as_secs()).expect("small") + 11;
    assert_eq!(walk(session, vec![Event::Tick], late).0.state.word(), "idle");
    let (session, _) = walk(showing(), vec![Input::KeptOpenTouched.into()], 13);
    let id = session.id;
    let (session, _) = walk(session, vec![Event::Answer(id, Answer::KeptOpened(None))], 14);
    let State::Queue(queue) = &session.state else { panic!("{}", session.state.word()) };
    assert_eq!(queue.refused, Some(QueueRefusal::NotOpened));
}

#[test]
fn the_search_can_be_asked_again_while_an_answer_is_owed() {
    let session = searched(reviewing(), ChartSearch::Unavailable);
    let (session, effects) = walk(session, vec![ReviewInput::SearchAgain.into()], 6);
    let [Effect::Record(record), Effect::Ask(_, Question::Review(_, ReviewQuestion::SearchChart { .. }))] =
        effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!(record.kind, AuditKind::ChartSearched);
    assert!(matches!(review(&session).reconciliation.choice().search(), ChartSearch::Searching));
    assert!(walk(session, vec![ReviewInput::SearchAgain.into()], 7).1.is_empty(), "one search at a time");
}
