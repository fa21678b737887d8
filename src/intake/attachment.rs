//! Documents and pictures inside a resource: found, known by their first bytes, decoded when somebody looks at them. An
//! address is never fetched; one that leads to another entry of the same Bundle was looked up before.

use super::{Caution, Fact, FactKind, ReferenceTarget, narrative};
use crate::fhir::{RecordType, Resource, words};
use crate::sensitive::Sensitive;
use crate::text::{plain_text, shown};
use crate::viewing::{NamedViewable, Viewable, ViewableKind, ViewableName};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use std::fmt;

/// More attachments of one resource are not looked at; the resource itself stays whole.
const MAX_ATTACHMENTS: usize = 12;
/// A plain text is read this far.
const MAX_TEXT_CHARS: usize = 4_000;
/// Base64 letters that hold more than a shown text needs.
const MAX_TEXT_LETTERS: usize = 64_000;

/// Some senders leave the padding out or break lines.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One attachment: where it stands, and what it is to people.
pub(super) struct Found<'a> {
    pub pointer: String,
    pub attachment: &'a Value,
    name: ViewableName,
}

impl Found<'_> {
    /// A member of the attachment, or of the entry that its address leads to.
    fn text<'b>(&'b self, member: &str, targets: &'b [ReferenceTarget]) -> Option<&'b str> {
        let target = targets.iter().find(|it| it.pointer == self.pointer);
        let behind = || target.and_then(|it| it.concept.reveal()[member].as_str());
        self.attachment[member].as_str().or_else(behind).filter(|text| !text.is_empty())
    }
}

/// All attachments of a resource, in order.
pub(super) fn attachments(resource: &Resource) -> Vec<Found<'_>> {
    let json = resource.json().reveal();
    let mut found = Vec::new();
    match resource.record_type() {
        Some(RecordType::Binary) => {
            found.push(Found { pointer: String::new(), attachment: json, name: ViewableName::Document })
        }
        Some(RecordType::Media | RecordType::Patient | RecordType::Practitioner) => {
            walk(json, &Place::Root, "", ViewableName::Picture, &mut found)
        }
        _ => walk(json, &Place::Root, "", ViewableName::Document, &mut found),
    }
    found
}

/// A place on the way through a resource. It is written as a pointer where something is found, and nowhere else.
enum Place<'p> {
    Root,
    Member(&'p Place<'p>, &'p str),
    Element(&'p Place<'p>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Root => Ok(()),
            Place::Member(parent, name) => write!(f, "{parent}/{name}"),
            Place::Element(parent, number) => write!(f, "{parent}/{number}"),
        }
    }
}

fn walk<'a>(value: &'a Value, place: &Place<'_>, key: &str, name: ViewableName, found: &mut Vec<Found<'a>>) {
    if found.len() == MAX_ATTACHMENTS {
        return;
    }
    match value {
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, &Place::Element(place, number), key, name, found);
            }
        }
        Value::Object(members) => {
            let name = name_of(value).unwrap_or(name);
            let of_card = name != ViewableName::Document;
            let is_place = key.ends_with("ttachment") || matches!(key, "presentedForm" | "photo" | "content");
            let is_attachment =
                is_place && ["data", "url", "contentType"].iter().any(|member| value[*member].is_string());
            // C4DIC: a picture may stand in a DocumentReference of its own.
            if is_attachment || (of_card && key == "valueReference") {
                found.push(Found { pointer: place.to_string(), attachment: value, name });
                return;
            }
            for (member, inner) in members.iter().filter(|(member, _)| *member != "contained") {
                walk(inner, &Place::Member(place, member), member, name, found);
            }
        }
        _ => {}
    }
}

