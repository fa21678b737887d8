//! From every state one touch clears the screen, and stops what was confirmed.

use super::super::super::{
    Answer, Event, FiledCheckIn, Input, QueueList, ReviewInput, ShownCheckIn, SignInFor, UndoForm, Waiting,
};
use super::super::tests::{arrival, choosing, confirmed, idle, resolving, reviewing, sharing, walk, walk_with_rows};
use super::*;
use crate::delivery::{ByHand, Offer, Receipt, UndoBy, UndoRow, UndoStep};
use crate::fhir::RecordType;
use crate::reconciliation::Staff;
use crate::ticket::QueueNumber;
use crate::trouble::Trouble;

fn id(letter: &str) -> SubmissionId {
    SubmissionId::parse(&letter.repeat(32)).expect("an id")
}

fn staff() -> Staff {
    Staff { id: "mw".into(), name: "Mara".into() }
}

fn answered(session: Session, answer: Answer, seconds: i64) -> (Session, Vec<Effect>) {
    let id = session.id;
    walk(session, vec![Event::Answer(id, answer)], seconds)
}

fn filing() -> Session {
    answered(confirmed().0, Answer::SubmissionStored(QueueNumber(4)), 6).0
}

fn complete() -> Session {
    let session = filing();
    let late = i64::try_from(session.delays.filing.as_secs()).expect("small") + 10;
    walk(session, vec![Event::Tick], late).0
}

fn listed() -> Session {
    let session = walk(idle(), vec![Input::StaffTouched.into()], 1).0;
    let session = answered(session, Answer::StaffSignedIn(staff()), 2).0;
    let filed =
        FiledCheckIn { submission: id("f"), number: "A003".into(), confirmed: "today".into(), withdrawn: false };
    let waiting = Waiting { submission: id("c"), number: "A004".into(), confirmed: "today".into(), why: None };
    let list = QueueList { filed: vec![filed], confirmed: vec![waiting], ..QueueList::default() };
    answered(session, Answer::QueueListed(list), 3).0
}

fn shown_as(stands: ShownAs, which: &str, place: WhereItWaits) -> Session {
    let session = walk(listed(), vec![Input::WaitingTouched(id(which), place).into()], 4).0;
    let shown = ShownCheckIn { submission: id(which), label: None, stands };
    answered(session, Answer::CheckInShown(Some(Box::new(shown))), 5).0
}

fn form() -> UndoForm {
    let row = |target: &str, offer: Offer| UndoRow {
        target: target.into(),
        kind: Some(RecordType::Condition),
        title: Some("Asthma".into()),
        before: Vec::new(),
        offer,
    };
    let step = |target: &str| UndoStep {
        target: target.into(),
        kind: RecordType::Condition,
        by: UndoBy::Mark { unless_referred: Vec::new() },
        version: Some("1".into()),
    };
    let rows = vec![
        row("Condition/1", Offer::Step(step("Condition/1"))),
        row("Condition/2", Offer::ByHand(ByHand::ChangedSince)),
        row("Condition/3", Offer::Step(step("Condition/3"))),
    ];
    UndoForm::new((Receipt::of_nothing(id("f")), Receipt::of_nothing(id("f"))), rows)
}

fn undoing() -> Session {
    shown_as(ShownAs::Filed(Box::new(form())), "f", WhereItWaits::Filed)
}

fn waiting() -> Session {
    let withdrawing = Some(Discarding::No);
    let stands = ShownAs::Confirmed { chart: None, records: Vec::new(), doubt: None, looked: false, withdrawing };
    shown_as(stands, "c", WhereItWaits::Confirmed)
}

/// Every state but the welcome screen, and whose check-in is stopped.
fn states() -> Vec<(Session, Option<&'static str>)> {
    let declined = walk(sharing(), vec![Input::SharingDeclined.into()], 3).0;
    let signing_in = walk(sharing(), vec![Input::SharingAgreed.into()], 3).0;
    let trouble = answered(resolving(), Answer::ShareResolved(Err(Trouble::LinkGone)), 3).0;
    let queue_over_form = walk(reviewing(), vec![ReviewInput::QueueAsked.into()], 5).0;
    let mut keeping = reviewing();
    keeping.state = State::Keeping(super::super::super::Keeping { items: 1 });
    let mut asking = resolving();
    let link = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiUCIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";
    asking = walk(asking, vec![Input::CancelTouched.into(), Input::CodeSeen(link.into()).into()], 3).0;
    vec![
        (walk(idle(), vec![Input::StartTouched.into()], 0).0, None),
        (asking, None),
        (resolving(), None),
        (sharing(), None),
        (signing_in, None),
        (walk(idle(), vec![Input::StaffTouched.into()], 0).0, None),
        (choosing(), None),
        (reviewing(), None),
        (queue_over_form, None),
        (listed(), None),
        (waiting(), Some("c")),
        (undoing(), Some("f")),
        (keeping, None),
        (filing(), Some("its own")),
        (complete(), Some("its own")),
        (declined, None),
        (trouble, None),
    ]
}

