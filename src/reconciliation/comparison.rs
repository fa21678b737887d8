//! How a shared record stands to one of the chart.
//!
//! A record is the same only by a code or a whole name, and where nothing that either says beside it differs; a vaccination only
//! on the same day, a policy only under the same number with the same payer. Everything less is said to resemble.

use super::record::Record;
use crate::fhir::systems;
use crate::intake::Section;
use strum::VariantArray as _;

/// How a shared record stands to the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "standing-")]
pub enum Comparison {
    /// The chart says something else about the same thing.
    Changed,
    /// The chart has a record that may be the same.
    Possibly,
    /// The chart knows nothing like it.
    New,
    /// It was not compared: the EHR did not tell its part of the chart, or it is of no kind that is compared.
    NotCompared,
    /// The chart already holds it. It is filed again only where staff tick it by itself.
    Same,
}

impl Comparison {
    /// All of them.
    pub const ALL: &'static [Comparison] = Comparison::VARIANTS;

    /// The id under which `assets/` holds the word for it.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

/// A shared record beside one of the chart.
pub(super) struct Beside {
    pub(super) comparison: Comparison,
    /// How many particulars are told otherwise.
    pub(super) differing: usize,
}

impl Record {
    /// How this shared record stands to one of the chart that is `alike`, by its name, a code or a part of either; `None` when
    /// they have nothing to do with each other.
    pub(super) fn beside(&self, chart: &Record, alike: bool) -> Option<Beside> {
        match self.section {
            Section::Insurance => {
                let same_number = !self.members.is_disjoint(&chart.members);
                let same_payer = !chart.payer.is_empty() && self.payer == chart.payer;
                self.graded(chart, same_number && same_payer, same_number || same_payer)
            }
            Section::Immunizations => self.shot_beside(chart, alike),
            Section::Demographics
            | Section::Allergies
            | Section::Medications
            | Section::Problems
            | Section::Documents
            | Section::Results
            | Section::VitalSigns
            | Section::Procedures
            | Section::History
            | Section::Care
            | Section::Forms
            | Section::Other => self.graded(chart, self.meaning.is_same(&chart.meaning), alike),
        }
    }

    fn graded(&self, chart: &Record, same: bool, alike: bool) -> Option<Beside> {
        if !same && !alike {
            return None;
        }
        let differing = self.particulars.differing(&chart.particulars);
        let comparison = match same {
            true if differing > 0 => Comparison::Changed,
            true if self.is_as_sure_as(chart) => Comparison::Same,
            true | false => Comparison::Possibly,
        };
        Some(Beside { comparison, differing })
    }

    /// The same vaccine on another day is another shot; a night in UTC is the day before in California. One shot has several
    /// codes: senders that do not know the product send the one for "unspecified formulation".
    fn shot_beside(&self, chart: &Record, alike: bool) -> Option<Beside> {
        let by_code = self.meaning.same_code_of(systems::CVX, &chart.meaning);
        let may_be_one = || self.meaning.may_be_one_vaccine(&chart.meaning);
        match (&self.day, &chart.day) {
            (Some(one), Some(other)) => match distance(one, other) {
                Distance::SameDay => {
                    let alike = alike || by_code.is_none() || may_be_one();
                    self.graded(chart, self.meaning.is_same(&chart.meaning), alike)
                }
                Distance::Near => self.graded(chart, false, alike || may_be_one()),
                Distance::Apart => None,
            },
            // Without a day on one side nobody can tell.
            (None, _) | (_, None) => self.graded(chart, false, alike),
        }
    }
}

/// How far two dates lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Distance {
    SameDay,
    /// Within one day of each other, as far as they are told.
    Near,
    Apart,
}

/// Of two dates, each told to the day, the month or the year. What is no date is near to everything.
fn distance(one: &str, other: &str) -> Distance {
    let (Some((one_from, one_to)), Some((from, to))) = (span(one), span(other)) else { return Distance::Near };
    if one_from == one_to && (one_from, one_to) == (from, to) {
        Distance::SameDay
    } else if one_from <= to + 1 && from <= one_to + 1 {
        Distance::Near
    } else {
        Distance::Apart
    }
}

/// The first and the last day that a date can mean, counted from the first day of our calendar.
fn span(date: &str) -> Option<(i64, i64)> {
    let mut parts = date.split('-').map(str::parse::<i16>);
    let year = parts.next()?.ok()?;
    let number = |part: Option<Result<i16, _>>| part.map(|it| it.ok().and_then(|it| i8::try_from(it).ok()));
    let day = |month, day| {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        date.since(jiff::civil::Date::ZERO).ok().map(|span| i64::from(span.get_days()))
    };
    match (number(parts.next()), number(parts.next())) {
        (None, _) => Some((day(1, 1)?, day(12, 31)?)),
        (Some(month), None) => {
            let first = jiff::civil::Date::new(year, month?, 1).ok()?;
            Some((day(month?, 1)?, day(month?, first.days_in_month())?))
        }
        (Some(month), Some(date)) => day(month?, date?).map(|day| (day, day)),
    }
}
