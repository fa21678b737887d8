//! Whose chart the check-in belongs to: what the search found, the candidate that the patient is asked about, the choice.
//!
//! A candidate is chosen by what the patient confirms and by nothing else. What is decided beside a chart lives in the
//! [`ChosenChart`] and ends with it: no decision reaches another chart.

use super::chart::{ChartPatient, ChartSearch};
use super::chosen_chart::ChosenChart;
use super::confirmed::PatientChoice;
use super::identity::{Identity, IdentityCheck};
use super::ranking::{SearchMatch, rank};
use crate::intake::IntakeItem;
use crate::patient_match::Known;

/// How far the choice of a chart has come.
#[derive(Clone, Debug)]
pub struct ChartChoice {
    search: ChartSearch,
    /// What the matching rules say of the candidates; none where nothing was shared to compare, or nothing was found yet.
    found: Option<SearchMatch>,
    choice: Choice,
}

#[derive(Clone, Debug)]
enum Choice {
    Nobody,
    Asked(Identity),
    New { seen_elsewhere: bool },
    Chosen(Box<ChosenChart>),
}

impl ChartChoice {
    /// The EHR is searched, and nobody is chosen.
    pub(super) const fn new() -> ChartChoice {
        ChartChoice { search: ChartSearch::Searching, found: None, choice: Choice::Nobody }
    }

    /// What the chart search found so far.
    pub fn search(&self) -> &ChartSearch {
        &self.search
    }

    /// What the matching rules say of the candidates together.
    pub fn found(&self) -> Option<&SearchMatch> {
        self.found.as_ref()
    }

    /// The candidate that is being asked about.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.choice {
            Choice::Asked(identity) => Some(identity),
            Choice::Nobody | Choice::New { .. } | Choice::Chosen(_) => None,
        }
    }

    /// The candidate that was chosen.
    pub fn chosen(&self) -> Option<&ChosenChart> {
        match &self.choice {
            Choice::Chosen(chosen) => Some(chosen),
            Choice::Nobody | Choice::Asked(_) | Choice::New { .. } => None,
        }
    }

    pub(super) fn chosen_mut(&mut self) -> Option<&mut ChosenChart> {
        match &mut self.choice {
            Choice::Chosen(chosen) => Some(chosen),
            Choice::Nobody | Choice::Asked(_) | Choice::New { .. } => None,
        }
    }

    /// Whether the patient gets a new record.
    pub const fn is_new(&self) -> bool {
        matches!(self.choice, Choice::New { .. })
    }

    /// Whether a source of the form was confirmed for another chart before: a warning, and no proof of anything.
    pub fn seen_elsewhere(&self) -> bool {
        match &self.choice {
            Choice::Chosen(chosen) => chosen.seen_elsewhere,
            Choice::New { seen_elsewhere } => *seen_elsewhere,
            Choice::Nobody | Choice::Asked(_) => false,
        }
    }

    /// It was looked up for this chart, or for a new patient. An answer about another chart than the chosen one is nobody's.
    pub(super) fn set_seen_elsewhere(&mut self, chart: Option<&str>, seen: bool) {
        match &mut self.choice {
            Choice::Chosen(chosen) if chart == Some(&chosen.patient().id) => chosen.seen_elsewhere = seen,
            Choice::New { seen_elsewhere } if chart.is_none() => *seen_elsewhere = seen,
            Choice::Chosen(_) | Choice::New { .. } | Choice::Nobody | Choice::Asked(_) => {}
        }
    }

    /// The chart that a check-in would be filed to now; `None` while nobody is chosen.
    pub fn patient(&self) -> Option<PatientChoice> {
        match &self.choice {
            Choice::Nobody | Choice::Asked(_) => None,
            Choice::New { .. } => Some(PatientChoice::New),
            Choice::Chosen(chosen) => Some(PatientChoice::Existing(chosen.patient().id.clone())),
        }
    }

    /// The charts that staff saw and turned down, when they choose a new record.
    pub(super) fn turned_down(&self) -> Vec<String> {
        match &self.choice {
            Choice::New { .. } => self.search.candidates().iter().map(|candidate| candidate.id.clone()).collect(),
            Choice::Nobody | Choice::Asked(_) | Choice::Chosen(_) => Vec::new(),
        }
    }

    /// The chosen candidate, when a review ends.
    pub(super) fn into_chosen(self) -> Option<ChosenChart> {
        match self.choice {
            Choice::Chosen(chosen) => Some(*chosen),
            Choice::Nobody | Choice::Asked(_) | Choice::New { .. } => None,
        }
    }

    fn candidate(&self, id: &str) -> Option<&ChartPatient> {
        self.search.candidates().iter().find(|candidate| candidate.id == id)
    }

    /// Whether the check-in can be kept without a chart: nobody is chosen, and the EHR owes an answer.
    pub fn can_be_kept(&self) -> bool {
        matches!(self.choice, Choice::Nobody) && self.search.is_owed()
    }

    /// Takes in what the search found. A chart that was chosen and is no longer there is not chosen, and nobody stays new whom
    /// the search does not let be new, or for whom it found a chart that staff have not turned down.
    pub(super) fn set_search(&mut self, mut search: ChartSearch, shared: Option<&Known>) {
        self.found =
            shared.zip(search.candidates_mut()).map(|(shared, (charts, is_whole))| rank(shared, charts, is_whole));
        let turned_down = self.turned_down();
        self.search = search;
        let stays = match &self.choice {
            Choice::Chosen(chosen) => self.candidate(&chosen.patient().id).is_some(),
            Choice::New { .. } => {
                let mut found = self.search.candidates().iter();
                self.search.offers_new() && found.all(|candidate| turned_down.contains(&candidate.id))
            }
            Choice::Nobody | Choice::Asked(_) => false,
        };
        if !stays {
            self.leave();
        }
    }

    /// Staff touched a chart. A new record is chosen at once; a candidate is asked about first. One that was not found, or a
    /// new record where no search in full says that nobody is known, is ignored.
    pub(super) fn touch(&mut self, choice: PatientChoice) {
        let newly = || Choice::New { seen_elsewhere: false };
        let touched = match choice {
            PatientChoice::Existing(id) => {
                let outcome = self.found.as_ref().map(|found| found.outcome);
                self.candidate(&id).map(|candidate| Choice::Asked(Identity::new(candidate, outcome)))
            }
            PatientChoice::New if self.is_new() => None,
            PatientChoice::New => self.search.offers_new().then(newly),
        };
        if let Some(touched) = touched {
            self.choice = touched;
        }
    }

    /// The patient confirmed one identifier, or not after all. The last one chooses the chart: then the closed word for what
    /// was confirmed comes back.
    pub(super) fn confirm(&mut self, check: IdentityCheck, shared: Option<&IntakeItem>) -> Option<&'static str> {
        let Choice::Asked(identity) = &mut self.choice else { return None };
        identity.toggle(check);
        if !identity.is_whole() {
            return None;
        }
        let (id, word) = (identity.chart.clone(), identity.word());
        let chosen = self.candidate(&id)?.clone();
        self.choice = Choice::Chosen(Box::new(ChosenChart::new(chosen, shared)));
        Some(word)
    }

    /// No chart is chosen any more, and what was decided beside it is gone.
    pub(super) fn leave(&mut self) {
        self.choice = Choice::Nobody;
    }
}
