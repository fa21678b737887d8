//! Words that say that nothing is known: of everything, or of a whole kind. A denial of one thing says less, and so does a list that
//! is only empty. Where anything is named beside it, it is not said.
//!
//! The words are read from the left: a denial, then what is denied, then when and by whom it was said. Every word must have its
//! place; a word that has none may name something.

use crate::text::folded;

/// What is said not to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denial {
    /// Nothing is known: somebody asked.
    NoneKnown,
    /// Nothing is on file: nobody says that anybody asked.
    NoneOnFile,
}

/// Whether words say that nothing is known, in English or Spanish: "No known medication allergies", "NKDA", "sin alergias
/// conocidas". A negation of one thing ("No allergy to penicillin") says less.
pub(super) fn says_none_known(text: &str) -> bool {
    denial(text) == Some(Denial::NoneKnown)
}

/// What these words deny; `None` where they deny nothing, one thing, or name something all the same.
pub(super) fn denial(text: &str) -> Option<Denial> {
    let folded = folded(text);
    let clauses = clauses(&folded);
    let mut rest = clauses.as_slice();
    let (mut denials, mut is_on_file) = (0, false);
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if denials > 0 && first.words.iter().all(|word| is_aside(word)) {
            continue;
        }
        let mut clause = first.words.clone();
        // Of whom or of what it is said may stand before it ("Allergies: none"), and what is denied may be a list ("no known food,
        // drug, or environmental allergies").
        while let Some((next, behind)) = rest.split_first() {
            let is_begun = clause.iter().all(|word| is(BEFORE, word));
            let is_kind = |word: &&str| is(OF_ANY_KIND, word) || is_aside(word);
            let is_listed = next.goes_on && is_open(&clause) && next.words.iter().all(is_kind);
            if !is_begun && !is_listed {
                break;
            }
            clause.extend(&next.words);
            rest = behind;
        }
        if !is_denial(&clause) {
            return None;
        }
        denials += 1;
        is_on_file |= clause.iter().any(|word| is(ON_FILE, word));
    }
    let is_known = |word: &&str| word.starts_with("known") || word.starts_with("conoc") || is_abbreviation(word);
    let is_known = clauses.iter().flat_map(|clause| &clause.words).any(is_known);
    match (denials, is_on_file && !is_known) {
        (0, _) => None,
        (_, true) => Some(Denial::NoneOnFile),
        (_, false) => Some(Denial::NoneKnown),
    }
}

/// A part of what is said.
#[derive(Clone, Debug, Default)]
struct Clause<'t> {
    words: Vec<&'t str>,
    /// Whether only a comma or a stroke stands before it, so that it may go on with a list.
    goes_on: bool,
}

/// The clauses that have words. A hyphen within a word parts no clauses.
fn clauses(folded: &str) -> Vec<Clause<'_>> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '\'' | '"' | '*' | '_');
    let (mut clauses, mut rest, mut goes_on): (Vec<Clause<'_>>, &str, bool) = (Vec::new(), folded, false);
    loop {
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        for (number, part) in part.split(" -").flat_map(|part| part.split("- ")).enumerate() {
            let words = part.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
            clauses.push(Clause { words: words.collect(), goes_on: goes_on && number == 0 });
        }
        let Some(sign) = behind.chars().next() else { break };
        goes_on = matches!(sign, ',' | '/' | '&' | '+');
        rest = behind.get(sign.len_utf8()..).unwrap_or_default();
    }
    clauses.retain(|clause| !clause.words.is_empty());
    clauses
}

/// "No known allergies", of any kind, to drugs, to food.
const ABBREVIATIONS: [&str; 7] = ["nka", "nkda", "nkfa", "nkma", "nkea", "nkla", "nkdfa"];

/// Whether a folded word stands for "no known allergies".
pub(super) fn is_abbreviation(word: &str) -> bool {
    ABBREVIATIONS.contains(&word)
}

/// Words that deny everything by themselves.
const ALONE: &str = "none nil no ninguno ninguna ningunos ningunas nada";

const BEGINNINGS: &[&[&str]] = &[
    &["no", "known"],
    &["no", "current"],
    &["no", "active"],
    &["no", "allergies"],
    &["no", "drug", "allergies"],
    &["no", "food", "allergies"],
    &["no", "medications"],
    &["no", "meds"],
    &["takes", "no", "medications"],
    &["takes", "no", "medicines"],
    &["taking", "no", "medications"],
    &["no", "medicines"],
    &["no", "problems"],
    &["no", "conditions"],
    &["no", "immunizations"],
    &["no", "procedures"],
    &["no", "significant"],
    &["no", "recorded"],
    &["no", "documented"],
    &["no", "information"],
    &["denies", "allergies"],
    &["denies", "any"],
    &["denies", "known"],
    &["patient", "denies"],
    &["not", "on", "any"],
    &["sin", "alergias"],
    &["sin", "alergia", "conocida"],
    &["sin", "medicamentos"],
    &["sin", "medicacion"],
    &["sin", "problemas"],
    &["sin", "antecedentes"],
    &["no", "se", "conocen"],
    &["no", "hay"],
    &["no", "tiene", "alergias"],
    &["no", "toma"],
    &["no", "refiere"],
    &["niega", "alergias"],
    &["niega"],
    &["ninguna", "alergia"],
    &["ningun", "medicamento"],
    &["no", "conocidas"],
    &["no", "conocidos"],
];

