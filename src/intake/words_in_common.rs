//! Whether two names have a word in common that says what they are of.
//!
//! "Sulfate", "sodium", "acid" and "vitamin" stand in the names of many things: they count only where a name has nothing else, and
//! then together. Two that name different salts, or different insulins, have none.

use crate::text::{folded, stem};

/// Words around a name that say nothing of what it is: what it is for, how it is made up, articles.
const AROUND: &str = "
    allergy allergic intolerance reaction substance product disorder finding alergia oral tablet tablets tab capsule
    capsules cap with from the and for los las del con por solution suspension injection inhaler inhalation cream ointment
    patch spray drops gel lotion syrup powder chewable coated enteric film extended release delayed immediate pill
    pills pen vial dose doses units unit mcg meq mmol mouth topical vaccine vaccines vaccination vacuna vacunas immunization booster
    shot unspecified formulation adult pediatric preservative free vía via tableta tabletas capsula comprimido comprimidos
";

/// Words for anything that is taken. They count where nothing else is left.
const ANYTHING: &str = "drug drugs medication medications medicine medicines medicamento medicamentos farmaco agent";

/// Salts, minerals and what is called by its kind.
const KINDS_OF_SUBSTANCE: &str = "
    hydrochloride hcl clorhidrato sodium sodico sodica sodio potassium potasico potasica potasio calcium calcio calcico
    besylate maleate mesylate hydrobromide sulfate sulphate sulfato magnesium magnesio chloride cloruro carbonate
    carbonato bicarbonate bicarbonato citrate citrato gluconate gluconato oxide oxido hydroxide hidroxido phosphate
    fosfato acetate acetato lactate iron hierro ferrous ferroso ferric zinc lithium litio aluminum copper iodide fluoride
    nitrate succinate tartrate fumarate bromide tosylate acid acido vitamin vitamins vitamina vitaminas monohydrate
    dihydrate extract extracto hormone human mineral minerals
";

/// Each salt in one spelling: which it is tells two drugs apart.
const SALTS: &str = "
    hydrochloride sodium potassium calcium besylate maleate mesylate hydrobromide sulfate magnesium chloride carbonate
    bicarbonate citrate gluconate oxide hydroxide phosphate acetate lactate succinate tartrate fumarate bromide tosylate
";
/// Likewise each insulin, and each ester of a steroid.
const VARIANTS: &str = "
    lispro aspart glargine detemir degludec glulisine regular nph furoate propionate valerate dipropionate pamoate hyclate
    benzathine procaine decanoate enanthate cypionate
";

/// Whether one word of one stands in the other, in whatever number and spelling ("peanuts", "peanut"). A name without a word of its
/// own agrees with every other.
pub(crate) fn shares_a_word(one: &str, other: &str) -> bool {
    let (one, other) = (Words::new(one), Words::new(other));
    let is_of_another = |listed: &str| {
        let (one, other) = (one.listed(listed), other.listed(listed));
        !one.is_empty() && !other.is_empty() && !one.iter().any(|word| other.contains(word))
    };
    match (one.counting(), other.counting()) {
        (Counting::Nothing, _) | (_, Counting::Nothing) => true,
        // "Vitamin D" is not "vitamin B12", nor "potassium chloride" "sodium chloride".
        (Counting::Kinds, Counting::Kinds) => one.is_within(&other) || other.is_within(&one),
        (Counting::Kinds, Counting::Names) => one.is_called_in(&other),
        (Counting::Names, Counting::Kinds) => other.is_called_in(&one),
        (_, _) => !is_of_another(SALTS) && !is_of_another(VARIANTS) && one.has_one_of(&other),
    }
}

/// What of the words of a name counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counting {
    /// What it is called.
    Names,
    /// Only words for kinds of substances are there.
    Kinds,
    /// Only words for anything.
    Anything,
    Nothing,
}

struct Words {
    /// With short ones.
    all: Vec<String>,
}

impl Words {
    fn new(text: &str) -> Words {
        let folded = folded(text);
        let words = folded.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
        let words = words.filter(|word| !is(AROUND, word)).map(|word| match word {
            "hcl" => "hydrochloride".to_owned(),
            "sulphate" => "sulfate".to_owned(),
            other => other.to_owned(),
        });
        Words { all: words.collect() }
    }

    fn long(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(String::as_str).filter(|word| word.chars().count() > 2)
    }

