//! What staff decided beside a chart, sealed, by keyed names of the chart and of what it is about: whoever reads the file learns
//! neither. A decision takes the place of an earlier one about the same.

use super::seal::Names;
use super::state::ACCEPTED;
use super::{SealingKey, Store, StoreError};
use crate::delivery::WaitReason;
use crate::filing::{FilingPlan, PatientKey, SubmissionId, hex_of, saved};
use crate::reconciliation::{ChartPatient, ContentKey, Decided, Decision, Staff};
use crate::time::Timestamp;
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

/// More are not remembered of a chart; the oldest go.
const MAX_OF_CHART: i64 = 5_000;

/// A decision of an earlier visit, as it was written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    content: [u8; 32],
    /// What was decided.
    pub decided: Decided,
    /// Id of the staff member.
    staff: String,
    /// Their name.
    pub name: String,
    /// When it was confirmed, in milliseconds since 1970 UTC.
    at: i64,
}

impl Kept {
    /// What it is about.
    pub const fn content(&self) -> ContentKey {
        ContentKey::from_bytes(self.content)
    }

    /// When it was confirmed.
    pub const fn at(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.at)
    }
}

/// The decisions of one review.
#[derive(Clone, Debug)]
pub(super) struct ToRemember {
    pub(super) decisions: Vec<Decision>,
    pub(super) staff: Staff,
    pub(super) at: Timestamp,
}

/// One row to be written; without `sealed` what was there is forgotten.
pub(super) struct Row {
    content: [u8; 32],
    sealed: Option<Vec<u8>>,
}

impl ToRemember {
    /// What of it is written. Whatever is in no record of its own, no later comparison finds.
    pub(super) fn rows(&self, key: &SealingKey, plan: &FilingPlan, chart: &[u8; 32]) -> Result<Vec<Row>, StoreError> {
        let records = plan.seen_as_records();
        let row = |decision: &Decision| {
            let content = key.names().name("decided content", decision.content.bytes());
            let Some(decided) = decision.decided else { return Ok(Row { content, sealed: None }) };
            let is_elsewhere = decision.item.is_some_and(|item| !records.contains(&item));
            let kept = Kept {
                content: *decision.content.bytes(),
                decided: if decided == Decided::Filed && is_elsewhere { Decided::FiledElsewhere } else { decided },
                staff: self.staff.id.clone(),
                name: self.staff.name.clone(),
                at: self.at.unix_millis(),
            };
            let sealed = key.seal(&place(chart, &content), saved::to_bytes(&kept).reveal())?;
            Ok(Row { content, sealed: Some(sealed) })
        };
        self.decisions.iter().map(row).collect()
    }
}

/// Writes them, in the transaction that queues the check-in.
pub(super) fn remember(
    transaction: &Transaction<'_>,
    chart: &[u8; 32],
    submission: &SubmissionId,
    rows: &[Row],
) -> Result<(), StoreError> {
    for Row { content, sealed } in rows {
        transaction.execute("DELETE FROM decided WHERE chart = ?1 AND content = ?2", params![chart, content])?;
        if let Some(sealed) = sealed {
            transaction.execute(
                "INSERT INTO decided (chart, content, submission, sealed) VALUES (?1, ?2, ?3, ?4)",
                params![chart, content, submission.as_str(), sealed],
            )?;
        }
    }
    let oldest = "DELETE FROM decided WHERE chart = ?1 AND position <=
         (SELECT position FROM decided WHERE chart = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2)";
    transaction.execute(oldest, params![chart, MAX_OF_CHART])?;
    Ok(())
}

/// Nothing is remembered of what was decided with this check-in: it was another person's.
pub(super) fn forget(transaction: &Transaction<'_>, submission: &SubmissionId) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM decided WHERE submission = ?1", [submission.as_str()])?;
    Ok(())
}

/// The chart of one EHR is nobody's in another.
pub(super) fn chart_name(names: &Names, destination: Option<[u8; 32]>, patient: &[u8; 32]) -> [u8; 32] {
    names.name("decided chart", &[destination.unwrap_or_default(), *patient].concat())
}

