//! Reads from the EHR how that stands which a check-in filed, so that staff can be offered to undo it.

use crate::delivery::{EhrReply, Method, NoAnswer, Receipt, Request, UndoRow, found_in_doubt, rows_of, targets_of};
use crate::filing::Site;
use crate::time::Day;
use std::collections::BTreeMap;

/// More records than these are not read for one check-in.
const MOST_READ: usize = 2_000;

/// A receipt with what a search found of what was in doubt, and each thing that the check-in did.
pub async fn undo_rows(
    receipt: &Receipt,
    site: &Site,
    day: Day,
    ask: impl AsyncFn(&Request) -> Result<EhrReply, NoAnswer>,
) -> (Receipt, Vec<UndoRow>) {
    let mut receipt = receipt.clone();
    for open in std::mem::take(&mut receipt.in_doubt) {
        let reply = ask(&get(found_in_doubt::query(&open))).await.ok();
        match reply.and_then(|reply| found_in_doubt::read(&open, &receipt.submission, &reply)) {
            Some(filed) => receipt.filed.push(filed),
            None => receipt.in_doubt.push(open),
        }
    }
    let mut replies: BTreeMap<String, EhrReply> = BTreeMap::new();
    for target in targets_of(&receipt).into_iter().take(MOST_READ) {
        match ask(&get(target.clone())).await {
            Ok(reply) => {
                replies.insert(target, reply);
            }
            // An EHR that is not there is not asked for each record.
            Err(NoAnswer::NotSent | NoAnswer::NoToken(_)) => break,
            Err(NoAnswer::Lost | NoAnswer::TooLarge) => {}
        }
    }
    let rows = rows_of(&receipt, site, |target| replies.get(target).cloned(), day);
    (receipt, rows)
}

fn get(target: String) -> Request {
    Request { method: Method::Get, target: target.into(), if_none_exist: None, if_match: None, body: None }
}
