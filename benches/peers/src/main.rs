//! What reading costs, ours beside kill-the-clipboard (npm), in one run: `cargo xtask bench peers`.
//!
//! CPU time of both processes, turn by turn. The peer is warm and holds its inputs and its imported key.

mod inputs;
mod measure;
mod peer;
mod readers;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use inputs::Cards;
use ktc_kiosk::fhir::Outline;
use ktc_kiosk::health_card::{CardText, HealthCard, read_card_text, verify};
use ktc_kiosk::health_link::{HealthLink, LinkKey, open_file};
use ktc_kiosk::inflate::inflate;
use ktc_kiosk::intake::{Intake, SourceKind};
use ktc_kiosk::jws::CompactJws;
use ktc_kiosk::limits::Budget;
use ktc_kiosk::trust::{IssuerKeys, RevocationList};
use measure::{TURNS, cost, least, pair};
use peer::Peer;
use serde_json::{Value, json};
use std::hint::black_box;

const ISS: &str = "https://issuer.example.org/cards";
const KEY: [u8; 32] = [7; 32];
const BOMB_BYTES: usize = 200_000_000;

fn main() {
    let mut peer = Peer::start();
    println!(
        "{:44} {:>11} {:>12} {:>8} {:>7}",
        "CPU, microseconds for each input (least)", "ours", "theirs", "median", "least"
    );
    let bundles: Vec<Value> = (0..100).map(inputs::card_bundle).collect();
    let made = peer.ask(&json!({"command": "issue", "bundles": bundles, "iss": ISS}));
    let codes = serde_json::from_value(made["cards"].clone()).expect("texts");
    let made = Cards { name: "card, 100 made by the peer", codes, keys: made["keySet"].clone() };
    match inputs::hl7_examples() {
        Some(cards) => measure_cards(&mut peer, &cards),
        None => println!("not measured: HL7's examples are not beside the project"),
    }
    measure_cards(&mut peer, &made);

    let files = [
        ("file, 135 kB of results", inputs::shared_bundle(135_000, 0), false, 20),
        ("file, 135 kB of results, compressed", inputs::shared_bundle(135_000, 0), true, 20),
        ("file, 4.9 MB with a PDF", inputs::shared_bundle(4_900_000, 4_500_000), false, 2),
        ("file, 2.9 MB of results", inputs::shared_bundle(2_900_000, 0), false, 1),
    ];
    for (name, content, compressed, times) in &files {
        measure_file(&mut peer, name, content, *compressed, *times);
    }
    measure_bombs(&mut peer);

    println!("\nsteps of ours, microseconds (least of {TURNS})");
    card_steps(&made);
    for (name, content, compressed, _) in &files {
        if !compressed {
            file_steps(&mut peer, name, content);
        }
    }
}

fn measure_cards(peer: &mut Peer, cards: &Cards) {
    let keys = IssuerKeys::read(cards.keys.to_string().as_bytes()).expect("a key set");
    let kids: Vec<String> = cards.codes.iter().map(|codes| kid_of(codes)).collect();
    let listed = cards.keys["keys"].as_array().expect("keys");
    let key_of = |kid: &String| listed.iter().find(|key| key["kid"] == kid.as_str()).expect("the card's key");
    let members = |jwk: &Value| json!({"kty": "EC", "crv": "P-256", "x": jwk["x"], "y": jwk["y"]});
    let jwks: Vec<Value> = kids.iter().map(|kid| members(key_of(kid))).collect();
    peer.ask(&json!({"command": "hold", "name": cards.name, "items": cards.codes, "jwks": jwks}));
    let points: Vec<Vec<u8>> = jwks.iter().map(readers::point).collect();
    // Some examples carry an id that can be revoked; the list of their key is empty here, and the peer asks for none.
    let list = json!({"kid": kids[0], "method": "rid", "ctr": 1, "rids": []});
    let revoked = RevocationList::read(list.to_string().as_bytes(), &kids[0]).expect("a list");
    let count = cards.codes.len();
    let times = 200_usize.div_ceil(count);
    let every_card = |read: &dyn Fn(&[String]) -> bool| {
        cost(|| {
            for codes in std::iter::repeat_n(&cards.codes, times).flatten() {
                assert!(read(codes), "a card was refused");
            }
        })
    };
    let card = |codes: &[String]| readers::card(codes, &keys, &revoked);
    let ours = || every_card(&|codes| black_box(card(codes)).is_some());
    let mut theirs = || {
        let cost = peer.measure(cards.name, times);
        assert_eq!(cost.accepted, (count * times) as u64, "the peer refused a card");
        cost.micros
    };
    pair(count * times, ours, &mut theirs).print(cards.name, Some(5.0));
    let form = |codes: &[String]| card(codes).and_then(|bundle| readers::form(bundle, SourceKind::Card));
    let formed = || every_card(&|codes| black_box(form(codes)).is_some());
    pair(count * times, formed, theirs).print("    card text to form (the peer makes none)", None);
    let looked_into = || every_card(&|codes| black_box(card(codes).map(readers::look_into)).is_some());
    pair(count * times, formed, looked_into).print("    the same, beside every value parsed", Some(0.5));
    let bare = || {
        cost(|| {
            for (codes, point) in std::iter::repeat_n(cards.codes.iter().zip(&points), times).flatten() {
                assert!(black_box(readers::bare_card(codes, point)).is_some(), "a card was refused");
            }
        })
    };
    pair(count * times, ours, bare).print("    distance: the bare libraries", None);
}

