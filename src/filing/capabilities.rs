//! What an EHR says that it can do, read from its CapabilityStatement (FHIR R4). It is a statement, not a proof. Plans and
//! chart searches go by the same one.

use crate::fhir::RecordType;
use serde_json::Value;
use std::collections::BTreeMap;

/// An EHR as it describes itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// `fhirVersion`.
    pub fhir_version: String,
    /// Takes a transaction Bundle.
    pub transactions: bool,
    /// Finds patients itself, by `Patient/$match`.
    pub matches: bool,
    /// What it offers of each type; without a list it says nothing about any.
    types: Option<BTreeMap<RecordType, Offer>>,
}

/// What is offered of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Offer {
    create: bool,
    conditional_create: bool,
    /// Version by version, so that no change of somebody else is lost.
    update: bool,
    search: bool,
    delete: bool,
}

impl Capabilities {
    /// Reads a CapabilityStatement; `None` when it is none.
    pub fn from_statement(statement: &Value) -> Option<Capabilities> {
        if statement["resourceType"] != "CapabilityStatement" {
            return None;
        }
        let rest = &statement["rest"][0];
        let resources = rest["resource"].as_array().map_or(&[][..], Vec::as_slice);
        let is_match = |operation: &Value| operation["name"] == "match" || operation["name"] == "$match";
        let matches = |resource: &Value| {
            resource["type"] == "Patient" && resource["operation"].as_array().into_iter().flatten().any(is_match)
        };
        let named = resources
            .iter()
            .filter_map(|it| Some((RecordType::from_word(it["type"].as_str()?)?, Offer::from_resource(it))));
        Some(Capabilities {
            fhir_version: statement["fhirVersion"].as_str().unwrap_or_default().to_owned(),
            transactions: lists(&rest["interaction"], "transaction"),
            matches: resources.iter().any(matches),
            types: (!resources.is_empty()).then(|| named.collect()),
        })
    }

    /// Whether it says anything about types.
    pub const fn lists_types(&self) -> bool {
        self.types.is_some()
    }

    /// Whether it offers to create this type.
    pub fn creates(&self, kind: RecordType) -> bool {
        self.offers(kind, |offer| offer.create)
    }

    /// Whether it looks for what is there before it creates.
    pub fn looks_before_it_creates(&self, kind: RecordType) -> bool {
        self.offers(kind, |offer| offer.conditional_create)
    }

    /// Whether it takes changes of this type, version by version.
    pub fn updates(&self, kind: RecordType) -> bool {
        self.offers(kind, |offer| offer.update)
    }

    /// Whether it has records of this type, as far as it says.
    pub fn has(&self, kind: RecordType) -> bool {
        self.offers(kind, |_| true)
    }

    /// Whether records of this type can be searched.
    pub fn searches(&self, kind: RecordType) -> bool {
        self.offers(kind, |offer| offer.search)
    }

    /// Whether it says that records of this type can be deleted. Silence is no offer: what is deleted is gone.
    pub fn deletes(&self, kind: RecordType) -> bool {
        self.types.as_ref().is_some_and(|types| types.get(&kind).is_some_and(|offer| offer.delete))
    }

    /// Types that a plan may create and this EHR does not offer to create.
    pub fn not_created(&self) -> Vec<&'static str> {
        RecordType::all_filed().filter(|kind| !self.creates(*kind)).map(RecordType::word).collect()
    }

    /// Types that it creates without looking whether they are there: sent twice, they would be there twice.
    pub fn unconditional(&self) -> Vec<&'static str> {
        RecordType::all_filed().filter(|kind| !self.looks_before_it_creates(*kind)).map(RecordType::word).collect()
    }

    fn offers(&self, kind: RecordType, what: impl Fn(&Offer) -> bool) -> bool {
        self.types.as_ref().is_none_or(|types| types.get(&kind).is_some_and(what))
    }
}

impl Offer {
    fn from_resource(resource: &Value) -> Offer {
        let interactions = &resource["interaction"];
        Offer {
            create: lists(interactions, "create"),
            conditional_create: resource["conditionalCreate"] == true,
            update: lists(interactions, "update") && resource["versioning"] != "no-version",
            search: lists(interactions, "search-type"),
            delete: lists(interactions, "delete"),
        }
    }
}

fn lists(interactions: &Value, code: &str) -> bool {
    interactions.as_array().into_iter().flatten().any(|interaction| interaction["code"] == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn statement(conditional: bool) -> Value {
        let resource = |kind: RecordType| json!({"type": kind, "interaction": [{"code": "create"}], "conditionalCreate": conditional});
        let resources: Vec<Value> = RecordType::all_filed().map(resource).collect();
        json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1",
            "rest": [{"mode": "server", "interaction": [{"code": "transaction"}], "resource": resources}]})
    }

    #[test]
    fn an_ehr_without_conditional_create_is_named_as_such() {
        let able = Capabilities::from_statement(&statement(true)).expect("a statement");
        assert!(able.transactions && able.not_created().is_empty() && able.unconditional().is_empty(), "{able:?}");
        let unable = Capabilities::from_statement(&statement(false)).expect("a statement");
        assert_eq!(unable.unconditional().len(), RecordType::all_filed().count());
    }

    #[test]
    fn what_is_no_capability_statement_says_nothing() {
        assert_eq!(Capabilities::from_statement(&json!({"resourceType": "OperationOutcome"})), None);
    }
    #[test]
    fn a_statement_without_types_says_nothing_about_any() {
        let silent = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": []}]});
        let silent = Capabilities::from_statement(&silent).expect("a statement");
        assert!(
            !silent.lists_types()
                && silent.searches(RecordType::Patient)
                && silent.creates(RecordType::Patient)
                && !silent.matches
        );
        let patients = json!([{"type": "Patient", "interaction": [{"code": "search-type"}],
            "operation": [{"name": "match"}]}]);
        let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": patients}]});
        let stated = Capabilities::from_statement(&statement).expect("a statement");
        assert!(stated.lists_types() && stated.matches && stated.searches(RecordType::Patient));
        assert!(
            !stated.searches(RecordType::Appointment)
                && !stated.creates(RecordType::Patient)
                && !stated.updates(RecordType::Patient)
        );
    }
}
