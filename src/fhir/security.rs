//! Who may see a resource (FHIR R4 6.1.3 security labels): what its sender restricted stays at the desk.

use serde_json::Value;

/// Sensitivity of ActCode: substance use (42 CFR Part 2), mental health, HIV, sexual and domestic matters.
const SENSITIVE: [&str; 16] = [
    "42CFRPart2",
    "ETH",
    "ETHUD",
    "SUD",
    "OPIOIDUD",
    "MH",
    "PSY",
    "PSYTHPN",
    "BH",
    "HIV",
    "STD",
    "SEX",
    "SDV",
    "VIO",
    "TBOO",
    "SICKLE",
];

/// Whether labels (`meta.security`) or a code of confidentiality say more than normal.
pub(crate) fn is_restricted(labels: &Value) -> bool {
    match labels {
        Value::String(code) => matches!(code.as_str(), "R" | "V"),
        Value::Array(labels) => labels.iter().any(|label| {
            let code = label["code"].as_str().unwrap_or_default();
            let confidentiality = label["system"].as_str().is_none_or(|system| system.ends_with("Confidentiality"));
            (confidentiality && matches!(code, "R" | "V")) || SENSITIVE.contains(&code)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn restricted_and_sensitive_labels_are_known_and_normal_ones_are_not() {
        let of = |system: &str, code: &str| is_restricted(&json!([{"system": system, "code": code}]));
        let confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
        assert!(of(confidentiality, "R") && of(confidentiality, "V"));
        assert!(of("http://terminology.hl7.org/CodeSystem/v3-ActCode", "42CFRPart2"));
        assert!(
            !of(confidentiality, "N") && !of("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "PATAST")
        );
        assert!(!is_restricted(&Value::Null) && is_restricted(&json!("R")));
    }
}