fn kid_of(codes: &[String]) -> String {
    let jws: String = codes
        .iter()
        .map(|code| match read_card_text(code) {
            Ok(CardText::Whole(text) | CardText::Part { text, .. }) => text.reveal().clone(),
            Err(_) => String::new(),
        })
        .collect();
    let jws = CompactJws::read(&jws).expect("a JWS");
    jws.header()["kid"].as_str().expect("a kid").to_owned()
}

fn link_key() -> LinkKey {
    let payload = json!({"url": "https://share.example/f", "flag": "U", "key": BASE64URL.encode(KEY)});
    let link = HealthLink::read(&format!("shlink:/{}", BASE64URL.encode(payload.to_string()))).expect("a link");
    link.key().clone()
}

fn measure_file(peer: &mut Peer, name: &str, content: &str, compressed: bool, times: usize) {
    let (key, encoded) = (link_key(), BASE64URL.encode(KEY));
    let sealed = peer.ask(&json!({"command": "seal", "content": content, "key": encoded, "compressed": compressed}));
    let jwe = sealed["file"].as_str().expect("a file");
    peer.ask(&json!({"command": "hold", "name": name, "items": [jwe], "key": encoded}));
    let each_time = |read: &dyn Fn() -> bool| cost(|| (0..times).for_each(|_| assert!(read(), "a file was refused")));
    let file = || readers::file(jwe, &key);
    let ours = || each_time(&|| black_box(file()).is_some());
    let mut theirs = || {
        let cost = peer.measure(name, times);
        assert_eq!(cost.accepted, times as u64, "the peer refused a file");
        cost.micros
    };
    pair(times, ours, &mut theirs).print(name, Some(3.0));
    let looked_into = || each_time(&|| black_box(file().map(readers::look_into)).is_some());
    pair(times, looked_into, &mut theirs).print("    and each resource looked into", None);
    let form = || file().and_then(|bundle| readers::form(bundle, SourceKind::Link));
    let formed = || each_time(&|| black_box(form()).is_some());
    pair(times, formed, &mut theirs).print("    link file to form (the peer makes none)", None);
    pair(times, formed, looked_into).print("    the same, beside every value parsed", Some(0.5));
    let crossed = || each_time(&|| black_box(form().and_then(|form| readers::across(&form))).is_some());
    pair(times, crossed, formed).print("    and across the pipe, beside the form", None);
    if !compressed {
        let bare = || {
            cost(|| {
                for _ in 0..times {
                    let content = readers::bare_content(jwe, &KEY).expect("the file opens");
                    black_box(serde_json::from_slice::<Value>(&content).expect("JSON"));
                }
            })
        };
        pair(times, looked_into, bare).print("    distance: the bare libraries", None);
    }
}