/// Of whom it is said, and of what, may stand before it.
const BEFORE: &str = "
    the patient pt he she client person has have with reports states there are allergies allergy medications
    medicines problems paciente el la tiene alergias medicamentos problemas
";

/// When it was said, by whom, and where it stands; and the tags of SNOMED CT.
const ASIDE: &str = "
    known current currently now today at on in as of this time date per by patient pt history reported reports
    states stated confirmed verified reviewed asked again updated chart self mother father parent spouse family
    caregiver provider nurse identified present prescribed taken use situation finding disorder context dependent
    conocida conocidas conocido conocidos actual actuales activos importantes segun paciente refiere momento al el
    medicamentosa medicamentosas alimentaria alimentarias ambientales medicos
";

/// Words of a list or a record that holds nothing.
const ON_FILE: &str = "
    file record records recorded documented listed noted entered charted available registered information info registradas
    registrados documentadas documentados expediente
";

/// What may stand behind "no known" so that it is said of everything, or of a whole kind. With any other word it denies that one
/// thing: "no known problems with latex gloves".
const OF_ANY_KIND: &str = "
    known current currently active significant chronic past prior previous any other or and of to the in on at
    this time per by patient history reported identified present about regarding
    allergy allergies allergic intolerance intolerances sensitivity sensitivities adverse reaction reactions
    drug drugs medication medications medicine medicines medicinal meds prescription prescriptions prescribed
    regular home food foods environment environmental environmentals seasonal insect insects latex substance
    substances agent agents problem problems condition conditions issue issues disease diseases disorder
    disorders diagnosis diagnoses illness illnesses disability disabilities health medical surgical family
    procedure procedures surgery surgeries operations device devices implant implants implanted immunization
    immunizations vaccine vaccines vaccination vaccinations
    alergia alergias alergica alergicas conocida conocidas conocido conocidos reaccion reacciones medicamento
    medicamentos medicamentosa medicamentosas medicacion farmaco farmacos alimento alimentos alimentaria
    alimentarias ambientales problema problemas enfermedad enfermedades antecedente antecedentes medicos salud
    actual actuales activos importantes ningun ninguna a de y o ni momento
";

/// Kinds of things that one can be allergic to: one list goes on behind them.
const KINDS: &str = "
    drug drugs medication medicine medicinal food foods environmental environment seasonal insect insects latex
    substance medical surgical
";

/// What ends the words for what is denied.
const OF_ALLERGY: &str = "
    allergy allergies intolerance intolerances sensitivity sensitivities reaction reactions alergia alergias
    reaccion reacciones
";
const OF_THINGS: &str = "
    medication medications medicine medicines meds prescriptions problem problems condition conditions issue issues
    disease diseases disorder disorders diagnosis diagnoses illness illnesses disability disabilities procedure
    procedures surgery surgeries operations device devices implant implants immunization immunizations vaccine
    vaccines vaccination vaccinations history medicamento medicamentos medicacion farmaco farmacos problema
    problemas enfermedad enfermedades antecedente antecedentes
";

fn is(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known == word)
}

fn is_aside(word: &str) -> bool {
    is(ASIDE, word) || is(ON_FILE, word) || word.chars().all(|letter| letter.is_ascii_digit())
}

/// Whether what is denied is not named yet, so that the next clause may go on with it.
fn is_open(words: &[&str]) -> bool {
    let begins = words.first().is_some_and(|word| matches!(*word, "no" | "denies" | "sin" | "niega"));
    let goes_on = words.last().is_some_and(|word| is(KINDS, word));
    begins && goes_on && !words.iter().any(|word| is(OF_ALLERGY, word))
}

/// Whether a clause denies everything, or a whole kind.
fn is_denial(words: &[&str]) -> bool {
    let before = words.iter().take_while(|word| is(BEFORE, word)).count();
    // "Patient denies" and "no tiene" are beginnings themselves.
    if before > 0 && words.get(before..).is_some_and(|rest| !rest.is_empty() && is_denial(rest)) {
        return true;
    }
    match *words {
        [first, ref rest @ ..] if is_abbreviation(first) || is(ALONE, first) && rest.iter().all(|it| is_aside(it)) => {
            rest.iter().all(|word| is_aside(word) || is_abbreviation(word))
        }
        ["no", "allergy"] | ["no", "drug", "allergy"] | ["no", "food", "allergy"] | ["no", "medication"] => true,
        _ => BEGINNINGS.iter().any(|beginning| {
            words.strip_prefix(*beginning).is_some_and(|rest| denies_all(beginning.last().copied(), rest))
        }),
    }
}

/// Where in a denial its words are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before what is denied.
    Before,
    /// Behind "allergies".
    BehindAllergy,
    /// Behind "medications": allergies may be to them.
    BehindThing,
    /// Behind "and", where one more of the same may stand, and no kind.
    Joined,
    /// In a list of kinds behind "to".
    To,
}

