//! A link: its direct file, opened with its key, judged as a Kill-the-Clipboard share.

use super::{FetchPurpose, FetchRequest, Manner, ResolveDefect, ResolvedShare, Resolver, sha256, source};
use crate::fhir::{Bundle, BundleDefect};
use crate::health_card::{CardDefect, CompactJws};
use crate::health_link::{Flag, HealthLink, open_file};
use crate::intake::{SharedDocument, SourceKind};
use crate::ktc::{Conformance, Finding, examine_bundle, examine_link};
use crate::limits::Budget;
use crate::scan::read_card_file;
use crate::sensitive::Sensitive;
use crate::trust::{AppAttestation, Assurance, AttestationToken, IssuerKeys};

impl Resolver<'_> {
    /// Fetches the link's file once, opens it and reads what is inside.
    pub(super) fn resolve_link(&self, link: &HealthLink) -> Result<ResolvedShare, ResolveDefect> {
        let mut findings = examine_link(link, self.now);
        self.hold_to_the_draft(&findings)?;
        if findings.contains(&Finding::Expired) {
            return Err(ResolveDefect::Expired);
        }
        if !link.flags().has(Flag::DirectFile) {
            return Err(ResolveDefect::ManifestNotYet);
        }
        let url = link.direct_file_url(self.recipient)?;
        let answer = self.fetch.fetch(&FetchRequest::get(url, FetchPurpose::ShareFile))?;
        if answer.status != 200 {
            return Err(ResolveDefect::Status(answer.status));
        }
        let file = open_file(link.key(), &answer.body)?;
        let digest = sha256(file.content.reveal());
        let mut budget = Budget::for_one_share();
        let content = budget.parse(file.content.reveal()).map_err(BundleDefect::from)?;
        let mut share = if let Some(cards) = read_card_file(&content) {
            self.cards_of_link(&cards, budget)?
        } else {
            let bundle = Bundle::from_json(content)?;
            findings.extend(examine_bundle(&bundle));
            self.bundle_of_link(link, bundle)
        };
        self.hold_to_the_draft(&findings)?;
        share.conformance = Some(Conformance::of(findings));
        share.content_digest = Some(digest);
        Ok(share)
    }

    fn bundle_of_link(&self, link: &HealthLink, bundle: Bundle) -> ResolvedShare {
        let attestation = bundle.attestation.as_ref().map_or(AppAttestation::Absent, |token| self.attest(token));
        let source = source(SourceKind::Link, link.host(), link.url().reveal());
        let document = SharedDocument { bundle, assurance: Assurance::PatientProvided, source };
        ResolvedShare {
            documents: vec![document],
            conformance: None,
            attestation,
            refused: Vec::new(),
            content_digest: None,
        }
    }

    /// Cards in a link: each is proven by itself, and keeps the proof of its signature.
    fn cards_of_link(
        &self,
        cards: &[Result<CompactJws, CardDefect>],
        budget: Budget,
    ) -> Result<ResolvedShare, ResolveDefect> {
        let (documents, refused) = self.resolve_cards(cards, budget)?;
        let attestation = AppAttestation::Absent;
        Ok(ResolvedShare { documents, conformance: None, attestation, refused, content_digest: None })
    }

    /// A validator stops at the first broken rule.
    fn hold_to_the_draft(&self, findings: &[Finding]) -> Result<(), ResolveDefect> {
        let broken = Conformance::of(findings.iter().copied()).broken().next();
        match (self.manner, broken) {
            (Manner::Validator, Some(finding)) => Err(ResolveDefect::Differs(finding)),
            _ => Ok(()),
        }
    }

    /// A hint and nothing more: whatever goes wrong here, the share stays usable.
    fn attest(&self, token: &Sensitive<String>) -> AppAttestation {
        let Some(token) = AttestationToken::read(token.reveal()) else { return AppAttestation::Failed };
        let request = FetchRequest::get(token.issuer.key_set_url(), FetchPurpose::AppKeySet);
        let keys = self.fetch.fetch(&request).ok().filter(|answer| answer.status == 200);
        let keys = keys.and_then(|answer| IssuerKeys::read(&answer.body).ok());
        keys.map_or(AppAttestation::Failed, |keys| token.check(&keys))
    }
}
