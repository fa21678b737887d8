//! Against what a vaccine is, read from its name: CDC's short names of CVX codes, common names and brands.
//!
//! A vaccine has many names without a word in common ("flu shot", "Fluarix", "influenza, split virus, trivalent, PF"), and a brand is
//! against several diseases. So two names are compared by what both are against; where we do not know that, by their words.

use super::words_in_common::shares_a_word;
use crate::text::folded;
use std::collections::BTreeSet;

/// What a vaccine is against, with its kind behind a stroke, and the words that say so; with a star the word only begins so. One name
/// may say several.
const AGAINST: &[(&str, &[&str])] = &[
    ("covid", &["covid*", "sars*", "coronavirus", "comirnaty", "spikevax", "nuvaxovid", "mnexspike"]),
    (
        "flu",
        &[
            "influenza",
            "flu",
            "gripe",
            "antigripal",
            "fluzone*",
            "fluarix*",
            "flulaval*",
            "fluad*",
            "flublok*",
            "flucelvax*",
            "flumist*",
            "afluria*",
            "fluvirin*",
            "h1n1",
            "h5n1",
        ],
    ),
    ("hib", &["hib", "haemophilus*", "hemophilus*", "acthib", "pedvaxhib", "hiberix", "pentacel", "vaxelis", "comvax"]),
    ("hep/a", &["hep a", "hepa", "hepatitis a", "hav", "havrix", "vaqta", "twinrix", "hepatitis b and a"]),
    (
        "hep/b",
        &[
            "hep b",
            "hepb",
            "hepatitis b",
            "hbv",
            "engerix*",
            "recombivax*",
            "heplisav*",
            "prehevbrio",
            "twinrix",
            "pediarix",
            "vaxelis",
            "comvax",
            "hepatitis a and b",
            "hepatitis a b",
            "hep a b",
            "hep a and b",
        ],
    ),
    ("hep/c", &["hep c", "hepatitis c"]),
    ("hep/e", &["hep e", "hepatitis e"]),
    ("hep", &["hep", "hepatitis"]),
    (
        "mening/b",
        &[
            "menb",
            "men b",
            "mening b",
            "meningococcal b",
            "meningitis b",
            "bexsero",
            "trumenba",
            "penbraya",
            "penmenvy",
        ],
    ),
    (
        "mening/acwy",
        &[
            "menacwy*",
            "acwy",
            "mcv*",
            "mpsv*",
            "menactra",
            "menveo",
            "menquadfi",
            "menomune",
            "penbraya",
            "penmenvy",
            "meningococcal a",
            "meningococcal ac",
        ],
    ),
    ("mening", &["mening*"]),
    (
        "pneumo/pcv",
        &[
            "pcv*",
            "prevnar*",
            "vaxneuvance",
            "capvaxive",
            "synflorix",
            "pneumococcal conjugate",
            "neumococica conjugada",
        ],
    ),
    ("pneumo/ppsv", &["ppv*", "ppsv*", "pneumovax*", "pneumococcal polysaccharide"]),
    ("pneumo", &["pneumo*", "neumococ*"]),
    (
        "polio/ipv",
        &["ipv", "fipv", "ipol", "inactivated polio", "kinrix", "quadracel", "pentacel", "pediarix", "vaxelis"],
    ),
    ("polio/opv", &["opv"]),
    ("polio", &["polio*"]),
    ("dtp/tdap", &["tdap", "boostrix", "adacel"]),
    (
        "dtp/dtap",
        &["dtap", "infanrix", "daptacel", "tripedia", "kinrix", "quadracel", "pentacel", "pediarix", "vaxelis"],
    ),
    ("dtp/dtp", &["dtp", "dtwp"]),
    ("dtp/td", &["td", "tenivac", "tdvax", "decavac"]),
    ("dtp/dt", &["dt"]),
    (
        "dtp",
        &[
            "tetanus*",
            "diphtheria*",
            "pertussis*",
            "tetanos",
            "difteria",
            "tosferina",
            "antitet*",
            "whooping",
            "lockjaw",
        ],
    ),
    ("measles", &["mmr", "mmrv", "proquad", "priorix", "measles", "sarampion", "m r", "triple viral"]),
    ("mumps", &["mmr", "mmrv", "proquad", "priorix", "mumps", "paperas", "triple viral"]),
    ("rubella", &["mmr", "mmrv", "proquad", "priorix", "rubella", "rubeola", "m r", "triple viral"]),
    ("vz/varicella", &["varicella", "chickenpox", "varivax", "mmrv", "proquad", "varicela", "chicken pox"]),
    ("vz/zoster/recombinant", &["shingrix", "zoster recombinant", "rzv", "recombinant zoster"]),
    ("vz/zoster/live", &["zostavax", "zoster live", "zvl"]),
    ("vz/zoster", &["zoster", "shingles", "culebrilla"]),
    ("rota", &["rotavirus", "rotateq", "rotarix"]),
    ("hpv", &["hpv*", "gardasil*", "cervarix", "papilloma*", "papiloma*", "vph"]),
    ("typhoid", &["typhoid", "typhim*", "vivotif", "tifoidea"]),
    ("yellow fever", &["yellow fever", "stamaril", "fiebre amarilla", "yf"]),
    ("japanese encephalitis", &["japanese enceph*", "ixiaro"]),
    ("tick-borne encephalitis", &["tick borne", "ticovac"]),
    ("rabies", &["rabies", "rabavert", "imovax", "rabia"]),
    ("cholera", &["cholera", "vaxchora", "colera"]),
    ("dengue", &["dengue", "dengvaxia"]),
    ("ebola", &["ebola", "ervebo"]),
    ("anthrax", &["anthrax", "biothrax", "cyfendus"]),
    ("pox", &["smallpox", "mpox", "monkeypox", "vaccinia", "jynneos", "viruela"]),
    ("rsv/mab", &["nirsevimab*", "beyfortus", "palivizumab", "synagis", "clesrovimab*", "enflonsia", "rsv mab"]),
    ("rsv/vaccine", &["abrysvo", "arexvy", "mresvia", "rsvpref*", "rsv vaccine", "rsv mrna"]),
    ("rsv", &["rsv*", "respiratory syncytial"]),
    ("chikungunya", &["chikungunya", "ixchiq", "vimkunya"]),
    ("tuberculosis", &["bcg", "tuberculosis"]),
];

