//! Everything that strangers can hand in wrongly ends on a screen of its own, with nothing filed and nothing kept.

use crate::support::station::{Station, configure, publish};
use ktc_kiosk::fhir::Bundle;
use ktc_kiosk::health_card::HealthCard;
use ktc_kiosk::health_link::{HealthLink, Manifest, SealedFile};
use ktc_kiosk::jws::CompactJws;
use ktc_kiosk::limits::Budget;
use ktc_kiosk::session::{InTrouble, Input, State};
use ktc_kiosk::store::{SealingKey, Store};
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::trust::{IssuerKeys, RevocationList};
use ktc_testbed::card::{Issuer, deflated, qr_text};
use ktc_testbed::https::{Answer, Behaviour, HttpsServer};
use ktc_testbed::people::walter;
use ktc_testbed::share::{FHIR_JSON, JOSE, ShareLink, encrypt_file, now_secs};
use ktc_testbed::trap::TrapListener;
use std::net::Ipv4Addr;

#[test]
fn each_ends_on_a_screen_that_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let shares = HttpsServer::start([]).expect("a server");
    let ehr = TrapListener::on(Ipv4Addr::LOCALHOST.into()).expect("a listener");
    let config = configure(folder.path(), &shares, &format!("http://{}/fhir", ehr.addr()));
    let mut station = Station::open(&config);
    station.until_that(|_| ehr.count() == 1);
    let bundle = walter().shared_bundle();
    let good = publish(&shares, &bundle);

    // A code that is not ours is named, and the camera goes on looking.
    station.show("https://example.org/menu");
    assert_eq!(station.state(), "scanning");
    assert!(matches!(&station.session().state, State::Scanning(scanning) if scanning.other.is_some()));
    station.kiosk.handle(Input::CancelTouched);

    assert_eq!(station.trouble(&good[..good.len() / 2]), Trouble::LinkUnreadable);

    let mut expired = ShareLink::direct(&shares.origin(), "Records");
    expired.exp = Some(now_secs() - 60);
    assert_eq!(station.trouble(&expired.shlink()), Trouble::LinkExpired);
    assert_eq!(shares.requests().len(), 0, "an expired link was fetched");

    let gone = ShareLink::direct(&shares.origin(), "Records");
    shares.route(&gone.path(), Answer::status(404));
    assert_eq!(station.trouble(&gone.shlink()), Trouble::LinkGone);

    let tampered = ShareLink::direct(&shares.origin(), "Records");
    let mut file = encrypt_file(bundle.to_string().as_bytes(), &tampered.key, false, Some(FHIR_JSON)).into_bytes();
    let middle = file.len() / 2;
    file[middle] = if file[middle] == b'A' { b'B' } else { b'A' };
    shares.route(&tampered.path(), Answer::ok(JOSE, file));
    assert_eq!(station.trouble(&tampered.shlink()), Trouble::FileTampered);

    let issuer = Issuer::new(&format!("{}/issuer", shares.origin()));
    shares.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let stranger = issuer.sign_as_stranger(&walter().card_bundle(), 1_700_000_000.0);
    assert_eq!(station.trouble(&qr_text(&stranger)), Trouble::CardNotGenuine);

    let mut two = bundle.clone();
    let mut second = two["entry"][0].clone();
    for number in 0..30 {
        second["fullUrl"] = format!("urn:uuid:6f1f47a3-0d0e-4b3a-9a44-1b2c3d4e5f{number:02}").into();
        second["resource"]["name"] = serde_json::json!([{"family": format!("Crowd{number}")}]);
        two["entry"].as_array_mut().expect("entries").push(second.clone());
    }
    assert_eq!(station.trouble(&publish(&shares, &two)), Trouble::SeveralPeople);

    let redirected = ShareLink::direct(&shares.origin(), "Records");
    shares.route(
        &redirected.path(),
        Answer::status(302).behaving(Behaviour::RedirectTo(format!("http://{}/", ehr.addr()))),
    );
    assert_eq!(station.trouble(&redirected.shlink()), Trouble::ShareServerRefuses);

    let endless = ShareLink::direct(&shares.origin(), "Records");
    shares.route(&endless.path(), Answer::ok(JOSE, "").behaving(Behaviour::Endless));
    assert_eq!(station.trouble(&endless.shlink()), Trouble::ShareTooLarge);

    let cut = ShareLink::direct(&shares.origin(), "Records");
    shares.route(&cut.path(), Answer::ok(JOSE, "x".repeat(1000)).behaving(Behaviour::Truncate(10)));
    assert_eq!(station.trouble(&cut.shlink()), Trouble::ShareServerDown);

    let inside = ShareLink::direct(&format!("https://127.0.0.1:{}", ehr.addr().port()), "Records");
    assert_eq!(station.trouble(&inside.shlink()), Trouble::AddressRefused);

    drop(shares);
    assert_eq!(station.trouble(&good), Trouble::ShareServerDown);

    // Nothing of the patient is left in the session: the state owns a code word and, this pattern says, nothing else.
    let State::InTrouble(InTrouble { trouble: Trouble::ShareServerDown }) = &station.session().state else {
        panic!("not in trouble");
    };
    // Nothing was filed, nothing waits, and the EHR was asked what it can do when the kiosk started, and never again.
    drop(station);
    let key = SealingKey::from_file(&config.sealing_key_file).expect("the key");
    let mut store = Store::open_beside(&config.store_folder, key).expect("the store");
    assert_eq!(store.outbox().waiting().expect("a count"), (0, 0));
    assert_eq!(ehr.count(), 1);
    let refused =
        store.audit().list().expect("records").iter().filter(|record| record.line().contains("share-refused")).count();
    assert_eq!(refused, 11, "each refusal is in the audit log");
    assert!(store.audit().verify().expect("a log").is_ok());
}

