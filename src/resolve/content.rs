//! The files of one link, opened and told apart: a Bundle, a single resource, cards, an offer of access, something else.
//!
//! What a file is, its content says; what manifest and header say is compared with it. The header inside the file is
//! authenticated and wins over the manifest. One budget and one set of issuers' keys serve all files.

use super::cards::KeySets;
use super::record_export::{self, Provided};
use super::{FetchPurpose, FetchRequest, ResolveDefect, ResolvedShare, Resolver, sha256, source};
use crate::fhir::{Bundle, BundleDefect, Outline};
use crate::health_link::{FileType, HealthLink, LinkDefect, MediaType, OpenedFile, SealedFile};
use crate::inflate::InflateDefect;
use crate::intake::{SharedDocument, SourceKind};
use crate::ktc::{Conformance, Finding, examine_bundle};
use crate::limits::{Budget, MAX_OPENED_BYTES};
use crate::scan::{holds_cards, read_card_file};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use crate::trust::{AppAttestation, AttestationToken, IssuerKeys};
use serde_json::{Value, json};

/// A share comes from one app; more of them are not asked for their keys.
const MAX_ATTESTATIONS: usize = 4;

/// What the files of one link came to so far.
pub(super) struct SharedFiles<'a> {
    link: &'a HealthLink,
    pub(super) findings: Vec<Finding>,
    pub(super) refused: Vec<ResolveDefect>,
    pub(super) budget: Budget,
    documents: Vec<SharedDocument>,
    /// Whether one of the files is a Bundle: cards are none.
    holds_bundle: bool,
    /// Resources that came alone. They are one document: together they may say whose they are.
    alone: Vec<Value>,
    attestations: Vec<AppAttestation>,
    digests: Vec<[u8; 32]>,
    key_sets: KeySets,
    opened_bytes: usize,
    last_updated: Option<Timestamp>,
}

impl<'a> SharedFiles<'a> {
    pub(super) fn new(link: &'a HealthLink) -> SharedFiles<'a> {
        SharedFiles {
            link,
            findings: Vec::new(),
            refused: Vec::new(),
            budget: Budget::for_one_share(),
            documents: Vec::new(),
            holds_bundle: false,
            alone: Vec::new(),
            attestations: Vec::new(),
            digests: Vec::new(),
            key_sets: KeySets::default(),
            opened_bytes: 0,
            last_updated: None,
        }
    }

    /// The host of the link itself.
    pub(super) fn host(&self) -> &'a str {
        self.link.host()
    }

    /// The share is as old as its oldest file.
    pub(super) fn note_age(&mut self, of_file: Option<Timestamp>) {
        self.last_updated = match (self.last_updated, of_file) {
            (Some(known), Some(file)) => Some(known.min(file)),
            (known, file) => known.or(file),
        };
    }

    /// All files are in: what they are together, or why nothing is left.
    pub(super) fn into_share(mut self) -> Result<ResolvedShare, ResolveDefect> {
        let alone = std::mem::take(&mut self.alone);
        if !alone.is_empty() {
            let entries: Vec<Value> = alone.into_iter().map(|resource| json!({ "resource": resource })).collect();
            let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
            let host = self.host();
            self.add_bundle(Bundle::from_json(bundle)?, host);
        }
        let said = [Finding::SingleResource, Finding::RecordExport].iter().any(|it| self.findings.contains(it));
        if !self.holds_bundle && !said {
            self.findings.push(Finding::NoBundle);
        }
        if self.documents.is_empty() {
            let other = self.refused.iter().find(|defect| **defect != ResolveDefect::Withdrawn);
            let why = other.or(self.refused.first()).copied();
            return Err(why.unwrap_or(ResolveDefect::NothingToRead));
        }
        let attestation = if self.attestations.contains(&AppAttestation::Failed) {
            AppAttestation::Failed
        } else if !self.attestations.is_empty() && self.attestations.iter().all(|it| *it == AppAttestation::Verified) {
            AppAttestation::Verified
        } else {
            AppAttestation::Absent
        };
        let content_digest = if let [digest] = self.digests.as_slice() { Some(*digest) } else { None };
        Ok(ResolvedShare {
            documents: self.documents,
            conformance: Some(Conformance::from_findings(self.findings)),
            attestation,
            refused: self.refused,
            content_digest,
            last_updated: self.last_updated,
        })
    }

