//! The section `[ehr]` of `kiosk.toml`: where the EHR is and how it knows this kiosk. Secrets stand in files of their own.

use super::problem::Problem;
use super::read_file;
use crate::filing::Profile;
use crate::net::is_private;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use url::Url;

/// The EHR.
#[derive(Clone, Debug)]
pub struct EhrConfig {
    /// The FHIR base.
    pub base_url: Url,
    /// How requests are signed in.
    pub access: EhrAccess,
    /// A certificate authority beside those of the system.
    pub trusted_ca_file: Option<PathBuf>,
    /// The kiosk's own certificate and its key, for mutual TLS.
    pub client_certificate: Option<(PathBuf, PathBuf)>,
    /// Whether the kiosk may open new records.
    pub new_patients: bool,
    /// What kind of EHR it is.
    pub profile: Profile,
}

/// How requests are signed in.
#[derive(Clone, Debug)]
pub enum EhrAccess {
    /// Not at all: a test server, or one that knows the kiosk by its client certificate.
    Open,
    /// A file that holds a bearer token, for small servers.
    BearerToken(PathBuf),
    /// SMART Backend Services.
    SignIn(Box<SignInConfig>),
}

/// SMART Backend Services.
#[derive(Clone, Debug)]
pub struct SignInConfig {
    /// As the EHR's authorization server registered the kiosk.
    pub client_id: String,
    /// Private JSON Web Keys, at least one.
    pub key_files: Vec<PathBuf>,
    /// What is asked for, in the EHR's spelling; empty: nothing is asked for.
    pub scopes: Vec<String>,
    /// For servers without a SMART configuration.
    pub token_endpoint: Option<Url>,
    /// Where the clinic publishes its keys, for servers that want to be told each time.
    pub jwks_url: Option<Url>,
    /// On whose behalf and what for.
    pub b2b: Option<B2b>,
}

/// The extension `hl7-b2b` of an assertion.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct B2b {
    /// The organisation, as an address; sent as written.
    pub organization_id: String,
    /// Its name.
    pub organization_name: Option<String>,
    /// Codes of purposes, such as `urn:oid:2.16.840.1.113883.5.8#TREAT`.
    pub purpose_of_use: Vec<String>,
}

/// The section, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ehr {
    base_url: String,
    bearer_token_file: Option<PathBuf>,
    trusted_ca_file: Option<PathBuf>,
    client_certificate_file: Option<PathBuf>,
    client_key_file: Option<PathBuf>,
    sign_in: Option<SignIn>,
    #[serde(default)]
    new_patients: bool,
    profile: Option<String>,
    profile_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    client_id: String,
    key_files: Vec<PathBuf>,
    scopes: Vec<String>,
    token_endpoint: Option<String>,
    jwks_url: Option<String>,
    b2b: Option<B2b>,
}

impl Ehr {
    /// Paths are relative to `folder`.
    pub(super) fn read(self, folder: &Path) -> Result<EhrConfig, Problem> {
        let at = |path: PathBuf| folder.join(path);
        let base_url = Url::parse(&self.base_url).map_err(|_| Problem::Rule("ehr.base_url is not an address"))?;
        if !is_private(&base_url) {
            return Err(Problem::Rule("ehr.base_url: https without a user, or http on a loopback address"));
        }
        if base_url.query().is_some() || base_url.fragment().is_some() {
            return Err(Problem::Rule("ehr.base_url ends before any ? or #"));
        }
        let access = match (self.bearer_token_file, self.sign_in) {
            (None, None) => EhrAccess::Open,
            (Some(file), None) => EhrAccess::BearerToken(at(file)),
            (None, Some(sign_in)) => EhrAccess::SignIn(Box::new(sign_in.read(folder)?)),
            (Some(_), Some(_)) => {
                return Err(Problem::Rule("ehr: give `bearer_token_file` or [ehr.sign_in], not both"));
            }
        };
        let client_certificate = match (self.client_certificate_file, self.client_key_file) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some((at(certificate), at(key))),
            _ => return Err(Problem::Rule("ehr: `client_certificate_file` and `client_key_file` go together")),
        };
        let trusted_ca_file = self.trusted_ca_file.map(at);
        let profile = match (self.profile, self.profile_file) {
            (None, None) => Profile::generic(),
            (Some(name), None) => Profile::named(&name),
            (None, Some(path)) => {
                let bytes = read_file(&at(path)).map_err(|error| Problem::Shape(error.to_string()))?;
                Profile::parse(&String::from_utf8_lossy(&bytes))
            }
            (Some(_), Some(_)) => return Err(Problem::Rule("ehr: give either `profile` or `profile_file`")),
        };
        let profile = profile.map_err(|defect| Problem::Shape(defect.to_string()))?;
        let new_patients = self.new_patients;
        Ok(EhrConfig { base_url, access, trusted_ca_file, client_certificate, new_patients, profile })
    }
}

