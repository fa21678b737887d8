//! Who the patient says to be: the demographics of a Patient resource.

use super::{RecordType, Resource};
use serde_json::Value;

/// A view over a Patient resource.
#[derive(Clone, Copy)]
pub struct PatientView<'a>(&'a Resource);

impl<'a> PatientView<'a> {
    /// `None` when the resource is not a Patient.
    pub fn of(resource: &'a Resource) -> Option<Self> {
        resource.is(RecordType::Patient).then_some(PatientView(resource))
    }

    /// The name to show: official or usual first, given names then family name, or the text of the name.
    pub fn name(self) -> Option<String> {
        let names = self.0.list("/name");
        let preferred = names
            .iter()
            .find(|name| name["use"] == "official")
            .or_else(|| names.iter().find(|name| name["use"] == "usual"))
            .or_else(|| names.first())?;
        let given = preferred["given"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let parts: Vec<&str> =
            given.chain(preferred["family"].as_str()).filter(|part| !part.trim().is_empty()).collect();
        if parts.is_empty() { preferred["text"].as_str().map(str::to_owned) } else { Some(parts.join(" ")) }
    }

    /// The family name of the name to show, for a search.
    pub fn family(self) -> Option<&'a str> {
        self.0.list("/name").iter().find_map(|name| name["family"].as_str())
    }

    /// `birthDate` as sent; it may be a year or a month only.
    pub fn birth_date(self) -> Option<&'a str> {
        self.0.text("/birthDate")
    }

    /// Administrative gender code.
    pub fn gender(self) -> Option<&'a str> {
        self.0.text("/gender")
    }

    /// The first contact of this system (`phone`, `email`).
    pub fn contact(self, system: &str) -> Option<&'a str> {
        self.0.list("/telecom").iter().find(|contact| contact["system"] == system)?["value"].as_str()
    }

    /// The first address on one line.
    pub fn address(self) -> Option<String> {
        let address = self.0.list("/address").first()?;
        if let Some(text) = address["text"].as_str() {
            return Some(text.to_owned());
        }
        let lines = address["line"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let rest = ["city", "state", "postalCode", "country"].iter().filter_map(|part| address[*part].as_str());
        let parts: Vec<&str> = lines.chain(rest).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_official_name_is_the_one_shown() {
        let patient = Resource::from_json(json!({"resourceType": "Patient", "name": [
            {"use": "nickname", "given": ["Annie"]},
            {"use": "official", "given": ["Ana", "María"], "family": "Delgado"}]}));
        let patient = patient.expect("a patient");
        assert_eq!(PatientView::of(&patient).and_then(PatientView::name).as_deref(), Some("Ana María Delgado"));
    }
}