    fn counting(&self) -> Counting {
        let is_name = |word: &str| !is(KINDS_OF_SUBSTANCE, word) && !is(ANYTHING, word);
        match self.long().next() {
            None => Counting::Nothing,
            Some(_) if self.long().any(is_name) => Counting::Names,
            Some(_) if self.long().any(|word| is(KINDS_OF_SUBSTANCE, word)) => Counting::Kinds,
            Some(_) => Counting::Anything,
        }
    }

    /// The words of what counts, in one spelling.
    fn stems(&self) -> Vec<String> {
        let counting = self.counting();
        let counts = |word: &&str| match counting {
            Counting::Names => !is(KINDS_OF_SUBSTANCE, word) && !is(ANYTHING, word),
            Counting::Kinds => is(KINDS_OF_SUBSTANCE, word),
            Counting::Anything => true,
            Counting::Nothing => false,
        };
        self.long().filter(counts).map(stem).collect()
    }

    fn has_one_of(&self, other: &Words) -> bool {
        let facing = other.stems();
        self.stems().iter().any(|word| facing.contains(word))
    }

    fn is_within(&self, other: &Words) -> bool {
        const UNITS: &str = "mg mcg g ml l meq mmol iu u er xr sr dr ec";
        let counts = |word: &&String| !is(UNITS, word) && !is(ANYTHING, word);
        let facing: Vec<String> = other.all.iter().map(|word| stem(word)).collect();
        self.all.iter().filter(counts).all(|word| facing.contains(&stem(word)))
    }

    /// Whether a name of nothing but kinds is what another is called by: "vitamin D" in "cholecalciferol (vitamin D3)", and "calcium" at
    /// the head of "calcium carbonate [Tums]". The salt of another drug is not.
    fn is_called_in(&self, other: &Words) -> bool {
        let is_no_salt = self.long().any(|word| is(KINDS_OF_SUBSTANCE, word) && !is(SALTS, word) && word != "acid");
        self.is_within(other) && (is_no_salt || self.long().next() == other.long().next())
    }

    fn listed(&self, listed: &str) -> Vec<&str> {
        self.long().filter(|word| is(listed, word)).collect()
    }
}

fn is(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_many_names_is_no_word_in_common() {
        for (one, other) in [
            ("Morphine sulfate 10 mg", "Codeine sulfate 10 mg"),
            ("Warfarin sodium 5 mg", "Levothyroxine sodium 5 mg"),
            ("Valproic acid", "Folic acid"),
            ("The drug penicillin", "The drug codeine"),
            ("Penicillin and sulfa", "Codeine and aspirin"),
            ("Losartan potassium", "Penicillin V potassium"),
            ("Sertraline hydrochloride", "Metformin hydrochloride extended release tablet"),
            ("Vitamin D3 1000 units", "Vitamin B12 1000 mcg"),
            ("Vitamin K", "Vitamin D"),
            ("Potassium chloride 10 meq", "Sodium chloride 10 meq"),
            ("Metoprolol succinate 50 mg", "Metoprolol tartrate 50 mg"),
            ("Diclofenac sodium", "Diclofenac potassium"),
            ("Insulin lispro", "Insulin glargine"),
            ("Drug allergy", "Allergy to penicillin"),
            ("Sodium", "Valproate sodium"),
            ("Amlodipine oral solution", "Ranitidine oral solution"),
        ] {
            assert!(!shares_a_word(one, other) && !shares_a_word(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("Morphine sulfate 10 mg", "Morphine 10 mg Oral Tablet"),
            ("Sertraline HCl 50 mg", "sertraline hydrochloride 50 MG Oral Tablet"),
            ("Potassium chloride ER 10 mEq", "Potassium Chloride"),
            ("Sodium chloride 0.9 %", "Sodium"),
            ("Vitamin D3 1000 units", "Vitamin D"),
            ("Calcium carbonate 500 mg", "Calcium Carbonate 500 MG Oral Tablet"),
            ("Warfarin (Coumadin)", "warfarin sodium 5 MG Oral Tablet [Jantoven]"),
            ("Peanuts", "Peanut (substance)"),
            ("Vitamin D", "cholecalciferol (vitamin D3) 1000 units"),
            ("Iron", "Iron dextran"),
            ("Calcium", "Calcium carbonate [Tums]"),
            ("Allergy", "Allergy to penicillin"),
            ("Penicillin G sodium", "Penicillin"),
        ] {
            assert!(shares_a_word(one, other) && shares_a_word(other, one), "{one} {other}");
        }
    }
}