impl SignIn {
    fn read(self, folder: &Path) -> Result<SignInConfig, Problem> {
        if self.client_id.is_empty() || self.key_files.is_empty() {
            return Err(Problem::Rule("ehr.sign_in: `client_id` and `key_files` may not be empty"));
        }
        if self.scopes.iter().any(|scope| scope.is_empty() || !scope.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(Problem::Rule("ehr.sign_in.scopes: one scope in each text, without blanks"));
        }
        if self.b2b.as_ref().is_some_and(|b2b| b2b.purpose_of_use.is_empty()) {
            return Err(Problem::Rule("ehr.sign_in.b2b.purpose_of_use: at least one"));
        }
        let private = |text: String, rule| match Url::parse(&text) {
            Ok(url) if is_private(&url) => Ok(url),
            _ => Err(Problem::Rule(rule)),
        };
        let endpoint = "ehr.sign_in.token_endpoint: https without a user, or http on a loopback address";
        let jwks_url = "ehr.sign_in.jwks_url: https without a user";
        Ok(SignInConfig {
            client_id: self.client_id,
            key_files: self.key_files.into_iter().map(|path| folder.join(path)).collect(),
            scopes: self.scopes,
            token_endpoint: self.token_endpoint.map(|text| private(text, endpoint)).transpose()?,
            jwks_url: self.jwks_url.map(|text| private(text, jwks_url)).transpose()?,
            b2b: self.b2b,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<EhrConfig, String> {
        let ehr: Ehr = toml::from_str(text).map_err(|error| error.to_string())?;
        ehr.read(Path::new("/etc/kiosk")).map_err(|problem| match problem {
            Problem::Shape(message) => message,
            Problem::Rule(rule) => rule.to_owned(),
        })
    }

    #[test]
    fn an_ehr_without_tls_lives_on_this_machine_only() {
        assert!(read("base_url = \"http://127.0.0.1:8080/fhir\"").is_ok());
        assert!(read("base_url = \"http://10.0.0.2/fhir\"").is_err());
        assert!(read("base_url = \"http://localhost.example.org/fhir\"").is_err());
        assert!(read("base_url = \"https://10.0.0.2/fhir\"").is_ok());
        assert!(read("base_url = \"https://user:word@10.0.0.2/fhir\"").is_err());
        assert!(read("base_url = \"https://10.0.0.2/fhir?key=1\"").is_err());
    }

    const BASE: &str = "base_url = \"https://ehr.example.org/fhir\"\n";
    const SIGN_IN: &str =
        "[sign_in]\nclient_id = \"kiosk\"\nkey_files = [\"es.jwk\"]\nscopes = [\"system/Patient.rs\"]\n";

    #[test]
    fn a_sign_in_names_its_client_its_keys_and_its_scopes() {
        let config = read(&format!("{BASE}{SIGN_IN}")).expect("a configuration");
        let EhrAccess::SignIn(sign_in) = config.access else { panic!("no sign-in") };
        assert_eq!(sign_in.key_files, [Path::new("/etc/kiosk/es.jwk")]);
        assert!(
            read(&format!("{BASE}[sign_in]\nclient_id = \"kiosk\"\nkey_files = [\"es.jwk\"]\n")).is_err(),
            "no scopes"
        );
        assert!(read(&format!("{BASE}bearer_token_file = \"t\"\n{SIGN_IN}")).is_err(), "two ways in");
        assert!(read(&format!("{BASE}{SIGN_IN}token_endpoint = \"http://as.example.org/\"\n")).is_err());
        assert!(read(&format!("{BASE}{SIGN_IN}scope = \"x\"\n")).is_err(), "an unknown key");
        assert!(read(&format!("{BASE}{}", SIGN_IN.replace("system/Patient.rs", "a b"))).is_err());
        let b2b = "[sign_in.b2b]\norganization_id = \"https://clinic.example.org\"\npurpose_of_use = [\"TREAT\"]\n";
        assert!(read(&format!("{BASE}{SIGN_IN}{b2b}")).is_ok());
        assert!(read(&format!("{BASE}{SIGN_IN}{}", b2b.replace("\"TREAT\"", ""))).is_err());
    }

    #[test]
    fn a_client_certificate_comes_with_its_key() {
        let certificate = "client_certificate_file = \"kiosk.pem\"\n";
        assert!(read(&format!("{BASE}{certificate}")).is_err());
        let config = read(&format!("{BASE}{certificate}client_key_file = \"kiosk.key\"\n")).expect("a configuration");
        assert_eq!(config.client_certificate.expect("a pair").1, Path::new("/etc/kiosk/kiosk.key"));
    }
}
