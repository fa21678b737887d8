//! Names that stand for given names, from a public list.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// More nicknames of one name are not searched for.
const MAX_NICKNAMES: usize = 8;

const LIST: &str = include_str!("../../config/matching/nicknames.tsv");

fn list() -> &'static BTreeMap<&'static str, Vec<&'static str>> {
    static NAMES: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
        let lines = LIST.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split_once('\t')).map(|(name, known)| (name, known.split(' ').collect())).collect()
    });
    &NAMES
}

/// Whether one name is listed under the other. A third word that stands for both proves nothing: Robert and William are both Bill.
pub(super) fn is_nickname(one: &str, other: &str) -> bool {
    let listed = |name: &str, nickname: &str| list().get(name).is_some_and(|known| known.contains(&nickname));
    listed(one, other) || listed(other, one)
}

/// Other names under which somebody of this given name may be in an EHR, in small letters.
pub fn nicknames(given: &str) -> Vec<&'static str> {
    let own = list().get(given).into_iter().flatten().copied();
    let named = list().iter().filter(|(_, known)| known.contains(&given)).map(|(name, _)| *name);
    let mut names: Vec<&str> = named.chain(own).collect();
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    // What stands for each other is said more often than what stands for one of them.
    let listed = |name: &str, nickname: &str| list().get(name).is_some_and(|known| known.contains(&nickname));
    names.sort_by_key(|name| !(listed(name, given) && listed(given, name)));
    names.truncate(MAX_NICKNAMES);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_counts_where_one_name_is_listed_under_the_other() {
        for (one, other) in [("robert", "bob"), ("bob", "robert"), ("katherine", "kate"), ("bill", "william")] {
            assert!(is_nickname(one, other), "{one} {other}");
        }
        for (one, other) in [("robert", "william"), ("patrick", "patricia"), ("andrea", "andrew"), ("robert", "")] {
            assert!(!is_nickname(one, other), "{one} {other}");
        }
        assert!(nicknames("bob").contains(&"robert") && nicknames("robert").contains(&"bob"));
        assert!(nicknames("xyz").is_empty());
    }

    #[test]
    fn the_list_is_well_formed() {
        let letters = |name: &str| !name.is_empty() && name.bytes().all(|letter| letter.is_ascii_lowercase());
        assert!(LIST.starts_with("# version ") && list().len() > 1_000);
        assert!(list().iter().all(|(name, known)| letters(name) && known.iter().all(|it| letters(it) && it != name)));
    }
}
