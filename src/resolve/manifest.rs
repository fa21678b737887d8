//! A link without the flag U: its manifest, by one POST, and the files that it names.
//!
//! The manifest is asked for once, whatever comes back: the passcode's tries are counted for the link's whole life, and a
//! link may answer only once. Each location is asked once too, right after: all requests of a share together end within
//! seconds, far below the hour that a location lives.

use super::content::{SharedFiles, is_other_fhir};
use super::links::usable;
use super::{FetchAnswer, FetchPurpose, FetchRequest, ResolveDefect, Resolver};
use crate::health_link::{
    FileContent, FileStatus, FileType, Flag, HealthLink, MAX_JWE_CHARS, Manifest, ManifestFile, SealedFile,
};
use crate::ktc::Finding;
use crate::limits::Budget;
use crate::sensitive::{Sensitive, Wipe as _};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Files up to this length come inside the manifest: one request, and no location that can be used up. Fifty of them, the
/// most that are read, fill 6 of the 33 MB that a manifest may have.
const EMBEDDED_LENGTH_MAX: usize = 120_000;
/// All answers of one share together, as they come: five of the largest files, of which each is opened before the next is asked
/// for.
const MAX_SHARE_BYTES: usize = 5 * MAX_JWE_CHARS;
/// A refusal of a passcode says one number; more than this is not read.
const MAX_REFUSAL_BYTES: usize = 10_000;
/// The rule of everything that a manifest says.
const RULE: &str = "SHL: Manifest Request, response";
/// More tries than this is no count.
const MAX_TRIES: u64 = 1_000;