/// Whether the words behind the beginning of a denial name nothing that is known after all.
fn denies_all(last: Option<&str>, rest: &[&str]) -> bool {
    let behind = |word: &str| match word {
        _ if is(OF_ALLERGY, word) => Some(Place::BehindAllergy),
        _ if is(OF_THINGS, word) => Some(Place::BehindThing),
        _ => None,
    };
    let mut place = last.and_then(behind).unwrap_or(Place::Before);
    let mut before = "";
    for word in rest.iter().copied() {
        // "No known other allergies": one is known.
        if word == "other" && !matches!(before, "any" | "or" | "and" | "nor") {
            return false;
        }
        before = word;
        place = match place {
            Place::Before if is(OF_ANY_KIND, word) || is_aside(word) => behind(word).unwrap_or(Place::Before),
            Place::To if is(OF_ALLERGY, word) => return false,
            Place::To if is(OF_ANY_KIND, word) || is_aside(word) => Place::To,
            Place::Joined if matches!(word, "any" | "other" | "adverse" | "known") => Place::Joined,
            Place::Joined => match behind(word) {
                Some(place) => place,
                None => return false,
            },
            Place::BehindAllergy | Place::BehindThing => match word {
                "or" | "nor" | "o" | "ni" | "de" => Place::Before,
                "and" | "y" | "e" => Place::Joined,
                "to" | "a" => Place::To,
                _ if is_aside(word) => place,
                _ => match (place, behind(word)) {
                    (Place::BehindThing, Some(next)) => next,
                    (_, _) => return false,
                },
            },
            Place::Before | Place::To => return false,
        };
    }
    place != Place::Joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_nothing_is_known_is_said_in_both_languages() {
        for words in [
            "No known drug allergies",
            "NKDA",
            "nka",
            "None",
            "No current medications",
            "Denies any allergies",
            "Sin alergias conocidas",
            "Ninguna",
            "No se conocen alergias",
            "Niega alergias",
            "NKDA per patient",
            "NKDA (asked again 2024-05-14)",
            "NKDA, NKFA",
            "NKA/NKDA",
            "NKDA (no known drug allergies)",
            "No known drug allergies (NKDA)",
            "No known allergies to drugs or foods at this time",
            "No known food, drug, or environmental allergies",
            "No known drug/food allergies",
            "No known allergies or intolerances",
            "No known allergies and adverse reactions",
            "No known drug allergies. No current medications.",
            "No known medication allergies",
            "No known allergy (situation)",
            "No known allergies on file",
            "No known device use",
            "No current problems or disability",
            "None reported",
            "No known allergies or other reactions",
            "no-known-food-allergies",
            "The patient has no known problems",
            "Allergies: none",
            "Allergies - NKDA",
            "Sin alergias medicamentosas conocidas",
            "Sin alergias a medicamentos ni alimentos",
            "Ninguna conocida",
        ] {
            assert_eq!(denial(words), Some(Denial::NoneKnown), "{words}");
        }
        for words in [
            "Penicillin",
            "No allergy to penicillin",
            "Nonesuch",
            "Nodular goitre",
            "Sinusitis",
            "Nil by mouth intolerance",
            "No known problems with latex gloves",
            "No known allergy to penicillin",
            "No current suicidal thoughts",
            "Patient denies chest pain",
            "Sin alergia conocida al huevo",
        ] {
            assert_eq!(denial(words), None, "{words}");
        }
    }

    #[test]
    fn what_is_named_behind_a_denial_is_known() {
        for denial_of_all in ["NKDA", "NKA", "No known drug allergies", "No known allergies", "None", "None known"] {
            for parts in
                [" – ", " - ", ", ", "; ", ". ", ": ", " (", " / ", "/", " + ", " & ", "\n", " ", " | ", " and "]
            {
                for named in [
                    "latex allergy",
                    "latex",
                    "penicillin",
                    "penicillin: rash",
                    "shellfish",
                    "seasonal allergies",
                    "sulfa per patient",
                    "bee stings",
                    "food",
                ] {
                    let words = format!("{denial_of_all}{parts}{named}");
                    assert_eq!(denial(&words), None, "{words}");
                }
            }
        }
        for words in [
            "No known drug allergies except sulfa",
            "Allergies: NKDA, iodine",
            "Penicillin. NKDA",
            "No known other allergies",
            "No known food. Latex allergy",
            "No known drug: latex allergy",
            "Sin alergias, huevo",
        ] {
            assert_eq!(denial(words), None, "{words}");
        }
    }

    #[test]
    fn an_empty_list_is_no_answer() {
        for words in [
            "No allergies on file",
            "No allergies recorded",
            "No medications on file",
            "No active problems on file",
            "No drug allergies documented",
            "No allergies listed in chart",
            "None on file",
            "None documented",
            "No documented allergies",
            "No information about allergies",
            "Allergies: none recorded",
            "Sin alergias registradas",
        ] {
            assert_eq!(denial(words), Some(Denial::NoneOnFile), "{words}");
        }
    }
}
