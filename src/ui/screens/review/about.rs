//! Who a chart is, in a line.

use crate::reconciliation::ChartPatient;
use crate::ui::Scene;

/// Birth date and record numbers on one line.
pub(super) fn about(scene: &Scene<'_>, chart: &ChartPatient) -> String {
    let strings = scene.strings;
    let born = match chart.birth_date() {
        Some(date) => strings.text_with("chart-born", &[("date", date)]),
        None => strings.text("chart-no-birth-date"),
    };
    let records = chart.identifiers.iter().take(2);
    let records = records.map(|number| strings.text_with("chart-record", &[("number", number.reveal())]));
    std::iter::once(born).chain(records).collect::<Vec<_>>().join(" · ")
}
