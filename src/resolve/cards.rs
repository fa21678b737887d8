//! Cards: the issuer's keys, the issuer's revocation list, the proof, and what the clinic knows of the issuer.

use super::anatomy::explain_jws;
use super::{
    AnswerHead, FetchAnswer, FetchDefect, FetchPurpose, FetchRequest, ResolveDefect, ResolvedShare, Resolver,
    Strictness, source,
};
use crate::health_card::{CardDefect, CardStage, HealthCard, verify};
use crate::inflate::InflateDefect;
use crate::intake::{SharedDocument, SourceKind};
use crate::jws::CompactJws;
use crate::limits::Budget;
use crate::time::Timestamp;
use crate::trust::{AppAttestation, Checked, IssuerKeys, IssuerUrl, KeySetDefect, RevocationList};
use std::collections::BTreeMap;

/// What one share's issuers publish, so that nobody is asked twice.
#[derive(Default)]
pub(super) struct KeySets {
    keys: BTreeMap<IssuerUrl, Result<Option<KeySet>, CardDefect>>,
    /// By address.
    lists: BTreeMap<String, Option<Dated>>,
}

/// A revocation list and, of a copy, when it was fetched.
type Dated = (RevocationList, Option<Timestamp>);

/// What an issuer publishes.
#[derive(Clone)]
pub(super) struct KeySet {
    keys: IssuerKeys,
    /// Of a copy: when it was fetched.
    kept_from: Option<Timestamp>,
    /// The issuer itself was asked although there is a copy.
    asked_again: bool,
}

impl KeySet {
    /// A key may be newer than the copy.
    fn may_miss(&self, kid: &str) -> bool {
        self.kept_from.is_some() && self.keys.find(kid) == Err(KeySetDefect::NoSuchKey)
    }
}

