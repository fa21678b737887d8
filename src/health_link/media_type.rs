//! What a manifest or a file's header says that a file is: `application/fhir+json;fhirVersion=4.0.1`.

/// The kinds of file that the standard knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// `application/fhir+json`
    Fhir,
    /// `application/smart-health-card`
    Cards,
    /// `application/smart-api-access`: a token for the sender's server. Never used, kept or logged.
    Access,
    /// Anything else: left out.
    Other,
}

impl FileType {
    /// A word for explanations.
    pub const fn word(self) -> &'static str {
        match self {
            FileType::Fhir => "application/fhir+json",
            FileType::Cards => "application/smart-health-card",
            FileType::Access => "application/smart-api-access",
            FileType::Other => "a type that the kiosk does not read",
        }
    }
}

/// A media type, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// The kind of file.
    pub file_type: FileType,
    /// The parameter `fhirVersion`.
    pub fhir_version: Option<String>,
}

impl MediaType {
    /// Reads type and parameters; case does not matter (RFC 9110 8.3.1), and `application/` may be left out in a JOSE header
    /// (RFC 7516 4.1.12).
    pub fn read(text: &str) -> MediaType {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let file_type = match name.strip_prefix("application/").unwrap_or(&name) {
            "fhir+json" => FileType::Fhir,
            "smart-health-card" => FileType::Cards,
            "smart-api-access" => FileType::Access,
            _ => FileType::Other,
        };
        let mut parameters = parts.filter_map(|part| part.split_once('='));
        let version = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("fhirVersion"));
        let fhir_version = version.map(|(_, version)| version.trim().trim_matches('"').chars().take(20).collect());
        MediaType { file_type, fhir_version }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_with_parameters_in_any_case_and_in_short() {
        let cases = [
            ("application/fhir+json", FileType::Fhir, None),
            ("application/fhir+json;fhirVersion=4.0.1", FileType::Fhir, Some("4.0.1")),
            ("Application/FHIR+JSON ; charset=utf-8 ; FHIRVERSION = \"4.3.0\"", FileType::Fhir, Some("4.3.0")),
            ("fhir+json", FileType::Fhir, None),
            ("application/smart-health-card", FileType::Cards, None),
            ("application/smart-api-access", FileType::Access, None),
            ("application/pdf", FileType::Other, None),
            ("text/fhir+json", FileType::Other, None),
            ("", FileType::Other, None),
        ];
        for (text, file_type, version) in cases {
            let expected = MediaType { file_type, fhir_version: version.map(str::to_owned) };
            assert_eq!(MediaType::read(text), expected, "{text}");
        }
    }
}
