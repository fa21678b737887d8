//! The manifest of a link ("SMART Health Link Manifest Request"): its files, inside it or elsewhere.
//!
//! Two dialects are read: the published STU 1 (status at the root, FHIR version as a parameter of the type) and its later
//! source (both in each file). A file without content is a defect of that file alone; too many files, or files on too many
//! hosts, are refused with their count. Other members are ignored.

use super::{LinkDefect, MediaType};
use crate::json::{JsonDefect, take_member};
use crate::limits::Budget;
use crate::sensitive::{Sensitive, Wipe as _};
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;
use url::Url;

/// More files than this is no share for a front desk.
const MAX_FILES: usize = 50;
/// Each host is somebody whom a stranger makes the kiosk ask.
pub(crate) const MAX_HOSTS: usize = 8;
/// A signed address of an object store has about 2,000 characters.
const MAX_LOCATION_CHARS: usize = 4_096;

/// What the sender says of a file, or of all files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// Nothing, or a word that the standard does not have.
    Unsaid,
    /// It will not change.
    Finalized,
    /// It may change.
    CanChange,
    /// It was taken back.
    NoLongerValid,
}

/// Where a file's encrypted content is.
#[derive(Debug)]
pub enum FileContent {
    /// In the manifest; where a location is given as well, both hold the same.
    Embedded(Sensitive<String>),
    /// At an address that lives for an hour at the most, and may answer only once.
    Location {
        /// The address: whoever has it and the key can read the file.
        url: Sensitive<String>,
        /// Its host, for staff.
        host: String,
    },
}

/// One file.
#[derive(Debug)]
pub struct ManifestFile {
    /// `contentType`; it is not authenticated, the file's own header is.
    pub media_type: Option<MediaType>,
    /// `fhirVersion` of the file, or of its type.
    pub fhir_version: Option<String>,
    /// `status` of the file.
    pub status: FileStatus,
    /// `lastUpdated`, where it is a time.
    pub last_updated: Option<Timestamp>,
    /// The content.
    pub content: FileContent,
}

/// A manifest.
#[derive(Debug)]
pub struct Manifest {
    /// `status` of all files.
    pub status: FileStatus,
    /// Whether there is a `list`, a FHIR List about the files. Nothing here reads it.
    pub has_list: bool,
    /// The files in order, each readable or not by itself.
    pub files: Vec<Result<ManifestFile, LinkDefect>>,
}

impl Manifest {
    /// Reads the server's answer.
    pub fn read(body: &[u8], budget: &mut Budget) -> Result<Manifest, LinkDefect> {
        let mut json = budget.parse(body).map_err(|defect| match defect {
            JsonDefect::TooManyValues => LinkDefect::TooLarge,
            _ => LinkDefect::NotAManifest,
        })?;
        let manifest = Manifest::from_json(&mut json);
        json.wipe();
        manifest
    }

    fn from_json(json: &mut Value) -> Result<Manifest, LinkDefect> {
        let Value::Array(files) = take_member(json, "files") else { return Err(LinkDefect::NotAManifest) };
        if files.len() > MAX_FILES {
            return Err(LinkDefect::TooManyFiles(files.len()));
        }
        let files: Vec<_> = files.into_iter().map(ManifestFile::from_json).collect();
        let hosts: BTreeSet<&str> = files.iter().flatten().filter_map(ManifestFile::host).collect();
        if hosts.len() > MAX_HOSTS {
            return Err(LinkDefect::TooManyHosts(hosts.len()));
        }
        Ok(Manifest { status: status_of(&json["status"]), has_list: json["list"].is_object(), files })
    }
}

impl ManifestFile {
    fn from_json(mut json: Value) -> Result<ManifestFile, LinkDefect> {
        let media_type = json["contentType"].as_str().map(MediaType::read);
        let own_version = json["fhirVersion"].as_str().map(|version| version.chars().take(20).collect::<String>());
        let of_type = media_type.as_ref().and_then(|media_type| media_type.fhir_version.clone());
        let file = ManifestFile {
            fhir_version: own_version.or(of_type),
            media_type,
            status: status_of(&json["status"]),
            last_updated: json["lastUpdated"].as_str().and_then(Timestamp::from_rfc3339),
            content: content_of(&mut json)?,
        };
        json.wipe();
        Ok(file)
    }

    /// The host that the file is to be fetched from.
    pub fn host(&self) -> Option<&str> {
        match &self.content {
            FileContent::Embedded(_) => None,
            FileContent::Location { host, .. } => Some(host),
        }
    }
}

/// What is inside needs no second request, and is as new as the manifest.
fn content_of(json: &mut Value) -> Result<FileContent, LinkDefect> {
    let mut text = |member: &str| match take_member(json, member) {
        Value::String(text) if !text.is_empty() => Some(Sensitive::from(text)),
        _ => None,
    };
    if let Some(embedded) = text("embedded") {
        return Ok(FileContent::Embedded(embedded));
    }
    let url = text("location").ok_or(LinkDefect::FileWithoutContent)?;
    let parsed = Url::parse(url.reveal()).ok().filter(|_| url.reveal().len() <= MAX_LOCATION_CHARS);
    let parsed = parsed.filter(|parsed| parsed.scheme() == "https").ok_or(LinkDefect::Address)?;
    let host = parsed.host_str().ok_or(LinkDefect::Address)?.to_owned();
    // As parsed: one address has one spelling, and is asked once.
    Ok(FileContent::Location { url: Sensitive::from(String::from(parsed)), host })
}