impl Resolver<'_> {
    /// The share that scanned cards are.
    pub(super) fn resolve_scanned(
        &self,
        cards: &[Result<CompactJws, CardDefect>],
    ) -> Result<ResolvedShare, ResolveDefect> {
        let (budget, key_sets) = (&mut Budget::for_one_share(), &mut KeySets::default());
        let (documents, refused) = self.resolve_cards(cards, budget, key_sets)?;
        Ok(ResolvedShare {
            documents,
            conformance: None,
            attestation: AppAttestation::Absent,
            refused,
            content_digest: None,
            last_updated: None,
        })
    }

    /// Reads all cards. One that fails does not hide the others; when all fail, the first says why.
    pub(super) fn resolve_cards(
        &self,
        cards: &[Result<CompactJws, CardDefect>],
        budget: &mut Budget,
        key_sets: &mut KeySets,
    ) -> Result<(Vec<SharedDocument>, Vec<ResolveDefect>), ResolveDefect> {
        let mut documents = Vec::new();
        let mut refused = Vec::new();
        for jws in cards {
            let card = jws.as_ref().map_err(|defect| *defect).inspect(|jws| explain_jws(jws, self.trace));
            match card.and_then(|jws| self.resolve_card(jws, key_sets, budget)) {
                Ok(document) => {
                    self.trace.say("card", "SHC: anyone may issue; the clinic decides", document.assurance().code());
                    documents.push(document);
                }
                Err(defect) => {
                    let stage = format!("SHC: {}", defect.stage().word());
                    self.trace.say("card", &stage, format!("refused: {defect}"));
                    refused.push(ResolveDefect::from(defect));
                }
            }
        }
        match (documents.is_empty(), refused.first()) {
            (true, Some(first)) => Err(*first),
            _ => Ok((documents, refused)),
        }
    }

    fn resolve_card(
        &self,
        jws: &CompactJws,
        key_sets: &mut KeySets,
        budget: &mut Budget,
    ) -> Result<SharedDocument, CardDefect> {
        let card = match HealthCard::read(jws.clone(), budget) {
            Ok(card) => card,
            Err(defect) if defect.stage() == CardStage::Payload => return Err(self.blame(jws, key_sets, defect)),
            Err(defect) => return Err(defect),
        };
        self.explain_card(&card);
        let source = source(SourceKind::Card, card.issuer().host(), jws.text().reveal());
        let (card, checked) = match self.keys_of(card.issuer(), card.kid(), key_sets)? {
            Some(KeySet { keys, kept_from, .. }) => {
                let (revoked, list_kept_from) = self.revoked_by(&card, &keys, key_sets)?;
                let asked =
                    if revoked.is_some() { "asked" } else { "none is published for the key, or the card has no rid" };
                self.trace.say("revocation list", "SHC: Revocation", asked);
                let oldest = kept_from.into_iter().chain(list_kept_from).min();
                let checked = oldest.map_or(Checked::LiveKeys, Checked::CopyOf);
                (verify(card, &keys, revoked.as_ref(), self.now)?, checked)
            }
            None if self.strictness == Strictness::Validator => return Err(CardDefect::KeysUnavailable),
            None => match self.listed_keys(&card) {
                Some((keys, revoked, as_of)) => {
                    let list = format!("the issuer cannot be asked; checked with the list of {}", as_of.date());
                    self.trace.say("issuer list", "SHC: Determining keys", list);
                    (verify(card, keys, revoked, self.now)?, Checked::ListOf(as_of))
                }
                None => {
                    card.check_dates(self.now)?;
                    // The keys may be too old to prove anything; what was taken back by then is not given out again.
                    let revoked = self.trust.revocations(card.issuer(), card.kid());
                    if revoked.is_some_and(|list| card.is_revoked_by(list)) {
                        return Err(CardDefect::Revoked);
                    }
                    return Ok(SharedDocument::not_checked(card, source));
                }
            },
        };
        self.trace.say(
            "signature, dates, revocation",
            "SHC: ES256 over the payload as received; nbf, exp, rid",
            "the issuer's key signed it, it is valid now, and it is not on the list",
        );
        Ok(SharedDocument::proven(card, self.trust, checked, source))
    }

    fn explain_card(&self, card: &HealthCard) {
        let rid = if card.rid().is_some() { "with rid" } else { "no rid" };
        let claims = format!("inflates to a card of an issuer on {}, {rid}", card.issuer().host());
        self.trace.show("card payload", "SHC: JWS with zip DEF; iss, nbf, vc", claims, || {
            format!("iss {}, kid {}", card.issuer().as_str(), card.kid())
        });
    }

    /// The issuer's published keys, asked for once in a share, and once more where a copy lacks the key; `None` when the issuer
    /// cannot be reached and no copy decides.
    fn keys_of(&self, issuer: &IssuerUrl, kid: &str, key_sets: &mut KeySets) -> Result<Option<KeySet>, CardDefect> {
        let mut known = key_sets.keys.get(issuer).cloned().unwrap_or_else(|| self.fetch_keys(issuer));
        if matches!(&known, Ok(Some(set)) if set.may_miss(kid) && !set.asked_again) {
            known = self.fetch_keys(issuer).map(|set| set.map(|set| KeySet { asked_again: true, ..set }));
        }
        key_sets.keys.insert(issuer.clone(), known.clone());
        known.map(|set| set.filter(|set| !set.may_miss(kid)))
    }

    fn fetch_keys(&self, issuer: &IssuerUrl) -> Result<Option<KeySet>, CardDefect> {
        let request = FetchRequest::get(issuer.key_set_url(), FetchPurpose::KeySet);
        match self.ask(&request, issuer.host()) {
            Ok(answer) if answer.head.status == 200 => {
                let keys = IssuerKeys::read(answer.body.reveal())?;
                Ok(Some(KeySet { keys, kept_from: answer.head.kept_from, asked_again: false }))
            }
            // A server that is out of order or busy says nothing about its keys; one that answers otherwise has none.
            Ok(FetchAnswer { head: AnswerHead { status: 429 | 500.., .. }, .. })
            | Err(FetchDefect::Unreachable | FetchDefect::TimedOut) => Ok(None),
            Ok(_) | Err(FetchDefect::AddressRefused | FetchDefect::TooLarge) => Err(CardDefect::KeysUnavailable),
        }
    }

    /// What the clinic's lists have for an issuer that cannot be reached: its keys, what it took back by then, and the date.
    /// `None` when they do not decide about this card: no such key, or nothing about what was taken back with it.
    fn listed_keys(&self, card: &HealthCard) -> Option<(&IssuerKeys, Option<&RevocationList>, Timestamp)> {
        let listing = self.trust.with_keys(card.issuer(), self.now)?;
        let key = listing.issuer.keys.find(card.kid()).ok()?;
        let revoked = self.trust.revocations(card.issuer(), key.kid());
        let decided = match (card.rid(), key.revocation_counter()) {
            (Some(_), Some(counter)) => revoked.is_some_and(|list| list.counter() >= counter),
            _ => true,
        };
        decided.then_some((&listing.issuer.keys, revoked, listing.as_of))
    }

    /// The revocation list, where the key says that there is one and the card has an id to look for; of a copy, its date too.
    fn revoked_by(
        &self,
        card: &HealthCard,
        keys: &IssuerKeys,
        key_sets: &mut KeySets,
    ) -> Result<(Option<RevocationList>, Option<Timestamp>), CardDefect> {
        let key = keys.find(card.kid())?;
        let (Some(_), Some(counter)) = (card.rid(), key.revocation_counter()) else { return Ok((None, None)) };
        // Nobody's list is asked for a card that the key did not sign.
        if !key.signed(card.jws()) {
            return Err(CardDefect::Signature);
        }
        let url = card.issuer().revocation_url(key.kid());
        let published = match key_sets.lists.get(&url) {
            Some(known) => known.clone(),
            None => {
                let list = self.fetch_list(&url, card.issuer(), key.kid());
                let is_behind = |(list, kept_from): &Dated| kept_from.is_some() && list.counter() < counter;
                let list = if list.as_ref().is_some_and(is_behind) {
                    self.fetch_list(&url, card.issuer(), key.kid())
                } else {
                    list
                };
                key_sets.lists.entry(url).or_insert(list).clone()
            }
        };
        // What was taken back stays taken back: an older list never replaces a newer one.
        let known = self.trust.revocations(card.issuer(), key.kid());
        match (published, known) {
            (Some((list, kept_from)), known) => Ok((Some(list.or_newer(known)), kept_from)),
            (None, Some(known)) => Ok((Some(known.clone()), None)),
            (None, None) => Err(CardDefect::RevocationUnavailable),
        }
    }

    fn fetch_list(&self, url: &str, issuer: &IssuerUrl, kid: &str) -> Option<Dated> {
        let answer = self.ask(&FetchRequest::get(url, FetchPurpose::RevocationList), issuer.host()).ok()?;
        let list = RevocationList::read(answer.body.reveal(), kid).ok().filter(|_| answer.head.status == 200)?;
        Some((list, answer.head.kept_from))
    }

    /// A payload that cannot be read was badly made, or was changed after signing. The signature tells which, where the
    /// beginning still names the issuer; bytes that are no compressed text at all cannot be what anybody signed.
    fn blame(&self, jws: &CompactJws, key_sets: &mut KeySets, defect: CardDefect) -> CardDefect {
        let key = HealthCard::issuer_of_damaged(jws).and_then(|issuer| {
            let live = self.keys_of(&issuer, jws.kid(), key_sets).ok()?;
            match &live {
                Some(set) => set.keys.find(jws.kid()).ok(),
                None => self.trust.with_keys(&issuer, self.now)?.issuer.keys.find(jws.kid()).ok(),
            }
        });
        match key {
            Some(key) if !key.signed(jws) => CardDefect::Signature,
            None if defect == CardDefect::Payload(InflateDefect::NotRawDeflate) => CardDefect::Signature,
            _ => defect,
        }
    }
}
