//! Medicines that are taken for one another because their names look or sound alike: listed pairs, pairs of the clinic's own, and
//! names that differ by few letters. One in the share and the other in the chart is a caution; they are never the same.

use super::name::{FORMS, SALTS};
use super::terms::Listed;
use crate::text::{edits, folded, stem};
use std::collections::{BTreeSet, HashMap};

const PAIRS: &str = include_str!("../../assets/look_alikes.tsv");
/// Shorter words are no names of medicines that differ by few letters.
const MIN_LETTERS: usize = 5;
/// By more letters than these two names do not look alike.
const MAX_EDITS: usize = 2;
/// More words of one name, and more names of one chart, are not looked at.
const MAX_WORDS: usize = 12;
const MAX_NAMES: usize = 2_000;

/// Words in names of medicines that name none, beside salts and forms.
static NO_DRUGS: Listed = Listed::new(
    "tablets capsules injectable daily twice times weekly every hours morning evening night bedtime needed mouth \
     tableta tabletas capsula capsulas jarabe crema pomada inyeccion solucion suspension diaria diario semanal noche manana \
     liquid powder drops metered actuation units chloride coated enteric sustained vitamin syrup lotion",
);

/// What each name is confused with.
#[derive(Clone, Debug)]
pub struct LookAlikes {
    partners: HashMap<String, BTreeSet<String>>,
}

impl Default for LookAlikes {
    /// Those that come with the kiosk.
    fn default() -> LookAlikes {
        LookAlikes::new(&[])
    }
}

impl LookAlikes {
    /// Those that come with the kiosk, and these of the clinic.
    pub fn new(own: &[[String; 2]]) -> LookAlikes {
        let mut partners: HashMap<String, BTreeSet<String>> = HashMap::new();
        let mut pair = |one: &str, other: &str| {
            let (one, other) = (stem(&folded(one)), stem(&folded(other)));
            partners.entry(one.clone()).or_default().insert(other.clone());
            partners.entry(other).or_default().insert(one);
        };
        LookAlikes::listed().for_each(|(one, other)| pair(one, other));
        own.iter().for_each(|[one, other]| pair(one, other));
        LookAlikes { partners }
    }

    /// The pairs that come with the kiosk.
    pub fn listed() -> impl Iterator<Item = (&'static str, &'static str)> {
        PAIRS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
    }
}

/// A word of a name that may be a medicine's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    folded: String,
    stem: String,
    letters: usize,
    /// Which letters stand in it.
    bits: u32,
}

impl Word {
    /// Whether few letters tell it from the other. Most words are told apart by their length and by which letters they have.
    fn looks_like(&self, other: &Word) -> bool {
        let most = if self.letters.min(other.letters) > MIN_LETTERS { MAX_EDITS } else { 1 };
        self.letters.abs_diff(other.letters) <= most
            && (self.bits ^ other.bits).count_ones() <= 4
            && self.stem != other.stem
            && edits(&self.folded, &other.folded, most) <= most
    }
}

fn words(name: &str) -> Vec<Word> {
    let is_drug = |word: &&str| !NO_DRUGS.has(word) && !SALTS.has(word) && !FORMS.has(word);
    folded(name)
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.chars().count() >= MIN_LETTERS && is_drug(word))
        .take(MAX_WORDS)
        .map(|word| Word {
            folded: word.to_owned(),
            stem: stem(word),
            letters: word.chars().count(),
            bits: word.bytes().filter(u8::is_ascii_lowercase).fold(0, |bits, letter| bits | 1 << (letter - b'a')),
        })
        .collect()
}

/// The medicines of a chart by the words of their names.
pub(super) struct ChartNames {
    words: Vec<(Word, usize)>,
    places: HashMap<String, usize>,
    /// What was found for a word: forms say the same names again and again.
    found: HashMap<String, Option<usize>>,
}

