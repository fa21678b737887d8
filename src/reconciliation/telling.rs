//! Which terms of a name tell things of one name, or of one code, apart: strengths, sides, stages, degrees, denials.
//!
//! "Tablet" and "oral" are not among them: a drug by mouth is told with and without, and every other form and way is. Neither is
//! "high", which stands in lay names ("high blood pressure"); "low" is.
//!
//! A code may be broader than the words beside it (an ingredient, "diabetes"). So two records of one code are the same only
//! where all such terms are the same, whatever else they are called; silence of one of them is not the same as a word.

use super::terms::{Listed, NUMBERED, is_number, terms};

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
const RELATING: [&str; 17] = [
    "to", "due", "from", "after", "before", "for", "by", "on", "than", "if", "or", "not", "no", "without", "with",
    "por", "debido",
];

/// Words that say nothing in a name.
const FILLING: [&str; 11] = ["of", "the", "de", "del", "la", "las", "el", "los", "y", "and", "an"];

/// Short words between others.
const SMALL: [&str; 12] = ["to", "in", "on", "at", "by", "or", "as", "if", "is", "en", "al", "se"];

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
    is_sign || is_number(term) || TELLING.has(term) || is_short(term) && !is_small_word(term, before, terms.get(at + 1))
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
    telling(terms).len() > 1 || terms.iter().any(|term| RELATING.contains(&term.as_str()))
}

/// Whether a name has several clauses that name something: what tells belongs to its own. "Fracture of wrist, left" has one.
pub(super) fn has_clauses(name: &str) -> bool {
    let clauses = name.split([',', ';', '/']).flat_map(|clause| {
        let terms = terms(clause);
        let parts = terms.split(|term| matches!(term.as_str(), "and" | "y")).map(<[String]>::to_vec);
        parts.collect::<Vec<_>>()
    });
    let names = |clause: &Vec<String>| {
        let told = telling(clause);
        clause.iter().any(|term| {
            let is_bare = is_number(term) || is_filling(term) || UNITS.contains(&term.as_str());
            !is_bare && !told.contains(term) && !NUMBERED.contains(&term.as_str())
        })
    };
    clauses.filter(names).count() > 1
}