/// Antibodies and tests: no vaccine against what they name.
const OTHERS: &[(&str, &[&str])] = &[
    (
        "antibodies",
        &[
            "ig",
            "igiv",
            "ivig",
            "igim",
            "hbig",
            "rig",
            "tig",
            "vzig",
            "cmvig",
            "immune globulin",
            "immunoglobulin*",
            "gamma globulin",
            "rhogam",
            "rho d",
        ],
    ),
    ("antitoxin", &["antitoxin"]),
    ("skin test", &["tst", "ppd", "tuberculin", "mantoux", "tine"]),
];

/// Makers whose name stands for their vaccine against COVID-19 where nothing else is said.
const OF_COVID: &[&str] =
    &["moderna", "pfizer", "biontech", "janssen", "astrazeneca", "novavax", "sinovac", "sinopharm"];

/// What a vaccine of this name is against; nothing where we do not know.
fn against(name: &str) -> BTreeSet<&'static str> {
    let words = spaced(name);
    let named = |list: &'static [(&'static str, &'static [&'static str])]| {
        let listed = list.iter().filter(|(_, names)| names.iter().any(|name| stands_in(&words, name)));
        listed.map(|(against, _)| *against).collect::<BTreeSet<_>>()
    };
    let others = named(OTHERS);
    if !others.is_empty() {
        return others;
    }
    let mut all = named(AGAINST);
    // "Haemophilus influenzae" is no influenza, and "varicella zoster" is the virus of both.
    if words.contains(" varicella zoster ") && !words.contains(" zoster live ") {
        all.remove("vz/varicella");
    }
    let general: Vec<&str> =
        all.iter().copied().filter(|one| all.iter().any(|other| other != one && is_kind_of(other, one))).collect();
    all.retain(|one| !general.contains(one));
    if all.is_empty() && OF_COVID.iter().any(|maker| stands_in(&words, maker)) {
        all.insert("covid");
    }
    all
}

/// Small words with single spaces, before and behind as well. Digits behind letters are none: `PCV13`.
fn spaced(name: &str) -> String {
    let folded = folded(name);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> =
        words
            .map(|word| {
                if matches!(word, "h1n1" | "h5n1") {
                    word
                } else {
                    word.trim_end_matches(|it: char| it.is_ascii_digit())
                }
            })
            .filter(|word| !word.is_empty())
            .collect();
    format!(" {} ", words.join(" "))
}

fn stands_in(words: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => words.contains(&format!(" {beginning}")),
        None => words.contains(&format!(" {name} ")),
    }
}

fn is_kind_of(one: &str, general: &str) -> bool {
    one == general || one.strip_prefix(general).is_some_and(|rest| rest.starts_with('/'))
}

fn is_met(one: &str, others: &BTreeSet<&str>) -> bool {
    others.iter().any(|other| is_kind_of(one, other) || is_kind_of(other, one))
}

/// Whether the words name a vaccine that this name of its code does not: they are against something that it is not against.
pub(super) fn names_another_than(text: &str, name: &str) -> bool {
    let (said, coded) = (against(text), against(name));
    match (said.is_empty(), coded.is_empty()) {
        (false, false) => said.iter().any(|one| !is_met(one, &coded)),
        (_, _) => !shares_a_word(text, name),
    }
}

/// Whether a name is against something that the words do not say.
pub(super) fn names_more_than(name: &str, text: &str) -> bool {
    let said = against(text);
    !said.is_empty() && against(name).iter().any(|one| !is_met(one, &said))
}

/// Whether two names may be of one vaccine: both are against one thing, in whatever kind of it where a person gets one of these kinds
/// at a time, or one says not what it is against.
pub(crate) fn may_be_one_vaccine(one: &str, other: &str) -> bool {
    let is_open = |name: &str| ["unspecified", "unknown"].iter().any(|word| stands_in(&spaced(name), word));
    let (first, second) = (against(one), against(other));
    let family = |one: &&'static str| one.split('/').next().unwrap_or_default();
    let is_one_of_a_family = |one: &&'static str| {
        matches!(family(one), "dtp" | "polio" | "pneumo" | "vz")
            && second.iter().any(|other| family(other) == family(one))
    };
    match (first.is_empty(), second.is_empty()) {
        (false, false) => first.iter().any(|one| is_met(one, &second) || is_one_of_a_family(one)),
        (_, _) => is_open(one) || is_open(other) || shares_a_word(one, other),
    }
}

#[cfg(test)]
#[path = "vaccines_tests.rs"]
mod tests;
