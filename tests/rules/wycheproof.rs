//! C2SP Wycheproof, through our own functions: what must be accepted is, what must be refused is, and what is of an algorithm
//! that the standards leave out is refused too, whether Wycheproof calls it valid or not.
//!
//! No case of these files is "acceptable"; were there one, the assertion on the words would stop.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use ktc_kiosk::health_link::{HealthLink, LinkKey, open_file};
use ktc_kiosk::jws::CompactJws;
use ktc_kiosk::trust::IssuerKeys;
use ktc_testbed::vectors::vectors;
use serde_json::{Value, json};

fn cases(file: &str) -> Vec<(Value, Value)> {
    let Some(path) = vectors(&format!("wycheproof/{file}")) else { return Vec::new() };
    let json: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    let groups = json["testGroups"].as_array().expect("groups").iter();
    groups
        .flat_map(|group| group["tests"].as_array().expect("tests").iter().map(|test| (group.clone(), test.clone())))
        .collect()
}

/// What came of a file.
#[derive(Debug, Default, PartialEq)]
struct Count {
    accepted: usize,
    refused: usize,
    /// Valid in an algorithm that the standards leave out, and refused.
    left_out: usize,
}

impl Count {
    /// Counts a case; `ours` says whether the standards have its algorithm.
    fn case(&mut self, test: &Value, ours: bool, accepted: bool) {
        let valid = match test["result"].as_str() {
            Some("valid") => true,
            Some("invalid") => false,
            other => panic!("case {}: {other:?}", test["tcId"]),
        };
        assert_eq!(accepted, valid && ours, "case {}: {}", test["tcId"], test["comment"]);
        match (valid, ours) {
            (true, true) => self.accepted += 1,
            (true, false) => self.left_out += 1,
            (false, _) => self.refused += 1,
        }
    }

    #[expect(clippy::print_stdout, reason = "the count is what a reader of the test wants to see")]
    fn end(&self, file: &str, left_out_because: &str, accepted: usize, refused: usize, left_out: usize) {
        let all = self.accepted + self.refused + self.left_out;
        if all == 0 {
            return;
        }
        println!(
            "{file}: {all} cases: {} accepted as they must, {} refused as they must, {} not applicable and refused because \
             {left_out_because}",
            self.accepted, self.refused, self.left_out
        );
        assert_eq!(*self, Count { accepted, refused, left_out }, "{file}");
    }
}

fn hex(text: &Value) -> Vec<u8> {
    let digits = text.as_str().expect("hex");
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex")).collect()
}

/// A key with the name under which cards and apps would ask for it.
fn key_set(keys: &[&Value]) -> Option<IssuerKeys> {
    IssuerKeys::read(json!({"keys": keys}).to_string().as_bytes()).ok()
}

#[test]
fn es256_signatures_of_64_bytes() {
    let file = "ecdsa_secp256r1_sha256_p1363_test.json";
    let mut count = Count::default();
    for (group, test) in cases(file) {
        let point = hex(&group["publicKey"]["uncompressed"]);
        let (x, y) = (BASE64URL.encode(&point[1..33]), BASE64URL.encode(&point[33..65]));
        let jwk = json!({"kty": "EC", "crv": "P-256", "kid": "the key", "x": x, "y": y});
        let key = key_set(&[&jwk]).and_then(|keys| keys.find_named("the key").ok()).expect("a usable key");
        count.case(&test, true, key.verify(&hex(&test["msg"]), &hex(&test["sig"])));
    }
    count.end(file, "", 173, 89, 0);
}

/// As a card and as an app's attestation is read: the parts, the algorithm, a key by its name, the signature.
fn jws_holds(jws: &Value, keys: &[&Value]) -> bool {
    let Some(Ok(jws)) = jws.as_str().map(CompactJws::read) else { return false };
    let key = key_set(keys).and_then(|keys| keys.find_named(jws.kid()).ok());
    jws.check_algorithm().is_ok() && key.is_some_and(|key| key.signed(&jws))
}

fn public_key(group: &Value) -> &Value {
    if group["public"].is_null() { &group["private"] } else { &group["public"] }
}

#[test]
fn json_web_signatures() {
    let file = "json_web_signature_test.json";
    let mut count = Count::default();
    for (group, test) in cases(file) {
        let key = public_key(&group);
        count.case(&test, key["crv"] == "P-256", jws_holds(&test["jws"], &[key]));
    }
    count.end(file, "they are HS256, RS*, PS* or ES512; cards have ES256 only", 2, 355, 44);
}

