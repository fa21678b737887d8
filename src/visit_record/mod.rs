//! The visit record that a patient takes home: EHR resources in a collection Bundle, sealed as the file of a SMART Health
//! Link of the shape of "Patient-Shared Health Documents via SMART Health Links" (KTC 0.10.2): flag `U` alone, with an end.
//!
//! What the clinic wrote is not marked as the patient's own statement, and what patients stated themselves is left out.
//! The key goes into the link and nowhere else; whoever hosts the file cannot read it.

use crate::fhir::{RecordType, Resource, systems};
use crate::filing::{digest_of, urn_of};
use crate::sensitive::{LogSafe, Sensitive};
use crate::time::Timestamp;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use josekit::jwe::{self, Dir, JweHeader};
use serde_json::{Value, json};
use std::collections::HashMap;
use url::Url;

/// Longest address of a file (SMART Health Links, `url`).
const MAX_URL: usize = 128;
/// Longest label of a link.
const MAX_LABEL: usize = 80;

/// Why there is no visit record, or no link for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum VisitDefect {
    /// A PatientSharedBundle of KTC has exactly one Patient.
    #[error("the visit record does not have exactly one Patient")]
    NotOnePatient,
    /// A PatientSharedBundle of KTC has at least one entry beside the Patient.
    #[error("the visit holds nothing to take home")]
    NothingToShare,
    /// SMART Health Links, `url`: https, at most 128 characters.
    #[error("the address of the file is not https or too long")]
    Address,
    /// The cipher refused.
    #[error("the visit record cannot be sealed")]
    Seal,
}

impl LogSafe for VisitDefect {
    fn log_word(&self) -> &'static str {
        self.into()
    }
}

/// What a patient takes home.
#[derive(Clone, Debug)]
pub struct VisitRecord {
    bundle: Sensitive<Value>,
    /// How many resources, the Patient not counted.
    pub resources: usize,
    /// How many were left out because patients had stated them.
    pub left_out: usize,
}

/// A link for the patient, and the file that it opens.
#[derive(Clone, Debug)]
pub struct PublishedLink {
    /// `shlink:/...`, with the key in it: for the screen and the paper, never for the log or the host.
    pub link: Sensitive<String>,
    /// The encrypted file, for the host.
    pub jwe: String,
}

impl VisitRecord {
    /// Makes a record of what the EHR returned for a visit.
    pub fn from_resources(resources: &[Resource], now: Timestamp) -> Result<VisitRecord, VisitDefect> {
        let (stated, own): (Vec<&Resource>, Vec<&Resource>) =
            resources.iter().partition(|resource| !resource.is(RecordType::Patient) && is_patient_asserted(resource));
        match own.iter().filter(|resource| resource.is(RecordType::Patient)).count() {
            1 if own.len() > 1 => {}
            1 => return Err(VisitDefect::NothingToShare),
            _ => return Err(VisitDefect::NotOnePatient),
        }
        let urns: Vec<String> = own.iter().map(|resource| urn_for(resource)).collect();
        let places: HashMap<String, &str> = own
            .iter()
            .zip(&urns)
            .filter_map(|(resource, urn)| Some((format!("{}/{}", resource.kind(), resource.id()?), urn.as_str())))
            .collect();
        let entries = own.iter().zip(&urns).map(|(resource, urn)| {
            let mut json = resource.json().reveal().clone();
            if let Value::Object(members) = &mut json {
                members.shift_remove("id");
                let security = members.shift_remove("meta").map(|meta| meta["security"].clone());
                if let Some(security) = security.filter(Value::is_array) {
                    members.insert("meta".to_owned(), json!({"security": security}));
                }
            }
            keep_inside(&mut json, &places);
            json!({"fullUrl": urn, "resource": json})
        });
        let entries: Vec<Value> = entries.collect();
        let resources = entries.len() - 1;
        let bundle =
            json!({"resourceType": "Bundle", "type": "collection", "timestamp": now.to_string(), "entry": entries});
        Ok(VisitRecord { bundle: Sensitive::new(bundle), resources, left_out: stated.len() })
    }

    /// Seals the record and makes the link. The key is 32 random bytes, used for this link only.
    pub fn seal(
        &self,
        key: &Sensitive<[u8; 32]>,
        url: &Url,
        expires: Timestamp,
        label: &str,
    ) -> Result<PublishedLink, VisitDefect> {
        if url.scheme() != "https" || url.as_str().len() > MAX_URL {
            return Err(VisitDefect::Address);
        }
        let mut header = JweHeader::new();
        header.set_content_encryption("A256GCM");
        header.set_content_type("application/fhir+json");
        let encrypter = Dir.encrypter_from_bytes(key.reveal()).map_err(|_| VisitDefect::Seal)?;
        let content = Sensitive::new(self.bundle.reveal().to_string().into_bytes());
        let jwe = jwe::serialize_compact(content.reveal(), &header, &encrypter).map_err(|_| VisitDefect::Seal)?;
        let payload = Sensitive::new(json!({
            "url": url.as_str(),
            "exp": expires.unix_millis() / 1000,
            "flag": "U",
            "key": URL_SAFE_NO_PAD.encode(key.reveal()),
            "label": label.chars().take(MAX_LABEL).collect::<String>(),
            "v": 1,
        }));
        let link = format!("shlink:/{}", URL_SAFE_NO_PAD.encode(payload.reveal().to_string()));
        Ok(PublishedLink { link: Sensitive::from(link), jwe })
    }
}

fn is_patient_asserted(resource: &Resource) -> bool {
    let labels = resource.list("/meta/security").iter();
    labels.into_iter().any(|label| label["system"] == systems::OBSERVATION_VALUE && label["code"] == "PATAST")
}