#[test]
fn in_every_state_one_touch_drops_the_data_and_stops_what_was_confirmed() {
    let mut seen: Vec<&str> = Vec::new();
    for (session, stopped) in states() {
        let from = session.state.word();
        seen.push(from);
        let own = if let State::Filing(filing) = &session.state {
            Some(filing.submission.clone())
        } else if let State::Complete(complete) = &session.state {
            complete.submission.clone()
        } else {
            stopped.map(id)
        };
        let staff = session.state.staff_id().map(str::to_owned);
        let visit = session.id;
        let (session, effects) = walk(session, vec![Input::WrongPersonTouched.into()], 60);
        let State::WrongPerson(wrong) = &session.state else { panic!("{from}: {}", session.state.word()) };
        let stopped = own.clone().map(|own| LeftOver::CheckIn(own, Stopping::Asked));
        let left = stopped.unwrap_or(if from == "keeping" { LeftOver::Kept } else { LeftOver::Nothing });
        assert_eq!(wrong.left, left, "{from}");
        assert_eq!((&session.id, wrong.staff.is_some()), (&visit, staff.is_some()), "{from}");
        // What stops it does not wait for a row that may fail.
        let [Effect::CloseCamera, rest @ .., Effect::Record(said)] = effects.as_slice() else {
            panic!("{from}: {effects:?}")
        };
        assert_eq!((said.kind, &said.staff, &said.submission), (AuditKind::WrongPerson, &staff, &own), "{from}");
        assert!(said.detail == Some(from) && said.count.is_some(), "{from}: {said:?}");
        let stops = rest.iter().filter(|effect| {
            matches!(effect, Effect::Ask(_, Question::StopCheckIn { submission, stop: Stop::Hold, audit })
                if Some(submission) == own.as_ref() && audit.kind == AuditKind::CheckInHeld)
        });
        assert_eq!(stops.count(), usize::from(own.is_some()), "{from}: {rest:?}");
        assert!(session.state.seen().is_empty(), "{from}");
        // What comes late shows nothing of anybody.
        let late = vec![Event::Answer(visit, Answer::ShareResolved(Ok(arrival().into())))];
        assert_eq!(walk(session, late, 61).0.state.word(), "wrong-person", "{from}");
    }
    seen.sort_unstable();
    seen.dedup();
    let all = <State as strum::VariantNames>::VARIANTS.iter().filter(|word| !["idle", "wrong-person"].contains(word));
    let mut all: Vec<&str> = all.copied().collect();
    all.sort_unstable();
    assert_eq!(seen, all, "a state is missing");
    assert_eq!(walk(idle(), vec![Input::WrongPersonTouched.into()], 1).0.state.word(), "idle", "nobody is here");
}

fn left(session: &Session) -> LeftOver {
    let State::WrongPerson(wrong) = &session.state else { panic!("{}", session.state.word()) };
    wrong.left.clone()
}

#[test]
fn the_page_says_what_came_of_the_stop_and_no_failed_row_hides_it() {
    for stopping in [Stopping::Stopped, Stopping::Filed, Stopping::Failed] {
        let session = walk(waiting(), vec![Input::WrongPersonTouched.into()], 20).0;
        assert_eq!(left(&session), LeftOver::CheckIn(id("c"), Stopping::Asked), "nobody knows yet");
        let other = answered(session, Answer::CheckInStopped(id("d"), Stopping::Stopped), 21).0;
        assert_eq!(left(&other), LeftOver::CheckIn(id("c"), Stopping::Asked), "another one");
        let told = answered(other, Answer::CheckInStopped(id("c"), stopping), 21).0;
        let told = answered(told, Answer::AuditNotWritten, 21).0;
        assert_eq!(left(&told), LeftOver::CheckIn(id("c"), stopping));
    }
    let failed = answered(waiting(), Answer::CheckInStopped(id("c"), Stopping::Failed), 9).0;
    let State::Queue(queue) = &failed.state else { panic!("{}", failed.state.word()) };
    assert_eq!(queue.refused, Some(super::super::super::QueueRefusal::NotStopped));
}

