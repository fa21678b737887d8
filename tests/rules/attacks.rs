//! The list of attacks in `src/manual` names a test for each; this holds it to tests that exist.

use std::ops::RangeInclusive;
use std::path::Path;

/// The notes, and the numbers of their attacks, in order.
const LISTS: [(&str, &[RangeInclusive<usize>]); 3] = [
    (include_str!("../../src/manual/0015-attacks-and-their-tests.md"), &[1..=54]),
    (include_str!("../../src/manual/0021-attacks-on-filing.md"), &[55..=69, 87..=93]),
    (include_str!("../../src/manual/0037-attacks-on-devices-and-people.md"), &[70..=86]),
];

#[test]
fn each_attack_names_tests_that_exist_or_says_that_it_has_none() {
    let mut without = Vec::new();
    for (list, numbers) in LISTS {
        let rows: Vec<&str> = list.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
        let numbers: Vec<usize> = numbers.iter().flat_map(|some| some.clone()).collect();
        assert_eq!(rows.len(), numbers.len());
        for (number, row) in numbers.into_iter().zip(rows) {
            if row.ends_with("| none |") {
                without.push(number);
            } else {
                names_tests_that_exist(number, row);
            }
        }
    }
    assert_eq!(without, [80, 81, 82, 85], "of the others each has a test");
    println!("attacks without a test: {without:?}");
}

fn names_tests_that_exist(number: usize, row: &str) {
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    let [named, _, _, tests] = cells[..] else { panic!("row {number} has other cells") };
    assert_eq!(named, number.to_string());
    let tests: Vec<(&str, &str)> = tests.split('`').filter_map(|word| word.split_once("::")).collect();
    assert!(!tests.is_empty(), "attack {number} names no test");
    for (file, test) in tests {
        let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
        let source = source.unwrap_or_else(|error| panic!("attack {number}: {file}: {error}"));
        let is_a_test = source
            .split("#[test]")
            .skip(1)
            .any(|after| after.split_once("fn ").is_some_and(|(_, rest)| rest.starts_with(&format!("{test}("))));
        assert!(is_a_test, "attack {number}: there is no test {test} in {file}");
    }
}
