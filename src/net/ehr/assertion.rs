//! How the kiosk says who it is to an authorization server: an assertion, signed with one of its keys (SMART Backend Services
//! 2.2.0, RFC 7523). Each is for one server, lives four minutes and is used once.

use super::client_key::{ClientKey, ClientKeyDefect, SigningAlg};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use josekit::jws::JwsHeader;
use serde_json::{Value, json};
use url::Url;

/// Ahead of our clock; at most five minutes are allowed, and the server's clock may be behind ours.
const EXPIRES_AFTER_SECS: i64 = 180;
/// Behind our clock: a server whose clock is behind ours refuses what was issued in its future.
const ISSUED_BEFORE_SECS: i64 = 60;

/// This kiosk as the authorization server knows it.
pub struct ClientIdentity {
    /// As the authorization server registered this kiosk.
    pub client_id: String,
    /// At least one.
    pub keys: Vec<ClientKey>,
    /// Where the clinic publishes the key set, when the server wants to be told with each assertion (`jku`).
    pub jwks_url: Option<Url>,
    /// The extension `hl7-b2b`: on whose behalf and what for.
    pub b2b: Option<Value>,
}

impl ClientIdentity {
    /// The key for a server that takes these algorithms; for one that does not say, the best.
    pub fn key_for(&self, offered: &[String]) -> Option<&ClientKey> {
        let taken = |alg: &SigningAlg| offered.is_empty() || offered.iter().any(|name| name == alg.name());
        SigningAlg::ALL.iter().filter(|alg| taken(alg)).find_map(|alg| self.keys.iter().find(|key| key.alg() == *alg))
    }

    /// A new assertion for this token endpoint.
    pub fn assertion(
        &self,
        key: &ClientKey,
        audience: &str,
        now: Timestamp,
    ) -> Result<Sensitive<String>, ClientKeyDefect> {
        let now_secs = now.unix_millis().div_euclid(1000);
        let mut claims = json!({
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": audience,
            "exp": now_secs + EXPIRES_AFTER_SECS,
            "iat": now_secs - ISSUED_BEFORE_SECS,
            "jti": uuid::Uuid::new_v4().simple().to_string(),
        });
        if let Some(b2b) = &self.b2b {
            claims["extensions"] = json!({"hl7-b2b": b2b});
        }
        let mut header = JwsHeader::new();
        header.set_token_type("JWT");
        if let Some(url) = &self.jwks_url {
            header.set_jwk_set_url(url.as_str());
        }
        key.sign(&claims, header)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use josekit::jwk::Jwk;
    use josekit::jws::{self, ES384, JwsVerifier, RS384};

    fn identity() -> ClientIdentity {
        let key = |alg| ClientKey::parse(ClientKey::new_text(alg).expect("a key").reveal().as_bytes()).expect("a key");
        ClientIdentity {
            client_id: "kiosk".to_owned(),
            keys: vec![key(SigningAlg::Rs384), key(SigningAlg::Es384)],
            jwks_url: None,
            b2b: None,
        }
    }

    fn verified(key: &ClientKey, assertion: &str) -> (Value, Value) {
        let jwk = Jwk::from_bytes(key.public_jwk().to_string()).expect("a public key");
        let verifier: Box<dyn JwsVerifier> = match key.alg() {
            SigningAlg::Es384 => Box::new(ES384.verifier_from_jwk(&jwk).expect("a verifier")),
            SigningAlg::Rs384 => Box::new(RS384.verifier_from_jwk(&jwk).expect("a verifier")),
        };
        let (claims, header) = jws::deserialize_compact(assertion, &*verifier).expect("a good signature");
        (serde_json::from_slice(&claims).expect("JSON"), Value::Object(header.claims_set().clone()))
    }

    #[test]
    fn an_assertion_is_for_one_server_and_one_use_within_five_minutes() {
        let identity = identity();
        let now = Timestamp::from_rfc3339("2026-11-22T10:00:00Z").expect("a time");
        let now_secs = now.unix_millis() / 1000;
        for key in &identity.keys {
            let sign = || identity.assertion(key, "https://as.example.org/token", now).expect("signed");
            let (claims, header) = verified(key, sign().reveal());
            assert_eq!((&claims["iss"], &claims["sub"]), (&json!("kiosk"), &json!("kiosk")));
            assert_eq!(claims["aud"], "https://as.example.org/token");
            let (exp, iat) = (claims["exp"].as_i64().expect("exp"), claims["iat"].as_i64().expect("iat"));
            assert!(exp > now_secs && exp - iat <= 300 && exp - now_secs < 300, "{claims}");
            assert_eq!(header["alg"], key.alg().name());
            assert_eq!((&header["typ"], &header["kid"]), (&json!("JWT"), &key.public_jwk()["kid"]));
            let (again, _) = verified(key, sign().reveal());
            assert_ne!(claims["jti"], again["jti"], "a number used twice");
            assert!(claims["jti"].as_str().is_some_and(|jti| (16..=151).contains(&jti.len())));
            assert_eq!(claims.get("extensions"), None);
        }
    }

    #[test]
    fn purpose_of_use_and_the_address_of_the_key_set_go_along_when_they_are_configured() {
        let b2b = json!({"version": "1", "organization_id": "https://clinic.example.org", "purpose_of_use": ["TREAT"]});
        let jwks_url = Url::parse("https://clinic.example.org/jwks.json").ok();
        let identity = ClientIdentity { jwks_url, b2b: Some(b2b.clone()), ..identity() };
        let signed =
            identity.assertion(&identity.keys[0], "https://as.example.org/token", Timestamp::from_unix_millis(0));
        let (claims, header) = verified(&identity.keys[0], signed.expect("signed").reveal());
        assert_eq!(claims["extensions"]["hl7-b2b"], b2b);
        assert_eq!(header["jku"], "https://clinic.example.org/jwks.json");
    }

    #[test]
    fn the_key_is_chosen_by_what_the_server_takes_and_what_is_there() {
        let both = identity();
        let chosen = |identity: &ClientIdentity, offered: &[&str]| {
            let offered: Vec<String> = offered.iter().map(|name| (*name).to_owned()).collect();
            identity.key_for(&offered).map(ClientKey::alg)
        };
        assert_eq!(chosen(&both, &["RS384", "ES384"]), Some(SigningAlg::Es384));
        assert_eq!(chosen(&both, &["RS384"]), Some(SigningAlg::Rs384));
        assert_eq!(chosen(&both, &["RS256", "PS384"]), None);
        assert_eq!(chosen(&both, &[]), Some(SigningAlg::Es384));
        let mut one = both;
        one.keys.retain(|key| key.alg() == SigningAlg::Rs384);
        assert_eq!(chosen(&one, &["RS384", "ES384"]), Some(SigningAlg::Rs384));
        assert_eq!(chosen(&one, &["ES384"]), None);
    }
}
