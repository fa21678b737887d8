//! Nothing of a record is lost on the way to staff: whichever leaf of it changes, the words of a fact change, or what stands under
//! "more" does, or the leaf is one that says nothing to people.

use super::super::any_resource::{Random, changed, count, kinds, wanted};
use super::super::attachment::attachments;
use super::super::reading::{self, supporting_words};
use super::super::references::EntryIndex;
use super::super::resource_types::is_supporting;
use super::*;
use crate::language::Language;
use crate::time::Day;
use serde_json::json;

const DAY: Day = Day::constant(2026, 11, 30);

/// All that staff can read of it.
fn told(json: &Value) -> Vec<String> {
    let resource = Resource::from_json(json.clone()).expect("a resource");
    let english = |fact: &Fact| {
        let about = fact.element(Language::English).unwrap_or_else(|| fact.kind.text_id().to_owned());
        format!("{about}: {}", fact.text(Language::English).reveal())
    };
    let (mut told, said): (Vec<String>, HashSet<u32>) = if is_supporting(&resource) {
        let words = supporting_words(resource.json().reveal(), DAY);
        let mut facts = words
            .iter()
            .map(|(said, _)| Fact::new(super::super::FactKind::Element, None, said.clone()))
            .collect::<Vec<_>>();
        let from = words.into_iter().map(|(_, from)| from).collect::<Vec<_>>();
        number(resource.json().reveal(), &[], facts.iter_mut().zip(from));
        (facts.iter().map(english).collect(), facts.iter().flat_map(|fact| fact.leaves.clone()).collect())
    } else {
        let read = reading::read(&resource, &[], &attachments(&resource), &EntryIndex::new(&[], DAY));
        let said = read.titled_by.iter().copied().chain(read.facts.iter().flat_map(|fact| fact.leaves.clone()));
        let said = said.collect();
        ([read.title].into_iter().chain(read.facts.iter().map(english)).collect(), said)
    };
    told.extend(
        more_of(&resource, &said).into_iter().map(|line| format!("{} {}", line.path.reveal(), line.value.reveal())),
    );
    told
}

#[test]
fn whichever_leaf_changes_staff_can_see_it() {
    let kinds = kinds();
    assert!(kinds.len() >= 40);
    let mut random = Random(20_261_130);
    let (mut tried, mut silent) = (0, 0);
    while tried < wanted() {
        for kind in &kinds {
            let json = random.resource(kind);
            let before = told(&json);
            for leaf in 0..count(&json) {
                let (other, path) = changed(&json, leaf);
                tried += 1;
                if says_nothing_to_people(&path) {
                    silent += 1;
                    continue;
                }
                assert_ne!(told(&other), before, "{path} of {json}");
            }
        }
    }
    assert!(silent * 4 < tried, "most leaves say something: {silent} of {tried} do not");
}

#[test]
fn only_what_the_list_names_is_left_out() {
    for silent in [
        "id",
        "meta.versionId",
        "contained[0].meta.source",
        "text.status",
        "contained[1].text.status",
        "data",
        "content[0].attachment.data",
        "extension[2].valueAttachment.data",
        "photo[0].data",
    ] {
        assert!(says_nothing_to_people(silent), "{silent}");
    }
    for told in [
        "context.status",
        "context.div",
        "metadata.x",
        "meta.security[0].code",
        "valueSampledData.data",
        "contained[0].content[0].attachment.data",
        "identifier[0].value",
        "mydata",
        "status",
    ] {
        assert!(!says_nothing_to_people(told), "{told}");
    }
}

#[test]
fn a_leaf_that_nobody_tells_of_is_found() {
    let json = json!({"resourceType": "Condition", "code": {"text": "A"}, "severity": {"text": "B"}});
    let resource = Resource::from_json(json).expect("a resource");
    let all: HashSet<u32> = (0..count(resource.json().reveal())).collect();
    assert_eq!(more_of(&resource, &all), [], "what every fact says is not told again");
    let one_less: HashSet<u32> = all.into_iter().filter(|leaf| *leaf != 2).collect();
    let found = more_of(&resource, &one_less);
    assert_eq!(found.iter().map(|line| line.path.reveal().as_str()).collect::<Vec<_>>(), ["severity.text"]);
}