#[test]
fn json_web_keys() {
    let file = "json_web_key_test.json";
    let mut count = Count::default();
    for (group, test) in cases(file) {
        let keys: Vec<&Value> = public_key(&group)["keys"].as_array().expect("keys").iter().collect();
        count.case(&test, false, jws_holds(&test["jws"], &keys));
    }
    count.end(file, "they are HS* or RS256; cards have ES256 only", 0, 21, 5);
}

/// A link's key comes out of a link only.
fn link_key(key: &[u8]) -> Option<LinkKey> {
    let payload = json!({"url": "https://a.example/x", "flag": "U", "key": BASE64URL.encode(key)});
    let text = format!("shlink:/{}", BASE64URL.encode(payload.to_string()));
    HealthLink::read(&text).ok().map(|link| link.key().clone())
}

#[test]
fn json_web_encryption() {
    let file = "json_web_encryption_test.json";
    let mut count = Count::default();
    for (group, test) in cases(file) {
        // Where the case has a key of 32 bytes it is tried; elsewhere any key will do, because the header is refused first.
        let given = group["private"]["k"].as_str().and_then(|k| BASE64URL.decode(k).ok()).and_then(|k| link_key(&k));
        let key = given.or_else(|| link_key(&[7; 32])).expect("a key");
        let opened = test["jwe"].as_str().is_some_and(|jwe| open_file(&key, jwe.as_bytes()).is_ok());
        count.case(&test, false, opened);
    }
    count.end(file, "links have dir with A256GCM only", 0, 74, 65);
}

/// Each case becomes a JWE. Its additional data is the header, which a vector cannot choose: the vector's own ciphertext must
/// fail, and the message sealed anew under key and nonce of the vector must open, and fail with any part of it changed.
#[test]
fn aes_256_gcm() {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    let file = "aes_gcm_test.json";
    let mut count = Count::default();
    for (group, test) in cases(file) {
        let (key, iv, tag) = (hex(&test["key"]), hex(&test["iv"]), hex(&test["tag"]));
        let header = BASE64URL.encode(r#"{"alg":"dir","enc":"A256GCM"}"#);
        let jwe = |iv: &[u8], ciphertext: &[u8], tag: &[u8]| {
            let part = |bytes: &[u8]| BASE64URL.encode(bytes);
            format!("{header}..{}.{}.{}", part(iv), part(ciphertext), part(tag))
        };
        let fits = group["keySize"] == 256 && group["ivSize"] == 96 && group["tagSize"] == 128;
        let Some(link_key) = link_key(&key) else {
            count.case(&test, false, false);
            continue;
        };
        let as_given = open_file(&link_key, jwe(&iv, &hex(&test["ct"]), &tag).as_bytes());
        assert!(as_given.is_err(), "case {}: opened under other additional data", test["tcId"]);
        if !fits || test["result"] == "invalid" {
            count.case(&test, fits, false);
            continue;
        }
        let message = hex(&test["msg"]);
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("a key"));
        // What the vector fixes is this library's work too: sealed under its own additional data it is the vector's text.
        let seal = |aad: &[u8]| {
            let mut sealed = message.clone();
            let nonce = Nonce::try_assume_unique_for_key(&iv).expect("12 bytes");
            let tag = cipher.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut sealed).expect("sealed");
            (sealed, tag.as_ref().to_vec())
        };
        assert_eq!(seal(&hex(&test["aad"])), (hex(&test["ct"]), tag), "case {}", test["tcId"]);
        let (sealed, tag) = seal(header.as_bytes());
        let opened = open_file(&link_key, jwe(&iv, &sealed, &tag).as_bytes());
        count.case(&test, true, opened.is_ok_and(|file| *file.content.reveal() == message));
        let mut wrong = tag.clone();
        wrong[0] ^= 1;
        assert!(open_file(&link_key, jwe(&iv, &sealed, &wrong).as_bytes()).is_err());
        assert!(open_file(&link_key, jwe(&iv, &sealed, &tag[..15]).as_bytes()).is_err());
        assert!(open_file(&link_key, jwe(&iv[..11], &sealed, &tag).as_bytes()).is_err());
    }
    count.end(file, "the key is not of 256 bits or the nonce not of 96", 39, 87, 190);
}
