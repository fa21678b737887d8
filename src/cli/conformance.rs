//! `ktc-kiosk conformance <folder>`: every vector of a folder, offline, by the folder's clock, as a validator.

use super::answers::{FolderError, Vector, VectorFolder};
use crate::resolve::{ResolveDefect, ResolvedShare, Resolver, Strictness, Trace};
use crate::scan::{CodeReader, Reading, ScannedCode};
use crate::trust::{AppAttestation, Assurance, TrustList};
use serde_json::Value;
use std::io::{self, Write};
use std::path::Path;

/// Why the command could not finish.
#[derive(Debug, thiserror::Error)]
pub enum ConformanceError {
    /// The folder is not one.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The output cannot be written.
    #[error("cannot write the result: {0}")]
    Write(#[from] io::Error),
}

/// Runs the folder; one line a vector, a closing count. Returns whether all passed.
pub fn run(folder: &Path, out: &mut dyn Write) -> Result<bool, ConformanceError> {
    let folder = VectorFolder::open(folder)?;
    let mut failed = 0;
    for vector in &folder.vectors {
        match check(&folder, vector) {
            Ok(()) => writeln!(out, "{} pass", vector.id)?,
            Err(why) => {
                failed += 1;
                writeln!(out, "{} fail: {why}", vector.id)?;
            }
        }
    }
    writeln!(out, "{} passed, {failed} failed", folder.vectors.len() - failed)?;
    Ok(failed == 0)
}

/// Every form in which the folder gives the vector must come to the expected end.
fn check(folder: &VectorFolder, vector: &Vector) -> Result<(), String> {
    let forms = forms(folder, vector)?;
    if forms.is_empty() {
        return Err("the vector has no input".to_owned());
    }
    forms.iter().try_for_each(|texts| compare(folder, vector, resolve(folder, vector, texts)))
}

fn forms(folder: &VectorFolder, vector: &Vector) -> Result<Vec<Vec<String>>, String> {
    let input = &vector.json["input"];
    let texts =
        |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let mut forms: Vec<Vec<String>> = Vec::new();
    if vector.is_card {
        forms.extend([texts(&input["texts"])].into_iter().filter(|texts: &Vec<String>| !texts.is_empty()));
        if let Some(file) = input["file"].as_str() {
            let content = folder.read(file).map_err(|error| error.to_string())?;
            forms.push(vec![String::from_utf8_lossy(&content).into_owned()]);
        }
    } else {
        let members = ["shlink", "viewerPrefixed", "raw"].iter().filter_map(|member| input[*member].as_str());
        forms.extend(members.map(|text| vec![text.to_owned()]));
    }
    Ok(forms)
}

fn resolve(folder: &VectorFolder, vector: &Vector, texts: &[String]) -> Result<ResolvedShare, ResolveDefect> {
    let resolver = Resolver {
        fetch: &folder.answers(vector),
        trust: &TrustList::empty(folder.now),
        recipient: "Conformance",
        passcode: None,
        now: folder.now,
        strictness: Strictness::Validator,
        trace: &Trace::default(),
    };
    resolver.resolve(&read(texts)?)
}

fn read(texts: &[String]) -> Result<ScannedCode, ResolveDefect> {
    let mut reader = CodeReader::default();
    let mut last = Err(ResolveDefect::Link(crate::health_link::LinkDefect::NotALink));
    for text in texts {
        if let Reading::Code(code) = reader.read(text)? {
            last = Ok(code);
        }
    }
    last
}

fn compare(folder: &VectorFolder, vector: &Vector, got: Result<ResolvedShare, ResolveDefect>) -> Result<(), String> {
    let expect = &vector.json["expect"];
    match (expect["outcome"].as_str(), got) {
        (Some("reject"), Err(defect)) => equal("failStage", expect["failStage"].as_str(), Some(defect.stage().word())),
        (Some("reject"), Ok(_)) => Err("accepted".to_owned()),
        (Some("success" | "verified"), Err(defect)) => Err(format!("refused at {}: {defect}", defect.stage().word())),
        (Some("success"), Ok(share)) => compare_share(folder, vector, &share),
        (Some("verified"), Ok(share)) => compare_card(vector, &share),
        _ => Err("the vector expects an unknown outcome".to_owned()),
    }
}

fn compare_share(folder: &VectorFolder, vector: &Vector, share: &ResolvedShare) -> Result<(), String> {
    let expect = &vector.json["expect"];
    let decrypted = &expect["decrypted"];
    let digest = share.content_digest.map(|digest| digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    equal("sha256", decrypted["sha256"].as_str(), digest.as_deref())?;
    let entries = share.documents.iter().map(|document| document.bundle().entries.len()).sum::<usize>();
    equal("entries", decrypted["entries"].as_u64(), u64::try_from(entries).ok())?;
    let attestation = match share.attestation {
        AppAttestation::Absent => None,
        AppAttestation::Verified => Some("verified"),
        AppAttestation::Failed => Some("failed"),
    };
    equal("attestation", expect["attestation"].as_str(), attestation)?;
    compare_payload(vector).and_then(|()| compare_bundle(folder, decrypted, share))
}

/// The members of the link are those of the vector.
fn compare_payload(vector: &Vector) -> Result<(), String> {
    let payload = &vector.json["expect"]["payload"];
    let text = vector.json["input"]["shlink"].as_str().unwrap_or_default();
    let Ok(ScannedCode::Link(link)) = read(&[text.to_owned()]) else { return Err("not read as a link".to_owned()) };
    equal("url", payload["url"].as_str(), Some(link.url().reveal()))?;
    equal("label", payload["label"].as_str(), link.label().map(|label| label.reveal().as_str()))?;
    let seconds = link.expiry().map(|expiry| expiry.at.unix_millis() / 1000);
    equal("exp", payload["exp"].as_i64(), seconds)
}

/// Every resource is there as it was made, value for value.
fn compare_bundle(folder: &VectorFolder, decrypted: &Value, share: &ResolvedShare) -> Result<(), String> {
    let Some(file) = decrypted["bundle"].as_str() else { return Ok(()) };
    let made = folder.read(file).map_err(|error| error.to_string())?;
    let made: Value = serde_json::from_slice(&made).map_err(|_| "the expected bundle is not JSON".to_owned())?;
    let made = made["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let read = share.documents.iter().flat_map(|document| &document.bundle().entries);
    let same = made.eq(read.map(|entry| entry.resource.json().reveal()));
    if same { Ok(()) } else { Err("a resource is not as it was made".to_owned()) }
}

fn compare_card(vector: &Vector, share: &ResolvedShare) -> Result<(), String> {
    let expect = &vector.json["expect"];
    let [document] = share.documents.as_slice() else { return Err("not one card".to_owned()) };
    let issuer = match document.assurance() {
        Assurance::SignedByListedIssuer { issuer, .. } | Assurance::SignedByUnlistedIssuer { issuer } => {
            Some(issuer.as_str())
        }
        Assurance::SignedNotChecked { .. } | Assurance::PatientProvided => None,
    };
    equal("issuer", expect["issuer"].as_str(), issuer)?;
    equal("entries", expect["entries"].as_u64(), u64::try_from(document.bundle().entries.len()).ok())
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, expected: Option<T>, got: Option<T>) -> Result<(), String> {
    if expected == got { Ok(()) } else { Err(format!("{what}: expected {expected:?}, got {got:?}")) }
}
