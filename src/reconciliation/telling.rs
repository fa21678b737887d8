//! Which terms of a name tell things of one name, or of one code, apart: strengths, sides, stages, degrees, denials.
//!
//! "Tablet" and "oral" are not among them: a drug by mouth is told with and without, and every other form and way is. Neither is
//! "high", which stands in lay names ("high blood pressure"); "low" is.
//!
//! A code may be broader than the words beside it (an ingredient, "diabetes"). So two records of one code are the same only
//! where all such terms are the same, whatever else they are called; silence of one of them is not the same as a word.

use super::terms::{Listed, NUMBERED, Terms, is_number, is_roman};

/// Words that change what a name means: where, how much and how long, whether at all and whose and whether still, of which kind and in
/// which course, how a drug is released, given and made up, which salt changes the dose. Other words of one code are other names of
/// one thing.
static TELLING: Listed = Listed::new(
    "left right bilateral unilateral upper lower proximal distal anterior posterior medial lateral superior \
     inferior internal external central peripheral superficial deep \
     mild moderate severe acute subacute chronic recurrent persistent intermittent transient major minor low \
     total partial complete incomplete end early late advanced life threatening anaphylaxis anaphylactic \
     anafilaxia controlled uncontrolled half double quarter medio mitad \
     no not non without with negative positive never denies absent suspected possible probable likely rule ruled \
     refuted history family mother father maternal paternal past previous prior former old resolved inactive \
     remission remision risk riesgo carrier screening exposure intolerance sensitivity error stopped suspendido \
     nunca sospecha probable \
     secondary benign malignant metastatic congenital acquired gestational pregnancy neonatal juvenile pediatric \
     adult senile open closed displaced nondisplaced routine delayed initial subsequent sequela sequelae nonunion \
     malunion healing healed bacterial viral fungal iodinated gadolinium conjugate polysaccharide live \
     inactivated booster alpha beta gamma delta iii vii viii xii xiii \
     er xr xl sr ir dr cr la cd odt ec extended immediate sustained modified release prolongada retard depot \
     enteric coated chewable disintegrating effervescent sublingual buccal topical nasal ophthalmic otic rectal \
     vaginal transdermal intravenous intramuscular subcutaneous inhalation inhaled inhaler injection injectable \
     infusion patch parche cream crema ointment gel lotion spray suppository suspension solution syrup jarabe \
     drops gotas powder capsule lozenge film foam pen cartridge vial iv im sc sq pr sl tartrate succinate furoate \
     propionate valerate dipropionate pamoate hyclate benzathine procaine decanoate enanthate cypionate lispro \
     aspart glargine detemir degludec regular nph mix",
);

/// Units: they belong to the number before them.
const UNITS: [&str; 14] = ["mg", "mcg", "g", "kg", "ml", "l", "unit", "iu", "u", "meq", "mmol", "%", "h", "day"];

/// Words that relate what stands before them to what stands behind: with one of them the order of a name counts.
const RELATING: [&str; 40] = [
    "to",
    "due",
    "from",
    "after",
    "before",
    "for",
    "by",
    "on",
    "than",
    "if",
    "or",
    "not",
    "no",
    "without",
    "with",
    "por",
    "debido",
    "in",
    "en",
    "causing",
    "caused",
    "causes",
    "cause",
    "causa",
    "associated",
    "complicating",
    "complicated",
    "following",
    "despite",
    "during",
    "until",
    "versus",
    "vs",
    "against",
    "above",
    "below",
    "tras",
    "para",
    "asociado",
    "asociada",
];

/// Words that say nothing in a name.
const FILLING: [&str; 11] = ["of", "the", "de", "del", "la", "las", "el", "los", "y", "and", "an"];

/// Short words between others.
const SMALL: [&str; 12] = ["to", "in", "on", "at", "by", "or", "as", "if", "is", "en", "al", "se"];

/// Those of them with which no name begins that means the word: "AL amyloidosis".
const NEVER_FIRST: [&str; 4] = ["al", "as", "is", "se"];

/// Words between two things.
pub(super) const JOINING: [&str; 9] = ["and", "y", "e", "plus", "with", "or", "o", "w", "mas"];

