//! What a scanned text is made of, layer by layer, also where it is no usable code: for `ktc-kiosk explain`.

use super::Trace;
use crate::health_card::{CardText, read_card_text};
use crate::health_link::{HealthLink, anatomy_of, parts_of, payload_of};
use crate::jws::CompactJws;
use crate::scan::codes_in;
use serde_json::Value;

const JWS_RULE: &str = "SHC: compact JWS, alg ES256, zip DEF, kid the thumbprint of the key";

/// Notes each layer of one text, down to the members of a link.
pub fn explain_text(text: &str, trace: &Trace) {
    let text = text.trim().trim_start_matches('\u{FEFF}');
    let codes = codes_in(text);
    if text.starts_with('{') {
        trace.say("text", "SHC: file .smart-health-card", format!("JSON of {} characters", text.chars().count()));
    } else if codes.is_empty() {
        trace.show("text", "SHL: shlink:/; SHC: shc:/", "neither a health link nor a health card", || text.to_owned());
    }
    for code in codes.iter().map(|code| code.reveal().as_str()) {
        if code.len() < text.len() {
            let others = text.chars().count().saturating_sub(code.chars().count());
            let found = format!("{others} characters more than the code, which are not opened");
            trace.say("carrier", "RFC 3986 2.1, RFC 2045 6.7: escapes and line ends are taken away", found);
        }
        if HealthLink::is_in(code) {
            explain_link(code, trace);
        } else {
            explain_card_text(code, trace);
        }
    }
}

fn explain_link(text: &str, trace: &Trace) {
    const RULE: &str = "SHL: shlink:/ and base64url of JSON";
    let (_, encoded) = parts_of(text).unwrap_or_default();
    let found = format!("a link, {} characters of base64url", encoded.chars().count());
    trace.show("text", RULE, found, || text.to_owned());
    let payload = match payload_of(text) {
        Ok(payload) => payload,
        Err(defect) => return trace.say("payload", RULE, format!("not readable: {defect}")),
    };
    let (members, others) = anatomy_of(payload.reveal());
    for member in members {
        let found = member.found.unwrap_or_else(|defect| format!("breaks the rule: {defect}"));
        let value = || match member.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        trace.show(&format!("payload member {}", member.name), &format!("SHL: {}", member.rule), found, value);
    }
    if others > 0 {
        trace.say("payload", "SHL: unknown members MUST be ignored", format!("{others} ignored"));
    }
}

fn explain_card_text(text: &str, trace: &Trace) {
    const RULE: &str = "SHC: Encoding QRs: shc:/ and pairs of digits, 00 to 77";
    let digits = text.rsplit('/').next().unwrap_or_default().chars().filter(char::is_ascii_digit).count();
    match read_card_text(text) {
        Ok(CardText::Whole(jws)) => {
            trace.show("text", RULE, format!("{digits} digits, one code"), || jws.reveal().clone());
            if let Err(defect) = CompactJws::read(jws.reveal()) {
                trace.say("JWS", JWS_RULE, defect.to_string());
            }
        }
        Ok(CardText::Part { number, of, .. }) => {
            trace.say(
                "text",
                "SHC: chunks, deprecated and still read",
                format!("part {number} of {of}, {digits} digits"),
            );
        }
        Err(defect) => trace.say("text", RULE, format!("{digits} digits; {defect}")),
    }
}

/// Notes what the header of a card says, whatever the card came in.
pub(super) fn explain_jws(jws: &CompactJws, trace: &Trace) {
    let says = |name: &str, expected: &str| match &jws.header()[name] {
        Value::Null => format!("no {name}"),
        value if value == expected => format!("{name} {expected}"),
        _ => format!("another {name} than {expected}"),
    };
    let kid =
        jws.header()["kid"].as_str().map_or("no kid".to_owned(), |kid| format!("kid of {} characters", kid.len()));
    let found =
        format!("{}, {}, {kid}, payload of {} bytes", says("alg", "ES256"), says("zip", "DEF"), jws.payload().len());
    trace.show("JWS", JWS_RULE, found, || jws.header().to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let trace = Trace::default();
        explain_text(text, &trace);
        trace.into_steps().into_iter().map(|step| step.found).collect()
    }

    #[test]
    fn a_text_that_is_no_code_is_explained_as_far_as_it_goes() {
        assert_eq!(found("Delgado"), ["neither a health link nor a health card"]);
        let plain = found("https://viewer.example/#shlink:/eyJh+Q");
        assert_eq!(plain[0], "24 characters more than the code, which are not opened");
        assert_eq!(plain[2], "not readable: character 5 after shlink:/ is none of base64url");
        assert_eq!(found("shc:/123")[0], "3 digits; the QR text is not pairs of digits after shc:/");
        assert_eq!(found("shc:/1/2/5677")[0], "part 1 of 2, 4 digits");
    }

    #[test]
    fn a_card_of_another_algorithm_is_named_by_what_is_wrong() {
        use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
        let jws = format!("{}.e30.e30", BASE64URL.encode(r#"{"alg":"none","zip":"DEF","kid":"Delgado"}"#));
        let trace = Trace::default();
        explain_jws(&CompactJws::read(&jws).expect("a JWS"), &trace);
        let found = trace.into_steps().remove(0).found;
        assert_eq!(found, "another alg than ES256, zip DEF, kid of 7 characters, payload of 2 bytes");
    }
}
