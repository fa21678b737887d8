//! Addresses: the line with the house number in the short form of the US Postal Service (Publication 28, appendix C), without the
//! unit, held to its ZIP code.

use super::collected::{Collected, Discarded, discard};
use super::field::{MatchField, NotCounted};
use super::letters::{letters, small};
use super::placeholders::placeholders;
use crate::fhir::each;
use serde_json::Value;

/// More addresses of one person, or lines of one, are not compared.
const MAX_LISTED: usize = 20;

/// Streets by their kind.
const KINDS: [(&str, &str); 44] = [
    ("alley", "aly"),
    ("avenue", "ave"),
    ("av", "ave"),
    ("boulevard", "blvd"),
    ("boul", "blvd"),
    ("bridge", "brg"),
    ("center", "ctr"),
    ("centre", "ctr"),
    ("circle", "cir"),
    ("circ", "cir"),
    ("court", "ct"),
    ("cove", "cv"),
    ("creek", "crk"),
    ("crescent", "cres"),
    ("crossing", "xing"),
    ("drive", "dr"),
    ("drv", "dr"),
    ("estates", "ests"),
    ("expressway", "expy"),
    ("freeway", "fwy"),
    ("garden", "gdn"),
    ("gardens", "gdns"),
    ("grove", "grv"),
    ("heights", "hts"),
    ("highway", "hwy"),
    ("hill", "hl"),
    ("hills", "hls"),
    ("junction", "jct"),
    ("lane", "ln"),
    ("mount", "mt"),
    ("parkway", "pkwy"),
    ("place", "pl"),
    ("plaza", "plz"),
    ("point", "pt"),
    ("ridge", "rdg"),
    ("road", "rd"),
    ("route", "rte"),
    ("square", "sq"),
    ("street", "st"),
    ("str", "st"),
    ("terrace", "ter"),
    ("trail", "trl"),
    ("turnpike", "tpke"),
    ("valley", "vly"),
];
const DIRECTIONS: [(&str, &str); 8] = [
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("northeast", "ne"),
    ("northwest", "nw"),
    ("southeast", "se"),
    ("southwest", "sw"),
];
/// Words before the number of a flat.
const UNITS: [&str; 22] = [
    "apt",
    "apartment",
    "unit",
    "ste",
    "suite",
    "rm",
    "room",
    "fl",
    "floor",
    "bldg",
    "building",
    "lot",
    "spc",
    "space",
    "trlr",
    "trailer",
    "dept",
    "ph",
    "bsmt",
    "frnt",
    "rear",
    "slip",
];

pub(super) fn read_addresses(patient: &Value, into: &mut Collected, discarded: &mut Vec<Discarded>) {
    for address in each(&patient["address"]).iter().take(MAX_LISTED) {
        let lines: Vec<&str> = each(&address["line"]).iter().filter_map(Value::as_str).take(MAX_LISTED).collect();
        let written = street_line(&lines);
        let has_unit =
            lines.len() > 1 && lines.iter().any(|line| is_unit(&words(line))) || written.is_some_and(has_unit);
        if let Some(line) = written.filter(|line| placeholders().is_address(&letters(line), has_unit)) {
            // Who lives nowhere in particular has no ZIP code either.
            discard(discarded, MatchField::Street, NotCounted::Placeholder, line);
            continue;
        }
        let sent = address["postalCode"].as_str().map(str::trim).unwrap_or_default();
        let zip = zip(sent).filter(|zip| !placeholders().is_zip(zip));
        if zip.is_none() && !sent.is_empty() {
            let why = if self::zip(sent).is_some() { NotCounted::Placeholder } else { NotCounted::NotValid };
            discard(discarded, MatchField::Zip, why, sent);
        }
        match (zip, written.map(street).filter(|street| !street.is_empty())) {
            (Some(zip), Some(street)) => {
                into.add(MatchField::Street, format!("{street}|{zip}"));
                into.add(MatchField::Zip, zip.to_owned());
            }
            (Some(zip), None) => into.add(MatchField::Zip, zip.to_owned()),
            (None, Some(_)) => {
                discard(discarded, MatchField::Street, NotCounted::WithoutZip, written.unwrap_or_default());
            }
            (None, None) => {}
        }
    }
}

