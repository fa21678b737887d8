//! What an EHR says that it can do, read from its CapabilityStatement. It is a statement, not a proof (ehr 5.3.4).

use serde_json::Value;

/// The types that a plan creates.
const FILED: [&str; 9] = [
    "Patient",
    "Coverage",
    "AllergyIntolerance",
    "MedicationRequest",
    "MedicationStatement",
    "Condition",
    "Immunization",
    "DocumentReference",
    "Provenance",
];

/// An EHR as it describes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// `fhirVersion`.
    pub fhir_version: String,
    /// Takes a transaction Bundle.
    pub transactions: bool,
    /// Types that a plan may create and this EHR does not offer to create.
    pub not_created: Vec<&'static str>,
    /// Types that it creates without looking whether they are there: sent twice, they would be there twice.
    pub unconditional: Vec<&'static str>,
    /// Types that it creates.
    pub created: Vec<String>,
    /// Types of which it looks for what is there before it creates.
    pub conditional: Vec<String>,
    /// Types whose records it lets others change, version by version.
    pub updated: Vec<String>,
    /// Whether it lists types at all; without a list it says nothing about any.
    pub lists_types: bool,
}

impl Capabilities {
    /// Reads a CapabilityStatement; `None` when it is none.
    pub fn read(statement: &Value) -> Option<Capabilities> {
        if statement["resourceType"] != "CapabilityStatement" {
            return None;
        }
        let rest = &statement["rest"][0];
        let resources = || rest["resource"].as_array().into_iter().flatten();
        let of_kind = |kind: &str| resources().find(|resource| resource["type"] == kind);
        let offers = |interactions: &Value, code: &str| {
            interactions.as_array().into_iter().flatten().any(|interaction| interaction["code"] == code)
        };
        let creates = |kind: &&str| of_kind(kind).is_some_and(|resource| offers(&resource["interaction"], "create"));
        let conditional = |kind: &&str| of_kind(kind).is_some_and(|resource| resource["conditionalCreate"] == true);
        let updates =
            |resource: &&Value| offers(&resource["interaction"], "update") && resource["versioning"] != "no-version";
        Some(Capabilities {
            fhir_version: statement["fhirVersion"].as_str().unwrap_or_default().to_owned(),
            transactions: offers(&rest["interaction"], "transaction"),
            not_created: FILED.into_iter().filter(|kind| !creates(kind)).collect(),
            unconditional: FILED.into_iter().filter(|kind| !conditional(kind)).collect(),
            created: kinds(resources().filter(|resource| offers(&resource["interaction"], "create"))),
            conditional: kinds(resources().filter(|resource| resource["conditionalCreate"] == true)),
            updated: kinds(resources().filter(updates)),
            lists_types: resources().next().is_some(),
        })
    }

    /// Whether it offers to create this type.
    pub fn creates(&self, kind: &str) -> bool {
        !self.lists_types || self.created.iter().any(|created| created == kind)
    }

    /// Whether it looks for what is there before it creates.
    pub fn looks_before_it_creates(&self, kind: &str) -> bool {
        !self.lists_types || self.conditional.iter().any(|conditional| conditional == kind)
    }

    /// Whether it takes changes of this type.
    pub fn updates(&self, kind: &str) -> bool {
        !self.lists_types || self.updated.iter().any(|updated| updated == kind)
    }
}

fn kinds<'a>(resources: impl Iterator<Item = &'a Value>) -> Vec<String> {
    resources.filter_map(|resource| Some(resource["type"].as_str()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn statement(conditional: bool) -> Value {
        let resource =
            |kind: &str| json!({"type": kind, "interaction": [{"code": "create"}], "conditionalCreate": conditional});
        let resources: Vec<Value> = FILED.into_iter().map(resource).collect();
        json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1",
            "rest": [{"mode": "server", "interaction": [{"code": "transaction"}], "resource": resources}]})
    }

    #[test]
    fn an_ehr_without_conditional_create_is_named_as_such() {
        let able = Capabilities::read(&statement(true)).expect("a statement");
        assert!(able.transactions && able.not_created.is_empty() && able.unconditional.is_empty(), "{able:?}");
        let unable = Capabilities::read(&statement(false)).expect("a statement");
        assert_eq!(unable.unconditional.len(), FILED.len());
    }

    #[test]
    fn what_is_no_capability_statement_says_nothing() {
        assert_eq!(Capabilities::read(&json!({"resourceType": "OperationOutcome"})), None);
    }
}
