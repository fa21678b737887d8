//! One name of a record, in the terms by which it is compared with others.

use super::telling::{JOINING, has_clauses, is_filling, is_ordered, is_unit, naming, of_a_name, telling};
use super::terms::{Listed, NUMBERED, Terms, is_number, is_roman, read, terms};
use crate::intake::Section;
use crate::text::{folded, stem};
use std::collections::BTreeSet;

/// More brackets of one name are not looked into.
const MAX_BRACKETS: usize = 30;
/// A longer name is no part of another, nor the other of it.
const MAX_PART: usize = 40;
/// Of a name with more words that say what it is of, nobody knows which belong together unless their order is kept.
const MAX_UNORDERED: usize = 2;
/// With more, nobody knows either of which of them it is told what stands before all.
const MAX_TOLD_AS_ONE: usize = 3;

/// SNOMED CT says in brackets at the end what kind of thing it is, in English and in Spanish.
const TAGS: [&str; 15] = [
    "disorder",
    "finding",
    "substance",
    "product",
    "medicinal product",
    "medicinal product form",
    "clinical drug",
    "situation",
    "trastorno",
    "hallazgo",
    "sustancia",
    "producto",
    "producto medicinal",
    "farmaco de uso clinico",
    "situacion",
];

/// Words around the thing that somebody is allergic to, before it and behind it.
static AROUND_ALLERGENS: Listed =
    Listed::new("allergy allergies allergic reaction to the alergia alergias a al la los");

/// Salts that change neither dose nor effect; which of two, where both name one, is compared.
pub(super) static SALTS: Listed =
    Listed::new("hydrochloride sodium potassium calcium besylate maleate mesylate hydrobromide sulfate magnesium");

/// With one of these a salt is the thing itself: calcium carbonate, ferrous sulfate.
static MINERALS: Listed = Listed::new(
    "chloride carbonate bicarbonate citrate gluconate oxide hydroxide phosphate acetate lactate iron ferrous \
     ferric zinc lithium aluminum copper iodide fluoride nitrate vitamin",
);

/// Words for any illness, with which the name of one may end.
static KIND_WORDS: Listed =
    Listed::new("disorder disease syndrome condition unspecified nos enfermedad trastorno sindrome allergy alergia");

/// Those of them that say of which kind it is, English and Spanish: a syndrome is not the disease that may cause it.
const KINDS: [[&str; 2]; 4] =
    [["disease", "enfermedad"], ["disorder", "trastorno"], ["syndrome", "sindrome"], ["condition", "afeccion"]];

/// Words that say how a drug is made up, not what it is.
pub(super) static FORMS: Listed = Listed::new(
    "succinate tartrate phosphate acetate citrate fumarate bromide monohydrate dihydrate oral tablet capsule \
     solution suspension injection inhaler inhalation topical cream product extended release delayed er xr \
     chewable spray sr patch ointment",
);

/// One name, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The same for the same name.
    pub(super) key: String,
    /// The words of it, each once.
    pub(super) words: BTreeSet<String>,
    /// Whether they are enough to find it in another: one of them must be longer than "of" and "low".
    pub(super) can_be_part: bool,
    /// Those of them that say what it is of, in one spelling.
    pub(super) stems: BTreeSet<String>,
    /// The same and what tells, in their order.
    pub(super) sequence: Vec<String>,
    /// Whether their order counts.
    pub(super) is_ordered: bool,
    /// Whether it calls it a disease, a syndrome ..., in one language.
    pub(super) kinds: BTreeSet<&'static str>,
    /// What it is of, without what tells two of them apart.
    pub(super) cores: Vec<Vec<String>>,
    /// What tells it apart.
    pub(super) telling: Vec<String>,
    /// Salts of a drug, which are not in the key.
    pub(super) salts: Vec<String>,
}

