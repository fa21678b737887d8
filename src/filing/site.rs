//! One clinic's EHR: its profile, and what it says of itself today. What it says may only take away (note 18).

use super::meaning::changes_the_meaning;
use super::profile::{Contents, Documents, LetGo};
use super::{Capabilities, Profile, RepeatSafety, Strategy};
use crate::fhir::RecordType;
use serde_json::{Map, Value};

/// The EHR of a clinic, as far as planning needs to know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// What is known of EHRs of this kind.
    pub profile: Profile,
    /// Its CapabilityStatement, once it was read.
    pub capabilities: Option<Capabilities>,
}

/// How a record of a type is undone in this EHR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoMode {
    /// It is marked as entered in error; a Patient, which has no such status, as no longer in use.
    Mark,
    /// It is deleted.
    Delete,
    /// A person does it in the EHR.
    ByHand,
}

/// What became of a resource that was made to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Filed as it is.
    Whole,
    /// Filed without something that was shared: that goes into the readable document.
    Trimmed,
    /// The EHR would refuse it.
    Refused,
}

impl Fit {
    /// Of both together: the one that takes more away.
    fn and(self, other: Fit) -> Fit {
        match (self, other) {
            (Fit::Refused, _) | (_, Fit::Refused) => Fit::Refused,
            (Fit::Trimmed, _) | (_, Fit::Trimmed) => Fit::Trimmed,
            (Fit::Whole, Fit::Whole) => Fit::Whole,
        }
    }
}

/// What was shared in an element into which a profile forces a value of the EHR's. Only silence, the same, and a stronger word for
/// the same may be replaced: a record never becomes more certain or more current by filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    /// Nothing.
    Nothing,
    /// The same.
    Same,
    /// The same, with more certainty.
    More,
    /// Something else: refuted, over, entered in error, planned, or what we cannot judge.
    Otherwise,
}

/// Codes of certainty, and those that claim less of the same (R4 allergyintolerance-verification, condition-ver-status).
const LESS_CERTAIN: [(&str, &str); 2] = [("confirmed", "unconfirmed"), ("confirmed", "provisional")];

impl Claim {
    fn of(shared: Option<&Value>, forced: &Value) -> Claim {
        let Some(shared) = shared.filter(|shared| !shared.is_null()) else { return Claim::Nothing };
        if shared == forced {
            return Claim::Same;
        }
        let forced = codes_of(forced);
        let (Some(shared), Some([forced])) = (codes_of(shared), forced.as_deref()) else { return Claim::Otherwise };
        let all = |may_be: &dyn Fn(&str) -> bool| !shared.is_empty() && shared.iter().all(|code| may_be(code));
        if all(&|code| code == *forced) {
            Claim::Same
        } else if all(&|code| code == *forced || LESS_CERTAIN.contains(&(code, forced))) {
            Claim::More
        } else {
            Claim::Otherwise
        }
    }
}

