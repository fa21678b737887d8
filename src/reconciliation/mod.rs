//! The form beside the chart: which patient it is, what staff take, what they leave, what they change.
//!
//! Nothing is preselected: no candidate, no item, no change. A person confirms with the patient whose chart it is, ticks each
//! item, and only [`Reconciliation::confirm`] makes a [`ConfirmedIntake`]. What the chart already holds is filed again only where
//! staff tick it by itself, and nothing in the chart is ever deleted.

mod about;
mod appointment;
mod arrivals;
mod chart;
mod chart_choice;
mod chosen_chart;
mod code;
mod compared_chart;
mod compared_item;
mod comparison;
mod confirmed;
mod confirming;
mod contact;
mod content_key;
mod decisions;
mod evaluated;
mod field;
mod field_change;
mod fields;
mod identity;
mod likeness;
mod look_alike;
mod meaning;
mod name;
mod opinion;
mod overview;
mod particulars;
mod place;
mod policy;
mod ranking;
mod record;
mod remembered;
mod remembering;
mod telling;
mod terms;
mod today;
mod whose;

pub use appointment::{Appointment, AppointmentStatus};
pub use arrivals::Arrivals;
pub use chart::{ChartPatient, ChartRecords, ChartSearch, Difference, is_in_use};
pub use chart_choice::ChartChoice;
pub use chosen_chart::{ChartComparison, ChosenChart};
pub use compared_chart::{COMPARED, ComparedChart, ComparedRecords};
pub use compared_item::ComparedItem;
pub use comparison::Comparison;
pub use confirmed::{Change, ConfirmedIntake, PatientChoice, Reviewed, Staff};
pub use confirming::Undecided;
pub use content_key::ContentKey;
pub use decisions::Decisions;
pub use evaluated::Evaluated;
pub use field::{Field, MAX_TYPED, TypedDefect};
pub use fields::{FieldDecision, FieldRow};
pub use identity::{Confirmed, Identity, IdentityCheck};
pub use look_alike::LookAlikes;
pub use opinion::{EhrOpinion, Grade};
pub use overview::{Listing, Tally};
pub use place::{Distance, LongUnit, OwnPlaces, Place, Position, Unit, VisitSite};
pub use policy::{PolicyField, PolicyRow};
pub use ranking::{MAX_CANDIDATES, SearchMatch, plausible};
pub use remembered::{Decided, DecidedBefore, Decision, Remembered};
pub use today::{
    AppointmentRules, AppointmentsFound, Hindrance, NearAppointment, NearDay, Outcome, Standing as AppointmentStanding,
    TodaysAppointment, TodaysAppointments,
};
pub use whose::PersonQuestion;

use crate::fhir::{RecordType, Resource};
use crate::intake::{Caution, Intake, IntakeItem, ItemId, Section};
use crate::patient_match::Known;
use overview::{Overview, Places, Standing};
use std::collections::BTreeSet;
use std::sync::Arc;
use whose::Confirmations;

/// What staff decided about one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffDecision {
    /// Nothing yet: it is not filed, and asked about again.
    Open,
    /// File it.
    Take,
    /// Leave it out of the chart; that is remembered.
    Leave,
}

/// The form under review.
#[derive(Clone, Debug)]
pub struct Reconciliation {
    /// Shared with whoever compares it with a chart meanwhile.
    intake: Arc<Intake>,
    places: Places,
    choice: ChartChoice,
    /// Items to file. A tick that was set before the chart's records came is no decision about what they say otherwise, and one
    /// that was set beside a chart is none beside another.
    ticked: BTreeSet<ItemId>,
    /// Items that staff leave out, and want that to be remembered. It ends with the chart beside which they said so.
    left: BTreeSet<ItemId>,
    /// Items of which staff decide anew what was decided at an earlier visit.
    reopened: BTreeSet<ItemId>,
    /// What staff confirmed about the people of the share.
    confirmations: Confirmations,
    overview: Overview,
}