impl Store {
    /// What staff decided beside this chart at earlier visits, but for a check-in that is said to be another person's. A row that does not open is nobody's decision.
    pub fn decided_before(&mut self, chart: &ChartPatient) -> Result<Vec<Kept>, StoreError> {
        let names = self.key.names();
        let patient = names.patient(&PatientKey::from_chart(&chart.id, Some(chart)));
        let chart = chart_name(names, self.destination, &patient);
        let query = format!(
            "SELECT decided.content, decided.sealed, outbox.state IS '{ACCEPTED}' FROM decided
                 LEFT JOIN outbox ON outbox.submission = decided.submission
             WHERE decided.chart = ?1 AND outbox.reason IS NOT '{}' ORDER BY decided.position",
            WaitReason::NotTheirs.word()
        );
        let mut query = self.database.connection.prepare(&query)?;
        let rows = query.query_map([chart], |row| {
            Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, bool>(2)?))
        })?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let opened = rows.iter().filter_map(|(content, sealed, is_accepted)| {
            let bytes = self.key.open(&place(&chart, content), sealed)?;
            let mut kept: Kept = saved::from_bytes(bytes.reveal(), |_| None)?;
            // Nothing finds what is in a document: until the EHR has it, it is asked about again.
            if kept.decided == Decided::FiledElsewhere && !is_accepted {
                kept.decided = Decided::Filed;
            }
            Some(kept)
        });
        Ok(opened.collect())
    }
}

