//! Whether a chart of the EHR is the patient's, by the CMS Patient Matching Proposal: approved combinations of fields, never a
//! count of fields and never a weighted score.
//!
//! A combination is approved when two people agree on all of it so rarely that one chart which does is somebody's own. The rules were
//! made for machines that release records. Here they are evidence: they say what fits, what speaks against it and what to ask, and a
//! person decides (note 38). Who has a name, a birth date or a policy in common and nothing else is named by no rule.
//!
//! ```text
//! Patient, Coverage -> Known (values in one form, what does not count) -+-> Comparison (field by field) -> Evaluation -> Outcome
//! each chart        -> Known -------------------------------------------+        (rules, suffix, twins)    doubts, order, question
//! ```

mod address;
mod agreement;
mod birth_date;
mod collected;
mod comparison;
mod doubt;
mod evaluation;
mod field;
mod household;
mod identifiers;
mod known;
mod letters;
mod names;
mod nicknames;
mod order;
mod placeholders;
mod question;
mod rules;
mod suffix;
mod telecom;

pub use agreement::{Agreement, Nearness};
pub use birth_date::{neighbouring_days, with_day_and_month_swapped};
pub use collected::Discarded;
pub use comparison::Comparison;
pub use doubt::Doubt;
pub use evaluation::{ChartMatch, Evaluation, Held, Outcome, Standing, evaluate};
pub use field::{MatchField, NotCounted};
pub use identifiers::{NumberKind, identity_of, number_kind};
pub use known::Known;
pub use nicknames::nicknames;
pub use question::Question;
pub use rules::{Rule, Rules, RulesDefect, RulesVersion, Term};
pub use telecom::{phone, without_extension};