#[test]
fn nobody_is_told_that_nothing_was_shared_while_a_form_of_theirs_is_kept() {
    let wrong = |session: Session| left(&walk(session, vec![Input::WrongPersonTouched.into()], 20).0);
    let mut kept = complete();
    if let State::Complete(complete) = &mut kept.state {
        complete.submission = None;
    }
    assert_eq!(wrong(kept), LeftOver::Kept);
    assert_eq!(wrong(shown_as(ShownAs::Kept(Discarding::No), "c", WhereItWaits::Confirmed)), LeftOver::Kept);
    let mut opened = reviewing();
    if let State::Reviewing(reviewing) = &mut opened.state {
        reviewing.kept = Some(super::super::super::KeptLease { submission: id("c"), fence: 1, restored: false });
    }
    assert_eq!(wrong(opened), LeftOver::Kept);
    assert_eq!(wrong(reviewing()), LeftOver::Nothing);
}

#[test]
fn an_undo_that_is_on_its_way_is_withdrawn_by_nobody() {
    let withdrawing = None;
    let stands = ShownAs::Confirmed { chart: None, records: Vec::new(), doubt: None, looked: false, withdrawing };
    let session = shown_as(stands, "c", WhereItWaits::Confirmed);
    let asked = walk(session, vec![Input::WithdrawTouched.into()], 9).0;
    let (_, effects) = walk(asked, vec![Input::WithdrawConfirmed.into()], 15);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Ask(_, Question::StopCheckIn { .. }))));
}

#[test]
fn the_log_says_who_saw_what_for_how_long() {
    let closed = |effects: &[Effect]| {
        let rows = effects.iter().filter_map(|effect| {
            let Effect::Record(event) = effect else { return None };
            let is_closed = event.kind == AuditKind::ScreenClosed;
            is_closed.then_some(())?;
            Some((event.detail?, event.staff.clone(), event.count?))
        });
        rows.collect::<Vec<_>>()
    };
    let mara = Some("mw".to_owned());
    // A share in the lobby, from the second second to the twentieth.
    let (_, effects) = walk_with_rows(sharing(), vec![Input::WrongPersonTouched.into()], 20);
    assert_eq!(closed(&effects), [("shared-kinds", None, 18)]);
    let (session, effects) = walk_with_rows(sharing(), vec![Input::SharingAgreed.into()], 9);
    assert_eq!(closed(&effects), [("shared-kinds", None, 7)]);
    assert_eq!(
        closed(&walk_with_rows(session, vec![Input::WrongPersonTouched.into()], 20).1),
        [],
        "signing in shows nothing"
    );
    // A form; it is covered after a minute without a touch, and what is covered shows nothing.
    let (_, effects) = walk_with_rows(reviewing(), vec![Input::WrongPersonTouched.into()], 34);
    assert_eq!(closed(&effects), [("shared-form", mara.clone(), 30)]);
    let (_, effects) = walk_with_rows(reviewing(), vec![Input::WrongPersonTouched.into()], 100);
    assert_eq!(closed(&effects), [("shared-form", mara.clone(), 60)]);
    let (_, effects) = walk_with_rows(undoing(), vec![Input::WaitingClosed.into()], 12);
    assert_eq!(closed(&effects), [("filed-records", mara.clone(), 7)]);
    // It goes on where the same is shown, and the clock may be set meanwhile.
    let mut session = walk_with_rows(reviewing(), vec![ReviewInput::DeskTouched.into()], 30).0;
    session.clock_was_set(3_600_000);
    let (_, effects) = walk_with_rows(session, vec![Input::WrongPersonTouched.into()], 3_640);
    assert_eq!(closed(&effects), [("shared-form", mara, 36)]);
}

