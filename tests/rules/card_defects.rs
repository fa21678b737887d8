//! One badly made card for each defect, signed for real, asked for over real connections, read as the kiosk reads.

use crate::support::sandbox::{ThroughSandbox, sandbox};
use ktc_kiosk::health_card::{CardDefect, HealthCard, verify};
use ktc_kiosk::inflate::InflateDefect;
use ktc_kiosk::json::JsonDefect;
use ktc_kiosk::jws::{CompactJws, JwsDefect};
use ktc_kiosk::limits::Budget;
use ktc_kiosk::resolve::{ResolveDefect, Resolver, Strictness, Trace};
use ktc_kiosk::scan::{CodeReader, Reading};
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trust::{Assurance, Checked, IssuerDefect, IssuerKeys, KeySetDefect, RevocationList, TrustList};
use ktc_testbed::card::{Issuer, chunked_qr_texts, deflated, qr_text};
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::people::walter;
use serde_json::{Value, json};

const NOW: &str = "2026-11-22T08:00:00Z";
/// A time before [`NOW`], in seconds.
const ISSUED: f64 = 1_750_000_000.25;

/// A server of issuers and a reader in front of it.
struct Clinic {
    shares: HttpsServer,
    trust: TrustList,
    now: Timestamp,
}

impl Clinic {
    fn open() -> Clinic {
        let now = Timestamp::from_rfc3339(NOW).expect("a time");
        Clinic { shares: HttpsServer::start([]).expect("a server"), trust: TrustList::empty(now), now }
    }

    /// An issuer under this path whose keys are published.
    fn issuer(&self, path: &str) -> Issuer {
        let issuer = Issuer::new(&format!("{}/{path}", self.shares.origin()));
        self.publish(path, &issuer.jwks());
        issuer
    }

    fn publish(&self, path: &str, keys: &Value) {
        let answer = Answer::ok("application/json", keys.to_string());
        self.shares.route(&format!("/{path}/.well-known/jwks.json"), answer);
    }

    fn publish_revoked(&self, path: &str, issuer: &Issuer, list: &Value) {
        let place = format!("/{path}/.well-known/crl/{}.json", issuer.kid());
        self.shares.route(&place, Answer::ok("application/json", list.to_string()));
    }

    /// A list with this issuer's keys and what it took back.
    fn list(issuer: &Issuer, date: &str, crls: &Value) -> TrustList {
        let listed = json!({"iss": issuer.iss(), "name": "Lake Lab", "keys": issuer.jwks()["keys"], "crls": crls});
        TrustList::read(json!({"as_of": date, "issuers": [listed]}).to_string().as_bytes()).expect("a list")
    }

    fn read(&self, jws: &str) -> Result<Assurance, CardDefect> {
        self.read_texts(&[qr_text(jws)])
    }

    fn read_texts(&self, texts: &[String]) -> Result<Assurance, CardDefect> {
        let card = |defect: ResolveDefect| match defect {
            ResolveDefect::Card(defect) => defect,
            other => panic!("not the card's defect: {other}"),
        };
        let mut reader = CodeReader::default();
        let mut code = None;
        for text in texts {
            if let Reading::Code(whole) = reader.read(text).map_err(|defect| card(defect.into()))? {
                code = Some(whole);
            }
        }
        let resolver = Resolver {
            fetch: &ThroughSandbox(&sandbox(&self.shares)),
            trust: &self.trust,
            recipient: "Test Clinic",
            passcode: None,
            now: self.now,
            strictness: Strictness::Kiosk,
            trace: &Trace::default(),
        };
        let mut share = resolver.resolve(&code.expect("a whole code")).map_err(card)?;
        Ok(share.documents.remove(0).assurance().clone())
    }
}

fn good_claims(issuer: &Issuer) -> Value {
    issuer.claims(&walter().card_bundle(), ISSUED, None, None)
}

