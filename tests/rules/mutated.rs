//! Damaged inputs, thousands of each kind: none may panic, and none may be accepted that should not be.
//!
//! What was signed or sealed is accepted only when it is, letter for letter, what the issuer or the app made: an independent
//! library (josekit, on OpenSSL) made all of it. A failure prints the seed and the case; `KTC_MUTATION_SEED` repeats it.

mod mutator;

use ktc_kiosk::fhir::{Bundle, RecordType};
use ktc_kiosk::health_card::{HealthCard, verify};
use ktc_kiosk::health_link::{Flag, HealthLink, open_file};
use ktc_kiosk::intake::{Intake, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::jws::CompactJws;
use ktc_kiosk::language::Language;
use ktc_kiosk::limits::Budget;
use ktc_kiosk::scan::{CodeReader, Reading, ScannedCode};
use ktc_kiosk::time::{Day, Timestamp};
use ktc_kiosk::trust::{IssuerKeys, RevocationList};
use ktc_testbed::card::{Issuer, chunked_qr_texts, file, qr_text};
use ktc_testbed::people::everyone;
use ktc_testbed::share::{FHIR_JSON, ShareLink, decrypt_file, encrypt_file};
use mutator::{Random, damaged, damaged_json, seed};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// 2026-11-22T09:00:00Z.
const DAY: Day = Day::constant(2026, 11, 22);
const NOW: Timestamp = Timestamp::from_unix_millis(1_795_338_000_000);
const ISS: &str = "https://issuer.example.org/cards";
const RID: &str = "lakeside-7";

/// Runs `case` so many times, each with damage of its own, and says which one failed.
fn times(cases: u64, case: impl Fn(&mut Random)) {
    let seed = seed();
    for number in 0..cases {
        let outcome = catch_unwind(AssertUnwindSafe(|| case(&mut Random::of(seed, number))));
        if let Err(panic) = outcome {
            #[expect(clippy::print_stderr, reason = "to see it again")]
            {
                eprintln!("case {number}; again with KTC_MUTATION_SEED={seed}");
            }
            resume_unwind(panic);
        }
    }
}

fn cards(issuer: &Issuer) -> Vec<String> {
    everyone().iter().map(|person| issuer.sign(&person.card_bundle(), 1_777_000_000.5, None, Some(RID))).collect()
}

fn keys(issuer: &Issuer) -> IssuerKeys {
    IssuerKeys::read(issuer.jwks().to_string().as_bytes()).expect("a key set")
}

fn is_verified(jws: &str, keys: &IssuerKeys, revoked: Option<&RevocationList>) -> bool {
    let card = CompactJws::read(jws).ok().and_then(|jws| HealthCard::read(jws, &mut Budget::for_one_share()).ok());
    card.is_some_and(|card| verify(card, keys, revoked, NOW).is_ok())
}

/// Every way a card comes in, so that damage reaches each layer.
fn is_verified_as_shown(text: &str, keys: &IssuerKeys, genuine: &[String]) -> bool {
    let Ok(Reading::Code(ScannedCode::Cards(cards))) = CodeReader::default().read(text) else { return false };
    let mut verified = false;
    for card in cards.into_iter().flatten() {
        let jws = card.text().reveal().clone();
        if is_verified(&jws, keys, None) {
            assert!(genuine.contains(&jws), "a changed card was verified");
            verified = true;
        }
    }
    verified
}

#[test]
fn a_card_is_verified_only_as_its_issuer_signed_it() {
    let issuer = Issuer::new(ISS);
    let (keys, genuine) = (keys(&issuer), cards(&issuer));
    let forms = |jws: &String| [jws.clone(), qr_text(jws), file(jws).to_string()];
    let shown: Vec<[String; 3]> = genuine.iter().map(forms).collect();
    for [jws, code, file] in &shown {
        assert!(is_verified(jws, &keys, None) && is_verified_as_shown(code, &keys, &genuine));
        assert!(is_verified_as_shown(file, &keys, &genuine));
    }
    times(30_000, |random| {
        let (one, other) = (&shown[random.below(shown.len())], &shown[random.below(shown.len())]);
        let form = random.below(3);
        let text = damaged(&one[form], &other[form], random);
        let text = String::from_utf8_lossy(&text);
        is_verified_as_shown(&text, &keys, &genuine);
        if is_verified(&text, &keys, None) {
            assert!(genuine.iter().any(|jws| jws == text.trim()), "a changed card was verified");
        }
    });
}

/// Claims that are damaged before they are signed: the signature holds, so the claims alone must decide.
#[test]
fn a_well_signed_card_with_damaged_claims_keeps_its_rules() {
    let issuer = Issuer::new(ISS);
    let keys = keys(&issuer);
    let claims = issuer.claims(&everyone()[0].card_bundle(), 1_777_000_000.0, Some(1_800_000_000.0), Some(RID));
    times(4_000, |random| {
        let damaged = damaged_json(&claims, random);
        let jws = issuer.sign_payload(&ktc_testbed::card::deflated(damaged.as_bytes()));
        if !is_verified(&jws, &keys, None) {
            return;
        }
        let json: Value = serde_json::from_str(&damaged).expect("accepted claims are JSON");
        let seconds = NOW.unix_millis() as f64 / 1000.0;
        assert!(json["iss"].as_str().is_some_and(|iss| iss.starts_with("https://") && !iss.ends_with('/')));
        assert!(json["nbf"].as_f64().is_some_and(|nbf| nbf <= seconds), "not valid yet");
        assert!(json["exp"].is_null() || json["exp"].as_f64().is_some_and(|exp| exp > seconds), "expired");
        assert_eq!(json["vc"]["credentialSubject"]["fhirBundle"]["resourceType"], "Bundle");
    });
}

#[test]
fn a_well_signed_card_whose_subject_is_no_object_is_refused() {
    let issuer = Issuer::new(ISS);
    for subject in [Value::from("a text"), Value::from(7), Value::Null, Value::Array(Vec::new())] {
        let mut claims = issuer.claims(&everyone()[0].card_bundle(), 1_777_000_000.0, None, None);
        claims["vc"]["credentialSubject"] = subject;
        let jws = issuer.sign_payload(&ktc_testbed::card::deflated(claims.to_string().as_bytes()));
        assert!(!is_verified(&jws, &keys(&issuer), None));
    }
}

#[test]
fn a_damaged_key_set_verifies_only_with_the_issuer_s_own_key() {
    let issuer = Issuer::new(ISS);
    let jws = &cards(&issuer)[0];
    let (json, stranger) = (issuer.jwks(), Issuer::new(ISS).jwks());
    let own = &json["keys"][0];
    times(10_000, |random| {
        let body = match random.below(3) {
            0 => damaged(&json.to_string(), &stranger.to_string(), random),
            _ => damaged_json(&json, random).into_bytes(),
        };
        let Ok(keys) = IssuerKeys::read(&body) else { return };
        if !is_verified(jws, &keys, None) {
            return;
        }
        let read: Value = serde_json::from_slice(&body).expect("an accepted key set is JSON");
        let same = |key: &Value| ["kid", "x", "y", "kty", "crv"].iter().all(|name| key[name] == own[name]);
        let of_issuer = |key: &Value| same(key) && key["d"].is_null();
        assert!(
            read["keys"].as_array().is_some_and(|keys| keys.iter().any(of_issuer)),
            "another key verified the card"
        );
    });
}

#[test]
fn a_damaged_revocation_list_never_lets_a_listed_card_through() {
    let issuer = Issuer::new(ISS).with_crl_version(1);
    let (keys, jws) = (keys(&issuer), &cards(&issuer)[0]);
    let lists = [issuer.crl(&[RID, "b.1700000000"]), issuer.crl(&["a", "lakeside-7.1777000001"]), issuer.crl(&[])];
    assert!(!is_verified(jws, &keys, None), "a card with an id and no list");
    times(10_000, |random| {
        let json = &lists[random.below(lists.len())];
        let body = match random.below(3) {
            0 => damaged(&json.to_string(), &lists[0].to_string(), random),
            _ => damaged_json(json, random).into_bytes(),
        };
        let Ok(list) = RevocationList::read(&body, issuer.kid()) else { return };
        if !is_verified(jws, &keys, Some(&list)) {
            return;
        }
        let read: Value = serde_json::from_slice(&body).expect("an accepted list is JSON");
        assert_eq!((read["kid"].as_str(), read["method"].as_str()), (Some(issuer.kid()), Some("rid")));
        let until = |rid: &str| match rid.strip_prefix(RID) {
            Some("") => Some(u64::MAX),
            Some(rest) => rest.strip_prefix('.')?.parse::<u32>().ok().map(u64::from),
            None => None,
        };
        let listed = read["rids"].as_array().expect("rids").iter().filter_map(Value::as_str).filter_map(until);
        assert!(listed.into_iter().all(|until| until <= 1_777_000_000), "a revoked card was verified");
    });
}

#[test]
fn parts_of_damaged_cards_never_join_to_one_that_nobody_signed() {
    let issuer = Issuer::new(ISS);
    let (keys, genuine) = (keys(&issuer), cards(&issuer));
    let parts: Vec<Vec<String>> =
        genuine.iter().enumerate().map(|(number, jws)| chunked_qr_texts(jws, 2 + number % 3)).collect();
    times(3_000, |random| {
        let mut shown: Vec<String> = Vec::new();
        for _ in 0..2 {
            let of_one = &parts[random.below(parts.len())];
            shown.extend(of_one.iter().cloned());
        }
        for _ in 0..random.below(4) {
            let (one, other) = (random.below(shown.len()), random.below(shown.len()));
            match random.below(3) {
                0 => shown.swap(one, other),
                1 => drop(shown.remove(one)),
                _ => {
                    let text = damaged(&shown[one], &shown[other], random);
                    shown[one] = String::from_utf8_lossy(&text).into_owned();
                }
            }
        }
        let mut reader = CodeReader::default();
        for text in shown {
            let Ok(Reading::Code(ScannedCode::Cards(cards))) = reader.read(&text) else { continue };
            for jws in cards.into_iter().flatten() {
                let jws = jws.text().reveal().clone();
                assert!(!is_verified(&jws, &keys, None) || genuine.contains(&jws), "a changed card was verified");
            }
        }
    });
}

#[test]
fn a_link_is_read_only_within_the_rules_of_the_standard() {
    let link = ShareLink::direct("https://share.example.org", "Health records");
    let other = ShareLink::direct("https://other.example.org", "Other");
    times(30_000, |random| {
        let text = match random.below(2) {
            0 => String::from_utf8_lossy(&damaged(&link.viewer_prefixed(), &other.shlink(), random)).into_owned(),
            _ => {
                let payload = damaged_json(&link.payload(), random);
                format!("shlink:/{}", base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, payload))
            }
        };
        let Ok(read) = HealthLink::read(&text) else { return };
        let url = read.url().reveal();
        assert!(url.starts_with("https:") || url.to_ascii_lowercase().trim().starts_with("https:"), "not https");
        assert!(url.chars().count() <= 128 && !read.host().is_empty());
        assert!(!(read.flags().has(Flag::DirectFile) && read.flags().has(Flag::Passcode)), "U and P together");
        let label = read.label().map(|label| label.reveal().clone()).unwrap_or_default();
        assert!(!label.contains(|letter: char| letter.is_control() || letter == '\u{202E}'), "a hidden character");
    });
}