/// The first five digits of a ZIP code.
fn zip(text: &str) -> Option<&str> {
    let (first, rest) = (text.get(..5)?, text.get(5..)?.trim_start_matches(['-', ' ']));
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    (digits(first) && digits(rest) && (rest.is_empty() || rest.len() == 4)).then_some(first)
}

/// The line that begins with a house number, else the first that is no unit.
fn street_line<'l>(lines: &[&'l str]) -> Option<&'l str> {
    let mut lines = lines.iter().copied().filter(|line| !line.trim().is_empty() && !is_unit(&words(line)));
    let first = lines.clone().next();
    lines.find(|line| line.trim_start().starts_with(|letter: char| letter.is_ascii_digit())).or(first)
}

/// The words of a line; the number sign is a word of its own.
fn words(line: &str) -> Vec<String> {
    let line = small(line).replace('#', " # ").replace(',', " ");
    let kept =
        |word: &str| word.chars().filter(|letter| letter.is_ascii_alphanumeric() || "#-/".contains(*letter)).collect();
    line.split_whitespace().map(kept).filter(|word: &String| !word.is_empty()).take(20).collect()
}

fn is_number_of_a_unit(word: &str) -> bool {
    word.len() == 1 || word.bytes().any(|letter| letter.is_ascii_digit()) && word.len() <= 6
}

/// `3rd floor`.
fn is_floor(words: &[String]) -> bool {
    match words {
        [number, word] => matches!(word.as_str(), "floor" | "fl") && number.starts_with(|it: char| it.is_ascii_digit()),
        _ => false,
    }
}

/// A line that is only a unit: `Apt 4`, `#4`, `4b`.
fn is_unit(words: &[String]) -> bool {
    match words {
        _ if is_floor(words) => true,
        [mark, number] => (UNITS.contains(&mark.as_str()) || mark == "#") && is_number_of_a_unit(number),
        [mark, one, two] => UNITS.contains(&mark.as_str()) && is_number_of_a_unit(one) && is_number_of_a_unit(two),
        [number] => number.len() <= 4 && number.bytes().any(|letter| letter.is_ascii_digit()),
        _ => false,
    }
}

fn has_unit(line: &str) -> bool {
    let words = words(line);
    without_unit(&words).len() < words.len()
}

/// The words before units at the end of the line, or behind one at its beginning.
fn without_unit(words: &[String]) -> &[String] {
    let begins = (2..=3).find(|end| words.len() > *end && words.get(..*end).is_some_and(is_unit)).unwrap_or(0);
    let mut rest = words.get(begins..).unwrap_or(words);
    for _ in 0..3 {
        let ends = (2..rest.len()).find(|start| rest.get(*start..).is_some_and(|unit| unit.len() > 1 && is_unit(unit)));
        let Some(before) = ends.and_then(|end| rest.get(..end)) else { break };
        rest = before;
    }
    rest
}