impl Resolver<'_> {
    pub(super) fn take_manifest(&self, link: &HealthLink, files: &mut SharedFiles<'_>) -> Result<(), ResolveDefect> {
        let body = self.manifest_request(link)?;
        let request = FetchRequest { url: link.url().clone(), purpose: FetchPurpose::Manifest, body: Some(body) };
        let answer = self.ask(&request, link.host())?;
        if answer.head.status == 401 {
            return Err(self.refused_passcode(&answer, link));
        }
        let body = usable(answer)?;
        let manifest = Manifest::read(body.reveal(), &mut files.budget).inspect_err(|defect| {
            let is_file = SealedFile::read(body.reveal()).is_ok();
            let hint = if is_file { ": it is an encrypted file, so the link lacks the flag U" } else { "" };
            self.trace.say("manifest", RULE, format!("{defect}{hint}"));
        })?;
        let list = if manifest.has_list { ", and a list that is not read" } else { "" };
        self.trace.say("manifest", RULE, format!("{} files, {}{list}", manifest.files.len(), word(manifest.status)));
        if manifest.status == FileStatus::NoLongerValid {
            return Err(ResolveDefect::Withdrawn);
        }
        if manifest.status == FileStatus::CanChange {
            self.find(files, Finding::MayChange);
        }
        let mut received = body.reveal().len();
        let mut asked = BTreeSet::new();
        for (number, file) in manifest.files.iter().enumerate() {
            let name = format!("file {}", number + 1);
            let taken = file.as_ref().map_err(|defect| (*defect).into()).and_then(|file| {
                self.explain_file(&name, file);
                self.take_listed(file, files, &mut received, &mut asked)
            });
            if let Err(defect) = taken {
                self.trace.say(&name, "one bad file hides no other", format!("not used: {defect}"));
                files.refused.push(defect);
            }
        }
        Ok(())
    }

    /// The recipient's name and nothing else about clinic, staff or kiosk.
    fn manifest_request(&self, link: &HealthLink) -> Result<Sensitive<String>, ResolveDefect> {
        let mut body = json!({"recipient": self.recipient, "embeddedLengthMax": EMBEDDED_LENGTH_MAX});
        match self.passcode {
            Some(passcode) => body["passcode"] = Value::from(passcode.reveal()),
            None if link.flags().has(Flag::Passcode) => return Err(ResolveDefect::PasscodeNeeded),
            None => {}
        }
        let passcode = if body["passcode"].is_null() { "no passcode" } else { "the passcode as typed" };
        self.trace.show(
            "manifest request",
            "SHL: Manifest Request: POST recipient, passcode, embeddedLengthMax",
            format!("asked once, with {passcode}, files up to {EMBEDDED_LENGTH_MAX} characters embedded"),
            || link.url().reveal().clone(),
        );
        let text = Sensitive::from(body.to_string());
        body.wipe();
        Ok(text)
    }

    /// `remainingAttempts` is what the server says, and often missing. A link without the flag P whose server says it wants a
    /// passcode all the same; one that does not say it wants something that the link does not bring.
    fn refused_passcode(&self, answer: &FetchAnswer, link: &HealthLink) -> ResolveDefect {
        const RULE: &str = "SHL: Manifest Request, 401: remainingAttempts, for the link's whole life";
        let body = answer.body.reveal();
        let body = body.get(..body.len().min(MAX_REFUSAL_BYTES)).unwrap_or_default();
        let says = Budget::for_one_share().parse(body).unwrap_or_default();
        let remaining = says["remainingAttempts"].as_u64().filter(|tries| *tries <= MAX_TRIES);
        let remaining = remaining.and_then(|tries| u32::try_from(tries).ok());
        // A number that makes no sense speaks of passcodes as well.
        if self.passcode.is_none() && says["remainingAttempts"].is_null() {
            self.trace.say("manifest", RULE, "refused, and the link has no flag P: not for a passcode".to_owned());
            return ResolveDefect::Status(answer.head.status);
        }
        let left = remaining.map_or("it does not say how many".to_owned(), |tries| tries.to_string());
        let flag = if link.flags().has(Flag::Passcode) { "" } else { "; the link lacks the flag P" };
        self.trace.say("passcode", RULE, format!("asked for or refused; tries left: {left}{flag}"));
        match self.passcode {
            Some(_) => ResolveDefect::PasscodeRefused { remaining },
            None => ResolveDefect::PasscodeAsked { remaining },
        }
    }

    fn explain_file(&self, name: &str, file: &ManifestFile) {
        let file_type = file.media_type.as_ref().map_or("no contentType", |media| media.file_type.word());
        let version = match file.fhir_version.as_deref() {
            None => "no FHIR version",
            Some(version) if is_other_fhir(version) => "another FHIR version than 4.0",
            Some(_) => "FHIR 4.0",
        };
        let place = match &file.content {
            FileContent::Embedded(text) => format!("embedded, {} characters", text.reveal().len()),
            FileContent::Location { host, .. } => format!("at a location on {host}"),
        };
        let updated = file.last_updated.map_or("no lastUpdated".to_owned(), |at| format!("lastUpdated {at}"));
        let found = format!("{file_type}, {version}, {}, {updated}, {place}", word(file.status));
        self.trace.show(name, RULE, found, || match &file.content {
            FileContent::Embedded(_) => String::new(),
            FileContent::Location { url, .. } => url.reveal().clone(),
        });
    }

    fn take_listed<'m>(
        &self,
        file: &'m ManifestFile,
        files: &mut SharedFiles<'_>,
        received: &mut usize,
        asked: &mut BTreeSet<&'m str>,
    ) -> Result<(), ResolveDefect> {
        match file.status {
            FileStatus::NoLongerValid => return Err(ResolveDefect::Withdrawn),
            FileStatus::CanChange => self.find(files, Finding::MayChange),
            FileStatus::Unsaid | FileStatus::Finalized => {}
        }
        if file.fhir_version.as_deref().is_some_and(is_other_fhir) {
            self.find(files, Finding::OtherFhirVersion);
        }
        let media_type = file.media_type.as_ref();
        match media_type.map(|media_type| media_type.file_type) {
            Some(FileType::Access) => {
                self.find(files, Finding::AccessNotUsed);
                return Ok(());
            }
            Some(FileType::Other) => {
                self.find(files, Finding::TypeNotRead);
                return Ok(());
            }
            Some(FileType::Fhir | FileType::Cards) | None => {}
        }
        match &file.content {
            FileContent::Embedded(jwe) => {
                let host = files.host().to_owned();
                self.take_file(files, media_type, jwe.reveal().as_bytes(), &host)?;
            }
            FileContent::Location { url, host } => {
                // Named twice, it is still one file, and perhaps a file that answers once.
                if !asked.insert(url.reveal()) {
                    return Ok(());
                }
                if *received > MAX_SHARE_BYTES {
                    return Err(ResolveDefect::ShareTooLarge);
                }
                let answer = self.ask(&FetchRequest::get(url.clone(), FetchPurpose::ShareFile), host)?;
                *received = received.saturating_add(answer.body.reveal().len());
                let jwe = usable(answer)?;
                if *received > MAX_SHARE_BYTES {
                    return Err(ResolveDefect::ShareTooLarge);
                }
                self.take_file(files, media_type, jwe.reveal(), host)?;
            }
        }
        files.note_age(file.last_updated);
        Ok(())
    }
}

const fn word(status: FileStatus) -> &'static str {
    match status {
        FileStatus::Unsaid => "no status",
        FileStatus::Finalized => "finalized",
        FileStatus::CanChange => "can change",
        FileStatus::NoLongerValid => "no longer valid",
    }
}