/// The terms of a name. A small word is the name of a kind where it stands in capitals among small letters, or where nothing stands
/// behind it that it could join ("amyloidosis AL", "chromosome Y"): such a one stays in capitals, so that it is no small word.
pub(super) fn of_a_name(mut read: Terms) -> Terms {
    let last = read.all.len().saturating_sub(1);
    for (place, term) in read.all.iter_mut().enumerate() {
        let is_small = term.chars().count() <= 2 && (SMALL.contains(&term.as_str()) || is_filling(term));
        let is_lone = place == last && last > 0 || place == 0 && NEVER_FIRST.contains(&term.as_str());
        if is_small && (is_lone || read.capitals.contains(&place) && term != "of") {
            term.make_ascii_uppercase();
        }
    }
    read
}

/// The telling terms of a name, a number together with its unit.
pub(super) fn telling(terms: &[String]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(term) = terms.get(at) {
        let is_unit = |next: &&String| UNITS.contains(&next.as_str());
        match terms.get(at + 1).filter(is_unit).filter(|_| is_number(term)) {
            Some(unit) => {
                told.push(format!("{term} {unit}"));
                at += 1;
            }
            None if tells(terms, at) => told.push(term.clone()),
            None => {}
        }
        at += 1;
    }
    told
}

fn tells(terms: &[String], at: usize) -> bool {
    let Some(term) = terms.get(at).map(String::as_str) else { return false };
    let before = at.checked_sub(1).and_then(|at| terms.get(at)).map(String::as_str);
    let is_sign = !term.chars().any(char::is_alphanumeric);
    // A stage of which the letters are no word: "stage IIIA", "grade low".
    let is_stage = before.is_some_and(|before| NUMBERED.contains(&before)) && term.chars().count() <= 4;
    is_sign
        || is_number(term)
        || TELLING.has(term)
        || is_roman(term)
        || is_stage && !is_filling(term)
        || is_short(term) && !is_small_word(term, before, terms.get(at + 1))
}

fn is_short(term: &str) -> bool {
    term.chars().count() <= 2
}

/// Whether a short term only joins others: all other short ones tell ("MR", "IV", "hepatitis E virus").
fn is_small_word(term: &str, before: Option<&str>, behind: Option<&String>) -> bool {
    match term {
        // At the head and before a Spanish article these are words, elsewhere a kind.
        "a" | "e" | "o" | "u" => {
            before.is_none() || behind.is_some_and(|behind| matches!(behind.as_str(), "la" | "las" | "el" | "los"))
        }
        // "Adalat CC" has no volume.
        unit if UNITS.contains(&unit) => unit.chars().count() > 1 && before == Some("/"),
        word => is_filling(word) || SMALL.contains(&word),
    }
}

/// Whether a term says nothing in a name.
pub(super) fn is_filling(term: &str) -> bool {
    FILLING.contains(&term)
}

/// Whether the order of the terms counts: where one relates others, or where two tell something of different words.
pub(super) fn is_ordered(terms: &[String]) -> bool {
    let relates = |term: &String| RELATING.contains(&term.to_lowercase().as_str());
    telling(terms).len() > 1 || terms.iter().any(relates)
}

/// Whether a name has several clauses that name something: what tells belongs to its own. "Fracture of wrist, left" has one.
pub(super) fn has_clauses(name: &Terms) -> bool {
    let mut clauses: Vec<Vec<String>> = vec![Vec::new()];
    for (place, term) in name.all.iter().enumerate() {
        let joins = JOINING.contains(&term.to_lowercase().as_str());
        if joins || name.breaks.contains(&place) {
            clauses.push(Vec::new());
        }
        if let Some(clause) = clauses.last_mut().filter(|_| !joins) {
            clause.push(term.clone());
        }
    }
    clauses.iter().filter(|clause| naming(clause).next().is_some()).count() > 1
}

/// The terms that say what it is of: neither numbers nor units, and nothing that tells.
pub(super) fn naming(terms: &[String]) -> impl Iterator<Item = &String> {
    let told = telling(terms);
    terms.iter().filter(move |term| {
        let is_bare = is_number(term) || is_filling(term) || is_unit(term) || NUMBERED.contains(&term.as_str());
        !is_bare && !told.contains(*term)
    })
}

/// Whether a term is a unit.
pub(super) fn is_unit(term: &str) -> bool {
    UNITS.contains(&term)
}