#[test]
fn nothing_is_preselected_and_only_what_can_be_undone_is_ticked() {
    let ticks = |session: &Session| {
        let State::Queue(queue) = &session.state else { panic!("{}", session.state.word()) };
        let ShownAs::Filed(form) = &queue.shown.as_ref().expect("shown").stands else { panic!("not filed") };
        (0..3).filter(|place| form.is_ticked(*place)).collect::<Vec<_>>()
    };
    assert!(ticks(&undoing()).is_empty());
    let (_, effects) = walk(undoing(), vec![Input::UndoConfirmed.into()], 6);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Ask(..))), "{effects:?}");
    let toggled = vec![Input::UndoToggled(2).into(), Input::UndoToggled(1).into(), Input::UndoToggled(7).into()];
    let session = walk(undoing(), toggled, 6).0;
    assert_eq!(ticks(&session), [2], "the changed one and the one that is not there cannot be ticked");
    let (session, effects) = walk(session, vec![Input::UndoConfirmed.into()], 7);
    let asked = effects.iter().find_map(|effect| {
        let Effect::Ask(_, Question::Undo { plan, audit, .. }) = effect else { return None };
        Some((plan, audit))
    });
    let (plan, audit) = asked.expect("it is asked for");
    assert_eq!((plan.steps.len(), plan.steps[0].target.as_str(), plan.by.as_str()), (1, "Condition/3", "mw"));
    assert_eq!((audit.kind, audit.staff.as_deref(), audit.count), (AuditKind::UndoConfirmed, Some("mw"), Some(1)));
    // Its result comes by itself, with a row before it.
    let delivered = Event::Delivery { submission: id("f"), outcome: crate::delivery::FilingOutcome::Accepted };
    let (_, effects) = walk(session, vec![delivered], 8);
    let [
        Effect::Ask(_, Question::ListQueue),
        Effect::Record(row),
        Effect::Ask(_, Question::ShowCheckIn(which, WhereItWaits::Filed)),
    ] = effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!((row.kind, which), (AuditKind::CheckInShown, &id("f")));
}

#[test]
fn a_check_in_is_withdrawn_when_staff_say_it_twice_and_not_by_one_tap_that_shook() {
    let asks = |effects: &[Effect]| {
        effects.iter().any(|effect| {
            matches!(effect, Effect::Ask(_, Question::StopCheckIn { stop: Stop::Withdraw, audit, .. })
                if audit.kind == AuditKind::CheckInWithdrawn && audit.staff.is_some())
        })
    };
    let (_, effects) = walk(waiting(), vec![Input::WithdrawConfirmed.into()], 9);
    assert!(!asks(&effects));
    let asked = walk(waiting(), vec![Input::WithdrawTouched.into()], 9).0;
    let (asked, effects) = walk(asked, vec![Input::WithdrawConfirmed.into()], 9);
    assert!(!asks(&effects), "the same second");
    assert!(asks(&walk(asked, vec![Input::WithdrawConfirmed.into()], 11).1));
    let left = walk(waiting(), vec![Input::WithdrawTouched.into(), Input::WithdrawLeft.into()], 9).0;
    assert!(!asks(&walk(left, vec![Input::WithdrawConfirmed.into()], 12).1));
}

#[test]
fn the_page_leads_to_the_list_and_whoever_has_not_signed_in_does_so_first() {
    let wrong = |session: Session| walk(session, vec![Input::WrongPersonTouched.into()], 20).0;
    let (lobby, _) = walk(wrong(complete()), vec![Input::StaffTouched.into()], 21);
    let State::AwaitingStaff(awaiting) = &lobby.state else { panic!("{}", lobby.state.word()) };
    assert!(matches!(awaiting.purpose, SignInFor::Queue));
    let (desk, effects) = walk(wrong(reviewing()), vec![Input::StaffTouched.into()], 21);
    assert_eq!(desk.state.word(), "queue");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask(_, Question::ListQueue))));
    for session in [wrong(complete()), wrong(reviewing()), wrong(sharing())] {
        let late = i64::try_from(session.delays.trouble.as_secs()).expect("small") + 21;
        assert_eq!(walk(session, vec![Event::Tick], late).0.state.word(), "idle");
    }
}

#[test]
fn the_page_with_the_facts_is_asked_for_once_and_told_where_it_lies() {
    let (session, effects) = walk(undoing(), vec![Input::BreachFactsTouched.into()], 6);
    let [Effect::Ask(_, Question::WriteBreachFacts { submission, audit, .. })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((submission, audit.kind, audit.staff.as_deref()), (&id("f"), AuditKind::BreachFactsWritten, Some("mw")));
    let session = answered(session, Answer::BreachFactsWritten(id("f"), Some("wrong-person-f.pdf".into())), 7).0;
    let State::Queue(queue) = &session.state else { panic!("{}", session.state.word()) };
    let Some(ShownAs::Filed(form)) = queue.shown.as_ref().map(|shown| &shown.stands) else { panic!("not shown") };
    assert_eq!(form.facts, FactsPage::Written("wrong-person-f.pdf".into()));
}