fn signed(issuer: &Issuer, claims: &Value) -> String {
    issuer.sign_payload(&deflated(claims.to_string().as_bytes()))
}

#[test]
fn the_header_chooses_nothing() {
    let clinic = Clinic::open();
    let issuer = clinic.issuer("issuer");
    let payload = deflated(good_claims(&issuer).to_string().as_bytes());
    let kid = issuer.kid();
    let good = format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{kid}"}}"#);
    assert!(matches!(clinic.read(&issuer.sign_under(&good, &payload)), Ok(Assurance::SignedByUnlistedIssuer { .. })));
    for alg in ["none", "HS256", "RS256", "ES256K", "ES384", "es256", "ES256 ", ""] {
        let header = format!(r#"{{"alg":"{alg}","zip":"DEF","kid":"{kid}"}}"#);
        assert_eq!(clinic.read(&issuer.sign_under(&header, &payload)), Err(JwsDefect::Algorithm.into()), "{alg}");
    }
    let stranger = Issuer::new(issuer.iss());
    let jwk = &stranger.jwks()["keys"][0];
    let jku = format!("{}/elsewhere.json", clinic.shares.origin());
    clinic.shares.route("/elsewhere.json", Answer::ok("application/json", stranger.jwks().to_string()));
    let headers = [
        (r#"{"zip":"DEF"}"#.to_owned(), JwsDefect::Algorithm.into()),
        (r#"{"alg":["ES256"],"zip":"DEF"}"#.to_owned(), JwsDefect::Algorithm.into()),
        (format!(r#"{{"alg":"none","alg":"ES256","zip":"DEF","kid":"{kid}"}}"#), JwsDefect::HeaderNotJson.into()),
        (format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{kid}","kid":"x"}}"#), JwsDefect::HeaderNotJson.into()),
        (format!("\u{feff}{good}"), JwsDefect::HeaderNotJson.into()),
        (format!("{good} x"), JwsDefect::HeaderNotJson.into()),
        (format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), CardDefect::NotCompressed),
        (format!(r#"{{"alg":"ES256","zip":"def","kid":"{kid}"}}"#), CardDefect::NotCompressed),
        (format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{kid}","crit":["exp"]}}"#), JwsDefect::Critical.into()),
        (format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{kid}","crit":null}}"#), JwsDefect::Critical.into()),
        (format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{kid}","b64":false}}"#), JwsDefect::Critical.into()),
        (r#"{"alg":"ES256","zip":"DEF"}"#.to_owned(), KeySetDefect::NoSuchKey.into()),
        (r#"{"alg":"ES256","zip":"DEF","kid":7}"#.to_owned(), KeySetDefect::NoSuchKey.into()),
        (r#"{"alg":"ES256","zip":"DEF","kid":"../../x' OR 1=1 --"}"#.to_owned(), KeySetDefect::NoSuchKey.into()),
    ];
    for (header, defect) in headers {
        assert_eq!(clinic.read(&issuer.sign_under(&header, &payload)), Err(defect), "{header}");
    }
    // Keys that the header brings along, or says where to find, are those of whoever made it.
    for brought in [
        format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{}","jwk":{jwk},"jku":"{jku}"}}"#, stranger.kid()),
        format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{}","x5u":"{jku}","x5c":["AAAA"]}}"#, stranger.kid()),
    ] {
        let card = stranger.sign_under(&brought, &payload);
        assert_eq!(clinic.read(&card), Err(KeySetDefect::NoSuchKey.into()), "{brought}");
    }
    let asked = clinic.shares.requests();
    assert!(!asked.is_empty() && asked.iter().all(|request| request.target == "/issuer/.well-known/jwks.json"));
}

#[test]
fn a_signature_is_64_bytes_and_every_bit_of_it_counts() {
    let clinic = Clinic::open();
    let issuer = clinic.issuer("issuer");
    let keys = IssuerKeys::read(issuer.jwks().to_string().as_bytes()).expect("keys");
    let good = signed(&issuer, &good_claims(&issuer));
    let (content, signature) = good.rsplit_once('.').expect("three parts");
    let with = |signature: &[u8]| {
        let card = CompactJws::read(&format!("{content}.{}", base64url(signature))).expect("a JWS");
        let card = HealthCard::read(card, &mut Budget::for_one_share()).expect("a card");
        verify(card, &keys, None, clinic.now).map(|_| ())
    };
    let bytes = from_base64url(signature);
    assert_eq!((bytes.len(), with(&bytes)), (64, Ok(())));
    for bit in 0..512 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(with(&flipped), Err(CardDefect::Signature), "bit {bit}");
    }
    let (r, s) = bytes.split_at(32);
    let order = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let join = |parts: &[&[u8]]| parts.concat();
    let integer = |bytes: &[u8]| join(&[&[2, 33, 0], bytes]);
    let der = join(&[&[0x30, 70], &integer(r), &integer(s)]);
    for wrong in [
        join(&[&[0; 32], s]),
        join(&[r, &[0; 32]]),
        join(&[&order, s]),
        join(&[r, &order]),
        join(&[&[0xff; 32], s]),
        vec![0; 64],
        bytes[..63].to_vec(),
        join(&[&bytes, &[0]]),
        Vec::new(),
        der,
    ] {
        assert_eq!(with(&wrong), Err(CardDefect::Signature), "{wrong:?}");
    }
    assert_eq!(clinic.read(&issuer.sign_as_stranger(&walter().card_bundle(), ISSUED)), Err(CardDefect::Signature));
}

#[test]
fn what_the_issuer_publishes_is_judged_too() {
    let clinic = Clinic::open();
    let verdict = |change: &dyn Fn(&mut Value)| {
        let issuer = clinic.issuer("issuer");
        let mut keys = issuer.jwks();
        change(&mut keys["keys"]);
        clinic.publish("issuer", &keys);
        clinic.read(&signed(&issuer, &good_claims(&issuer))).map(|_| ())
    };
    let member = |name: &'static str, value: Value| move |keys: &mut Value| keys[0][name] = value.clone();
    assert_eq!(verdict(&|_| {}), Ok(()));
    let unusable: Result<(), CardDefect> = Err(KeySetDefect::NotASignatureKey.into());
    assert_eq!(verdict(&member("crv", json!("secp256k1"))), unusable);
    assert_eq!(verdict(&member("kty", json!("RSA"))), unusable);
    assert_eq!(verdict(&member("use", json!("enc"))), unusable);
    assert_eq!(verdict(&member("alg", json!("HS256"))), unusable);
    assert_eq!(verdict(&|keys| keys[0]["y"] = keys[0]["x"].clone()), unusable);
    assert_eq!(verdict(&member("kid", json!("other"))), Err(KeySetDefect::NoSuchKey.into()));
    assert_eq!(verdict(&member("d", json!("AA"))), Err(KeySetDefect::PrivateKeyPublished.into()));
    assert_eq!(verdict(&member("x5c", json!(["AAAA"]))), Err(KeySetDefect::CertificateDiffers.into()));
    assert_eq!(verdict(&|keys| *keys = json!([])), Err(KeySetDefect::NoSuchKey.into()));
    let repeat = |count: usize| move |keys: &mut Value| *keys = json!(vec![keys[0].clone(); count]);
    assert_eq!(verdict(&repeat(2)), Ok(()));
    assert_eq!(verdict(&repeat(101)), Err(KeySetDefect::TooManyKeys.into()));

    let issuer = clinic.issuer("issuer");
    let card = signed(&issuer, &good_claims(&issuer));
    let place = "/issuer/.well-known/jwks.json";
    let twice = format!(r#"{{"keys":[],"keys":{}}}"#, issuer.jwks()["keys"]);
    for page in ["<html>", "", "[]", r#"{"keys":{}}"#, &twice] {
        clinic.shares.route(place, Answer::ok("application/json", page));
        assert_eq!(clinic.read(&card), Err(KeySetDefect::NotAKeySet.into()), "{page}");
    }
    for status in [301, 403, 404, 410] {
        clinic.shares.route(place, Answer::status(status));
        assert_eq!(clinic.read(&card), Err(CardDefect::KeysUnavailable), "{status}");
    }
    for status in [429, 500, 502, 503] {
        clinic.shares.route(place, Answer::status(status));
        assert!(matches!(clinic.read(&card), Ok(Assurance::SignedNotChecked { .. })), "{status}");
    }
}

#[test]
fn each_claim_is_what_the_standard_says() {
    let clinic = Clinic::open();
    let issuer = clinic.issuer("issuer");
    let verdict = |change: &dyn Fn(&mut Value)| {
        let mut claims = good_claims(&issuer);
        change(&mut claims);
        clinic.read(&signed(&issuer, &claims)).map(|_| ())
    };
    let put = |pointer: &'static str, value: Value| {
        move |claims: &mut Value| {
            let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
            claims.pointer_mut(parent).expect("a parent")[name] = value.clone();
        }
    };
    assert_eq!(verdict(&|_| {}), Ok(()));
    assert_eq!(
        verdict(&put("/vc/type", json!(["https://smarthealth.cards#health-card", "https://x.example#new"]))),
        Ok(())
    );
    assert_eq!(verdict(&put("/exp", json!(1_999_999_999.5))), Ok(()));
    assert_eq!(verdict(&put("/vc/rid", json!("lakeside-7"))), Ok(()), "the key announces no list");

    assert_eq!(verdict(&put("/vc/type", json!(["https://x.example#new"]))), Err(CardDefect::NotTheType));
    assert_eq!(verdict(&put("/vc/type", json!("https://smarthealth.cards#health-card"))), Err(CardDefect::NotACard));
    assert_eq!(verdict(&put("/nbf", json!(4_000_000_000_u64))), Err(CardDefect::NotYetValid));
    assert_eq!(verdict(&put("/exp", json!(1_750_000_001))), Err(CardDefect::Expired));
    for (name, value) in [
        ("/nbf", json!(1_750_000_000_000_u64)),
        ("/exp", json!(1_999_999_999_000_u64)),
        ("/nbf", json!("1750000000")),
        ("/exp", json!("2030-01-01")),
        ("/exp", json!([1])),
        ("/exp", json!(true)),
    ] {
        assert_eq!(verdict(&put(name, value.clone())), Err(CardDefect::Dates), "{name} {value}");
    }
    assert_eq!(verdict(&put("/nbf", Value::Null)), Err(CardDefect::NotACard));
    for version in [json!("3.0.2"), json!("5.0.0"), json!("R4"), json!(4)] {
        assert_eq!(
            verdict(&put("/vc/credentialSubject/fhirVersion", version.clone())),
            Err(CardDefect::FhirVersion),
            "{version}"
        );
    }
    for rid in [json!("a.1"), json!("a b"), json!(""), json!(7), json!("a".repeat(25))] {
        assert_eq!(verdict(&put("/vc/rid", rid.clone())), Err(CardDefect::Rid), "{rid}");
    }
    for odd in [json!(null), json!([]), json!("x"), json!(7)] {
        assert!(matches!(verdict(&put("/vc/credentialSubject", odd.clone())), Err(CardDefect::Bundle(_))), "{odd}");
        assert_eq!(verdict(&put("/vc", odd.clone())), Err(CardDefect::NotACard), "{odd}");
    }
    let iss = issuer.iss();
    for (iss, defect) in [
        (format!("{iss}/"), IssuerDefect::TrailingSlash),
        (iss.replace("https", "http"), IssuerDefect::NotHttps),
        (iss.replace("https://", "https://user@"), IssuerDefect::NotPlain),
        (format!("{iss}/../issuer"), IssuerDefect::NotPlain),
        (format!("{iss}?x"), IssuerDefect::NotPlain),
        ("https://exаmple.org".to_owned(), IssuerDefect::NotPlain),
    ] {
        assert_eq!(verdict(&put("/iss", json!(iss))), Err(defect.into()), "{iss}");
    }
    assert!(matches!(
        verdict(&put("/vc/credentialSubject/fhirBundle", json!({"resourceType": "Patient"}))),
        Err(CardDefect::Bundle(_))
    ));
}

#[test]
fn each_way_of_packing_has_its_own_answer() {
    let clinic = Clinic::open();
    let issuer = clinic.issuer("issuer");
    let text = good_claims(&issuer).to_string();
    let packed = |payload: &[u8]| clinic.read(&issuer.sign_payload(payload)).map(|_| ());
    assert_eq!(packed(&deflated(text.as_bytes())), Ok(()));
    assert_eq!(packed(text.as_bytes()), Err(CardDefect::PlainPayload));
    assert_eq!(packed(b""), Err(CardDefect::PlainPayload));
    let around = |before: &[u8], after: &[u8]| packed(&[before, &deflated(text.as_bytes()), after].concat());
    assert_eq!(around(&[0x78, 0x9c], &[0; 4]), Err(CardDefect::WrappedPayload));
    assert_eq!(around(&[0x1f, 0x8b, 8, 0], &[]), Err(CardDefect::WrappedPayload));
    assert_eq!(around(&[], b"x"), Err(CardDefect::Payload(InflateDefect::NotRawDeflate)));
    let bomb = format!(r#"{{"iss":"{}","x":"{}"}}"#, issuer.iss(), "x".repeat(6_000_000));
    assert_eq!(packed(&deflated(bomb.as_bytes())), Err(CardDefect::Payload(InflateDefect::TooLarge)));
    let many = format!(r#"{{"iss":"{}","x":[{}0]}}"#, issuer.iss(), "0,".repeat(700_000));
    assert_eq!(packed(&deflated(many.as_bytes())), Err(CardDefect::Payload(InflateDefect::TooLarge)));

    let json =
        |text: String, defect| assert_eq!(packed(&deflated(text.as_bytes())), Err(CardDefect::PayloadJson(defect)));
    json(format!("\u{feff}{text}"), JsonDefect::NotJson);
    json(format!("{text}{text}"), JsonDefect::NotJson);
    json(text.replacen('{', r#"{"nbf":1,"#, 1), JsonDefect::NameTwice);
    json(text.replacen("\"resourceType\"", "\"id\":\"1\",\"id\":\"2\",\"resourceType\"", 1), JsonDefect::NameTwice);
    json(text.replacen('{', r#"{"x":1e999,"#, 1), JsonDefect::NumberRange);
    json(text.replacen('{', r#"{"x":"\ud800","#, 1), JsonDefect::NotJson);
    json(format!("{}{}", "[".repeat(50_000), "]".repeat(50_000)), JsonDefect::NotJson);
    let mut latin = text.clone().into_bytes();
    latin.splice(1..1, *b"\"x\":\"\xe9\",");
    assert_eq!(packed(&deflated(&latin)), Err(CardDefect::PayloadJson(JsonDefect::NotJson)));
}

#[test]
fn codes_in_parts_join_to_one_card_and_never_to_two() {
    let clinic = Clinic::open();
    let issuer = clinic.issuer("issuer");
    let card = |nbf: f64| signed(&issuer, &issuer.claims(&walter().card_bundle(), nbf, None, None));
    let (one, other) = (chunked_qr_texts(&card(ISSUED), 3), chunked_qr_texts(&card(ISSUED + 1.0), 3));
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
        let texts = order.map(|part| one[part].clone());
        assert!(clinic.read_texts(&texts).is_ok());
    }
    assert!(clinic.read_texts(&[one[0].clone(), one[0].clone(), one[2].clone(), one[1].clone()]).is_ok());
    assert!(clinic.read_texts(&chunked_qr_texts(&card(ISSUED), 1)).is_ok(), "a lone part of one is the whole");
    // Parts that do not contradict each other may come from two cards: the signature is over the whole, and tells.
    assert!(clinic.read_texts(&[one[0].clone(), other[1].clone(), other[2].clone()]).is_err());
    // A part that does contradict begins another card.
    let begun = [&one[0], &one[1], &other[0], &other[1], &other[2]].map(String::clone);
    assert!(clinic.read_texts(&begun).is_ok());
    let good = qr_text(&card(ISSUED));
    for (wrong, defect) in [
        (one[0].replacen("/1/3/", "/1/99999/", 1), CardDefect::PartNumbers),
        (one[0].replacen("/1/3/", "/4/3/", 1), CardDefect::PartNumbers),
        (one[0].replacen("/1/3/", "/0/3/", 1), CardDefect::PartNumbers),
        (format!("{good}7"), CardDefect::QrText),
        (format!("{good}78"), CardDefect::QrText),
        (good.replacen("shc:/", "shc:/x", 1), CardDefect::QrText),
    ] {
        assert_eq!(clinic.read_texts(&[wrong]), Err(defect));
    }
}

#[test]
fn what_was_taken_back_stays_taken_back() {
    let mut clinic = Clinic::open();
    let issuer = Issuer::new(&format!("{}/issuer", clinic.shares.origin())).with_crl_version(3);
    clinic.publish("issuer", &issuer.jwks());
    let card = |rid: &str| signed(&issuer, &issuer.claims(&walter().card_bundle(), ISSUED, None, Some(rid)));
    let ok = |verdict: Result<Assurance, CardDefect>| verdict.map(|_| ());
    assert_eq!(ok(clinic.read(&card("a"))), Err(CardDefect::RevocationUnavailable), "the list is not there");
    clinic.publish_revoked("issuer", &issuer, &issuer.crl(&["a", "b.1750000000", "c.1750000001"]));
    assert_eq!(ok(clinic.read(&card("a"))), Err(CardDefect::Revoked));
    assert_eq!(ok(clinic.read(&card("b"))), Ok(()), "issued after the time in the list");
    assert_eq!(ok(clinic.read(&card("c"))), Err(CardDefect::Revoked), "issued before it");
    assert_eq!(ok(clinic.read(&card("d"))), Ok(()));
    for (member, value) in [("kid", json!("x")), ("method", json!("hash")), ("ctr", json!(2)), ("rids", json!("a"))] {
        let mut list = issuer.crl(&[]);
        list[member] = value;
        clinic.publish_revoked("issuer", &issuer, &list);
        assert_eq!(ok(clinic.read(&card("d"))), Err(CardDefect::RevocationUnavailable), "{member}");
    }
    // The clinic's list has seen counter 4: an issuer that publishes 3 again has rolled back.
    clinic.publish_revoked("issuer", &issuer, &issuer.crl(&[]));
    clinic.trust = Clinic::list(&issuer, "2026-11-01", &json!([{"kid": issuer.kid(), "ctr": 4, "rids": ["d"]}]));
    assert_eq!(ok(clinic.read(&card("d"))), Err(CardDefect::Revoked));
    assert_eq!(ok(clinic.read(&card("e"))), Ok(()));
    // And when the issuer's list cannot be had, the clinic's does.
    clinic.shares.withdraw(&format!("/issuer/.well-known/crl/{}.json", issuer.kid()));
    assert_eq!(ok(clinic.read(&card("d"))), Err(CardDefect::Revoked));
    assert_eq!(ok(clinic.read(&card("e"))), Ok(()));
}

#[test]
fn without_the_issuer_its_listed_keys_prove_and_say_their_date() {
    let mut clinic = Clinic::open();
    let issuer = Issuer::new(&format!("{}/issuer", clinic.shares.origin())).with_crl_version(3);
    let card = |rid: Option<&str>| signed(&issuer, &issuer.claims(&walter().card_bundle(), ISSUED, None, rid));
    let place = "/issuer/.well-known/jwks.json";
    clinic.shares.route(place, Answer::status(503));
    assert!(matches!(clinic.read(&card(None)), Ok(Assurance::SignedNotChecked { .. })), "nobody knows the keys");

    clinic.trust = Clinic::list(&issuer, "2026-11-01", &json!([{"kid": issuer.kid(), "ctr": 3, "rids": ["taken"]}]));
    let of_list = Checked::ListOf(clinic.trust.as_of());
    let listed = |verdict: Result<Assurance, CardDefect>| match verdict {
        Ok(Assurance::SignedByListedIssuer { name, checked, .. }) if name == "Lake Lab" => Some(checked),
        _ => None,
    };
    assert_eq!(listed(clinic.read(&card(None))), Some(of_list));
    assert_eq!(listed(clinic.read(&card(Some("held")))), Some(of_list));
    assert_eq!(clinic.read(&card(Some("taken"))), Err(CardDefect::Revoked));
    assert_eq!(clinic.read(&issuer.sign_as_stranger(&walter().card_bundle(), ISSUED)), Err(CardDefect::Signature));
    let newer = Issuer::new(issuer.iss());
    assert!(
        matches!(clinic.read(&signed(&newer, &good_claims(&newer))), Ok(Assurance::SignedNotChecked { .. })),
        "a newer key"
    );

    // The issuer itself always has the last word: a key that it took out is out, and no list brings it back.
    clinic.publish("issuer", &newer.jwks());
    assert_eq!(clinic.read(&card(None)), Err(KeySetDefect::NoSuchKey.into()));
    clinic.shares.route(place, Answer::status(404));
    assert_eq!(clinic.read(&card(None)), Err(CardDefect::KeysUnavailable));
    clinic.shares.route(place, Answer::ok("text/html", "<html>"));
    assert_eq!(clinic.read(&card(None)), Err(KeySetDefect::NotAKeySet.into()));
    clinic.publish("issuer", &issuer.jwks());
    assert_eq!(listed(clinic.read(&card(None))), Some(Checked::LiveKeys));

    // A list without the revocations that the key announces, and a list of last year, prove nothing.
    clinic.shares.route(place, Answer::status(503));
    clinic.trust = Clinic::list(&issuer, "2026-11-01", &json!([]));
    assert!(matches!(clinic.read(&card(Some("held"))), Ok(Assurance::SignedNotChecked { .. })));
    assert_eq!(listed(clinic.read(&card(None))), Some(of_list));
    clinic.trust = Clinic::list(&issuer, "2025-11-01", &json!([]));
    assert!(matches!(clinic.read(&card(None)), Ok(Assurance::SignedNotChecked { .. })));
}

#[test]
fn a_list_of_another_key_revokes_nothing_and_vouches_for_nothing() {
    let issuer = Issuer::new("https://a.example").with_crl_version(1);
    let keys = IssuerKeys::read(issuer.jwks().to_string().as_bytes()).expect("keys");
    let list = RevocationList::read(br#"{"kid":"k","method":"rid","ctr":1,"rids":[]}"#, "k").expect("a list");
    let card = CompactJws::read(&issuer.sign(&walter().card_bundle(), ISSUED, None, Some("a"))).expect("a JWS");
    let card = HealthCard::read(card, &mut Budget::for_one_share()).expect("a card");
    let now = Timestamp::from_rfc3339(NOW).expect("a time");
    assert_eq!(verify(card, &keys, Some(&list), now).err(), Some(CardDefect::RevocationUnavailable));
}

fn base64url(bytes: &[u8]) -> String {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn from_base64url(text: &str) -> Vec<u8> {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}