#[test]
fn a_member_that_is_named_twice_is_refused_in_every_document_of_strangers() {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    let issuer = Issuer::new("https://issuer.example.org");
    let claims = issuer.claims(&walter().card_bundle(), 1_700_000_000.0, None, None).to_string();
    let header = |json: &str| issuer.sign_under(json, &deflated(claims.as_bytes()));
    let card = |json: &str| HealthCard::read(CompactJws::read(&header(json)).ok()?, &mut Budget::for_one_share()).ok();
    let payload = |json: &str| {
        let jws = CompactJws::read(&issuer.sign_payload(&deflated(json.as_bytes()))).ok()?;
        HealthCard::read(jws, &mut Budget::for_one_share()).ok()
    };
    let link = |json: &str| format!("shlink:/{}", BASE64_URL_SAFE_NO_PAD.encode(json));
    let shared = ShareLink::direct("https://share.example.org", "Records");
    let file = encrypt_file(b"{}", &shared.key, false, None);
    let file_under = |json: &str| {
        let (_, rest) = file.split_once('.').expect("five parts");
        format!("{}.{rest}", BASE64_URL_SAFE_NO_PAD.encode(json))
    };
    type Reads<'a> = Box<dyn Fn(&str) -> bool + 'a>;
    let documents: [(&str, String, Reads<'_>); 8] = [
        (
            "JWS header",
            format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{}"}}"#, issuer.kid()),
            Box::new(|json| card(json).is_some()),
        ),
        ("card payload", claims.clone(), Box::new(|json| payload(json).is_some())),
        (
            "JWE header",
            r#"{"alg":"dir","enc":"A256GCM"}"#.to_owned(),
            Box::new(|json| SealedFile::read(file_under(json).as_bytes()).is_ok()),
        ),
        ("link payload", shared.payload().to_string(), Box::new(|json| HealthLink::read(&link(json)).is_ok())),
        (
            "manifest",
            format!(r#"{{"files":[{{"embedded":"{file}"}}]}}"#),
            Box::new(|json| Manifest::read(json.as_bytes(), &mut Budget::for_one_share()).is_ok()),
        ),
        ("key set", issuer.jwks().to_string(), Box::new(|json| IssuerKeys::read(json.as_bytes()).is_ok())),
        (
            "revocation list",
            issuer.crl(&["a"]).to_string(),
            Box::new(|json| RevocationList::read(json.as_bytes(), issuer.kid()).is_ok()),
        ),
        ("bundle", walter().shared_bundle().to_string(), Box::new(|json| Bundle::read(json.as_bytes()).is_ok())),
    ];
    for (name, good, reads) in documents {
        assert!(reads(&good), "{name}");
        let beside = good.replacen('{', r#"{"x-extra":1,"#, 1);
        assert!(reads(&beside), "{name}: a member that nobody knows");
        let twice = good.replacen('{', r#"{"x-extra":1,"x-extra":1,"#, 1);
        assert!(!reads(&twice), "{name}: a member twice");
        let inside = good.replacen('{', r#"{"x-extra":[{"a":1,"a":1}],"#, 1);
        assert!(!reads(&inside), "{name}: a member twice, further in");
    }
}
