//! A card that was read and is not proven: its header holds, its payload inflates, its claims are there.

use super::CardDefect;
use crate::fhir::Bundle;
use crate::inflate::{InflateDefect, inflate_beginning};
use crate::json::{JsonDefect, take_member};
use crate::jws::CompactJws;
use crate::limits::Budget;
use crate::time::Timestamp;
use crate::trust::{IssuerUrl, RevocationList, is_rid};
use serde_json::Value;

/// The type that every card carries.
const HEALTH_CARD: &str = "https://smarthealth.cards#health-card";

/// A readable card. Who signed it, and whether it still holds, is for [`super::verify`].
#[derive(Clone, Debug)]
pub struct HealthCard {
    pub(super) jws: CompactJws,
    pub(super) kid: String,
    pub(super) issuer: IssuerUrl,
    pub(super) not_before: Timestamp,
    pub(super) expires: Option<Timestamp>,
    pub(super) rid: Option<String>,
    pub(super) bundle: Bundle,
}

impl HealthCard {
    /// Reads header and payload. The algorithm comes from the standard: a header that names another is refused.
    pub fn read(jws: CompactJws, budget: &mut Budget) -> Result<HealthCard, CardDefect> {
        jws.check_algorithm()?;
        if jws.header()["zip"] != "DEF" {
            return Err(CardDefect::NotCompressed);
        }
        let json = budget.inflate(jws.payload()).map_err(|defect| match defect {
            InflateDefect::NotRawDeflate => packed_wrongly(jws.payload()).unwrap_or(CardDefect::Payload(defect)),
            InflateDefect::TooLarge => CardDefect::Payload(defect),
        })?;
        let mut claims = budget.parse(json.reveal()).map_err(|defect| match defect {
            JsonDefect::TooManyValues => CardDefect::Payload(InflateDefect::TooLarge),
            defect => CardDefect::PayloadJson(defect),
        })?;
        let not_before = date(&claims["nbf"])?.ok_or(CardDefect::NotACard)?;
        let expires = date(&claims["exp"])?;
        let types = claims["vc"]["type"].as_array().ok_or(CardDefect::NotACard)?;
        if !types.iter().any(|kind| kind == HEALTH_CARD) {
            return Err(CardDefect::NotTheType);
        }
        let mut vc = take_member(&mut claims, "vc");
        let mut subject = take_member(&mut vc, "credentialSubject");
        if !is_r4(&subject["fhirVersion"]) {
            return Err(CardDefect::FhirVersion);
        }
        let rid = rid(&vc["rid"])?.or(rid(&subject["rid"])?);
        let issuer = IssuerUrl::parse(claims["iss"].as_str().ok_or(CardDefect::NotACard)?)?;
        let bundle = Bundle::from_json(take_member(&mut subject, "fhirBundle"))?;
        Ok(HealthCard { kid: jws.kid().to_owned(), jws, issuer, not_before, expires, rid, bundle })
    }

    /// The issuer that the beginning of an unreadable payload names, if it gets that far. Its keys tell whether the card was
    /// changed after signing or was badly made.
    pub fn issuer_of_damaged(jws: &CompactJws) -> Option<IssuerUrl> {
        let beginning = inflate_beginning(jws.payload(), 1_024);
        let text = String::from_utf8_lossy(&beginning);
        let (_, rest) = text.split_once(r#""iss":""#)?;
        IssuerUrl::parse(rest.split_once('"')?.0).ok()
    }

    /// Who is said to have signed.
    pub fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// The name of the key that is said to have signed.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The card's id for revocation, if it has one.
    pub fn rid(&self) -> Option<&str> {
        self.rid.as_deref()
    }

    /// Whether the list takes the card back.
    pub fn is_revoked_by(&self, list: &RevocationList) -> bool {
        self.rid.as_deref().is_some_and(|rid| list.revokes(rid, self.not_before))
    }

    /// The whole text, for the source's digest.
    pub fn jws(&self) -> &CompactJws {
        &self.jws
    }

    /// Whether the dates hold. Both bounds count for cards that cannot be checked as well.
    pub fn check_dates(&self, now: Timestamp) -> Result<(), CardDefect> {
        if self.expires.is_some_and(|expires| expires <= now) {
            return Err(CardDefect::Expired);
        }
        if self.not_before > now {
            return Err(CardDefect::NotYetValid);
        }
        Ok(())
    }

    /// The content of a card whose keys cannot be had: nothing about it is proven.
    pub fn into_unproven_bundle(self) -> Bundle {
        self.bundle
    }
}

/// A NumericDate (RFC 7519 2): seconds, whole or fractional. Text and milliseconds are a defect of their own.
fn date(claim: &Value) -> Result<Option<Timestamp>, CardDefect> {
    match claim {
        Value::Null => Ok(None),
        claim => claim.as_f64().and_then(Timestamp::from_numeric_date).map(Some).ok_or(CardDefect::Dates),
    }
}

fn rid(claim: &Value) -> Result<Option<String>, CardDefect> {
    match claim {
        Value::Null => Ok(None),
        claim => claim.as_str().filter(|text| is_rid(text)).map(|text| Some(text.to_owned())).ok_or(CardDefect::Rid),
    }
}

/// Other versions give the same names other meanings. Many cards do not say theirs; the standard's examples are all R4.
fn is_r4(claim: &Value) -> bool {
    claim.is_null() || claim.as_str().is_some_and(|version| version.starts_with("4."))
}

/// What whole content that was packed wrongly looks like: not compressed at all, or with a zlib or gzip header.
fn packed_wrongly(payload: &[u8]) -> Option<CardDefect> {
    match payload {
        [] | [b'{', ..] => Some(CardDefect::PlainPayload),
        [0x1f, 0x8b, ..] => Some(CardDefect::WrappedPayload),
        [first, second, ..] if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31) => {
            Some(CardDefect::WrappedPayload)
        }
        _ => None,
    }
}
