//! Slips of the finger between two texts.

/// More letters of a text are not compared.
const MAX_LETTERS: usize = 64;

/// Whether the texts differ by so few slips of a finger (a letter too many, too few, another, two swapped) that one may be
/// meant for the other.
pub fn is_slip(one: &str, other: &str) -> bool {
    let length = one.chars().count().min(other.chars().count());
    let allowed = match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    one != other && edits(one, other, allowed) <= allowed
}

/// Whether one slip of a finger makes one text of the other.
pub fn is_one_slip(one: &str, other: &str) -> bool {
    one != other && one.chars().count().max(other.chars().count()) <= MAX_LETTERS && edits(one, other, 1) == 1
}

/// By how many slips two texts differ (optimal string alignment distance); beyond `most`, more than that.
pub fn edits(one: &str, other: &str, most: usize) -> usize {
    let (one, other): (Vec<char>, Vec<char>) =
        (one.chars().take(MAX_LETTERS).collect(), other.chars().take(MAX_LETTERS).collect());
    if one.len().abs_diff(other.len()) > most {
        return most + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut present = vec![row + 1];
        for (column, facing) in other.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&above, column) + usize::from(letter != facing);
            let mut least = changed.min(at(&above, column + 1) + 1).min(at(&present, column) + 1);
            let swapped =
                row > 0 && column > 0 && one.get(row - 1) == Some(facing) && other.get(column - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            present.push(least);
        }
        before = std::mem::replace(&mut above, present);
    }
    above.last().copied().unwrap_or(most + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_one_and_another_name_is_none() {
        for (one, other) in
            [("delgado", "delgato"), ("miller", "millre"), ("smith", "smth"), ("hernandez", "fernandes")]
        {
            assert!(is_slip(one, other), "{one} {other}");
        }
        for (one, other) in [("ann", "ana"), ("smith", "smythe"), ("garcia", "garcia"), ("jones", "johns")] {
            assert!(!is_slip(one, other), "{one} {other}");
        }
    }
}
