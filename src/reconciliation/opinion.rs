//! What an EHR's own match (`Patient/$match`) says of a chart. It is the EHR's opinion, on a scale of its own: it is shown as that
//! and decides nothing here.

use crate::patient_match::RulesVersion;
use serde_json::Value;
use strum::VariantArray as _;

/// Extension of FHIR R4's `$match` (StructureDefinition match-grade).
const GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";
/// How Medplum says which combination of the CMS rules held.
const RULE: &str = "/cms-match-combination";

/// The grades of FHIR's code system match-grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Grade {
    /// Fit for automatic use, says the EHR.
    Certain,
    /// Close.
    Probable,
    /// A person should look.
    Possible,
    /// Not this patient.
    CertainlyNot,
}

impl Grade {
    /// All of them.
    pub const ALL: &'static [Grade] = Grade::VARIANTS;

    /// The id under which `assets/` holds the words.
    pub fn text_id(self) -> String {
        let word: &str = self.into();
        format!("grade-{word}")
    }
}

/// What the EHR says of one chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EhrOpinion {
    /// None where the EHR gives no grade.
    pub grade: Option<Grade>,
    /// `search.score` in hundredths: on the EHR's own scale.
    pub score: Option<u8>,
    /// The rule of CMS Patient Matching 3.2.2 that held, where it is one.
    pub rule: Option<&'static str>,
}

impl EhrOpinion {
    /// Reads `Bundle.entry.search` of an answer to `$match`.
    pub fn from_search(search: &Value) -> EhrOpinion {
        let extensions = || search["extension"].as_array().into_iter().flatten().take(20);
        let said = |wanted: &dyn Fn(&str) -> bool| {
            let found = extensions().find(|extension| extension["url"].as_str().is_some_and(wanted))?;
            found
                .as_object()?
                .iter()
                .filter(|(name, _)| name.starts_with("value"))
                .find_map(|(_, value)| value.as_str())
        };
        let rules = RulesVersion::V3_2_2.rules();
        let score = search["score"].as_f64().filter(|score| (0.0..=1.0).contains(score));
        EhrOpinion {
            grade: said(&|url| url == GRADE).and_then(|code| code.parse().ok()),
            score: score.map(|score| (score * 100.0).round() as u8),
            rule: said(&|url| url.ends_with(RULE)).and_then(|id| rules.rule(id)).map(|rule| rule.id.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn grade_score_and_rule_are_read_and_nothing_is_made_up() {
        let search = json!({"mode": "match", "score": 0.925, "extension": [
            {"url": GRADE, "valueCode": "certain"},
            {"url": "https://medplum.com/fhir/StructureDefinition/cms-match-combination", "valueString": "13"}]});
        let opinion = EhrOpinion::from_search(&search);
        assert_eq!(opinion, EhrOpinion { grade: Some(Grade::Certain), score: Some(93), rule: Some("13") });
        for none in [json!({}), json!(null), json!({"score": 7, "extension": [{"url": GRADE, "valueCode": "sure"}]})] {
            assert_eq!(EhrOpinion::from_search(&none), EhrOpinion { grade: None, score: None, rule: None }, "{none}");
        }
    }
}