#[test]
fn an_encrypted_file_opens_only_as_it_was_sealed() {
    let link = ShareLink::direct("https://share.example.org", "Records");
    let read = HealthLink::read(&link.shlink()).expect("a link");
    let content = everyone()[0].card_bundle().to_string();
    let sealed: Vec<String> = [(false, Some(FHIR_JSON)), (true, Some(FHIR_JSON)), (true, None), (false, None)]
        .into_iter()
        .map(|(zip, cty)| encrypt_file(content.as_bytes(), &link.key, zip, cty))
        .collect();
    assert!(sealed.iter().all(|jwe| open_file(read.key(), jwe.as_bytes()).is_ok()));
    times(40_000, |random| {
        let one = &sealed[random.below(sealed.len())];
        let jwe = damaged(one, &sealed[random.below(sealed.len())], random);
        let Ok(file) = open_file(read.key(), &jwe) else { return };
        let text = std::str::from_utf8(&jwe).expect("an opened file is text").trim();
        assert!(sealed.iter().any(|jwe| jwe == text), "a changed file was opened");
        assert_eq!(*file.content.reveal(), decrypt_file(text, &link.key).expect("josekit opens it as well"));
    });
}

#[test]
fn a_damaged_bundle_is_refused_or_accounted_for_entry_by_entry() {
    let bundles: Vec<Value> = everyone().iter().map(|person| person.shared_bundle()).collect();
    times(3_000, |random| {
        let text = damaged_json(&bundles[random.below(bundles.len())], random);
        let Ok(bundle) = Bundle::read(text.as_bytes()) else { return };
        let json: Value = serde_json::from_str(&text).expect("a Bundle is JSON");
        let listed = json["entry"].as_array().map_or(0, Vec::len);
        let (entries, unreadable) = (bundle.entries.len(), bundle.unreadable);
        assert_eq!(entries + unreadable, listed, "an entry was dropped");
        let mut sent = json["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
        for entry in &bundle.entries {
            assert!(sent.any(|resource| resource == entry.resource.json().reveal()), "an entry was changed");
        }
        let source = Source { kind: SourceKind::Link, host: "share.example.org".to_owned(), digest: [7; 32] };
        let patients = bundle.of_type(RecordType::Patient).count();
        let document = SharedDocument::unproven(bundle, source);
        let Ok(intake) = Intake::from_documents(vec![document], DAY) else { return };
        // The same Patient twice is one.
        let again = patients - intake.section(Section::Demographics).count();
        let resources: usize = intake.items.iter().map(|item| item.resources).sum();
        let kinds: Vec<(&str, usize)> =
            intake.items.iter().map(|item| (item.resource.kind(), item.resources)).collect();
        let found = (resources + again + intake.left_out, intake.unreadable);
        assert_eq!(found, (entries, unreadable), "an entry was dropped: {kinds:?} of {text}");
        for item in &intake.items {
            let facts = item.facts.iter().map(|fact| fact.text(Language::English));
            let shown = facts.chain([item.title.clone()]);
            shown.for_each(|text| assert!(!text.reveal().contains(['\u{202E}', '\u{0}']), "a hidden character"));
        }
    });
}
