//! SMART Health Cards (HL7 STU 1): QR text or file to a signed bundle, and the proof that the signature holds.
//!
//! One file per layer: `numeric` (the QR text), [`crate::jws`] (the compact JWS), `card` (the compressed payload and its
//! claims), `verify` (signature, dates, revocation). [`VerifiedCard`] is made by [`verify`] and by nothing else.

mod card;
mod numeric;
mod verify;

pub use card::HealthCard;
pub use numeric::{CardText, read_card_text};
pub use verify::{VerifiedCard, verify};

use crate::fhir::BundleDefect;
use crate::inflate::InflateDefect;
use crate::json::JsonDefect;
use crate::jws::JwsDefect;
use crate::sensitive::LogSafe;
use crate::trust::{IssuerDefect, KeySetDefect};
use serde::{Deserialize, Serialize};

/// Why a card was refused. One variant per rule of SMART Health Cards; holds nothing of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CardDefect {
    /// "Encoding QRs": `shc:/` and pairs of digits, each pair 00 to 77.
    #[error("the QR text is not pairs of digits after shc:/")]
    QrText,
    /// "Encoding QRs": parts are numbered from 1 to their count, at most 99 here.
    #[error("the part numbers of the QR text are wrong")]
    PartNumbers,
    /// A limit of ours: a file holds at most 20 cards that are read.
    #[error("the file holds more than 20 cards")]
    TooManyCards,
    /// "Health Cards are encoded as Compact JWS".
    #[error(transparent)]
    Jws(#[from] JwsDefect),
    /// The same section: zip MUST be DEF.
    #[error("the JWS payload is not marked as compressed")]
    NotCompressed,
    /// The payload MUST be raw DEFLATE, and stays under a cap.
    #[error(transparent)]
    Payload(#[from] InflateDefect),
    /// The same section: marked as compressed and not compressed.
    #[error("the payload is marked as compressed and is not")]
    PlainPayload,
    /// The same section: RFC 1951 without a header.
    #[error("the payload is wrapped in zlib or gzip; the standard has raw DEFLATE")]
    WrappedPayload,
    /// The payload is minified JSON, and can be read in one way only.
    #[error("the payload: {0}")]
    PayloadJson(JsonDefect),
    /// RFC 7519 2: `nbf` and `exp` are numbers of seconds.
    #[error("nbf or exp is not a number of seconds")]
    Dates,
    /// `vc.credentialSubject.fhirVersion` is not one of R4.
    #[error("the card is of another version of FHIR than R4")]
    FhirVersion,
    /// Section "Revocation": a rid is base64url, at most 24 characters.
    #[error("the card's rid is not one")]
    Rid,
    /// The payload is a JSON object with `iss`, `nbf` and `vc`.
    #[error("the payload is not that of a health card")]
    NotACard,
    /// `vc.type` MUST contain `https://smarthealth.cards#health-card`.
    #[error("the payload is not of the type health card")]
    NotTheType,
    /// `vc.credentialSubject.fhirBundle` must be a Bundle.
    #[error(transparent)]
    Bundle(#[from] BundleDefect),
    /// `iss`, section "Determining keys".
    #[error(transparent)]
    Issuer(#[from] IssuerDefect),
    /// The issuer's keys, the same section.
    #[error(transparent)]
    Keys(#[from] KeySetDefect),
    /// The issuer's keys could not be had.
    #[error("the issuer's keys could not be had")]
    KeysUnavailable,
    /// The signature MUST hold over the payload as received, 64 bytes.
    #[error("the signature does not hold")]
    Signature,
    /// `exp`: MUST be refused once it is over.
    #[error("the card has expired")]
    Expired,
    /// `nbf` lies ahead.
    #[error("the card is not valid yet")]
    NotYetValid,
    /// Section "Revocation".
    #[error("the issuer revoked the card")]
    Revoked,
    /// A key with `crlVersion` has a list that MUST be asked, and it could not be had.
    #[error("the issuer's revocation list could not be had")]
    RevocationUnavailable,
}

/// Where in the reading of a card it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum CardStage {
    /// The QR text or file.
    Decode,
    /// The JWS header.
    Header,
    /// The issuer's address or keys.
    Keys,
    /// The signature.
    Signature,
    /// The payload.
    Payload,
    /// The dates.
    Validity,
    /// The revocation list.
    Revoked,
}

impl CardDefect {
    /// Where it was refused.
    pub const fn stage(self) -> CardStage {
        match self {
            CardDefect::QrText
            | CardDefect::PartNumbers
            | CardDefect::TooManyCards
            | CardDefect::Jws(JwsDefect::NotCompact) => CardStage::Decode,
            CardDefect::Jws(JwsDefect::HeaderNotJson | JwsDefect::Algorithm | JwsDefect::Critical)
            | CardDefect::NotCompressed => CardStage::Header,
            CardDefect::Payload(_)
            | CardDefect::PlainPayload
            | CardDefect::WrappedPayload
            | CardDefect::PayloadJson(_)
            | CardDefect::Dates
            | CardDefect::FhirVersion
            | CardDefect::Rid
            | CardDefect::NotACard
            | CardDefect::NotTheType
            | CardDefect::Bundle(_) => CardStage::Payload,
            CardDefect::Issuer(_) | CardDefect::Keys(_) | CardDefect::KeysUnavailable => CardStage::Keys,
            CardDefect::Signature => CardStage::Signature,
            CardDefect::Expired | CardDefect::NotYetValid => CardStage::Validity,
            CardDefect::Revoked | CardDefect::RevocationUnavailable => CardStage::Revoked,
        }
    }
}

impl CardStage {
    /// The word for it in vectors and explanations.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl LogSafe for CardDefect {
    fn log_word(&self) -> &'static str {
        self.stage().word()
    }
}
