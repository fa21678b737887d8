//! Several lines of sending at once, as the kiosk runs them.

use crate::support::backlog;
use crate::support::busy_ehr::BusyEhr;
use std::collections::BTreeSet;
use std::time::Duration;

#[test]
fn a_backlog_leaves_on_several_lines_and_in_order_for_each_patient() {
    let folder = tempfile::tempdir().expect("a folder");
    let ehr = BusyEhr::start(Duration::from_millis(5));
    let size = (60, 7);
    backlog::send(folder.path(), size, &ehr);
    let taken = ehr.taken();
    backlog::is_in_order(&taken, size);
    let different: BTreeSet<_> = taken.iter().collect();
    assert_eq!(different.len(), size.0);
}
