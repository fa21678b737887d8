//! Which terms of a name tell things of one name, or of one code, apart: strengths, sides, stages, degrees, denials.
//!
//! "Tablet" and "oral" are not among them: a drug by mouth is told with and without, and every other form and way is. Neither is
//! "high", which stands in lay names ("high blood pressure"); "low" is.
//!
//! A code may be broader than the words beside it (an ingredient, "diabetes"). So two records of one code are the same only
//! where all such terms are the same, whatever else they are called; silence of one of them is not the same as a word.

use super::terms::{Listed, is_number};

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
     inactivated booster alpha beta gamma delta \
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
            None if tells(term, at + 1 == terms.len()) => told.push(term.clone()),
            None => {}
        }
        at += 1;
    }
    told
}

fn tells(term: &str, is_last: bool) -> bool {
    let is_sign = !term.chars().any(char::is_alphanumeric);
    let is_letter = term.chars().count() == 1 && !is_sign;
    // In Spanish these are words, unless they end the name: "hepatitis A".
    let is_word = matches!(term, "a" | "e" | "o" | "u" | "y") && !is_last;
    is_sign || is_number(term) || is_letter && !is_word || TELLING.has(term)
}

/// Whether a term says nothing in a name.
pub(super) fn is_filling(term: &str) -> bool {
    FILLING.contains(&term)
}

/// Whether the order of the terms counts: where one relates others, or where two tell something of different words.
pub(super) fn is_ordered(terms: &[String]) -> bool {
    telling(terms).len() > 1 || terms.iter().any(|term| RELATING.contains(&term.as_str()))
}
