//! A card that was read and is not proven: its header holds, its payload inflates, its claims are there.

use super::{CardDefect, CompactJws};
use crate::fhir::Bundle;
use crate::inflate::{InflateDefect, inflate_beginning};
use crate::limits::{Budget, JsonDefect};
use crate::time::Timestamp;
use crate::trust::IssuerUrl;
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
        let header = jws.header();
        if header["alg"] != "ES256" {
            return Err(CardDefect::Algorithm);
        }
        if header["zip"] != "DEF" {
            return Err(CardDefect::NotCompressed);
        }
        if !header["crit"].is_null() {
            return Err(CardDefect::Critical);
        }
        let kid = header["kid"].as_str().unwrap_or_default().to_owned();
        let json = budget.inflate(jws.payload())?;
        let mut claims = budget.parse(json.reveal()).map_err(|defect| match defect {
            JsonDefect::NotJson => CardDefect::NotACard,
            JsonDefect::TooManyValues => CardDefect::Payload(InflateDefect::TooLarge),
        })?;
        let date = |claim: &Value| claim.as_f64().and_then(Timestamp::from_numeric_date);
        let not_before = date(&claims["nbf"]).ok_or(CardDefect::NotACard)?;
        let expires = match &claims["exp"] {
            Value::Null => None,
            claim => Some(date(claim).ok_or(CardDefect::NotACard)?),
        };
        let types = claims["vc"]["type"].as_array().ok_or(CardDefect::NotACard)?;
        if !types.iter().any(|kind| kind == HEALTH_CARD) {
            return Err(CardDefect::NotTheType);
        }
        let mut subject = claims["vc"]["credentialSubject"].take();
        let rid = claims["vc"]["rid"].as_str().or_else(|| subject["rid"].as_str()).map(str::to_owned);
        let bundle = Bundle::from_json(subject.get_mut("fhirBundle").map(Value::take).unwrap_or_default())?;
        let issuer = IssuerUrl::parse(claims["iss"].as_str().ok_or(CardDefect::NotACard)?)?;
        Ok(HealthCard { jws, kid, issuer, not_before, expires, rid, bundle })
    }

    /// The issuer that the beginning of an unreadable payload names, if it gets that far. Its keys tell whether the card was
    /// changed after signing or was badly made.
    pub fn issuer_of_damaged(jws: &CompactJws) -> Option<IssuerUrl> {
        let beginning = inflate_beginning(jws.payload(), 1_024);
        let text = String::from_utf8_lossy(&beginning);
        let (_, rest) = text.split_once(r#""iss":""#)?;
        IssuerUrl::parse(rest.split_once('"')?.0).ok()
    }

    /// Whether the payload is whole and was only packed wrongly: not compressed at all, or with a zlib or gzip header.
    pub fn is_packed_wrongly(jws: &CompactJws) -> bool {
        let [first, second, ..] = jws.payload() else { return true };
        let zlib = first & 0x0f == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31);
        *first == b'{' || zlib || (*first, *second) == (0x1f, 0x8b)
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
