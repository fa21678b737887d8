//! Texts of documents: charsets, markup and RTF as programs write them, wherever an attachment stands.

use super::{assert_told, form, me, row};
use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};
use serde_json::{Value, json};

fn letter(content_type: &str, bytes: &[u8]) -> Value {
    json!({"resourceType": "DocumentReference", "status": "current", "description": "Letter",
        "content": [{"attachment": {"contentType": content_type, "data": BASE64.encode(bytes)}}]})
}

#[test]
fn letters_are_read_in_the_charset_that_is_stated_wherever_it_is_stated() {
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (content_type, bytes, text) in [
        ("text/plain; charset=iso-8859-15", b"Zuzahlung 5 \xA4".to_vec(), "Zuzahlung 5 €"),
        ("text/plain;charset=KOI8-R", b"\xF0\xD2\xC9\xA3\xCD".to_vec(), "Приём"),
        ("text/plain; format=flowed; charset='windows-1254'", b"a\xF0r\xFD".to_vec(), "ağrı"),
        ("TEXT/PLAIN; CHARSET=\"Shift_JIS\"", b"\x96\xF2".to_vec(), "薬"),
        ("text/html", b"<meta charset=windows-1250><p>\x8Elut\xE1 pilulka</p>".to_vec(), "Žlutá pilulka"),
        ("application/xml", b"<?xml version='1.0' encoding='ISO-8859-2'?><r>\xB3y\xBEka</r>".to_vec(), "łyžka"),
        ("text/plain; charset=utf-16le", utf_16("Größe"), "Größe"),
    ] {
        assert_told(&letter(content_type, &bytes), &[text], &[]);
    }
}

#[test]
fn a_charset_that_is_guessed_is_named() {
    let unmarked: Vec<u8> = "Pressure is fine".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_told(&letter("text/plain", &unmarked), &["Pressure is fine", "UTF-16BE"], &[]);
    assert_told(&letter("text/plain", b"caf\xE9"), &["café", "windows-1252"], &[]);
    assert_told(&letter("text/plain; charset=x-brookfen-3", b"caf\xE9"), &["fact-unknown-charset: x-brookfen-3"], &[]);
}

#[test]
fn the_charset_stands_where_the_bytes_stand() {
    let mut by_address = letter("text/plain", b"");
    by_address["content"][0]["attachment"] = json!({"contentType": "text/plain", "url": "Binary/b"});
    by_address["subject"] = json!({"reference": "Patient/me"});
    let bytes = json!({"resourceType": "Binary", "id": "b", "contentType": "text/plain; charset=koi8-r",
        "data": BASE64.encode(b"\xC4\xCF\xDA\xC1")});
    let form = form(vec![me(), by_address, bytes]);
    let text = form.items.iter().map(|item| row(item).text).find(|text| text.starts_with("Letter"));
    assert!(text.is_some_and(|text| text.contains("доза") && !text.contains("charset-unsure")));
}

#[test]
fn markup_and_rtf_are_read_and_none_of_their_marks() {
    for (content_type, markup, text) in [
        (
            "text/html",
            "<p>INR &lt; 2 &amp; &gt; 1&#x3b; 5&nbsp;mg &mdash; &frac12; tablet &le; 3</p>",
            "INR < 2 & > 1; 5 mg — ½ tablet ≤ 3",
        ),
        ("text/html", "<script>x()</script><ul><li>Rest</li><li>Ice</li></ul>", "• Rest\n• Ice"),
        ("text/markdown", "Keep below 7 & above <4>", "Keep below 7 & above <4>"),
        (
            "application/xhtml+xml",
            "<html xmlns='http://www.w3.org/1999/xhtml'><body><del>10 mg</del> 5 mg</body></html>",
            "~~10 mg~~ 5 mg",
        ),
        (
            "text/xml",
            "<ClinicalDocument xmlns='urn:hl7-org:v3'><component><section><title>Plan</title><text><table><tr><td>Walk</td><td>daily</td></tr></table></text></section></component></ClinicalDocument>",
            "Plan\nWalk | daily",
        ),
        (
            "application/rtf",
            r"{\rtf1\ansi\ansicpg1250 \'8elut\'e1 \u382?{\*\generator X} 2 \'d7 denn\'ec\par next}",
            "Žlutá ž 2 × denně\nnext",
        ),
        ("text/rtf", r"{\rtf1\ansi\uc2\u956\'b5\'b5g {\b bold\b0 } a\tab b}", "μg bold a b"),
        ("application/msword", r"{\rtf1\ansi Named otherwise.}", "Named otherwise."),
        ("text/plain", r"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8}", "При"),
    ] {
        assert_told(&letter(content_type, markup.as_bytes()), &[&format!("fact-text: {text}")], &[]);
    }
}

#[test]
fn a_text_is_read_wherever_an_attachment_may_stand() {
    let attachment = json!({"contentType": "text/rtf", "data": BASE64.encode(br"{\rtf1 Bring the \'fcbung book}")});
    for record in [
        json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "R"}, "presentedForm": [attachment]}),
        json!({"resourceType": "Media", "status": "completed", "type": {"text": "M"}, "content": attachment}),
        json!({"resourceType": "Communication", "status": "completed", "payload": [{"contentAttachment": attachment}]}),
        json!({"resourceType": "Consent", "status": "active", "category": [{"text": "C"}], "sourceAttachment": attachment}),
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "O"}, "valueAttachment": attachment}),
    ] {
        assert_told(&record, &["fact-text: Bring the übung book"], &[]);
    }
}

#[test]
fn a_document_elsewhere_is_told_from_one_that_cannot_be_shown() {
    let mut elsewhere = letter("application/rtf", b"");
    elsewhere["content"][0]["attachment"] =
        json!({"contentType": "application/rtf", "url": "https://ehr.example/letters/7"});
    assert_told(&elsewhere, &["fact-not-in-share: application/rtf"], &[]);
    assert_told(&letter("application/zip", b"PK\x03\x04"), &["fact-cannot-show: application/zip"], &[]);
    assert_told(&letter("application/rtf", b"no such form"), &["fact-document-damaged: application/rtf"], &[]);
    // A reference inside an extension of the patient is no document.
    let mut patient = me();
    patient["extension"] = json!([{"url": "http://hl7.org/fhir/StructureDefinition/patient-sexParameterForClinicalUse",
        "extension": [{"url": "supportingInfo", "valueReference": {"display": "scan"}}]}]);
    assert!(!row(&form(vec![patient]).items[0]).text.contains("not-in-share"));
}
