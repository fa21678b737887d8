//! Names for codes that come without words: health cards in QR codes leave every display text out (SHC "Modeling").
//!
//! Only the frequent codes of four systems, from `assets/code_displays/`, where sources and licences stand. The sender's own words
//! always come first; what is shown from here carries its code, so that nobody takes it for the sender's.

/// One list: the URI of its system, the name people know it by, and its lines.
struct List {
    system: &'static str,
    name: &'static str,
    lines: &'static str,
}

const LISTS: [List; 4] = [
    List {
        system: "http://hl7.org/fhir/sid/cvx",
        name: "CVX",
        lines: include_str!("../../assets/code_displays/cvx.tsv"),
    },
    List { system: "http://loinc.org", name: "LOINC", lines: include_str!("../../assets/code_displays/loinc.tsv") },
    List {
        system: "http://snomed.info/sct",
        name: "SNOMED CT",
        lines: include_str!("../../assets/code_displays/snomed.tsv"),
    },
    List {
        system: "http://www.nlm.nih.gov/research/umls/rxnorm",
        name: "RxNorm",
        lines: include_str!("../../assets/code_displays/rxnorm.tsv"),
    },
];

/// Systems that are known by name without a list.
const NAMES: [(&str, &str); 4] = [
    ("http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-CM"),
    ("http://hl7.org/fhir/sid/ndc", "NDC"),
    ("http://www.ama-assn.org/go/cpt", "CPT"),
    ("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "HCPCS"),
];

/// Our name for a code, `None` when it is in no list.
pub fn display(system: &str, code: &str) -> Option<&'static str> {
    let list = LISTS.iter().find(|list| list.system == system)?;
    find(list.lines, code)
}

/// The name by which people know a system.
pub(crate) fn name_of(system: &str) -> Option<&'static str> {
    let lists = LISTS.iter().map(|list| (list.system, list.name));
    lists.chain(NAMES).find(|(uri, _)| *uri == system).map(|(_, name)| name)
}

/// What stands for a code that came without words: our name and the code, or the code alone. The codes of HL7's own systems
/// are words themselves (`active`, `self`).
pub fn shown(system: Option<&str>, code: &str) -> String {
    let system = system.unwrap_or_default();
    let words = ["http://terminology.hl7.org/", "http://hl7.org/fhir/"];
    if words.iter().any(|hl7| system.starts_with(hl7)) && !system.contains("/sid/") {
        return code.to_owned();
    }
    let name = name_of(system).unwrap_or("code");
    match display(system, code) {
        Some(display) => format!("{display} ({name} {code})"),
        None => format!("{name} {code}"),
    }
}

/// Binary search over lines: no table is built, nothing is kept.
fn find(lines: &'static str, code: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, lines.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let bytes = lines.as_bytes();
        let start = bytes.get(..middle)?.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = lines.get(start..)?.lines().next()?;
        match line.split_once('\t') {
            Some((known, display)) if known == code => return Some(display),
            Some((known, _)) if known > code => high = start,
            // Comment lines stand before every code.
            Some(_) | None => low = start + line.len() + 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_sorted_without_repeats_and_names_its_licence() {
        for list in &LISTS {
            let head = list.lines.lines().take_while(|line| line.starts_with("# ")).collect::<Vec<_>>().join("\n");
            assert!(head.contains("# Licence: ") && head.contains("# As of 20"), "{}", list.name);
            let rows: Vec<(&str, &str)> = list.lines.lines().filter_map(|line| line.split_once('\t')).collect();
            let heads = list.lines.lines().filter(|line| line.starts_with('#')).count();
            assert_eq!(rows.len() + heads, list.lines.lines().count(), "{}: a line is neither", list.name);
            assert!(rows.windows(2).all(|pair| pair[0].0 < pair[1].0), "{} is not sorted", list.name);
            for (code, display) in rows {
                assert_eq!(find(list.lines, code), Some(display));
                assert!(!display.trim().is_empty() && display.trim() == display && !display.contains('\t'), "{code}");
            }
        }
    }

    #[test]
    fn a_code_in_no_list_has_no_display() {
        for code in ["", "0", "1", "9999", "208 ", "#", "zzz"] {
            assert_eq!(display("http://hl7.org/fhir/sid/cvx", code), None, "{code}");
        }
        assert_eq!(display("http://elsewhere.example", "208"), None);
    }

    #[test]
    fn our_name_is_shown_with_its_code() {
        let shot = shown(Some("http://hl7.org/fhir/sid/cvx"), "208");
        assert_eq!(shot, "COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose (CVX 208)");
        assert_eq!(shown(Some("http://hl7.org/fhir/sid/cvx"), "9999"), "CVX 9999");
        assert_eq!(shown(None, "x"), "code x");
        assert_eq!(shown(Some("http://terminology.hl7.org/CodeSystem/condition-clinical"), "active"), "active");
    }

    #[test]
    fn loinc_and_snomed_codes_have_right_check_digits() {
        let rows = |name: &str| LISTS.iter().find(|list| list.name == name).expect("a list").lines.lines();
        for (code, _) in rows("LOINC").filter_map(|line| line.split_once('\t')) {
            let (digits, check) = code.split_once('-').expect("a check digit");
            let sum: u32 = digits.bytes().rev().enumerate().map(|(place, digit)| luhn(place, digit)).sum();
            assert_eq!(((10 - sum % 10) % 10).to_string(), check, "{code}");
        }
        for (code, _) in rows("SNOMED CT").filter_map(|line| line.split_once('\t')) {
            assert_eq!(verhoeff(code), 0, "{code}");
        }
    }

    fn luhn(place: usize, digit: u8) -> u32 {
        let value = u32::from(digit - b'0') * if place.is_multiple_of(2) { 2 } else { 1 };
        value / 10 + value % 10
    }

    /// The check of SNOMED CT identifiers: the dihedral group D5.
    fn verhoeff(code: &str) -> usize {
        const PERMUTATION: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
        let multiply = |a: usize, b: usize| match (a < 5, b < 5) {
            (true, true) => (a + b) % 5,
            (true, false) => (a + b - 5) % 5 + 5,
            (false, true) => (a - 5 + 5 - b) % 5 + 5,
            (false, false) => (a + 5 - b) % 5,
        };
        code.bytes().rev().enumerate().fold(0, |sum, (place, digit)| {
            multiply(sum, (0..place).fold(usize::from(digit - b'0'), |digit, _| PERMUTATION[digit]))
        })
    }
}