fn place(chart: &[u8; 32], content: &[u8; 32]) -> String {
    format!("decided {} {}", hex_of(chart), hex_of(content))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{a_plan, at, claim, confirmed, folder, open, receipt_of, settle};
    use super::*;
    use crate::audit::{AuditEvent, AuditKind};
    use crate::fhir::Resource;
    use crate::intake::ItemId;
    use crate::session::Stop;
    use crate::store::{Ending, Subject};
    use crate::time::Day;
    use serde_json::json;
    use tempfile::TempDir;

    const EHR: &str = "https://ehr.example/fhir";

    fn chart(id: &str) -> ChartPatient {
        let json = json!({"resourceType": "Patient", "id": id, "name": [{"family": "Delgado"}]});
        ChartPatient::from_resource(Resource::from_json(json).expect("a resource"), Day::constant(2026, 11, 22))
            .expect("a chart")
    }

    fn about(number: u8, item: Option<u32>, decided: Option<Decided>) -> Decision {
        Decision { content: ContentKey::from_bytes([number; 32]), item: item.map(ItemId), decided }
    }

    /// Confirms check-in `number` for the chart with this id.
    fn confirm(store: &mut Store, (number, id): (u8, &str), decisions: Vec<Decision>) {
        let plan = a_plan(number);
        let staff = Staff { id: "f.ortiz".into(), name: "Fay Ortiz".into() };
        let subject = Subject::new(PatientKey::from_chart(id, None), Vec::new());
        let subject = subject.deciding(ToRemember { decisions, staff, at: at(i64::from(number)) });
        store.outbox().enqueue(&plan, &subject, confirmed(), "2026-11-22", at(0)).expect("queued");
    }

    fn decided(store: &mut Store, id: &str) -> Vec<(u8, Decided)> {
        let kept = store.decided_before(&chart(id)).expect("the store");
        kept.iter().map(|kept| (kept.content().bytes()[0], kept.decided)).collect()
    }

    fn opened(folder: &TempDir) -> Store {
        let mut store = open(folder).store;
        store.files_to(Some(EHR));
        store
    }

    #[test]
    fn a_decision_is_there_for_its_chart_in_its_ehr_and_for_no_other_and_nothing_of_it_can_be_read() {
        let folder = folder();
        let mut store = opened(&folder);
        let decisions = [about(1, Some(4), Some(Decided::LeftOut)), about(2, None, Some(Decided::KeptChart))];
        confirm(&mut store, (1, "c1"), decisions.to_vec());
        assert_eq!(decided(&mut store, "c1"), [(1, Decided::LeftOut), (2, Decided::KeptChart)]);
        let kept = store.decided_before(&chart("c1")).expect("the store").remove(0);
        assert_eq!((kept.name.as_str(), kept.at()), ("Fay Ortiz", at(1)));
        assert!(decided(&mut store, "c2").is_empty());
        store.files_to(Some("https://other.example/fhir"));
        assert!(decided(&mut store, "c1").is_empty(), "a chart of another EHR");
        drop(store);
        let bytes = std::fs::read(folder.path().join("kiosk.sqlite")).expect("the file");
        let has = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        assert!(!has(b"left-out") && !has(b"Fay Ortiz") && !has(&[1; 32]));
    }

    #[test]
    fn the_last_decision_about_the_same_counts_and_one_that_was_taken_back_is_gone() {
        let folder = folder();
        let mut store = opened(&folder);
        let left = || vec![about(1, Some(4), Some(Decided::LeftOut)), about(2, Some(5), Some(Decided::LeftOut))];
        confirm(&mut store, (1, "c1"), left());
        confirm(&mut store, (2, "c1"), vec![about(1, Some(1), Some(Decided::Filed)), about(2, Some(5), None)]);
        assert_eq!(decided(&mut store, "c1"), [(1, Decided::Filed)]);
        confirm(&mut store, (2, "c1"), left());
        assert_eq!(decided(&mut store, "c1"), [(1, Decided::Filed)], "the same check-in is there already");
    }

    #[test]
    fn what_is_filed_in_no_record_of_its_own_is_told_apart() {
        let folder = folder();
        let mut store = opened(&folder);
        // The plan makes a record of item 1 alone.
        let taken = vec![about(1, Some(1), Some(Decided::Filed)), about(2, Some(2), Some(Decided::Filed))];
        confirm(&mut store, (1, "c1"), taken);
        assert_eq!(
            decided(&mut store, "c1"),
            [(1, Decided::Filed), (2, Decided::Filed)],
            "the EHR does not have it yet"
        );
        let due = claim(&mut store, at(5)).expect("it is due");
        settle(&mut store, &due, Ending::Accepted(receipt_of(&a_plan(1))), at(6));
        assert_eq!(decided(&mut store, "c1"), [(1, Decided::Filed), (2, Decided::FiledElsewhere)]);
    }

    #[test]
    fn what_was_decided_with_a_check_in_of_another_person_does_not_count_while_it_is_held_and_is_forgotten_with_it() {
        let folder = folder();
        let mut store = opened(&folder);
        confirm(&mut store, (1, "c1"), vec![about(1, None, Some(Decided::LeftOut))]);
        confirm(&mut store, (2, "c1"), vec![about(2, None, Some(Decided::LeftOut))]);
        let mut stop = |stop| {
            let event = AuditEvent::between_visits(AuditKind::WrongPerson).by("f.ortiz");
            store.outbox().stop(&a_plan(1).submission, stop, event, at(3)).expect("stopped");
            decided(&mut store, "c1")
        };
        assert_eq!(stop(Stop::Hold), [(2, Decided::LeftOut)]);
        assert_eq!(stop(Stop::Withdraw), [(2, Decided::LeftOut)]);
        let rows: i64 =
            store.database.connection.query_row("SELECT COUNT(*) FROM decided", [], |row| row.get(0)).expect("a count");
        assert_eq!(rows, 1);
    }

    #[test]
    fn a_row_that_was_changed_or_moved_to_another_chart_is_nobodys_decision() {
        let folder = folder();
        let mut store = opened(&folder);
        confirm(&mut store, (1, "c1"), vec![about(1, None, Some(Decided::LeftOut))]);
        confirm(&mut store, (2, "c2"), vec![about(2, None, Some(Decided::LeftOut))]);
        let move_it = "UPDATE decided SET sealed = (SELECT sealed FROM decided WHERE position = 2) WHERE position = 1";
        store.database.connection.execute(move_it, []).expect("a change");
        assert!(decided(&mut store, "c1").is_empty());
        assert_eq!(decided(&mut store, "c2"), [(2, Decided::LeftOut)]);
        store.database.connection.execute("UPDATE decided SET sealed = x'01'", []).expect("a change");
        assert!(decided(&mut store, "c2").is_empty());
    }

    #[test]
    fn of_a_chart_the_newest_are_remembered() {
        let folder = folder();
        let mut store = opened(&folder);
        let many = |from: u32, to: u32| {
            let about = |number: u32| {
                let mut content = [0; 32];
                content[..4].copy_from_slice(&number.to_be_bytes());
                Decision { content: ContentKey::from_bytes(content), item: None, decided: Some(Decided::LeftOut) }
            };
            (from..to).map(about).collect::<Vec<_>>()
        };
        confirm(&mut store, (1, "c1"), many(0, 4_000));
        confirm(&mut store, (2, "c1"), many(4_000, 5_200));
        let kept = store.decided_before(&chart("c1")).expect("the store");
        let first = kept[0].content().bytes()[..4].to_vec();
        assert_eq!((kept.len(), first), (5_000, 200_u32.to_be_bytes().to_vec()));
    }
}