impl ChartNames {
    /// Of these names, each with its place.
    pub(super) fn new<'n>(names: impl Iterator<Item = (usize, &'n str)>) -> ChartNames {
        let mut chart = ChartNames { words: Vec::new(), places: HashMap::new(), found: HashMap::new() };
        for (word, place) in names.flat_map(|(place, name)| words(name).into_iter().map(move |word| (word, place))) {
            if !chart.places.contains_key(&word.stem) && chart.words.len() < MAX_NAMES {
                chart.places.insert(word.stem.clone(), place);
                chart.words.push((word, place));
            }
        }
        chart
    }

    /// The place of a medicine of the chart with which this one may be confused. A word that the chart has as well is confused with
    /// none; of two drugs in one name each is looked at.
    pub(super) fn confused_with(&mut self, name: &str, look_alikes: &LookAlikes) -> Option<usize> {
        words(name).iter().find_map(|word| {
            let known = self.found.get(&word.folded).copied();
            known.unwrap_or_else(|| {
                let found = self.facing(word, look_alikes);
                self.found.insert(word.folded.clone(), found);
                found
            })
        })
    }

    fn facing(&self, word: &Word, look_alikes: &LookAlikes) -> Option<usize> {
        if self.places.contains_key(&word.stem) {
            return None;
        }
        let partners = look_alikes.partners.get(&word.stem).into_iter().flatten();
        let listed = partners.filter_map(|partner| self.places.get(partner)).min().copied();
        listed.or_else(|| self.words.iter().find(|(known, _)| word.looks_like(known)).map(|(_, place)| *place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_confused(shared: &str, chart: &str, pairs: &LookAlikes) -> bool {
        ChartNames::new(std::iter::once((0, chart))).confused_with(shared, pairs).is_some()
    }

    #[test]
    fn every_listed_pair_is_found_in_both_orders_and_no_medicine_is_confused_with_itself() {
        let pairs = LookAlikes::default();
        assert!(LookAlikes::listed().count() > 150);
        for (one, other) in LookAlikes::listed() {
            let (one, other) = (format!("{one} 10 MG Oral Tablet"), format!("{} 10 mg", other.to_uppercase()));
            assert!(is_confused(&one, &other, &pairs) && is_confused(&other, &one, &pairs), "{one} {other}");
            assert!(!is_confused(&one, &one, &pairs), "{one}");
        }
    }

    #[test]
    fn names_that_differ_by_few_letters_look_alike_without_a_list() {
        let pairs = LookAlikes::default();
        for (one, other) in [("Zyloprim", "Zylopram"), ("Lasix", "Losix"), ("Cefaclor 250 mg", "Cefacor 250 mg")] {
            assert!(is_confused(one, other, &pairs), "{one} {other}");
        }
        for (one, other) in [
            ("Penicillin", "Penicilina"),
            ("Metformin 500 mg tablet", "Metformin 850 mg tablets"),
            ("Warfarin sodium", "Heparin sodium"),
            ("Aspirin", "Ibuprofen"),
            ("Iron", "Ion"),
        ] {
            assert!(!is_confused(one, other, &pairs), "{one} {other}");
        }
    }

    #[test]
    fn a_drug_that_both_names_hold_hides_no_other() {
        let pairs = LookAlikes::default();
        for (one, other) in [
            ("Hydrocodone and acetaminophen", "Oxycodone and acetaminophen"),
            ("Lisinopril / hydralazine 25 mg", "Lisinopril / hydroxyzine 25 mg"),
            ("Losartan hydrochlorothiazide", "Valsartan hydrochlorothiazide"),
        ] {
            assert!(is_confused(one, other, &pairs) && is_confused(other, one, &pairs), "{one} {other}");
        }
        assert!(!is_confused("Losartan", "Losartan and hydrochlorothiazide", &pairs));
    }

    #[test]
    fn a_clinic_adds_pairs_of_its_own() {
        let own = [["Abrolin".to_owned(), "Zentavir".to_owned()]];
        assert!(!is_confused("Abrolin 5 mg", "Zentavir", &LookAlikes::default()));
        assert!(is_confused("Abrolin 5 mg", "Zentavir", &LookAlikes::new(&own)));
    }
}