/// The codes of a code or a concept; `None` for anything else, also for words that are not the code's.
fn codes_of(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(code) => Some(vec![code]),
        Value::Object(concept) => {
            let codings = concept.get("coding")?.as_array()?;
            let codes: Vec<&str> = codings.iter().map(|coding| coding["code"].as_str()).collect::<Option<_>>()?;
            let words =
                concept.get("text").into_iter().chain(codings.iter().filter_map(|coding| coding.get("display")));
            let is_code = |words: &Value| {
                words.as_str().is_some_and(|words| codes.iter().all(|code| code.eq_ignore_ascii_case(words)))
            };
            words.into_iter().all(is_code).then_some(codes)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

impl Site {
    /// Whether the plan is one transaction.
    pub(super) fn transactions(&self) -> bool {
        self.profile.strategy == Strategy::Transaction && self.declares(|it| it.transactions)
    }

    /// Whether the EHR says so; where nothing is known of it, the profile's word counts, if it has one.
    fn declares(&self, word: impl Fn(&Capabilities) -> bool) -> bool {
        self.capabilities.as_ref().map_or(!self.profile.ask_first, word)
    }

    /// How this type is created; `None` when it is not.
    pub fn create_mode(&self, kind: RecordType) -> Option<RepeatSafety> {
        let rules = self.profile.types.get(&kind)?;
        let by_strategy = match self.profile.strategy {
            Strategy::Transaction | Strategy::Creates => true,
            Strategy::Documents => kind == RecordType::DocumentReference,
            Strategy::Questionnaire => kind == RecordType::QuestionnaireResponse,
            Strategy::Folder => false,
        };
        if !by_strategy || self.capabilities.as_ref().is_some_and(|capabilities| !capabilities.creates(kind)) {
            return None;
        }
        let looks_itself = self.declares(|capabilities| {
            (capabilities.lists_types() || !self.profile.ask_first) && capabilities.looks_before_it_creates(kind)
        });
        Some(match rules.again {
            RepeatSafety::Conditional if !looks_itself => RepeatSafety::Search,
            again => again,
        })
    }

    /// Whether somebody at the EHR takes records of this type over before they count.
    pub(super) fn reviews(&self, kind: RecordType) -> bool {
        self.profile.types.get(&kind).is_some_and(|rules| rules.review)
    }

    /// Whether records of this type may be changed.
    pub fn changes(&self, kind: RecordType) -> bool {
        self.profile.changes == super::Changes::IfMatch && self.capabilities.as_ref().is_none_or(|it| it.updates(kind))
    }

    /// How a record of this type that was filed in error is undone.
    pub fn undo_mode(&self, kind: RecordType) -> UndoMode {
        let Some(rules) = self.profile.types.get(&kind) else { return UndoMode::ByHand };
        let has_mark = kind.has_error_mark();
        let mark = || (has_mark && self.changes(kind)).then_some(UndoMode::Mark);
        let states_delete = self.capabilities.as_ref().is_some_and(|it| it.deletes(kind));
        // The profile's word counts where the EHR says nothing about types.
        let may_delete = states_delete || self.capabilities.as_ref().is_none_or(|it| !it.lists_types());
        match rules.undo.unwrap_or(self.profile.undo) {
            // What is deleted is gone: that a mark is not taken is no reason for it.
            LetGo::EnteredInError => mark().or((states_delete && !has_mark).then_some(UndoMode::Delete)),
            LetGo::Delete => may_delete.then_some(UndoMode::Delete).or_else(mark),
            LetGo::ByHand => None,
        }
        .unwrap_or(UndoMode::ByHand)
    }

    /// The types of records that may be somebody's and that the EHR has: what else refers to a Patient is looked for among them, also
    /// where it states no search, so that what cannot be known is not taken for nothing. An EHR that says nothing about types
    /// is asked for all.
    pub fn types_of_a_patient(&self) -> Vec<RecordType> {
        let is_somebodys = |kind: &RecordType| kind.patient_parameter().is_some();
        let is_there = |kind: &RecordType| self.capabilities.as_ref().is_none_or(|it| it.has(*kind));
        RecordType::ALL.iter().copied().filter(|kind| is_somebodys(kind) && is_there(kind)).collect()
    }

    /// Whether a document of our own of this format can be filed.
    pub(super) fn takes_document(&self, content_type: &str, bytes: usize) -> bool {
        self.create_mode(RecordType::DocumentReference).is_some() && self.profile.documents.takes(content_type, bytes)
    }

    /// Makes a resource fit to what the EHR takes.
    pub(super) fn fit(&self, kind: RecordType, resource: &mut Value) -> Fit {
        let (Some(rules), Value::Object(members)) = (self.profile.types.get(&kind), resource) else {
            return Fit::Refused;
        };
        let is_day =
            |element: &String| members.get(element).and_then(Value::as_str).is_some_and(|at| !at.contains('T'));
        if rules.refuse.iter().any(|element| members.contains_key(element)) || rules.timed.iter().any(is_day) {
            return Fit::Refused;
        }
        if kind == RecordType::DocumentReference && !self.profile.documents.take(members) {
            return Fit::Refused;
        }
        let before = members.clone();
        members.retain(|element, _| !rules.strip.contains(element));
        for path in &rules.first {
            let segments: Vec<&str> = path.split('/').collect();
            first_only(members, &segments);
        }
        let trimmed = before.iter().filter(|(element, value)| members.get(*element) != Some(value));
        let mut fit = Fit::Whole;
        for (element, _) in trimmed {
            fit = fit.and(if changes_the_meaning(kind, element) { Fit::Refused } else { Fit::Trimmed });
        }
        for (element, value) in &rules.force {
            fit = fit.and(match Claim::of(before.get(element), value) {
                Claim::Nothing | Claim::Same => Fit::Whole,
                Claim::More => Fit::Trimmed,
                Claim::Otherwise => Fit::Refused,
            });
            members.insert(element.clone(), value.clone());
        }
        fit
    }
}

impl Documents {
    fn takes(&self, content_type: &str, bytes: usize) -> bool {
        let bare = content_type.split(';').next().unwrap_or_default().trim();
        let known = |kind: &String| kind == "*" || kind.eq_ignore_ascii_case(bare);
        !self.encounter && bytes <= self.max_bytes && self.kinds.iter().any(known)
    }

    fn take(&self, document: &Map<String, Value>) -> bool {
        let contents = document.get("content").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let attachment = |content: &Value| {
            let attachment = &content["attachment"];
            let bytes = attachment["data"].as_str().map_or(0, |data| data.len() / 4 * 3);
            self.takes(attachment["contentType"].as_str().unwrap_or_default(), bytes)
        };
        (self.contents == Contents::Any || contents.len() == 1) && contents.iter().all(attachment)
    }
}

fn first_only(members: &mut Map<String, Value>, path: &[&str]) {
    let [segment, rest @ ..] = path else { return };
    match (members.get_mut(*segment), rest) {
        (Some(Value::Array(items)), []) => items.truncate(1),
        (Some(Value::Array(items)), _) => {
            items.iter_mut().filter_map(Value::as_object_mut).for_each(|item| first_only(item, rest));
        }
        (Some(Value::Object(inner)), _) => first_only(inner, rest),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn site(name: &str) -> Site {
        Site { profile: Profile::named(name).expect("a profile"), capabilities: None }
    }

    #[test]
    fn a_statement_takes_away_and_never_adds() {
        let statement = json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{"resource": [
            {"type": "Condition", "interaction": [{"code": "create"}]},
            {"type": "Procedure", "interaction": [{"code": "create"}], "conditionalCreate": true}]}]});
        let mut site = site("generic-r4");
        site.capabilities = Capabilities::from_statement(&statement);
        assert_eq!((site.create_mode(RecordType::Condition), site.transactions()), (Some(RepeatSafety::Search), false));
        assert_eq!((site.create_mode(RecordType::Coverage), site.create_mode(RecordType::Procedure)), (None, None));
        assert!(!site.changes(RecordType::Condition));
    }

    #[test]
    fn what_nobody_has_stated_is_not_relied_on() {
        let generic = site("generic-r4");
        assert_eq!(
            (generic.create_mode(RecordType::Condition), generic.transactions()),
            (Some(RepeatSafety::Search), false)
        );
        assert_eq!(site("us-core").create_mode(RecordType::DocumentReference), Some(RepeatSafety::Search));
        assert_eq!(
            site("medplum").create_mode(RecordType::Condition),
            Some(RepeatSafety::Conditional),
            "the profile knows it by name"
        );
        let offered = json!({"type": "Condition", "interaction": [{"code": "create"}], "conditionalCreate": true});
        let rest = |types: Value| json!([{"interaction": [{"code": "transaction"}], "resource": types}]);
        let with = |types: Value| Site {
            capabilities: Capabilities::from_statement(
                &json!({"resourceType": "CapabilityStatement", "rest": rest(types)}),
            ),
            ..site("generic-r4")
        };
        let known = with(json!([offered]));
        assert_eq!(
            (known.create_mode(RecordType::Condition), known.transactions()),
            (Some(RepeatSafety::Conditional), true)
        );
        assert_eq!(
            with(json!([])).create_mode(RecordType::Condition),
            Some(RepeatSafety::Search),
            "a statement without types states nothing"
        );
    }

    #[test]
    fn a_record_that_could_be_marked_is_not_deleted_because_the_ehr_takes_no_change() {
        let of = |kind: &str| json!({"type": kind, "interaction": [{"code": "create"}, {"code": "delete"}]});
        let statement = json!({"resourceType": "CapabilityStatement",
            "rest": [{"resource": [of("Condition"), of("Provenance")]}]});
        let mut site = site("generic-r4");
        site.capabilities = Capabilities::from_statement(&statement);
        assert_eq!(site.undo_mode(RecordType::Condition), UndoMode::ByHand);
        assert_eq!(site.undo_mode(RecordType::Provenance), UndoMode::Delete, "R4 has no mark for it");
        for rules in site.profile.types.values_mut() {
            rules.undo = Some(LetGo::Delete);
        }
        assert_eq!(site.undo_mode(RecordType::Condition), UndoMode::Delete, "the profile says so");
    }

    #[test]
    fn a_type_that_the_ehr_has_and_does_not_search_is_asked_for_as_well() {
        let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": [
            {"type": "Encounter", "interaction": [{"code": "read"}]}, {"type": "Location"}, {"type": "AdverseEvent"}]}]});
        let mut site = site("generic-r4");
        site.capabilities = Capabilities::from_statement(&statement);
        assert_eq!(site.types_of_a_patient(), [RecordType::AdverseEvent, RecordType::Encounter]);
    }

    #[test]
    fn a_statement_without_types_says_nothing() {
        let mut site = site("medplum");
        site.capabilities = Capabilities::from_statement(
            &json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": [{}]}),
        );
        assert_eq!(site.create_mode(RecordType::Coverage), Some(RepeatSafety::Conditional));
    }

    #[test]
    fn an_element_that_an_ehr_demands_stands_in_for_silence_and_for_more_of_the_same_alone() {
        let allergy = |element: &str, shared: Value| {
            let mut allergy = json!({"resourceType": "AllergyIntolerance", "code": {"text": "nuts"}});
            allergy[element] = shared;
            site("epic").fit(RecordType::AllergyIntolerance, &mut allergy)
        };
        let coded = |code: &str| json!({"coding": [{"code": code}]});
        assert_eq!(allergy("note", json!([])), Fit::Whole);
        assert_eq!(allergy("clinicalStatus", coded("active")), Fit::Whole);
        assert_eq!(allergy("verificationStatus", coded("unconfirmed")), Fit::Whole);
        assert_eq!(allergy("verificationStatus", coded("confirmed")), Fit::Trimmed);
        for (element, shared) in [
            ("verificationStatus", coded("refuted")),
            ("verificationStatus", coded("entered-in-error")),
            ("verificationStatus", json!({"text": "confirmed"})),
            ("verificationStatus", json!({"coding": [{"code": "confirmed"}, {"code": "refuted"}]})),
            ("verificationStatus", json!({"coding": [{"code": "confirmed", "display": "Refuted"}]})),
            ("verificationStatus", json!("unconfirmed but old")),
            ("clinicalStatus", coded("inactive")),
            ("clinicalStatus", coded("resolved")),
            ("clinicalStatus", json!({"coding": []})),
            ("clinicalStatus", json!(true)),
        ] {
            assert_eq!(allergy(element, shared.clone()), Fit::Refused, "{element} {shared}");
        }
    }

    #[test]
    fn nothing_that_changes_the_meaning_is_taken_away() {
        let reaction =
            |manifestations: Value| json!({"reaction": [{"manifestation": manifestations, "severity": "severe"}]});
        let fits = |mut json: Value| site("epic").fit(RecordType::AllergyIntolerance, &mut json);
        assert_eq!(fits(reaction(json!([{"text": "a"}]))), Fit::Whole);
        assert_eq!(fits(reaction(json!([{"text": "a"}, {"text": "b"}]))), Fit::Refused);
        let mut site_with = site("medplum");
        let rules = site_with.profile.types.get_mut(&RecordType::MedicationRequest).expect("rules");
        rules.strip = ["dosageInstruction", "doNotPerform", "note"].map(str::to_owned).to_vec();
        rules.force.insert("intent".to_owned(), json!("order"));
        let fits = |mut json: Value| site_with.fit(RecordType::MedicationRequest, &mut json);
        assert_eq!(fits(json!({"note": [{"text": "n"}]})), Fit::Trimmed);
        assert_eq!(fits(json!({"intent": "order"})), Fit::Whole);
        for refused in
            [json!({"dosageInstruction": [{"text": "d"}]}), json!({"doNotPerform": true}), json!({"intent": "plan"})]
        {
            assert_eq!(fits(refused.clone()), Fit::Refused, "{refused}");
        }
        let mut modified = json!({"resourceType": "Condition", "modifierExtension": [{"url": "urn:x"}]});
        assert_eq!(site("oracle-health").fit(RecordType::Condition, &mut modified), Fit::Refused);
        let since = |at: &str| site("oracle-health").fit(RecordType::Condition, &mut json!({"onsetDateTime": at}));
        assert_eq!((since("2020-01-02"), since("2020-01-02T00:00:00Z")), (Fit::Refused, Fit::Whole));
    }

    #[test]
    fn a_document_is_taken_by_format_size_and_number() {
        let document = |kind: &str, bytes: usize| json!({"content": [{"attachment": {"contentType": kind, "data": "A".repeat(bytes / 3 * 4)}}]});
        let fits = |name: &str, mut document: Value| site(name).fit(RecordType::DocumentReference, &mut document);
        assert_eq!(fits("us-core", document("text/plain; charset=utf-8", 30)), Fit::Whole);
        assert_eq!(fits("us-core", document("image/png", 30)), Fit::Refused);
        assert_eq!(fits("us-core", document("application/pdf", 6_000_000)), Fit::Refused);
        assert_eq!(fits("epic", document("text/plain", 30)), Fit::Refused, "no encounter is known");
        let mut two = document("text/plain", 3);
        two["content"] = json!([two["content"][0], two["content"][0]]);
        assert_eq!(fits("us-core", two), Fit::Refused);
    }
}