fn urn_for(resource: &Resource) -> String {
    let content = resource.json().reveal().to_string();
    urn_of(&digest_of([b"ktc-kiosk visit record 1".as_slice(), content.as_bytes()]))
}

/// References lead to an entry of this Bundle or to nothing but words: the EHR's own addresses stay in the EHR.
fn keep_inside(value: &mut Value, places: &HashMap<String, &str>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| keep_inside(item, places)),
        Value::Object(members) => {
            if let Some(words) = members.get("reference").and_then(Value::as_str).map(str::to_owned) {
                let place = places.get(last_two(&words).as_str());
                match place {
                    Some(urn) => {
                        members.insert("reference".to_owned(), Value::from(*urn));
                    }
                    None if words.starts_with('#') => {}
                    None => {
                        members.shift_remove("reference");
                        members.entry("display").or_insert_with(|| Value::from("not included"));
                    }
                }
            }
            members.values_mut().for_each(|member| keep_inside(member, places));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `Type/id` of a relative or absolute reference, with or without a version.
fn last_two(words: &str) -> String {
    let unversioned = words.split("/_history/").next().unwrap_or_default();
    let parts: Vec<&str> = unversioned.rsplit('/').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::Bundle;
    use crate::health_link::{HealthLink, open_file};

    fn resource(text: &str) -> Resource {
        Resource::from_json(serde_json::from_str(text).expect("json")).expect("a resource")
    }

    fn visit() -> Vec<Resource> {
        vec![
            resource(r#"{"resourceType":"Patient","id":"7","meta":{"versionId":"4"},"birthDate":"1980-02-03"}"#),
            resource(
                r#"{"resourceType":"Observation","id":"o1","subject":{"reference":"https://ehr.example/fhir/Patient/7"},
                "valueQuantity":{"value":1.50},"encounter":{"reference":"Encounter/9"}}"#,
            ),
            resource(
                r#"{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/7"},"meta":{"security":[
                {"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"PATAST"}]}}"#,
            ),
        ]
    }

    fn now() -> Timestamp {
        Timestamp::from_unix_millis(1_790_000_000_000)
    }

    fn address() -> Url {
        Url::parse("https://records.example/f/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").expect("an address")
    }

    #[test]
    fn a_sealed_record_opens_with_its_link_and_with_nothing_else() {
        let record = VisitRecord::from_resources(&visit(), now()).expect("a record");
        assert_eq!((record.resources, record.left_out), (1, 1));
        let published = record.seal(&Sensitive::new([7; 32]), &address(), now(), "Your visit").expect("a link");
        let link = HealthLink::read(published.link.reveal()).expect("a link");
        assert!(link.flags().is_exactly_u());
        assert_eq!(link.expiry().map(|expiry| expiry.at), Some(now()));
        assert_eq!(link.url().reveal(), address().as_str());
        let file = open_file(link.key(), published.jwe.as_bytes()).expect("the file");
        assert_eq!(file.content_type.as_deref(), Some("application/fhir+json"));
        let bundle = Bundle::read(file.content.reveal()).expect("a bundle");
        assert_eq!((bundle.kind.as_str(), bundle.entries.len()), ("collection", 2));
        assert_eq!(bundle.timestamp.as_deref(), Some("2026-09-21T14:13:20.000Z"));
        let other = record.seal(&Sensitive::new([8; 32]), &address(), now(), "Your visit").expect("a link");
        let other = HealthLink::read(other.link.reveal()).expect("a link");
        assert!(open_file(other.key(), published.jwe.as_bytes()).is_err());
    }

    #[test]
    fn the_same_record_sealed_twice_never_uses_the_same_iv() {
        let record = VisitRecord::from_resources(&visit(), now()).expect("a record");
        let iv = || {
            let published = record.seal(&Sensitive::new([7; 32]), &address(), now(), "").expect("a link");
            published.jwe.split('.').nth(2).map(str::to_owned)
        };
        assert_ne!(iv(), iv());
    }

    #[test]
    fn the_ehr_s_own_ids_and_addresses_stay_in_the_ehr() {
        let record = VisitRecord::from_resources(&visit(), now()).expect("a record");
        let bundle = record.bundle.reveal();
        let observation = &bundle["entry"][1]["resource"];
        assert_eq!(observation["subject"]["reference"], bundle["entry"][0]["fullUrl"]);
        assert_eq!(observation["encounter"], json!({"display": "not included"}));
        assert_eq!(observation["valueQuantity"]["value"].to_string(), "1.50");
        let text = bundle.to_string();
        assert!(!text.contains("ehr.example") && !text.contains("\"id\"") && !text.contains("versionId"), "{text}");
    }

    #[test]
    fn a_record_has_one_patient_and_something_to_say() {
        let all = visit();
        let made = |resources: &[Resource]| VisitRecord::from_resources(resources, now()).err();
        assert_eq!(made(&all[..1]), Some(VisitDefect::NothingToShare));
        assert_eq!(made(&all[1..]), Some(VisitDefect::NotOnePatient));
        assert_eq!(made(&[all[0].clone(), all[2].clone()]), Some(VisitDefect::NothingToShare));
    }

    #[test]
    fn a_file_is_never_published_without_https() {
        let record = VisitRecord::from_resources(&visit(), now()).expect("a record");
        for address in ["http://records.example/f", &format!("https://records.example/{}", "x".repeat(128))] {
            let sealed = record.seal(&Sensitive::new([7; 32]), &Url::parse(address).expect("an address"), now(), "");
            assert_eq!(sealed.err(), Some(VisitDefect::Address));
        }
    }
}
