//! Codes of other kinds, by how their text begins: named, so that the patient hears what was shown, and never opened.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// More letters than these name no kind.
const HEAD: usize = 64;

/// A code of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[strum(prefix = "other-code-", serialize_all = "kebab-case")]
pub enum OtherCode {
    /// A web address.
    WebPage,
    /// A wireless network.
    Wifi,
    /// A contact.
    Contact,
    /// A mail to send.
    Mail,
    /// A number to call.
    Phone,
    /// A message to send.
    Message,
    /// A place.
    Place,
    /// An appointment for a calendar.
    Appointment,
    /// Something to sign in with: one-time passwords, passkeys.
    SignIn,
    /// A wallet that shall show an identity document.
    Identity,
    /// A payment.
    Payment,
    /// A boarding pass.
    BoardingPass,
    /// A driving licence: hand scanners read the code on its back.
    DrivingLicence,
    /// A health certificate of the European Union, which is no SMART Health Card.
    EuropeanCertificate,
    /// The number of a product.
    Product,
    /// Health records by themselves, as FHIR or CDA, where a link to them or a card belongs.
    HealthRecords,
    /// Anything else.
    Unknown,
}

/// How texts begin, in small letters.
const BEGINNINGS: [(&str, OtherCode); 35] = [
    ("http://", OtherCode::WebPage),
    ("https://", OtherCode::WebPage),
    ("www.", OtherCode::WebPage),
    ("urlto:", OtherCode::WebPage),
    ("wifi:", OtherCode::Wifi),
    ("dpp:", OtherCode::Wifi),
    ("begin:vcard", OtherCode::Contact),
    ("mecard:", OtherCode::Contact),
    ("bizcard:", OtherCode::Contact),
    ("mailto:", OtherCode::Mail),
    ("matmsg:", OtherCode::Mail),
    ("smtp:", OtherCode::Mail),
    ("tel:", OtherCode::Phone),
    ("sms:", OtherCode::Message),
    ("smsto:", OtherCode::Message),
    ("mmsto:", OtherCode::Message),
    ("geo:", OtherCode::Place),
    ("begin:vevent", OtherCode::Appointment),
    ("begin:vcalendar", OtherCode::Appointment),
    ("otpauth:", OtherCode::SignIn),
    ("otpauth-migration:", OtherCode::SignIn),
    ("fido:/", OtherCode::SignIn),
    ("mdoc:", OtherCode::Identity),
    ("openid4vp:", OtherCode::Identity),
    ("openid-vc:", OtherCode::Identity),
    ("haip:", OtherCode::Identity),
    // EMV merchant code: "payload format indicator", version 01.
    ("000201", OtherCode::Payment),
    ("bcd\n", OtherCode::Payment),
    ("bcd\r", OtherCode::Payment),
    ("spc\n", OtherCode::Payment),
    ("spc\r", OtherCode::Payment),
    ("upi://", OtherCode::Payment),
    ("bitcoin:", OtherCode::Payment),
    ("hc1:", OtherCode::EuropeanCertificate),
    ("@\n\u{1e}\rANSI ", OtherCode::DrivingLicence),
];

impl OtherCode {
    /// The kind of a text that has no mark of ours.
    pub(super) fn from_text(text: &str) -> OtherCode {
        let head: String = text.chars().take(HEAD).collect();
        let small = head.to_ascii_lowercase();
        let begun = BEGINNINGS.iter().find(|(beginning, _)| small.starts_with(&beginning.to_ascii_lowercase()));
        match begun {
            Some((_, kind)) => *kind,
            // A scanner may leave the control characters of AAMVA's header out.
            None if small.starts_with('@') && small.contains("ansi ") => OtherCode::DrivingLicence,
            None if is_records(text) => OtherCode::HealthRecords,
            None if is_boarding_pass(&head) => OtherCode::BoardingPass,
            None if is_product(text) => OtherCode::Product,
            None => OtherCode::Unknown,
        }
    }