/// A street in its short form: the direction before and behind its name, its kind at the end, and before a number (`Highway 61`).
fn street(line: &str) -> String {
    let all = words(line);
    let mut words: Vec<&str> = without_unit(&all).iter().map(String::as_str).collect();
    let kind_of =
        |word: &str| KINDS.iter().find(|(long, short)| *long == word || *short == word).map(|(_, short)| *short);
    let direction_of =
        |word: &str| DIRECTIONS.iter().find(|(long, short)| *long == word || *short == word).map(|(_, short)| *short);
    let mut last = words.len().saturating_sub(1);
    if let Some(direction) = words.last().filter(|_| last > 2).and_then(|word| direction_of(word)) {
        words[last] = direction;
        last -= 1;
    }
    // North Street is a street of that name.
    let is_name = last < 2 || last == 2 && words.last().is_some_and(|word| kind_of(word).is_some());
    let direction = words.get(1).filter(|_| !is_name).and_then(|word| direction_of(word));
    if let Some(direction) = direction {
        words[1] = direction;
    }
    let name = if direction.is_some() { 2 } else { 1 };
    for place in 1..last {
        let is_numbered = words.get(place + 1).is_some_and(|next| is_number_of_a_unit(next));
        if let Some(short) = words.get(place).filter(|_| is_numbered).and_then(|word| kind_of(word)) {
            words[place] = short;
        }
    }
    if let Some(short) = words.get(last).filter(|_| last > name).and_then(|word| kind_of(word)) {
        words[last] = short;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(address: &Value) -> (Vec<String>, Vec<String>, Vec<NotCounted>) {
        let (mut into, mut discarded) = (Collected::default(), Vec::new());
        read_addresses(&json!({ "address": [address] }), &mut into, &mut discarded);
        let of = |field| into.values(field).to_vec();
        (of(MatchField::Street), of(MatchField::Zip), discarded.iter().map(|discarded| discarded.why).collect())
    }

    #[test]
    fn a_street_is_one_in_every_form_of_it() {
        for lines in [
            json!(["12 Heron Street"]),
            json!(["12 HERON ST."]),
            json!(["12 Heron St Apt 4"]),
            json!(["12 Heron St, #4"]),
            json!(["12 Heron Street", "Apt 4"]),
            json!(["Apt 4", "12 Heron Street"]),
            json!(["Apt 4, 12 Heron Street"]),
            json!(["c/o Ann Lee", "12 Heron St"]),
            json!(["", null, "12  Héron St"]),
        ] {
            let (street, zip, _) = read(&json!({"line": lines, "postalCode": "53703-1234"}));
            assert_eq!((street, zip), (vec!["12 heron st|53703".to_owned()], vec!["53703".to_owned()]), "{lines}");
        }
        for (line, short) in [
            ("1200 North Heron Boulevard", "1200 n heron blvd|53703"),
            ("12 Heron Road Southwest", "12 heron rd sw|53703"),
            ("12 North Street", "12 north st|53703"),
            ("7 Mill Ridge", "7 mill rdg|53703"),
            ("345 North Heron", "345 n heron|53703"),
            ("12 County Road 12", "12 county rd 12|53703"),
            ("12 Avenue A, Bldg 2 Apt 4", "12 ave a|53703"),
            ("7 Heron Lane, 3rd Floor", "7 heron ln|53703"),
            ("P.O. Box 12", "po box 12|53703"),
            ("12-34 Heron St", "12-34 heron st|53703"),
            ("Heron House", "heron house|53703"),
        ] {
            assert_eq!(read(&json!({"line": [line], "postalCode": "53703"})).0, [short], "{line}");
        }
    }

    #[test]
    fn what_says_no_place_is_said_not_to_count() {
        let none = Vec::<String>::new();
        for (line, zip, why) in [
            ("123 Main St", "53703", NotCounted::Placeholder),
            ("PO Box 0", "53703", NotCounted::Placeholder),
            ("Homeless", "53703", NotCounted::Placeholder),
            ("No fixed address", "53703", NotCounted::Placeholder),
            ("General Delivery", "53703", NotCounted::Placeholder),
            ("12 Heron St", "", NotCounted::WithoutZip),
        ] {
            let found = read(&json!({"line": [line], "postalCode": zip}));
            assert_eq!(found, (none.clone(), none.clone(), vec![why]), "{line}");
        }
        let stopgap = read(&json!({"line": ["12 Heron St"], "postalCode": "00000"}));
        assert_eq!(stopgap.2, [NotCounted::Placeholder, NotCounted::WithoutZip]);
        assert_eq!(read(&json!({"line": ["123 Main St", "Apt 2"], "postalCode": "53703"})).0, ["123 main st|53703"]);
        assert_eq!(read(&json!({"postalCode": "5370"})).2, [NotCounted::NotValid]);
    }
}