impl Reconciliation {
    /// Starts a review, with nothing decided.
    pub fn new(intake: Intake) -> Self {
        Reconciliation {
            places: Places::new(&intake),
            intake: Arc::new(intake),
            choice: ChartChoice::new(),
            ticked: BTreeSet::new(),
            left: BTreeSet::new(),
            reopened: BTreeSet::new(),
            confirmations: Confirmations::new(),
            overview: Overview::default(),
        }
    }

    /// The form as it was shared.
    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// The same, for whoever looks at it beside the review.
    pub fn shared_intake(&self) -> Arc<Intake> {
        Arc::clone(&self.intake)
    }

    /// The form as it was shared, when the review ends without a result.
    pub fn into_intake(self) -> Intake {
        Arc::unwrap_or_clone(self.intake)
    }

    /// The items of a section as they were shared.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &IntakeItem> {
        self.places.section(section).iter().filter_map(|place| self.intake.items.get(*place))
    }

    /// The first item of a source.
    pub fn first_of_source(&self, number: usize) -> Option<&IntakeItem> {
        self.intake.items.get(self.places.source(number)?)
    }

    /// An item by its id, which is its place.
    pub fn item(&self, id: ItemId) -> Option<&IntakeItem> {
        let item = self.intake.items.get(usize::try_from(id.0).ok()?)?;
        (item.id == id).then_some(item)
    }

    /// How the items stand beside the chart. It is another one when that changes.
    pub fn listing(&self) -> &Arc<Listing> {
        self.overview.listing.get_or_init(|| Arc::new(self.listed()))
    }

    /// How many items are ticked.
    pub fn tally(&self) -> &Tally {
        let changing = || self.chosen().into_iter().flat_map(|chosen| chosen.decisions().changing_policies());
        self.overview.tally.get_or_init(|| Tally::new(self.listing(), (&self.ticked, &self.left), changing()))
    }

    /// The item that is decided field by field, beside a chart.
    fn by_field(&self) -> Option<usize> {
        self.chosen().and_then(|_| self.places.section(Section::Demographics).first().copied())
    }

    /// How one item stands: the one rule for what can be ticked, by itself and with its section.
    fn standing(&self, item: &IntakeItem) -> Standing {
        let compared = self.compared();
        let compared_with = compared.filter(|_| COMPARED.contains(&item.section));
        let comparison = compared_with.map_or(Comparison::NotCompared, |chart| chart.comparison(item.id));
        let can_be_taken = item.can_be_taken();
        let is_told = |compared: &ComparedChart| !compared.not_compared.contains(&item.section);
        let is_news = matches!(comparison, Comparison::Changed | Comparison::Possibly | Comparison::New);
        let is_decided_before = self.decided_before(item.id).is_some();
        let was_decided_before = self.remembered(item.id).is_some();
        let is_beside = can_be_taken && compared.is_some_and(|compared| is_news || !is_told(compared));
        let asks = is_beside && !is_decided_before;
        let is_of_new = can_be_taken && self.choice.is_new() && COMPARED.contains(&item.section);
        let can_be_left = (asks || is_of_new) && self.is_settled(item);
        let by_field = self.by_field().is_some_and(|place| usize::try_from(item.id.0) == Ok(place));
        let can_be_ticked = can_be_taken && self.is_settled(item) && !by_field && !is_decided_before;
        let looks_like = compared.and_then(|compared| compared.compared(item.id)?.looks_like.as_ref());
        let at_once = can_be_ticked && self.is_plain(item) && is_new(comparison) && looks_like.is_none();
        Standing {
            section: item.section,
            comparison,
            can_be_ticked,
            at_once,
            asks,
            can_be_left,
            is_decided_before,
            was_decided_before,
        }
    }

    fn listed(&self) -> Listing {
        let (compared, by_field) = (self.compared(), self.by_field());
        let items: Vec<Standing> = self.intake.items.iter().map(|item| self.standing(item)).collect();
        let is_held = |(item, standing): (&IntakeItem, &Standing)| {
            standing.comparison == Comparison::Same && self.is_settled(item)
        };
        let holds_some = self.intake.items.iter().zip(&items).any(is_held);
        let places = |section| {
            let places = compared.map_or_else(|| self.places.section(section), |compared| compared.order(section));
            places.iter().copied().filter(|place| Some(*place) != by_field).collect()
        };
        Listing::new(items, places, holds_some)
    }

    /// Whose chart it is, as far as that is known.
    pub fn choice(&self) -> &ChartChoice {
        &self.choice
    }

    /// The chart that was chosen, with what was decided beside it.
    pub fn chosen(&self) -> Option<&ChosenChart> {
        self.choice.chosen()
    }

    /// The comparison with the chosen chart, when it is there.
    pub fn compared(&self) -> Option<&ComparedChart> {
        self.chosen()?.compared()
    }

    /// How an item compares with the chosen chart.
    pub fn comparison(&self, item: ItemId) -> Comparison {
        self.compared().map_or(Comparison::NotCompared, |compared| compared.comparison(item))
    }

    /// What staff decided about an item.
    pub fn decision(&self, item: ItemId) -> StaffDecision {
        match (self.ticked.contains(&item), self.left.contains(&item)) {
            (true, _) => StaffDecision::Take,
            (false, true) => StaffDecision::Leave,
            (false, false) => StaffDecision::Open,
        }
    }

    /// How many items are ticked.
    pub fn taken(&self) -> usize {
        self.ticked.len()
    }

    /// How many things are filed: ticked items and changes of the chart.
    pub fn filed(&self) -> usize {
        self.ticked.len() + self.chosen().map_or(0, |chosen| chosen.changes().len())
    }

    /// How many things a person should look at: personal details that differ and are not decided, records that the chart
    /// knows otherwise or may know, new ones, and what the EHR did not tell of; each until it is taken.
    pub fn open_decisions(&self) -> usize {
        let Some(chosen) = self.chosen().filter(|chosen| chosen.compared().is_some()) else { return 0 };
        let fields = chosen.fields().iter().filter(|row| row.asks()).count();
        fields + self.tally().all_open()
    }

    /// Whether nothing about the item has to be looked at before it is ticked with others. What staff have confirmed is no caution
    /// any more. One with letters that cannot be drawn is ticked by itself, after a look at the original.
    fn is_plain(&self, item: &IntakeItem) -> bool {
        item.cautions.iter().all(|caution| *caution == Caution::OtherSpelling) && item.is_drawn_whole()
    }

    /// Whether the item can be ticked: it may be filed at all, and nothing is left to ask about whose it is. Personal details
    /// beside a chart are decided field by field.
    pub fn can_be_ticked(&self, item: &IntakeItem) -> bool {
        self.standing(item).can_be_ticked
    }

    /// The person's own entry of the form.
    pub fn demographics(&self) -> Option<&IntakeItem> {
        self.section(Section::Demographics).next()
    }

    /// What staff are asked about the people of the share, in order.
    pub fn person_questions(&self) -> Vec<PersonQuestion> {
        PersonQuestion::of(&self.intake)
    }

    /// Whether staff can answer it now.
    pub fn can_answer(&self, question: PersonQuestion) -> bool {
        self.person_questions().contains(&question) && question.can_be_answered(self.chosen_id())
    }

    /// Whether staff confirmed it.
    pub fn is_confirmed(&self, question: PersonQuestion) -> bool {
        self.confirmations.has(question, self.chosen_id())
    }

    /// Staff confirm it, or not after all: then nothing stays ticked that was ticked because of it.
    pub fn toggle_confirmed(&mut self, question: PersonQuestion) {
        if self.can_answer(question) {
            let chart = self.chosen_id().map(str::to_owned);
            self.confirmations.toggle(question, chart.as_deref());
            self.drop_unsettled();
        }
    }

    /// Whether nothing is left to ask about whose the item is.
    pub fn is_settled(&self, item: &IntakeItem) -> bool {
        PersonQuestion::about(&self.intake, item).is_none_or(|question| self.is_confirmed(question))
    }

    fn chosen_id(&self) -> Option<&str> {
        self.chosen().map(|chosen| chosen.patient().id.as_str())
    }

    /// Nothing stays decided about what is not settled.
    fn drop_unsettled(&mut self) {
        self.overview = Overview::default();
        let chart = self.chosen_id().map(str::to_owned);
        self.confirmations.end_beside_others(chart.as_deref());
        let unsettled = self.intake.items.iter().filter(|item| !self.is_settled(item));
        let unsettled: Vec<ItemId> = unsettled.map(|item| item.id).collect();
        for item in &unsettled {
            self.ticked.remove(item);
            self.left.remove(item);
        }
        if let Some(chosen) = self.choice.chosen_mut().filter(|_| !unsettled.is_empty()) {
            chosen.leave_policies(&self.intake, &unsettled);
        }
    }

    /// Takes in the result of the chart search. A chart that was chosen and is no longer there is not chosen.
    pub fn set_chart(&mut self, search: ChartSearch) {
        let beside = self.subject();
        let shared = self.places.section(Section::Demographics).first().and_then(|place| self.intake.items.get(*place));
        // A card of another person's, or of whom nobody has said yet whose it is, tells nobody's chart.
        let own = self.intake.items.iter().filter(|item| item.section == Section::Insurance && item.can_be_taken());
        let own =
            own.filter(|item| !item.cautions.iter().any(|caution| caution.is_question())).map(|item| &item.resource);
        let coverages: Vec<&Resource> = own.filter(|insurance| insurance.is(RecordType::Coverage)).collect();
        let known = shared.map(|item| Known::read(&item.resource, &coverages, self.intake.day));
        self.choice.set_search(search, known.as_ref());
        self.end_beside(&beside);
    }

    /// Staff touched a chart. A new record is chosen at once; a candidate is asked about first. One that was not found, or a
    /// new record where no search in full says that nobody is known, is ignored.
    pub fn touch(&mut self, choice: PatientChoice) {
        let beside = self.subject();
        self.choice.touch(choice);
        self.end_beside(&beside);
    }

    /// The patient confirmed one identifier, or not after all. The last one chooses the chart: then it and the closed
    /// word for what was confirmed come back.
    pub fn confirm_identifier(&mut self, check: IdentityCheck) -> Option<(ChartPatient, &'static str)> {
        let shared = self.places.section(Section::Demographics).first().and_then(|place| self.intake.items.get(*place));
        let word = self.choice.confirm(check, shared)?;
        self.overview = Overview::default();
        let by_field = shared.map(|item| item.id);
        self.ticked.retain(|item| Some(*item) != by_field);
        Some((self.chosen()?.patient().clone(), word))
    }

    /// No chart is chosen any more; what was decided and ticked beside it is dropped.
    pub fn leave_chart(&mut self) {
        let beside = self.subject();
        self.choice.leave();
        self.end_beside(&beside);
    }

    /// Whose chart is chosen, and whether that is a new one.
    fn subject(&self) -> (Option<String>, bool) {
        (self.chosen_id().map(str::to_owned), self.choice.is_new())
    }

    /// Nothing stays ticked or left that was so beside this chart, unless it is still the chosen one.
    fn end_beside(&mut self, before: &(Option<String>, bool)) {
        let now = self.subject();
        if before.0.is_some() && before.0 != now.0 {
            self.ticked.clear();
        }
        if *before != now {
            self.left.clear();
            self.reopened.clear();
        }
        self.drop_unsettled();
    }

    /// It was looked up whether a source of the form was confirmed before for another chart than this one, or, for a new
    /// patient, for any.
    pub fn set_seen_elsewhere(&mut self, chart: Option<&str>, seen: bool) {
        self.choice.set_seen_elsewhere(chart, seen);
    }

    /// The EHR told what a chart holds, or could not. An answer about another chart than the chosen one is nobody's.
    pub fn set_records(&mut self, chart: &str, records: Option<ComparedRecords>) {
        let Some(chosen) = self.choice.chosen_mut().filter(|chosen| chosen.patient().id == chart) else { return };
        self.overview = Overview::default();
        chosen.set_records(records);
        if let Some(compared) = chosen.compared() {
            // Whoever ticked the others did not see what the chart says.
            self.ticked.retain(|item| is_new(compared.comparison(*item)));
        }
        self.drop_decided_before();
    }

    /// The EHR told of the appointments of a chart, or did not. An answer about another chart than the chosen one is nobody's.
    pub fn set_appointments(&mut self, chart: &str, told: TodaysAppointments) {
        if let Some(chosen) = self.choice.chosen_mut().filter(|chosen| chosen.patient().id == chart) {
            chosen.set_appointments(&self.intake, told);
        }
    }

    /// Staff mark the patient as arrived for an appointment, or not after all.
    pub fn toggle_arrived(&mut self, appointment: &str) {
        if let Some(chosen) = self.choice.chosen_mut() {
            chosen.toggle_arrived(&self.intake, appointment);
        }
    }

    /// Staff verified who the patient of a chart is that a kiosk opened, or not after all.
    pub fn toggle_verified(&mut self) {
        if let Some(chosen) = self.choice.chosen_mut() {
            chosen.toggle_verified(&self.intake);
        }
    }

    /// Decides about a field beside the chosen chart. A change of what the chart is known by counts when it is asked for twice.
    pub fn decide(&mut self, field: Field, decision: FieldDecision) {
        if let Some(chosen) = self.choice.chosen_mut() {
            chosen.decide(&self.intake, field, decision);
        }
    }

    /// Ticks or unticks an item. One that must not be filed stays unticked; one that the chart holds is then filed all the same.
    pub fn toggle(&mut self, item: ItemId) {
        let offered = self.item(item).is_some_and(|known| self.can_be_ticked(known));
        self.overview.ticks_changed();
        if offered && !self.ticked.remove(&item) {
            self.ticked.insert(item);
            self.left.remove(&item);
            if let Some(chosen) = self.choice.chosen_mut() {
                chosen.leave_policy(&self.intake, item);
            }
        }
    }

    /// Takes a field of a card into the chart's policy, or leaves it. The card is then no new one.
    pub fn take_policy_field(&mut self, item: ItemId, field: PolicyField, take: bool) {
        if take && self.item(item).is_some_and(|known| !self.is_settled(known)) {
            return;
        }
        self.overview.ticks_changed();
        let Some(chosen) = self.choice.chosen_mut() else { return };
        if chosen.take_policy_field(&self.intake, item, field, take) && take {
            self.ticked.remove(&item);
            self.left.remove(&item);
        }
    }

    /// What a section's one tick takes: all without cautions whose every letter is drawn; beside a chart, all that are new and look
    /// like nothing else there.
    pub fn taken_at_once(&self, section: Section) -> Vec<ItemId> {
        self.section(section).filter(|item| self.standing(item).at_once).map(|item| item.id).collect()
    }

    /// Ticks what [`Reconciliation::taken_at_once`] names and staff did not leave out; unticks the section when they all are ticked.
    pub fn toggle_section(&mut self, section: Section) {
        let mut safe = self.taken_at_once(section);
        safe.retain(|item| !self.left.contains(item));
        if safe.iter().all(|id| self.ticked.contains(id)) {
            let unticked: Vec<ItemId> = self.section(section).map(|item| item.id).collect();
            unticked.iter().for_each(|item| {
                self.ticked.remove(item);
            });
        } else {
            self.ticked.extend(safe);
        }
        self.overview.ticks_changed();
    }
}

/// Whether the chart, where there is one, knows nothing like it.
const fn is_new(comparison: Comparison) -> bool {
    match comparison {
        Comparison::New | Comparison::NotCompared => true,
        Comparison::Changed | Comparison::Possibly | Comparison::Same => false,
    }
}

#[cfg(test)]
mod tests;
