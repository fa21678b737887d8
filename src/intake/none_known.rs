//! Words that say that nothing is known: of everything, or of a whole kind. A denial of one thing says less.

use crate::text::folded;

/// Whether words say that nothing is known, in English or Spanish: "No known medication allergies", "NKDA", "sin alergias
/// conocidas". A negation of one thing ("No allergy to penicillin") says less.
pub(super) fn says_none_known(text: &str) -> bool {
    let folded = folded(text);
    let mut clauses = folded.split([';', '.', ',']).map(words_of).filter(|words| !words.is_empty());
    // What is known after all may stand behind it.
    clauses.next().is_some_and(|first| none_known(&first)) && !clauses.any(|next| names_one(&next))
}

/// Whether a further clause tells of something that is known.
fn names_one(words: &[&str]) -> bool {
    const KNOWN: [&str; 20] = [
        "allergic",
        "allergy",
        "allergies",
        "intolerance",
        "intolerant",
        "causes",
        "reaction",
        "rash",
        "hives",
        "anaphylaxis",
        "takes",
        "taking",
        "alergico",
        "alergica",
        "alergia",
        "alergias",
        "causa",
        "reaccion",
        "urticaria",
        "toma",
    ];
    !none_known(words) && words.iter().any(|word| KNOWN.contains(word))
}

fn words_of(folded: &str) -> Vec<&str> {
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// "No known allergies", of any kind, to drugs, to food.
pub(super) const ABBREVIATIONS: [&str; 7] = ["nka", "nkda", "nkfa", "nkma", "nkea", "nkla", "nkdfa"];

fn none_known(words: &[&str]) -> bool {
    const ALONE: [&str; 8] = ["none", "nil", "no", "ninguno", "ninguna", "ningunos", "ningunas", "nada"];
    const BEGINNINGS: &[&[&str]] = &[
        &["no", "known"],
        &["none", "known"],
        &["nil", "known"],
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
        &["no", "significant"],
        &["denies", "allergies"],
        &["denies", "any"],
        &["denies", "known"],
        &["patient", "denies"],
        &["not", "on", "any"],
        &["none", "reported"],
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
        &["ninguna", "conocida"],
        &["ninguno", "conocido"],
        &["no", "conocidas"],
        &["no", "conocidos"],
    ];
    // Of whom it is said, and of what, may stand before it; what is known all the same, behind it.
    const BEFORE: [&str; 26] = [
        "the",
        "patient",
        "pt",
        "he",
        "she",
        "client",
        "person",
        "has",
        "have",
        "with",
        "reports",
        "states",
        "there",
        "are",
        "allergies",
        "allergy",
        "medications",
        "medicines",
        "problems",
        "paciente",
        "el",
        "la",
        "tiene",
        "alergias",
        "medicamentos",
        "problemas",
    ];
    const AFTER_ALL: [&str; 12] = [
        "except",
        "excepting",
        "but",
        "besides",
        "other",
        "apart",
        "aside",
        "however",
        "excepto",
        "salvo",
        "pero",
        "menos",
    ];
    if words.iter().any(|word| AFTER_ALL.contains(word)) {
        return false;
    }
    let before = words.iter().take_while(|word| BEFORE.contains(word)).count();
    // "Patient denies" and "no tiene" are beginnings themselves.
    if before > 0 && words.get(before..).is_some_and(|rest| !rest.is_empty() && none_known(rest)) {
        return true;
    }
    match *words {
        [one] => ABBREVIATIONS.contains(&one) || ALONE.contains(&one),
        [first, ..] if ABBREVIATIONS.contains(&first) => true,
        ["no", "allergy"] | ["no", "drug", "allergy"] | ["no", "food", "allergy"] | ["no", "medication"] => true,
        _ => BEGINNINGS.iter().any(|beginning| {
            let rest = words.strip_prefix(*beginning);
            rest.is_some_and(|rest| rest.iter().all(|word| OF_ANY_KIND.split_whitespace().any(|known| known == *word)))
        }),
    }
}

/// What may stand behind "no known" so that it is said of everything, or of a whole kind. With any other word it denies that one
/// thing: "no known problems with latex gloves".
const OF_ANY_KIND: &str = "
    known current currently active significant chronic past prior previous any other or and of to the in on at
    this time file record per by patient history reported documented recorded identified noted listed present
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
            "No known allergies to drugs or foods at this time",
            "The patient has no known problems",
            "Sin alergias medicamentosas conocidas",
            "Ninguna conocida",
        ] {
            assert!(says_none_known(words), "{words}");
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
            assert!(!says_none_known(words), "{words}");
        }
    }
}