/// What the picture of an insurance card's extension is (C4DIC): the label and the description tell the sides apart.
fn name_of(extension: &Value) -> Option<ViewableName> {
    let url = extension["url"].as_str()?;
    let said = || {
        let parts = extension["extension"].as_array().into_iter().flatten();
        parts
            .filter_map(|part| words(&part["valueString"]).or_else(|| words(&part["valueCodeableConcept"])))
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    match url.rsplit('/').next()? {
        "C4DIC-Logo-extension" => Some(ViewableName::Logo),
        "C4DIC-QRCode-extension" | "C4DIC-Barcode-extension" => Some(ViewableName::Picture),
        "C4DIC-SupportingImage-extension" => {
            let said = said();
            Some(match (said.contains("front"), said.contains("back")) {
                (true, false) => ViewableName::CardFront,
                (false, true) => ViewableName::CardBack,
                _ => ViewableName::Picture,
            })
        }
        _ => None,
    }
}

/// The documents that can be drawn.
pub(super) fn viewables_of(resource: &Resource, targets: &[ReferenceTarget]) -> Vec<NamedViewable> {
    let found = attachments(resource);
    let viewable = |found: &Found<'_>| {
        let data = found.text("data", targets)?;
        kind_of(&decoded(data, 24)?)?;
        let bytes = Sensitive::new(decoded(data, data.len())?);
        let kind = kind_of(bytes.reveal())?;
        Some(NamedViewable { name: found.name, viewable: Viewable { kind, bytes } })
    };
    found.iter().filter_map(viewable).collect()
}

/// What is said of the attachments beside the pictures: texts in full, and what cannot be shown by its format.
pub(super) fn facts_of(found: &[Found<'_>], targets: &[ReferenceTarget]) -> Vec<Fact> {
    let fact = |found: &Found<'_>| {
        let format = found.text("contentType", targets).unwrap_or_default();
        let data = found.text("data", targets);
        if data.and_then(|data| kind_of(&decoded(data, 24)?)).is_some() {
            return None;
        }
        let text = data.filter(|_| format.starts_with("text/")).and_then(|data| {
            let text = String::from_utf8_lossy(&decoded(data, MAX_TEXT_LETTERS)?).into_owned();
            Some(if format.starts_with("text/plain") { text } else { narrative::text_of(&text) })
        });
        Some(match text {
            Some(text) => Fact::sent(FactKind::Text, shown(&text, MAX_TEXT_CHARS)),
            None => Fact::sent(FactKind::CannotShow, plain_text(format)),
        })
    };
    found.iter().filter_map(fact).collect()
}

/// A document whose first bytes are not what it claims.
pub(super) fn caution_of(found: &[Found<'_>], targets: &[ReferenceTarget]) -> Option<Caution> {
    let differs = |found: &Found<'_>| {
        let (Some(format), Some(data)) = (found.text("contentType", targets), found.text("data", targets)) else {
            return false;
        };
        let claimed = match format.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/pdf" => Some(ViewableKind::Pdf),
            "image/png" => Some(ViewableKind::Png),
            "image/jpeg" | "image/jpg" => Some(ViewableKind::Jpeg),
            _ => None,
        };
        claimed != decoded(data, 24).and_then(|bytes| kind_of(&bytes))
    };
    found.iter().any(differs).then_some(Caution::FormatDiffers)
}

/// By the first bytes, whatever the sender calls it.
fn kind_of(bytes: &[u8]) -> Option<ViewableKind> {
    if bytes.starts_with(b"%PDF-") {
        Some(ViewableKind::Pdf)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(ViewableKind::Png)
    } else if bytes.starts_with(b"\xFF\xD8\xFF") {
        Some(ViewableKind::Jpeg)
    } else {
        None
    }
}

