//! Reads from the EHR how that stands which a check-in filed, so that staff can be offered to undo it.

use crate::delivery::{EhrReply, Method, NoAnswer, Receipt, Request, UndoRow, found_in_doubt, rows_of, targets_of};
use crate::filing::Site;
use crate::time::Day;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// More records than these are not read for one check-in.
const MOST_READ: usize = 2_000;
/// Staff wait for the list, and others at the desk behind them: what the EHR has not told by then is listed as unread.
pub(super) const WITHIN: Duration = Duration::from_secs(15);

/// A receipt with what a search found of what was in doubt, and each thing that the check-in did.
pub async fn undo_rows(
    receipt: &Receipt,
    site: &Site,
    day: Day,
    ask: impl AsyncFn(&Request) -> Result<EhrReply, NoAnswer>,
) -> (Receipt, Vec<UndoRow>) {
    undo_rows_within(receipt, site, day, ask, (WITHIN, || true)).await
}

/// As [`undo_rows`], while somebody waits for it. After the first answer that is lost, nothing more is asked for: each of the others
/// would be waited for as long.
pub(super) async fn undo_rows_within(
    receipt: &Receipt,
    site: &Site,
    day: Day,
    ask: impl AsyncFn(&Request) -> Result<EhrReply, NoAnswer>,
    (within, is_awaited): (Duration, impl Fn() -> bool),
) -> (Receipt, Vec<UndoRow>) {
    let until = Instant::now() + within;
    let is_silent = Cell::new(false);
    let ask = async |target: String| {
        if is_silent.get() || !is_awaited() {
            return None;
        }
        match timeout_at(until, ask(&get(target))).await {
            Ok(Ok(reply)) => Some(reply),
            Ok(Err(NoAnswer::TooLarge)) => None,
            Ok(Err(NoAnswer::NotSent | NoAnswer::NoToken(_) | NoAnswer::Lost)) | Err(_) => {
                is_silent.set(true);
                None
            }
        }
    };
    let mut receipt = receipt.clone();
    for open in std::mem::take(&mut receipt.in_doubt) {
        let reply = ask(found_in_doubt::query(&open)).await;
        match reply.and_then(|reply| found_in_doubt::read(&open, &receipt.submission, &reply)) {
            Some(filed) => receipt.filed.push(filed),
            None => receipt.in_doubt.push(open),
        }
    }
    let mut replies: BTreeMap<String, EhrReply> = BTreeMap::new();
    for target in targets_of(&receipt).into_iter().take(MOST_READ) {
        if let Some(reply) = ask(target.clone()).await {
            replies.insert(target, reply);
        }
    }
    let rows = rows_of(&receipt, site, |target| replies.get(target).cloned(), day);
    (receipt, rows)
}

fn get(target: String) -> Request {
    Request { method: Method::Get, target: target.into(), if_none_exist: None, if_match: None, body: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{Filed, Offer};
    use crate::filing::{Profile, SubmissionId};
    use crate::sensitive::Sensitive;

    const DAY: Day = Day::constant(2026, 12, 1);

    fn receipt() -> Receipt {
        let submission = SubmissionId::parse(&"a".repeat(32)).expect("an id");
        let filed = |number: usize| Filed {
            items: Vec::new(),
            location: format!("Condition/{number}"),
            created: true,
            is_altered: false,
            version: Some("1".into()),
        };
        Receipt { filed: (0..9).map(filed).collect(), ..Receipt::of_nothing(submission) }
    }

    /// How often the EHR is asked, and what of the nine records is listed as unread.
    fn asked(
        answer: impl AsyncFn(usize) -> Result<EhrReply, NoAnswer>,
        within: Duration,
        is_awaited: impl Fn(usize) -> bool,
    ) -> (usize, usize) {
        let site = Site { profile: Profile::named("generic-r4").expect("a profile"), capabilities: None };
        let count = Cell::new(0);
        let ask = async |_: &Request| {
            count.set(count.get() + 1);
            answer(count.get()).await
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let limits = (within, || is_awaited(count.get()));
        let (_, rows) = runtime.block_on(undo_rows_within(&receipt(), &site, DAY, ask, limits));
        assert_eq!(rows.len(), 9, "nothing is left out of the list");
        (count.get(), rows.iter().filter(|row| row.offer == Offer::Unread).count())
    }

    fn gone() -> EhrReply {
        EhrReply { status: 410, retry_after: None, location: None, etag: None, body: Sensitive::new(Vec::new()) }
    }

    #[test]
    fn an_ehr_that_is_silent_holds_up_the_desk_once_and_not_for_each_record() {
        let long = Duration::from_secs(60);
        assert_eq!(asked(async |_| Ok(gone()), long, |_| true), (9, 0));
        let lost = async |number| if number == 3 { Err(NoAnswer::Lost) } else { Ok(gone()) };
        assert_eq!(asked(lost, long, |_| true), (3, 7), "after the first lost answer nothing is asked");
        let large = async |number| if number == 3 { Err(NoAnswer::TooLarge) } else { Ok(gone()) };
        assert_eq!(asked(large, long, |_| true), (9, 1));
        assert_eq!(asked(async |_| Ok(gone()), long, |count| count < 2), (2, 7), "nobody waits for it any more");
        let slow = async |_| {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(gone())
        };
        assert_eq!(asked(slow, Duration::from_millis(20), |_| true), (1, 9));
    }
}
