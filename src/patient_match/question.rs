//! What to ask next: an open question, to which the patient says something and staff read nothing out.

use super::agreement::{Agreement, InRules, Nearness};
use super::comparison::Comparison;
use super::doubt::Doubt;
use super::evaluation::{ChartMatch, Evaluation, Outcome, Standing};
use super::field::MatchField;
use super::known::Known;
use super::rules::{Rule, Rules};
use strum::VariantArray as _;

/// The next best question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "ask-")]
pub enum Question {
    /// What is your telephone number? An earlier one as well.
    Phone,
    /// What is your address, with the ZIP code? An earlier one as well.
    Address,
    /// What is your mail address?
    Email,
    /// The insurance card.
    InsuranceCard,
    /// The Medicare card.
    MedicareCard,
    /// A licence or passport.
    Document,
    /// The last four digits of the Social Security number.
    LastFour,
    /// All given names.
    GivenNames,
    /// The birth date once more, the month as a word.
    BirthDate,
    /// Other names, earlier ones.
    OtherNames,
    /// A twin, or a relative of that name who comes here.
    Relatives,
}

impl Question {
    /// All of them.
    pub const ALL: &'static [Question] = Question::VARIANTS;

    /// The id under which `assets/` holds the question.
    pub fn text_id(self) -> &'static str {
        self.into()
    }

    /// What field the answer is compared with.
    const fn fields(self) -> &'static [MatchField] {
        match self {
            Question::Phone => &[MatchField::Phone],
            Question::Address => &[MatchField::Street],
            Question::Email => &[MatchField::Email],
            Question::InsuranceCard => &[MatchField::MemberId, MatchField::SubscriberId],
            Question::MedicareCard => &[MatchField::Mbi],
            Question::Document => &[MatchField::LegalId],
            Question::LastFour => &[MatchField::Ssn4, MatchField::Itin4],
            Question::GivenNames => &[MatchField::First, MatchField::Middle],
            Question::BirthDate => &[MatchField::BirthDate],
            Question::OtherNames => &[MatchField::Last],
            Question::Relatives => &[],
        }
    }
}

/// From the cheapest answer to the dearest.
const COMPLETING: [Question; 7] = [
    Question::Phone,
    Question::Address,
    Question::Email,
    Question::InsuranceCard,
    Question::MedicareCard,
    Question::Document,
    Question::LastFour,
];
/// By which two charts are told apart.
const TELLING: [Question; 6] = [
    Question::GivenNames,
    Question::BirthDate,
    Question::Phone,
    Question::Address,
    Question::LastFour,
    Question::Document,
];

impl Evaluation {
    /// The next best question; `charts` are what was evaluated. None where one chart is named without a doubt.
    pub fn next_question(&self, rules: &Rules, charts: &[Known]) -> Option<Question> {
        let named: Vec<usize> = (0..self.charts.len()).filter(|place| self.stands(*place, Standing::Named)).collect();
        match (self.outcome, &named[..]) {
            (_, [one, other, ..]) => Some(telling(charts.get(*one)?, charts.get(*other)?)),
            (Outcome::Match | Outcome::NotProven, [one]) if self.charts.get(*one)?.doubts.is_empty() => None,
            (_, [one]) => self.charts.get(*one)?.doubts.first().map(|doubt| by_doubt(*doubt)),
            (_, []) => {
                let first = *self.order.first()?;
                let chart = self.charts.get(first)?;
                Some(
                    by_reason(chart)
                        .or_else(|| completing(rules, &chart.comparison, charts.get(first)?))
                        .unwrap_or(Question::Document),
                )
            }
        }
    }

    fn stands(&self, place: usize, standing: Standing) -> bool {
        self.charts.get(place).is_some_and(|chart| chart.standing == standing)
    }
}

const fn by_doubt(doubt: Doubt) -> Question {
    match doubt {
        Doubt::GivenNameDiffers | Doubt::GivenNameNear | Doubt::GivenNameNotCompared | Doubt::GenerationOneSided => {
            Question::Relatives
        }
        Doubt::MiddleName => Question::GivenNames,
        Doubt::BirthDateDiffers => Question::BirthDate,
    }
}

/// The first thing in which two charts differ.
fn telling(one: &Known, other: &Known) -> Question {
    let between = Comparison::new(one, other);
    let differs = |question: &&Question| question.fields().iter().any(|field| between.on(*field).speaks_against());
    TELLING.iter().find(differs).copied().unwrap_or(Question::Document)
}

/// What a chart differs in although it is like the share.
fn by_reason(chart: &ChartMatch) -> Option<Question> {
    let born = chart.comparison.on(MatchField::BirthDate);
    if born.speaks_against() || born == Agreement::Missing {
        return Some(Question::BirthDate);
    }
    match chart.comparison.on(MatchField::Last) {
        Agreement::Differs | Agreement::Near(Nearness::Part | Nearness::Swapped | Nearness::Slip) => {
            Some(Question::OtherNames)
        }
        Agreement::Near(_) | Agreement::Equal | Agreement::Missing | Agreement::NotCounted(_) => None,
    }
}

/// The cheapest field that stands in the chart and would make a rule hold.
fn completing(rules: &Rules, comparison: &Comparison, chart: &Known) -> Option<Question> {
    let agrees = |field: MatchField| !matches!(comparison.on(field).in_rules(), InRules::No);
    let completes = |asked: &MatchField| {
        let holds = |rule: &Rule| {
            rule.fields().any(|field| field == *asked) && rule.fields().all(|field| field == *asked || agrees(field))
        };
        chart.has(*asked) && !agrees(*asked) && rules.rules.iter().any(holds)
    };
    COMPLETING.iter().find(|question| question.fields().iter().any(completes)).copied()
}