/// The first so many letters of base64, decoded.
fn decoded(data: &str, letters: usize) -> Option<Vec<u8>> {
    let mut letters: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).take(letters).collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    BASE64.decode(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD as WRITE;
    use serde_json::json;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest of a picture";

    fn resource(json: Value) -> Resource {
        Resource::from_json(json).expect("a resource")
    }

    fn document(format: &str, bytes: &[u8]) -> Resource {
        resource(json!({"resourceType": "DocumentReference",
            "content": [{"attachment": {"contentType": format, "data": WRITE.encode(bytes)}}]}))
    }

    #[test]
    fn first_bytes_say_what_a_document_is_and_not_the_sender() {
        let cases = [
            ("application/pdf", b"%PDF-1.7 and more of it".as_slice(), Some(ViewableKind::Pdf), false),
            ("image/png", PNG, Some(ViewableKind::Png), false),
            ("application/pdf", PNG, Some(ViewableKind::Png), true),
            ("image/jpeg", b"\xFF\xD8\xFF\xE0 more bytes of it", Some(ViewableKind::Jpeg), false),
            ("image/svg+xml", b"<svg onload=alert(1)>", None, false),
            ("application/pdf", b"MZ this is a program", None, true),
            ("text/plain", PNG, Some(ViewableKind::Png), true),
        ];
        for (format, bytes, kind, differs) in cases {
            let resource = document(format, bytes);
            let viewables = viewables_of(&resource, &[]);
            assert_eq!(viewables.first().map(|it| it.viewable.kind), kind, "{format}");
            assert!(viewables.iter().all(|it| it.viewable.bytes.reveal() == bytes));
            assert_eq!(caution_of(&attachments(&resource), &[]).is_some(), differs, "{format}");
        }
    }

    #[test]
    fn line_breaks_and_missing_padding_hide_no_document() {
        let whole = WRITE.encode(PNG);
        let lines = whole.trim_end_matches('=').as_bytes().chunks(7);
        let data = lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect::<Vec<_>>().join("\r\n");
        let resource = resource(json!({"resourceType": "Media", "content": {"data": data}}));
        assert_eq!(viewables_of(&resource, &[])[0].viewable.bytes.reveal(), PNG);
        assert_eq!(viewables_of(&resource, &[])[0].name, ViewableName::Picture);
    }

    #[test]
    fn the_sides_of_a_card_and_its_logo_are_told_apart() {
        let picture = |url: &str, description: &str| {
            json!({"url": format!("http://hl7.org/fhir/us/insurance-card/StructureDefinition/C4DIC-{url}-extension"),
                "extension": [{"url": "description", "valueString": description},
                    {"url": "image", "valueAttachment": {"contentType": "image/png", "data": WRITE.encode(PNG)}}]})
        };
        let card = resource(
            json!({"resourceType": "Coverage", "extension": [picture("SupportingImage", "Front of card"),
            picture("SupportingImage", "The back"), picture("Logo", "front desk"), picture("SupportingImage", "partner")]}),
        );
        let names: Vec<ViewableName> = viewables_of(&card, &[]).iter().map(|it| it.name).collect();
        use ViewableName::{CardBack, CardFront, Logo, Picture};
        assert_eq!(names, [CardFront, CardBack, Logo, Picture]);
    }

    #[test]
    fn plain_text_is_read_and_the_rest_is_named() {
        let said = |format: &str, bytes: &[u8]| {
            let facts = facts_of(&attachments(&document(format, bytes)), &[]);
            facts
                .into_iter()
                .map(|fact| (fact.kind, fact.text(crate::language::Language::English).reveal().clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(said("text/plain", b"Call me\n Ana"), [(FactKind::Text, "Call me Ana".to_owned())]);
        assert_eq!(said("text/html", b"<p>A<script>x</script>b"), [(FactKind::Text, "Ab".to_owned())]);
        assert_eq!(said("image/tiff", b"II*\0"), [(FactKind::CannotShow, "image/tiff".to_owned())]);
        assert_eq!(said("image/png", PNG), []);
    }

    #[test]
    fn hundreds_of_attachments_are_bounded() {
        let many: Vec<Value> = (0..500).map(|_| json!({"attachment": {"data": WRITE.encode(PNG)}})).collect();
        let resource = resource(json!({"resourceType": "DocumentReference", "content": many}));
        assert_eq!(viewables_of(&resource, &[]).len(), MAX_ATTACHMENTS);
    }
}