/// 200 MB of zeros in a card and in a file. The peer is asked once: it holds all of it in memory.
fn measure_bombs(peer: &mut Peer) {
    drop(std::mem::replace(peer, Peer::start()));
    let (key, encoded) = (link_key(), BASE64URL.encode(KEY));
    let made = peer.ask(&json!({"command": "bombs", "bytes": BOMB_BYTES, "key": encoded, "iss": ISS}));
    let keys = peer.ask(&json!({"command": "issue", "bundles": [], "iss": ISS}))["keySet"].clone();
    let (card, file) = (made["card"].as_str().expect("a card"), made["file"].as_str().expect("a file"));
    // Another process, so that making them does not count.
    let mut other = Peer::start();
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": keys["keys"][0]["x"], "y": keys["keys"][0]["y"]});
    other.ask(&json!({"command": "hold", "name": "card bomb", "items": [card], "jwks": [jwk]}));
    other.ask(&json!({"command": "hold", "name": "file bomb", "items": [file], "key": encoded}));
    println!("\nbombs: {} kB card and {} kB file, 200 MB inside", card.len() / 1000, file.len() / 1000);
    let refuses_card =
        || HealthCard::read(CompactJws::read(card).expect("a JWS"), &mut Budget::for_one_share()).is_err();
    let refuses_file = || open_file(&key, file.as_bytes()).is_err();
    let refuses: [(&str, &dyn Fn() -> bool); 2] = [("card bomb", &refuses_card), ("file bomb", &refuses_file)];
    for (name, refuses) in refuses {
        let before = peak_bytes();
        let ours: Vec<f64> =
            (0..TURNS).map(|_| cost(|| assert!(black_box(refuses()), "a bomb was accepted"))).collect();
        let grown = peak_bytes() - before;
        let idle = other.measure(name, 0).peak_bytes;
        let theirs = other.measure(name, 1);
        println!(
            "{name:44} {:>11.1} {:>12.1} {:>8.0} times; memory +{:.1} MB against +{:.0} MB; the peer {} it",
            least(&ours),
            theirs.micros,
            theirs.micros / least(&ours),
            grown / 1e6,
            (theirs.peak_bytes - idle) / 1e6,
            if theirs.accepted == 1 { "accepts" } else { "refuses" }
        );
    }
}

/// The most memory that this process ever held.
fn peak_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux");
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().expect("a number") * 1024.0
}

fn step(name: &str, times: usize, mut work: impl FnMut()) {
    let costs: Vec<f64> = (0..TURNS).map(|_| cost(|| (0..times).for_each(|_| work())) / times as f64).collect();
    println!("    {name:40} {:>11.1}", least(&costs));
}

fn card_steps(cards: &Cards) {
    let keys = IssuerKeys::read(cards.keys.to_string().as_bytes()).expect("a key set");
    let code = &cards.codes[0][0];
    let Ok(CardText::Whole(text)) = read_card_text(code) else { panic!("a whole card") };
    let jws = CompactJws::read(text.reveal()).expect("a JWS");
    let json = inflate(jws.payload(), 5_000_000).expect("DEFLATE");
    println!("  a card: {} characters, {} bytes of JSON", text.reveal().len(), json.len());
    step("digits to text", 500, || drop(black_box(read_card_text(code))));
    step("parts, base64url, header", 500, || drop(black_box(CompactJws::read(text.reveal()))));
    step("DEFLATE", 500, || drop(black_box(inflate(jws.payload(), 5_000_000))));
    step("JSON, with its budget", 500, || drop(black_box(Budget::for_one_share().parse(&json))));
    step("JWS to card (DEFLATE, JSON, claims, Bundle)", 500, || {
        drop(black_box(HealthCard::read(jws.clone(), &mut Budget::for_one_share())));
    });
    let card = HealthCard::read(jws.clone(), &mut Budget::for_one_share()).expect("a card");
    step("key, signature, dates", 200, || drop(black_box(verify(card.clone(), &keys, None, readers::now()))));
}

fn file_steps(peer: &mut Peer, name: &str, content: &str) {
    let (key, encoded) = (link_key(), BASE64URL.encode(KEY));
    let sealed = peer.ask(&json!({"command": "seal", "content": content, "key": encoded, "compressed": false}));
    let jwe = sealed["file"].as_str().expect("a file");
    let times = 2_000_000_usize.div_ceil(content.len());
    println!("  {name}: {} bytes", content.len());
    step("open: base64url, AES-GCM", times, || drop(black_box(open_file(&key, jwe.as_bytes()))));
    step("JSON, bare", times, || drop(black_box(serde_json::from_str::<Value>(content))));
    step("JSON, with its budget", times, || drop(black_box(Budget::for_one_share().parse(content.as_bytes()))));
    step("JSON, checked, resources left as text", times, || {
        drop(black_box(Outline::read(content.as_bytes(), &mut Budget::for_one_share())));
    });
    step("all", times, || drop(black_box(readers::file(jwe, &key))));
    let file = || readers::file(jwe, &key).expect("a Bundle");
    step("all, and each resource looked into", times, || drop(black_box(readers::look_into(file()))));
    step("all, and the form", times, || drop(black_box(readers::form(file(), SourceKind::Link))));
    let form = readers::form(file(), SourceKind::Link).expect("a form");
    let written = serde_json::to_vec(&form).expect("JSON");
    println!("    the form is {} bytes in the pipe", written.len());
    step("the form, written for the pipe", times, || drop(black_box(serde_json::to_vec(&form))));
    step("the form, read from the pipe", times, || drop(black_box(serde_json::from_slice::<Intake>(&written))));
}
