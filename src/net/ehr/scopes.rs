//! Whether the scopes that a server granted cover those that were asked for. Both spellings of SMART: version 1
//! (`system/Patient.read`) and version 2 (`system/Patient.rs`), and one answered with the other.

/// What SMART v2 calls create, read, update, delete, search.
const ALL: &str = "cruds";

/// One scope for resources.
struct Scope<'a> {
    context: &'a str,
    kind: &'a str,
    permissions: &'a str,
    query: Option<&'a str>,
}

impl<'a> Scope<'a> {
    fn parse(text: &'a str) -> Option<Scope<'a>> {
        let (context, rest) = text.split_once('/')?;
        let (kind, rest) = rest.split_once('.')?;
        let (permissions, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let permissions = match permissions {
            "read" => "rs",
            "write" => "cud",
            "*" => ALL,
            letters if !letters.is_empty() && letters.chars().all(|letter| ALL.contains(letter)) => letters,
            _ => return None,
        };
        Some(Scope { context, kind, permissions, query })
    }

    /// Whether this one allows all that the other one does with this letter.
    fn covers(&self, other: &Scope<'_>, letter: char) -> bool {
        self.context == other.context
            && (self.kind == "*" || self.kind == other.kind)
            && self.permissions.contains(letter)
            && (self.query.is_none() || self.query == other.query)
    }
}

/// Those of `asked` that `granted` does not cover as a whole.
pub fn not_granted(asked: &[String], granted: &[String]) -> Vec<String> {
    let resources: Vec<Scope<'_>> = granted.iter().filter_map(|text| Scope::parse(text)).collect();
    let is_granted = |text: &String| {
        granted.contains(text)
            || Scope::parse(text).is_some_and(|wanted| {
                wanted.permissions.chars().all(|letter| resources.iter().any(|scope| scope.covers(&wanted, letter)))
            })
    };
    asked.iter().filter(|text| !is_granted(text)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(asked: &str, granted: &str) -> String {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        not_granted(&list(asked), &list(granted)).join(" ")
    }

    #[test]
    fn either_spelling_may_answer_the_other() {
        assert_eq!(missing("system/Patient.rs", "system/Patient.read"), "");
        assert_eq!(missing("system/Patient.read", "system/Patient.rs"), "");
        assert_eq!(missing("system/Patient.crs", "system/Patient.read system/Patient.write"), "");
        assert_eq!(missing("system/Patient.*", "system/Patient.cruds"), "");
        assert_eq!(missing("system/Patient.c", "system/*.write"), "");
    }

    #[test]
    fn what_is_not_covered_as_a_whole_is_missing() {
        assert_eq!(missing("system/Patient.rs system/Condition.c", "system/Patient.rs"), "system/Condition.c");
        assert_eq!(missing("system/Patient.crs", "system/Patient.rs"), "system/Patient.crs");
        assert_eq!(missing("system/*.rs", "system/Patient.rs"), "system/*.rs");
        assert_eq!(missing("system/Patient.rs", "user/Patient.rs"), "system/Patient.rs");
        assert_eq!(missing("system/Patient.rs", ""), "system/Patient.rs");
    }

    #[test]
    fn a_narrower_grant_is_not_the_grant() {
        let note = "system/DocumentReference.c?category=clinical-note";
        assert_eq!(missing("system/DocumentReference.c", note), "system/DocumentReference.c");
        assert_eq!(missing(note, note), "");
        assert_eq!(missing(note, "system/DocumentReference.c"), "");
    }

    #[test]
    fn other_scopes_are_compared_letter_by_letter() {
        assert_eq!(missing("fhir-api system/Patient.rs", "fhir-api system/Patient.rs"), "");
        assert_eq!(missing("fhir-api", "fhir"), "fhir-api");
        assert_eq!(missing("system/Patient.readonly", "system/Patient.read"), "system/Patient.readonly");
        assert_eq!(missing("system/Patient.", "system/*.cruds"), "system/Patient.");
    }
}
