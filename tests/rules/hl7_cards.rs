//! The standard's own examples: every form of every card, with the issuer's published keys.

use ktc_kiosk::health_card::{CardDefect, HealthCard, verify};
use ktc_kiosk::jws::CompactJws;
use ktc_kiosk::limits::Budget;
use ktc_kiosk::scan::{CodeReader, Reading, ScannedCode};
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trust::{IssuerKeys, RevocationList};
use ktc_testbed::vectors::vectors;
use std::fs;
use std::path::Path;

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file").trim().to_owned()
}

fn at(time: &str) -> Timestamp {
    Timestamp::from_rfc3339(time).expect("a time")
}

/// The card that these texts come to, shown in this order.
fn card(texts: &[String]) -> HealthCard {
    let mut reader = CodeReader::default();
    let (last, parts) = texts.split_last().expect("a text");
    for part in parts {
        assert!(matches!(reader.read(part), Ok(Reading::Part { .. })));
    }
    let Ok(Reading::Code(ScannedCode::Cards(cards))) = reader.read(last) else { panic!("not a card") };
    let [Ok(jws)] = cards.as_slice() else { panic!("not one card") };
    HealthCard::read(jws.clone(), &mut Budget::for_one_share()).expect("a card")
}

fn forms(folder: &Path, number: usize) -> Vec<Vec<String>> {
    let jws = text(folder, &format!("example-0{number}-d-jws.txt"));
    let file = text(folder, &format!("example-0{number}-e-file.smart-health-card"));
    assert!(file.contains(&jws));
    let codes: Vec<String> = (0..)
        .map(|code| folder.join(format!("example-0{number}-f-qr-code-numeric-value-{code}.txt")))
        .take_while(|path| path.exists())
        .map(|path| fs::read_to_string(path).expect("a file").trim().to_owned())
        .collect();
    assert_eq!(codes.len(), if number == 2 { 3 } else { 1 });
    let orders: &[&[usize]] = match codes.len() {
        3 => &[&[0, 1, 2], &[0, 2, 1], &[1, 0, 2], &[1, 2, 0], &[2, 0, 1], &[2, 1, 0]],
        _ => &[&[0]],
    };
    let shown = orders.iter().map(|order| order.iter().map(|code| codes[*code].clone()).collect());
    [vec![file]].into_iter().chain(shown).collect()
}

fn issuer(folder: &Path) -> (IssuerKeys, RevocationList) {
    let published = folder.join("issuer/.well-known");
    let keys = IssuerKeys::read(&fs::read(published.join("jwks.json")).expect("a file")).expect("a key set");
    let kid = "3Kfdg-XwP-7gXyywtUfUADwBumDOPKMQx-iELL11W9s";
    let list = fs::read(published.join(format!("crl/{kid}.json"))).expect("a file");
    (keys, RevocationList::read(&list, kid).expect("a list"))
}

#[test]
fn every_form_of_every_example_verifies_in_its_time() {
    let Some(folder) = vectors("hl7") else { return };
    let (keys, revoked) = issuer(&folder);
    let now = at("2024-06-01T00:00:00Z");
    for number in 0..=3 {
        let jws = CompactJws::read(&text(&folder, &format!("example-0{number}-d-jws.txt"))).expect("a JWS");
        let bundle = text(&folder, &format!("example-0{number}-a-fhirBundle.json"));
        let entries = bundle.matches("\"fullUrl\"").count();
        assert!(entries > 0);
        let alone = HealthCard::read(jws, &mut Budget::for_one_share()).expect("a card");
        for card in forms(&folder, number).iter().map(|texts| card(texts)).chain([alone]) {
            let verified = verify(card, &keys, Some(&revoked), now).expect("a proof");
            assert_eq!(verified.issuer().as_str(), "https://spec.smarthealth.cards/examples/issuer");
            assert_eq!(verified.into_bundle().entries.len(), entries, "example {number}");
        }
    }
}

#[test]
fn the_last_example_is_expired_and_its_entry_in_the_list_does_not_revoke_it() {
    let Some(folder) = vectors("hl7") else { return };
    let (keys, revoked) = issuer(&folder);
    let example = || card(&forms(&folder, 3)[0]);
    let rid = example().rid().expect("a rid").to_owned();
    // It was issued in 2024, and the list takes back what was issued before a day in 2022.
    assert!(revoked.revokes(&rid, at("2022-09-01T00:00:00Z")) && !revoked.revokes(&rid, at("2024-05-07T00:00:00Z")));
    let after = verify(example(), &keys, Some(&revoked), at("2026-11-22T00:00:00Z"));
    assert_eq!(after.err(), Some(CardDefect::Expired));
    assert!(verify(example(), &keys, Some(&revoked), at("2025-05-06T00:00:00Z")).is_ok());
    let before = verify(example(), &keys, Some(&revoked), at("2024-01-01T00:00:00Z"));
    assert_eq!(before.err(), Some(CardDefect::NotYetValid));
    let unknown = verify(example(), &keys, None, at("2025-05-06T00:00:00Z"));
    assert_eq!(unknown.err(), Some(CardDefect::RevocationUnavailable), "the key has a list, so it must be asked");
}

#[test]
fn the_published_certificate_belongs_to_its_key() {
    let Some(folder) = vectors("hl7") else { return };
    let (keys, _) = issuer(&folder);
    assert!(keys.find("EBKOr72QQDcTBUuVzAzkfBTGew0ZA16GuWty64nS-sw").is_ok());
    let mixed = text(&folder, "issuer/.well-known/jwks.json")
        .replace("PQHApUWm94mflvswQgAnfHlETMwJFqjUVSs7WU6LQy4", "11XvRWy1I2S0EyJlyf_bWfw_TQ5CJJNLw78bHXNxcgw")
        .replace("7mj8IO-8V5VZjDbRVsJINC_Rq5ai5CDhFX18ceRsLWQ", "eZXwxvO1hvCY0KucrPfKo7yAyMT6Ajc3N7OkAB6VYy8");
    let mixed = IssuerKeys::read(mixed.as_bytes()).expect("a key set");
    let defect = mixed.find("EBKOr72QQDcTBUuVzAzkfBTGew0ZA16GuWty64nS-sw").err();
    assert_eq!(defect, Some(ktc_kiosk::trust::KeySetDefect::CertificateDiffers));
}