    /// The id under which `assets/` holds the sentence.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

/// FHIR as JSON, one resource or one a line, or as XML; a CDA document.
fn is_records(text: &str) -> bool {
    match text.trim_start_matches(['\u{FEFF}', ' ', '\n', '\r', '\t']).bytes().next() {
        Some(b'{' | b'[') => text.contains("\"resourceType\""),
        Some(b'<') => text.contains("\"http://hl7.org/fhir\"") || text.contains("\"urn:hl7-org:v3\""),
        Some(_) | None => false,
    }
}

/// IATA resolution 792: `M`, one to four legs, a name of twenty letters, `E` for an electronic ticket.
fn is_boarding_pass(head: &str) -> bool {
    let bytes = head.as_bytes();
    bytes.len() >= 60 && bytes[0] == b'M' && matches!(bytes[1], b'1'..=b'4') && matches!(bytes[22], b'E' | b' ')
}

/// GTIN: 8, 12, 13 or 14 digits, the last of which checks the others.
fn is_product(text: &str) -> bool {
    let digits = text.as_bytes();
    if !matches!(digits.len(), 8 | 12..=14) || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weighted = digits.iter().rev().enumerate().map(|(at, digit)| u32::from(digit - b'0') * [1, 3][at % 2]);
    weighted.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_text_id_of_its_name() {
        assert_eq!(OtherCode::WebPage.text_id(), "other-code-web-page");
        assert_eq!(OtherCode::DrivingLicence.text_id(), "other-code-driving-licence");
    }

    #[test]
    fn each_kind_is_named_by_how_its_text_begins() {
        let table = [
            ("https://example.org", OtherCode::WebPage),
            ("HTTP://EXAMPLE.ORG", OtherCode::WebPage),
            ("WIFI:S:x;P:y;;", OtherCode::Wifi),
            ("BEGIN:VCARD\r\nVERSION:3.0", OtherCode::Contact),
            ("mailto:a@example.org", OtherCode::Mail),
            ("tel:+15550100", OtherCode::Phone),
            ("SMSTO:+15550100:hello", OtherCode::Message),
            ("geo:44.97,-93.26", OtherCode::Place),
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT", OtherCode::Appointment),
            ("otpauth://totp/x?secret=y", OtherCode::SignIn),
            ("FIDO:/0725471", OtherCode::SignIn),
            ("openid4vp://?request_uri=x", OtherCode::Identity),
            ("00020101021126", OtherCode::Payment),
            ("BCD\n002\n1\nSCT", OtherCode::Payment),
            ("M1EXAMPLE/ALEX        EABC123 JFKSFOXX 0423 123Y012A0045 100", OtherCode::BoardingPass),
            ("@\n\u{1e}\rANSI 636026080102DL", OtherCode::DrivingLicence),
            ("@ANSI 636026080102DL", OtherCode::DrivingLicence),
            ("HC1:6BF-VOSE", OtherCode::EuropeanCertificate),
            ("4006381333931", OtherCode::Product),
            (r#"{"resourceType":"Patient"}"#, OtherCode::HealthRecords),
            (r#"[{"id":"1", "resourceType" : "Patient"}]"#, OtherCode::HealthRecords),
            (r#"<Bundle xmlns="http://hl7.org/fhir"/>"#, OtherCode::HealthRecords),
            (r#"<ClinicalDocument xmlns="urn:hl7-org:v3"/>"#, OtherCode::HealthRecords),
            ("<html>http://hl7.org/fhir</html>", OtherCode::Unknown),
            ("4006381333932", OtherCode::Unknown),
            ("12345", OtherCode::Unknown),
            ("{}", OtherCode::Unknown),
            ("", OtherCode::Unknown),
            ("Mä4567890123456789012345678901234567890123456789012345678901234", OtherCode::Unknown),
        ];
        for (text, kind) in table {
            assert_eq!(OtherCode::from_text(text), kind, "{text}");
        }
        let named: Vec<OtherCode> = table.iter().map(|(_, kind)| *kind).collect();
        assert!(OtherCode::VARIANTS.iter().all(|kind| named.contains(kind)), "a kind without an example");
    }
}
