//! Documents and pictures inside a resource: found, known by their first bytes, decoded when somebody looks at them. An
//! address is never fetched; one that leads to another entry of the same Bundle was looked up before.

use super::document_text::{ClaimedFormat, Said, said_of};
use super::{Caution, Fact, FactKind, ReferenceTarget};
use crate::fhir::{RecordType, Resource, concept_text};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use crate::viewing::{NamedViewable, Viewable, ViewableKind, ViewableName};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use std::fmt;

/// More attachments of one resource are not looked at, and that is said; the resource itself stays whole.
const MAX_ATTACHMENTS: usize = 200;
/// A text is read this far, and what is left is counted: FHIR allows 1 MB in a string, and US Core notes of 5 MiB.
const MAX_TEXT_BYTES: usize = 8_000_000;
/// From these the format of a document is known.
const FIRST_BYTES: usize = 160;
/// A longer text is opened beside the form, page by page; its row shows the beginning.
pub(crate) const MAX_TEXT_IN_ROW: usize = 1_200;

/// Letters without white space and padding, which some senders leave out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
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

    /// What the sender calls its format; the charset may stand where the bytes are.
    fn format<'b>(&'b self, targets: &'b [ReferenceTarget]) -> Option<&'b str> {
        let own = self.text("contentType", targets)?;
        let target = targets.iter().find(|it| it.pointer == self.pointer && self.attachment["data"].is_null());
        let behind = target.and_then(|it| it.concept.reveal()["contentType"].as_str());
        Some(
            behind
                .filter(|behind| ClaimedFormat::read(behind).says_more_than(&ClaimedFormat::read(own)))
                .unwrap_or(own),
        )
    }

    /// Its base64: beside the address, behind it, or inside it (RFC 2397).
    fn data<'b>(&'b self, targets: &'b [ReferenceTarget]) -> Option<&'b str> {
        let inside = || {
            let (head, data) = self.attachment["url"].as_str()?.split_once(',')?;
            (head.get(..5)?.eq_ignore_ascii_case("data:") && head.ends_with(";base64")).then_some(data)
        };
        self.text("data", targets).or_else(inside)
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
            walk(json, &Place::Root, "", ViewableName::Document, &mut found);
            found.iter_mut().for_each(|it| it.name = ViewableName::Picture);
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
            let is_attachment =
                is_place(key) && ["data", "url", "contentType"].iter().any(|member| value[*member].is_string());
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

/// Whether an element of this name holds attachments.
pub(super) fn is_place(element: &str) -> bool {
    element.ends_with("ttachment") || matches!(element, "presentedForm" | "photo" | "content" | "image")
}

/// What the picture of an insurance card's extension is (C4DIC): the label and the description tell the sides apart.
fn name_of(extension: &Value) -> Option<ViewableName> {
    let url = extension["url"].as_str()?;
    let said = || {
        let parts = extension["extension"].as_array().into_iter().flatten();
        parts
            .filter_map(|part| match part["valueString"].as_str() {
                Some(said) => Some(said.to_owned()),
                None => concept_text(&part["valueCodeableConcept"]),
            })
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
        let data = found.data(targets)?;
        let kind = kind_of(&decoded(data, FIRST_BYTES)?)?;
        let bytes = Sensitive::new(decoded(data, usize::MAX)?);
        Some(NamedViewable { name: found.name, viewable: Viewable { kind, bytes } })
    };
    found.iter().filter_map(viewable).collect()
}

/// What [`viewables_of`] holds, by name, without decoding more than the beginnings.
pub(super) fn viewable_names_of(resource: &Resource, targets: &[ReferenceTarget]) -> Vec<ViewableName> {
    let found = attachments(resource);
    let is_viewable = |found: &&Found<'_>| found.data(targets).is_some_and(is_drawn);
    found.iter().filter(is_viewable).map(|found| found.name).collect()
}

/// Texts of an item that are too long for its row, to be read page by page.
pub(super) fn long_texts(facts: &[Fact]) -> impl Iterator<Item = NamedViewable> {
    facts.iter().filter(|fact| is_long_text(fact)).map(|fact| {
        let bytes = Sensitive::new(fact.said.as_sent().unwrap_or_default().as_bytes().to_vec());
        NamedViewable { name: ViewableName::Text, viewable: Viewable { kind: ViewableKind::Text, bytes } }
    })
}

/// Whether a fact is a text of which a row shows the beginning.
pub(crate) fn is_long_text(fact: &Fact) -> bool {
    fact.kind == FactKind::Text && fact.said.as_sent().is_some_and(|text| text.len() > MAX_TEXT_IN_ROW)
}

/// What is said of the attachments beside the pictures: texts in full, and why a document is not shown.
pub(super) fn facts_of(found: &[Found<'_>], targets: &[ReferenceTarget]) -> Vec<Fact> {
    let mut facts: Vec<Fact> = found.iter().flat_map(|found| facts_about(found, targets)).collect();
    if found.len() == MAX_ATTACHMENTS {
        facts.push(Fact::sent(FactKind::DocumentsLeftOut, Sensitive::from(MAX_ATTACHMENTS.to_string())));
    }
    facts
}

fn facts_about(found: &Found<'_>, targets: &[ReferenceTarget]) -> Vec<Fact> {
    let format = found.format(targets).unwrap_or_default();
    let one = |kind, text: &str| vec![Fact::sent(kind, plain_text(text))];
    let Some(data) = found.data(targets) else {
        let left_out = crate::fhir::is_left_out(found.attachment) || behind_is_left_out(found, targets);
        return one(if left_out { FactKind::DocumentTooLarge } else { FactKind::NotInShare }, format);
    };
    if !is_base64(data) {
        return one(FactKind::DocumentDamaged, format);
    }
    if is_drawn(data) {
        return Vec::new();
    }
    let Some(bytes) = decoded(data, MAX_TEXT_BYTES) else { return one(FactKind::DocumentDamaged, format) };
    let bytes = Sensitive::new(bytes);
    let all = letters(data).filter(|byte| *byte != b'=').count() * 3 / 4;
    let left = all.saturating_sub(MAX_TEXT_BYTES);
    let mut facts = Vec::new();
    let mut add = |kind, text: Sensitive<String>| facts.push(Fact::sent(kind, text));
    match said_of(bytes.reveal(), &ClaimedFormat::read(format), MAX_TEXT_BYTES) {
        Said::Text { text, unsure, is_whole } => {
            add(FactKind::Text, text);
            if let Some(charset) = unsure {
                add(FactKind::CharsetUnsure, plain_text(&charset));
            }
            if left > 0 {
                add(FactKind::TextLeftOut, Sensitive::from(left.to_string()));
            } else if !is_whole {
                add(FactKind::DocumentDamaged, plain_text(format));
            }
        }
        Said::UnknownCharset(charset) => add(FactKind::UnknownCharset, plain_text(&charset)),
        Said::Nothing(format) => add(FactKind::CannotShow, plain_text(&format)),
        Said::Damaged => add(FactKind::DocumentDamaged, plain_text(format)),
    }
    facts
}

fn behind_is_left_out(found: &Found<'_>, targets: &[ReferenceTarget]) -> bool {
    targets.iter().any(|it| it.pointer == found.pointer && crate::fhir::is_left_out(it.concept.reveal()))
}

/// A document whose first bytes are not what it claims.
pub(super) fn caution_of(found: &[Found<'_>], targets: &[ReferenceTarget]) -> Option<Caution> {
    let differs = |found: &Found<'_>| {
        let (Some(format), Some(data)) = (found.text("contentType", targets), found.data(targets)) else {
            return false;
        };
        let claimed = match ClaimedFormat::read(format).name.as_str() {
            "application/pdf" | "application/x-pdf" => Some(ViewableKind::Pdf),
            "image/png" => Some(ViewableKind::Png),
            "image/jpeg" | "image/jpg" => Some(ViewableKind::Jpeg),
            "image/tiff" | "image/tif" | "image/x-tiff" | "image/x-tif" => Some(ViewableKind::Tiff),
            _ => None,
        };
        claimed != decoded(data, FIRST_BYTES).and_then(|bytes| kind_of(&bytes))
    };
    found.iter().any(differs).then_some(Caution::FormatDiffers)
}

/// By the first bytes, whatever the sender calls it.
fn kind_of(bytes: &[u8]) -> Option<ViewableKind> {
    // ISO 32000-2 7.5.2: the header may stand behind other bytes; white space and a mark are what is met.
    let pdf = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if pdf.starts_with(b"%PDF-") {
        Some(ViewableKind::Pdf)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(ViewableKind::Png)
    } else if bytes.starts_with(b"\xFF\xD8\xFF") {
        Some(ViewableKind::Jpeg)
    } else if [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|mark| bytes.starts_with(*mark)) {
        Some(ViewableKind::Tiff)
    } else {
        None
    }
}

fn is_drawn(data: &str) -> bool {
    is_base64(data) && decoded(data, FIRST_BYTES).is_some_and(|bytes| kind_of(&bytes).is_some())
}

/// A letter of base64, of the alphabet for addresses (RFC 4648 5) like that of the standard one.
const fn letter(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

fn letters(data: &str) -> impl Iterator<Item = u8> {
    data.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(letter)
}

/// Whether all of it can be decoded.
fn is_base64(data: &str) -> bool {
    let (mut count, mut padding) = (0_usize, 0_usize);
    for byte in letters(data) {
        match byte {
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => count += 1,
            _ => return false,
        }
    }
    count % 4 != 1 && padding <= 2
}

/// The first bytes of base64, `most` of them; piece by piece, because a document is large.
fn decoded(data: &str, most: usize) -> Option<Vec<u8>> {
    const PIECE: usize = 4_096;
    let mut bytes = Vec::with_capacity((data.len() / 4 * 3 + 3).min(most.saturating_add(PIECE)));
    let mut letters = letters(data).take_while(|byte| *byte != b'=');
    loop {
        let mut piece = [0; PIECE];
        let mut filled = 0;
        for (place, letter) in piece.iter_mut().zip(letters.by_ref()) {
            *place = letter;
            filled += 1;
        }
        BASE64.decode_vec(piece.get(..filled)?, &mut bytes).ok()?;
        if filled < PIECE || bytes.len() >= most {
            bytes.truncate(most);
            return Some(bytes);
        }
    }
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
        assert_eq!(said("text/plain", b"Call me\n Ana"), [(FactKind::Text, "Call me\nAna".to_owned())]);
        assert_eq!(said("text/html", b"<p>A<script>x</script>b"), [(FactKind::Text, "Ab".to_owned())]);
        assert_eq!(said("image/bmp", b"BM1234\0\0\0\0"), [(FactKind::CannotShow, "image/bmp".to_owned())]);
        assert_eq!(said("image/tiff", b"II*\0"), []);
        assert_eq!(said("image/png", PNG), []);
    }

    #[test]
    fn hundreds_of_attachments_are_bounded() {
        let many: Vec<Value> = (0..500).map(|_| json!({"attachment": {"data": WRITE.encode(PNG)}})).collect();
        let resource = resource(json!({"resourceType": "DocumentReference", "content": many}));
        assert_eq!(viewables_of(&resource, &[]).len(), MAX_ATTACHMENTS);
        let said = facts_of(&attachments(&resource), &[]);
        assert_eq!(said.last().map(|fact| fact.kind), Some(FactKind::DocumentsLeftOut), "and it says so");
    }

    fn said_of(attachment: &Value) -> Vec<(FactKind, String)> {
        let resource = resource(json!({"resourceType": "DiagnosticReport", "presentedForm": [attachment]}));
        let facts = facts_of(&attachments(&resource), &[]);
        facts
            .into_iter()
            .map(|fact| (fact.kind, fact.text(crate::language::Language::English).reveal().clone()))
            .collect()
    }

    #[test]
    fn a_document_that_is_not_there_is_told_from_one_that_cannot_be_shown() {
        let pdf = || "application/pdf".to_owned();
        for url in ["https://elsewhere.example/Binary/3", "Binary/3", "ftp://x.example/a.pdf", ""] {
            let attachment = json!({"contentType": "application/pdf", "url": url});
            assert_eq!(said_of(&attachment), [(FactKind::NotInShare, pdf())], "{url}");
        }
        assert_eq!(said_of(&json!({"contentType": "application/pdf", "title": "A"})), [(FactKind::NotInShare, pdf())]);
        let left_out =
            json!({"contentType": "application/pdf", "_data": {"extension": [{"url": "urn:ktc-kiosk:left-out"}]}});
        assert_eq!(said_of(&left_out), [(FactKind::DocumentTooLarge, pdf())]);
        for data in ["JVBERi0", "JVBER*0=", "=JVBERi0", "JVBERi0=JVBERi0=", "A"] {
            let damaged = said_of(&json!({"contentType": "application/pdf", "data": data}));
            let is_damaged = damaged.first().is_some_and(|(kind, _)| *kind == FactKind::DocumentDamaged);
            assert_eq!(is_damaged, data != "JVBERi0", "{data}: {damaged:?}");
        }
    }

    #[test]
    fn the_alphabet_for_addresses_and_data_inside_an_address_hide_no_document() {
        let bytes = b"%PDF-1.7 \xFB\xFF\xFE\xFB\xFF\xFE more of it";
        let for_addresses = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        assert!(for_addresses.contains(['-', '_']));
        for attachment in [
            json!({"contentType": "application/pdf", "data": for_addresses}),
            json!({"contentType": "application/pdf", "url": format!("data:application/pdf;base64,{}", WRITE.encode(bytes))}),
        ] {
            let report = resource(json!({"resourceType": "DiagnosticReport", "presentedForm": [attachment]}));
            let viewables = viewables_of(&report, &[]);
            assert_eq!(viewables[0].viewable.bytes.reveal(), bytes);
            assert_eq!(viewable_names_of(&report, &[]), [ViewableName::Document]);
            assert_eq!((facts_of(&attachments(&report), &[]), caution_of(&attachments(&report), &[])), (vec![], None));
        }
        let large: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        assert_eq!(decoded(&WRITE.encode(&large), usize::MAX), Some(large));
    }

    #[test]
    fn a_long_note_is_whole_and_what_is_left_of_a_longer_one_is_counted() {
        let note = "A line of the note.\n".repeat(20_000) + "The last line.";
        let said = said_of(&json!({"contentType": "text/plain", "data": WRITE.encode(&note)}));
        assert_eq!(said, [(FactKind::Text, note)]);
        let endless =
            said_of(&json!({"contentType": "text/plain", "data": WRITE.encode(vec![b'x'; MAX_TEXT_BYTES + 3_000])}));
        assert_eq!(endless[1], (FactKind::TextLeftOut, "3000".to_owned()));
    }

    #[test]
    fn long_texts_are_among_the_documents_by_name_and_by_page() {
        let fact = |length: usize| Fact::sent(FactKind::Text, Sensitive::from("x".repeat(length)));
        let facts = [fact(MAX_TEXT_IN_ROW), fact(MAX_TEXT_IN_ROW + 1)];
        let long: Vec<_> = long_texts(&facts).collect();
        assert_eq!(long.len(), 1);
        assert_eq!((long[0].name, long[0].viewable.kind), (ViewableName::Text, ViewableKind::Text));
        assert_eq!(long[0].viewable.bytes.reveal().len(), MAX_TEXT_IN_ROW + 1);
    }
}