fn status_of(member: &Value) -> FileStatus {
    match member.as_str() {
        Some("finalized") => FileStatus::Finalized,
        Some("can-change") => FileStatus::CanChange,
        Some("no-longer-valid") => FileStatus::NoLongerValid,
        _ => FileStatus::Unsaid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health_link::FileType;
    use serde_json::json;

    fn read(manifest: &Value) -> Result<Manifest, LinkDefect> {
        Manifest::read(manifest.to_string().as_bytes(), &mut Budget::for_one_share())
    }

    fn one(file: Value) -> Result<ManifestFile, LinkDefect> {
        read(&json!({"files": [file]})).expect("a manifest").files.remove(0)
    }

    #[test]
    fn both_dialects_say_the_same() {
        let published = json!({"status": "can-change", "list": {"resourceType": "List"}, "files": [
            {"contentType": "application/fhir+json;fhirVersion=4.0.1", "embedded": "x"}]});
        let later = json!({"files": [{"contentType": "application/fhir+json", "fhirVersion": "4.0.1",
            "status": "can-change", "lastUpdated": "2026-11-01T09:30:00Z", "embedded": "x"}]});
        let (published, later) = (read(&published).expect("a manifest"), read(&later).expect("a manifest"));
        assert_eq!((published.status, later.status), (FileStatus::CanChange, FileStatus::Unsaid));
        assert!(published.has_list && !later.has_list);
        for manifest in [&published, &later] {
            let file = manifest.files[0].as_ref().expect("a file");
            assert_eq!(file.fhir_version.as_deref(), Some("4.0.1"));
            assert_eq!(file.media_type.as_ref().map(|it| it.file_type), Some(FileType::Fhir));
        }
        let file = later.files[0].as_ref().expect("a file");
        assert_eq!(file.status, FileStatus::CanChange);
        assert_eq!(file.last_updated.map(Timestamp::date).as_deref(), Some("2026-11-01"));
    }

    #[test]
    fn what_is_embedded_is_preferred_and_what_is_nowhere_is_a_defect_of_that_file() {
        let location = "https://files.example.org/1";
        let both = one(json!({"embedded": "x", "location": location})).expect("a file");
        assert!(matches!(&both.content, FileContent::Embedded(text) if text.reveal() == "x"));
        let elsewhere = one(json!({"embedded": "", "location": location})).expect("a file");
        assert_eq!(elsewhere.host(), Some("files.example.org"));
        assert_eq!(one(json!({"contentType": "application/fhir+json"})).err(), Some(LinkDefect::FileWithoutContent));
        assert_eq!(one(json!("x")).err(), Some(LinkDefect::FileWithoutContent));
        let mixed = read(&json!({"files": [{}, {"embedded": "x"}]})).expect("a manifest");
        assert_eq!(mixed.files.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_location_is_https() {
        for url in ["http://127.0.0.1/", "file:///etc/passwd", "data:,x", "/x", "//example.org/x", "x"] {
            assert_eq!(one(json!({ "location": url })).err(), Some(LinkDefect::Address), "{url}");
        }
        let long = format!("https://e.org/{}", "x".repeat(MAX_LOCATION_CHARS));
        assert_eq!(one(json!({ "location": long })).err(), Some(LinkDefect::Address));
    }

    #[test]
    fn fifty_files_are_read_and_more_are_refused_with_their_count() {
        let manifest = |count: usize| json!({"files": vec![json!({"embedded": "x"}); count]});
        assert_eq!(read(&manifest(50)).map(|manifest| manifest.files.len()), Ok(50));
        assert_eq!(read(&manifest(51)).err(), Some(LinkDefect::TooManyFiles(51)));
        assert_eq!(read(&manifest(10_000)).err(), Some(LinkDefect::TooManyFiles(10_000)));
        assert_eq!(read(&manifest(0)).map(|manifest| manifest.files.len()), Ok(0));
    }

    #[test]
    fn files_lie_on_eight_hosts_at_the_most() {
        let manifest = |hosts: usize| {
            let of = |host: usize| json!({"location": format!("https://h{host}.example.org/x")});
            json!({"files": (0..hosts).chain(0..hosts).map(of).collect::<Vec<_>>()})
        };
        assert!(read(&manifest(8)).is_ok());
        assert_eq!(read(&manifest(9)).err(), Some(LinkDefect::TooManyHosts(9)));
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        for body in ["", "<html>", "[]", "{}", r#"{"files":{}}"#, r#"{"files":null}"#, "null", "\u{FEFF}{}"] {
            let defect = Manifest::read(body.as_bytes(), &mut Budget::for_one_share()).err();
            assert_eq!(defect, Some(LinkDefect::NotAManifest), "{body}");
        }
        let many = format!("{{\"files\":[[{}0]]}}", "0,".repeat(700_000));
        assert_eq!(Manifest::read(many.as_bytes(), &mut Budget::for_one_share()).err(), Some(LinkDefect::TooLarge));
    }
}
