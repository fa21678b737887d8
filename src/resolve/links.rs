//! A link: judged by what it says, then its direct file or its manifest, each asked for once.

use super::content::SharedFiles;
use super::{FetchAnswer, FetchDefect, FetchPurpose, FetchRequest, ResolveDefect, ResolvedShare, Resolver, Strictness};
use crate::health_link::{Flag, HealthLink};
use crate::ktc::{Conformance, Finding, examine_link};
use crate::sensitive::Sensitive;

impl Resolver<'_> {
    /// Fetches the link's files and reads what is inside.
    pub(super) fn resolve_link(&self, link: &HealthLink) -> Result<ResolvedShare, ResolveDefect> {
        let mut files = SharedFiles::new(link);
        examine_link(link, self.now).into_iter().for_each(|finding| self.find(&mut files, finding));
        self.hold_to_the_draft(&files.findings)?;
        if files.findings.contains(&Finding::Expired) {
            self.trace.say("end date", "SHL: exp is a hint; KTC Receiver: show an error", "over: nothing is asked for");
            return Err(ResolveDefect::Expired);
        }
        if link.flags().has(Flag::DirectFile) {
            self.take_direct_file(link, &mut files)?;
        } else {
            self.take_manifest(link, &mut files)?;
        }
        let share = files.into_share()?;
        let findings = share.conformance.as_ref().map(|known| known.findings.as_slice()).unwrap_or_default();
        self.hold_to_the_draft(findings)?;
        Ok(share)
    }

    /// Flag U: the manifest MUST NOT be asked for, and the address is the file.
    fn take_direct_file(&self, link: &HealthLink, files: &mut SharedFiles<'_>) -> Result<(), ResolveDefect> {
        let url = link.direct_file_url(self.recipient)?;
        self.trace.show(
            "direct file",
            "SHL: flag U: GET the address with recipient",
            format!("asked once, as a recipient of {} characters", self.recipient.chars().count()),
            || url.reveal().clone(),
        );
        let answer = self.ask(&FetchRequest::get(url, FetchPurpose::ShareFile), link.host())?;
        self.take_file(files, None, usable(answer)?.reveal(), link.host())
    }

    /// A validator stops at the first broken rule.
    pub(super) fn hold_to_the_draft(&self, findings: &[Finding]) -> Result<(), ResolveDefect> {
        let broken = Conformance::from_findings(findings.iter().copied()).broken().next();
        match (self.strictness, broken) {
            (Strictness::Validator, Some(finding)) => Err(ResolveDefect::Differs(finding)),
            _ => Ok(()),
        }
    }

    /// One request, and its answer of whatever status.
    pub(super) fn ask(&self, request: &FetchRequest, host: &str) -> Result<FetchAnswer, FetchDefect> {
        let answer = self.fetch.fetch(request);
        let found = match &answer {
            Ok(answer) => format!("{host} answered {} with {} bytes", answer.head.status, answer.body.reveal().len()),
            Err(defect) => format!("{host}: {defect}"),
        };
        let method = if request.body.is_some() { "POST" } else { "GET" };
        self.trace.say(method, request.purpose.rule(), found);
        answer
    }

    /// Keeps a finding, once.
    pub(super) fn find(&self, files: &mut SharedFiles<'_>, finding: Finding) {
        if !files.findings.contains(&finding) {
            let section = finding.section();
            let rule = if section.starts_with("SHL") { section.to_owned() } else { format!("KTC 0.10.2: {section}") };
            self.trace.say("finding", &rule, format!("{}: {}", finding.code(), finding.sentence()));
            files.findings.push(finding);
        }
    }
}

/// The body of an answer of 200; otherwise who must act.
pub(super) fn usable(answer: FetchAnswer) -> Result<Sensitive<Vec<u8>>, ResolveDefect> {
    match answer.head.status {
        200 => Ok(answer.body),
        429 => Err(ResolveDefect::busy(answer.head.retry_after_secs)),
        // RFC 9110 10.2.3: a server that is out of order may say until when.
        503 if answer.head.retry_after_secs.is_some() => Err(ResolveDefect::busy(answer.head.retry_after_secs)),
        status => Err(ResolveDefect::Status(status)),
    }
}