    /// All documents of a link have the link's name, so that a record is called the same on another day, when a file before
    /// its own can be had or cannot.
    fn add_bundle(&mut self, bundle: Bundle, host: &str) {
        let source = source(SourceKind::Link, host, self.link.url().reveal());
        self.documents.push(SharedDocument::unproven(bundle, source));
    }

    fn add_export(&mut self, bundle: Bundle, host: &str, provider: Option<&str>) {
        let source = source(SourceKind::Link, host, self.link.url().reveal());
        let document = SharedDocument::unproven(bundle, source);
        self.documents.push(match provider {
            Some(provider) => document.stated_to_be_from(provider),
            None => document,
        });
    }
}

impl Resolver<'_> {
    /// Opens one file and reads what is inside.
    pub(super) fn take_file(
        &self,
        files: &mut SharedFiles<'_>,
        listed: Option<&MediaType>,
        jwe: &[u8],
        host: &str,
    ) -> Result<(), ResolveDefect> {
        let room = MAX_OPENED_BYTES.saturating_sub(files.opened_bytes);
        let file = self.open(files.link, jwe, room).map_err(|defect| match defect {
            ResolveDefect::Link(LinkDefect::Inflate(InflateDefect::TooLarge)) => ResolveDefect::ShareTooLarge,
            other => other,
        })?;
        files.opened_bytes = files.opened_bytes.saturating_add(file.content.reveal().len());
        if file.names_other_key {
            self.find(files, Finding::OtherKeyNamed);
        }
        let digest = sha256(file.content.reveal());
        if files.digests.contains(&digest) {
            self.trace.say("content", "each content is read once", "the same as that of a file before");
            return Ok(());
        }
        files.digests.push(digest);
        let own = file.content_type.as_deref().map(MediaType::read);
        let content = Outline::read(file.content.reveal(), &mut files.budget).map_err(BundleDefect::from)?;
        self.take_content(files, (listed, own.as_ref()), content, host)
    }

    fn open(&self, link: &HealthLink, jwe: &[u8], room: usize) -> Result<OpenedFile, ResolveDefect> {
        const RULE: &str = "SHL: Encrypting and Decrypting Files; RFC 7516";
        let sealed = SealedFile::read(jwe).inspect_err(|defect| {
            self.trace.say("encrypted file", RULE, format!("{} bytes: {defect}", jwe.len()));
        })?;
        let (bytes, compressed) = (sealed.ciphertext_bytes(), sealed.is_compressed());
        let zip = if compressed { "zip DEF" } else { "no zip" };
        let form =
            format!("compact JWE, alg dir, enc A256GCM, {zip}, IV 12 bytes, tag 16 bytes, {bytes} bytes encrypted");
        self.trace.say("encrypted file", RULE, form);
        let opened = sealed.open(link.key(), room);
        let found = match &opened {
            Err(defect) => defect.to_string(),
            Ok(file) => {
                let cty = file.content_type.as_deref().map(MediaType::read);
                let cty = cty.map_or("no cty", |cty| cty.file_type.word());
                let kid = if file.names_other_key { "; kid is the thumbprint of another key" } else { "" };
                format!("opens with the link's key: {} bytes, {cty}{kid}", file.content.reveal().len())
            }
        };
        self.trace.say("decryption", RULE, found);
        Ok(opened?)
    }

    fn take_content(
        &self,
        files: &mut SharedFiles<'_>,
        (listed, own): (Option<&MediaType>, Option<&MediaType>),
        content: Outline<'_>,
        host: &str,
    ) -> Result<(), ResolveDefect> {
        const RULE: &str = "SHL: contentType, cty, then the content itself";
        let found = type_of(content.head());
        let said = [listed, own].into_iter().flatten().map(|media_type| media_type.file_type);
        if found.is_some_and(|found| said.clone().any(|said| said != found)) {
            self.find(files, Finding::TypeDiffers);
        }
        if own.and_then(|own| own.fhir_version.as_deref()).is_some_and(is_other_fhir) {
            self.find(files, Finding::OtherFhirVersion);
        }
        let offers_access = [found, own.map(|own| own.file_type)].contains(&Some(FileType::Access));
        if offers_access {
            self.trace.say("content", RULE, "an offer of access to a server: not used, not kept");
            self.find(files, Finding::AccessNotUsed);
            return Ok(());
        }
        match found {
            Some(FileType::Cards) => {
                self.trace.say("content", RULE, "health cards");
                let cards = read_card_file(content.head()).ok_or(ResolveDefect::NothingToRead)?;
                let (documents, refused) = self.resolve_cards(&cards, &mut files.budget, &mut files.key_sets)?;
                files.documents.extend(documents);
                files.refused.extend(refused);
            }
            Some(_) if content.head()["resourceType"] == "Bundle" => {
                let bundle = Bundle::from_outline(content)?;
                files.holds_bundle = true;
                self.explain_bundle(&bundle);
                examine_bundle(&bundle).into_iter().for_each(|finding| self.find(files, finding));
                let asked = files.attestations.iter().filter(|it| **it != AppAttestation::Absent).count();
                files.attestations.push(self.attestation_of(&bundle, asked));
                files.add_bundle(bundle, host);
            }
            Some(_) => {
                self.trace.say("content", RULE, "a single resource, read as a Bundle of one");
                self.find(files, Finding::SingleResource);
                files.alone.push(content.into_json());
            }
            None => {
                let provided = record_export::read(&content.into_json())?;
                if provided.is_empty() {
                    self.trace.say("content", RULE, "JSON that is neither FHIR nor health cards");
                    return Err(BundleDefect::NotABundle.into());
                }
                self.trace.say("content", RULE, "the export of a personal health record");
                self.find(files, Finding::RecordExport);
                for Provided { by, bundle } in provided {
                    self.explain_bundle(&bundle);
                    files.add_export(bundle, host, by.as_deref());
                }
            }
        }
        Ok(())
    }

    fn explain_bundle(&self, bundle: &Bundle) {
        let entries = bundle.entries.len();
        let kind = if bundle.kind == "collection" { "collection" } else { "another kind than collection" };
        let found = format!("Bundle, {kind}, {entries} entries read, {} unreadable", bundle.unreadable);
        self.trace.show("content", "FHIR R4 Bundle; KTC PatientSharedBundle", found, || {
            bundle.entries.iter().map(|entry| entry.resource.json().reveal().to_string()).collect::<Vec<_>>().join("\n")
        });
    }

    fn attestation_of(&self, bundle: &Bundle, asked: usize) -> AppAttestation {
        const RULE: &str = "KTC App Attestation: a hint that blocks nothing";
        let attestation = match &bundle.attestation {
            None => AppAttestation::Absent,
            Some(_) if asked >= MAX_ATTESTATIONS => AppAttestation::Failed,
            Some(token) => self.attest(token),
        };
        let found = match attestation {
            AppAttestation::Absent => "none",
            AppAttestation::Verified => "signed by the app that it names",
            AppAttestation::Failed => "present, and it does not verify",
        };
        self.trace.say("app attestation", RULE, found);
        attestation
    }

    /// A hint and nothing more: whatever goes wrong here, the share stays usable.
    fn attest(&self, token: &Sensitive<String>) -> AppAttestation {
        let Some(token) = AttestationToken::read(token.reveal()) else { return AppAttestation::Failed };
        let request = FetchRequest::get(token.issuer.key_set_url(), FetchPurpose::AppKeySet);
        let keys = self.ask(&request, token.issuer.host()).ok().filter(|answer| answer.head.status == 200);
        let keys = keys.and_then(|answer| IssuerKeys::read(answer.body.reveal()).ok());
        keys.map_or(AppAttestation::Failed, |keys| token.check(&keys))
    }
}

/// FHIR R4 is what is read; other versions are read as far as they are alike, and marked.
pub(super) fn is_other_fhir(version: &str) -> bool {
    !version.starts_with("4.0")
}

/// What the content is, whatever anybody calls it.
fn type_of(content: &Value) -> Option<FileType> {
    if holds_cards(content) {
        Some(FileType::Cards)
    } else if content["resourceType"].is_string() {
        Some(FileType::Fhir)
    } else if content["access_token"].is_string() {
        Some(FileType::Access)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