impl Name {
    /// `None` for one that says nothing.
    pub(super) fn new(section: Section, name: &str) -> Option<Name> {
        let name = without_tag(name);
        let read = of_a_name(read(name));
        let has_clauses = has_clauses(&read);
        let (mut words, salts) = match section {
            Section::Allergies => (allergen(read.all), Vec::new()),
            Section::Medications => without_salts(read),
            Section::Demographics
            | Section::Insurance
            | Section::Problems
            | Section::Immunizations
            | Section::Documents
            | Section::Results
            | Section::VitalSigns
            | Section::Procedures
            | Section::History
            | Section::Care
            | Section::Forms
            | Section::Other => (read.all, Vec::new()),
        };
        let cores = cores(section, name, &words);
        let telling = telling(&words);
        let is_bare = |word: &str| KIND_WORDS.has(word) || section == Section::Medications && FORMS.has(word);
        let count = naming(&words).filter(|word| !is_bare(word)).count();
        let is_strict = has_clauses || count > MAX_TOLD_AS_ONE || is_ordered(&words);
        let is_ordered = is_strict || count > MAX_UNORDERED;
        if is_ordered && !is_strict {
            // "Left renal cell carcinoma" is "renal cell carcinoma, left".
            let tells = |word: &String| {
                telling.contains(word) || is_number(word) || is_unit(word) || NUMBERED.contains(&word.as_str())
            };
            let before = words.iter().take_while(|word| tells(word)).count();
            words.rotate_left(before);
        }
        words.retain(|word| !is_filling(word));
        let mut ordered = words.clone();
        if !is_ordered {
            ordered.sort_unstable();
        }
        let key = ordered.join(" ");
        let can_be_part = words.iter().any(|word| word.chars().count() > 3);
        let called =
            |[one, other]: &[&'static str; 2]| words.iter().any(|word| word == one || word == other).then_some(*one);
        let kinds = KINDS.iter().filter_map(called).collect();
        let spelled = |word: &String| spelled(section, word, &telling);
        let sequence: Vec<String> = words.iter().filter_map(spelled).collect();
        let is_stem = |word: &&String| word.chars().count() > 2 && !is_number(word) && !telling.contains(word);
        let stems = words.iter().filter(is_stem).filter_map(spelled).collect();
        let words: BTreeSet<String> = words.into_iter().collect();
        let name = Name { key, words, stems, sequence, is_ordered, kinds, can_be_part, cores, telling, salts };
        (!name.key.is_empty()).then_some(name)
    }

    /// Whether it is short enough to be looked for in others, and they in it.
    pub(super) fn can_have_parts(&self) -> bool {
        self.words.len() <= MAX_PART
    }
}

/// A drug without salts, and these. A salt stands directly behind what it is a salt of: "furosemide and potassium", "furosemide,
/// potassium" and "calcium 500 mg" name no salt, and two in a row ("magnesium sulfate") are a thing of their own.
fn without_salts(Terms { all: words, breaks, glued, .. }: Terms) -> (Vec<String>, Vec<String>) {
    if words.iter().any(|word| MINERALS.has(word)) {
        return (words, Vec::new());
    }
    let at = |place: Option<usize>| place.and_then(|place| words.get(place)).map_or("", String::as_str);
    let mut names_more = false;
    let is_salt = |(place, word): (usize, &String)| {
        let (before, behind) = (at(place.checked_sub(1)), at(place.checked_add(1)));
        let is_behind = !breaks.contains(&place)
            && !glued.contains(&place)
            && !FORMS.has(before)
            && before.chars().all(char::is_alphabetic)
            && !is_unit(before)
            && !JOINING.contains(&before.to_lowercase().as_str());
        let is_alone = !SALTS.has(before) && (!SALTS.has(behind) || breaks.contains(&(place + 1)));
        let is_salt = SALTS.has(word) && names_more && is_behind && is_alone;
        names_more |= !SALTS.has(word) && word.chars().count() > 3 && !is_number(word);
        is_salt
    };
    let salts: Vec<bool> = words.iter().enumerate().map(is_salt).collect();
    let (salts, words): (Vec<_>, Vec<_>) = words.into_iter().zip(salts).partition(|(_, is_salt)| *is_salt);
    let words_of = |some: Vec<(String, bool)>| some.into_iter().map(|(word, _)| word).collect();
    (words_of(words), words_of(salts))
}

/// What a name is of: without what stands in brackets, and each of these by itself.
fn cores(section: Section, name: &str, words: &[String]) -> Vec<Vec<String>> {
    let mut parts = name.split(['(', '[']);
    let mut outside = parts.next().unwrap_or_default().to_owned();
    let mut inner = Vec::new();
    for part in parts.take(MAX_BRACKETS) {
        let (inside, behind) = part.split_once([')', ']']).unwrap_or((part, ""));
        inner.push(inside);
        outside.push(' ');
        outside.push_str(behind);
    }
    let read = |text: &str| if section == Section::Allergies { allergen(terms(text)) } else { terms(text) };
    let whole = if inner.is_empty() { words.to_vec() } else { read(&outside) };
    let is_drug = section == Section::Medications;
    let core = |words: Vec<String>| {
        let told: BTreeSet<String> = telling(&words).into_iter().collect();
        let before = words.into_iter().take_while(|word| !is_drug || !is_number(word));
        let is_made_up = |word: &str| is_drug && (FORMS.has(word) || SALTS.has(word));
        let named: Vec<String> = before.filter(|it| !is_filling(it) && !is_number(it)).take(MAX_PART).collect();
        let kept: Vec<String> = named.iter().filter(|it| !told.contains(*it) && !is_made_up(it)).cloned().collect();
        // A name of nothing but such words is all of them.
        let core = if kept.is_empty() { named } else { kept };
        let mut core: Vec<String> = core.iter().map(|word| singular(word)).collect();
        core.sort_unstable();
        core
    };
    let texts = std::iter::once(whole).chain(inner.into_iter().map(read));
    texts.map(core).filter(|core| core.iter().any(|word| word.chars().count() > 2)).collect()
}

/// A word in one spelling for English and Spanish, and what tells as it is written; `None` for what does not say what it is.
/// A short word is compared as it is written: of "HbSS" and "HbS" nothing is an ending.
fn spelled(section: Section, word: &String, telling: &[String]) -> Option<String> {
    // A drug by mouth is told with and without.
    let is_by_mouth = section == Section::Medications && matches!(word.as_str(), "oral" | "tablet" | "product");
    let is_written = word.chars().count() <= 4 || is_number(word) || is_roman(word) || telling.contains(word);
    (!is_by_mouth && !KIND_WORDS.has(word)).then(|| if is_written { word.clone() } else { stem(word) })
}

fn without_tag(name: &str) -> &str {
    let name = name.trim();
    let tagged = name.strip_suffix(')').and_then(|name| name.rsplit_once(" ("));
    tagged.filter(|(_, tag)| TAGS.contains(&folded(tag).as_str())).map_or(name, |(name, _)| name)
}

/// What somebody is allergic to, without the words before and behind it that only say so.
fn allergen(words: Vec<String>) -> Vec<String> {
    let is_around = |word: &String| AROUND_ALLERGENS.has(word);
    let says_so = |word: &String| word.starts_with("allerg") || word.starts_with("alergi");
    let first = words.iter().position(|word| !is_around(word)).unwrap_or(0);
    let led = words.get(..first).is_some_and(|led| led.iter().any(says_so));
    let words = if led { words.into_iter().skip(first).collect() } else { words };
    let last = if words.len() > 1 && words.last().is_some_and(says_so) { words.len() - 1 } else { words.len() };
    words.into_iter().take(last).map(|word| singular(&word)).collect()
}

/// `peanuts` is `peanut`.
fn singular(word: &str) -> String {
    let long = word.chars().count() > 4 && !word.ends_with("ss");
    word.strip_suffix('s').filter(|_| long).unwrap_or(word).to_owned()
}
