//! A published directory of issuers with their keys (VCI `vci_snapshot.json`), signed as a file: ECDSA P-521 with SHA-512.
//!
//! Nothing of it is believed before the signature holds, and the signer is known by the fingerprint of its certificate, which
//! a person compared once. What does not follow SHC "Determining keys" stays out, with a count.

use super::{IssuerKeys, IssuerList, IssuerUrl, KeySetDefect, ListedIssuer, RevocationList};
use crate::json::{read_counted, take_member};
use crate::time::Timestamp;
use aws_lc_rs::digest;
use aws_lc_rs::signature::{ECDSA_P521_SHA512_ASN1, UnparsedPublicKey};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::Value;
use std::collections::BTreeMap;
use webpki::EndEntityCert;

/// Values and names of a snapshot or directory.
const MAX_VALUES: usize = 2_000_000;
/// A name that staff see in one line.
const MAX_NAME_CHARS: usize = 200;

/// Why a snapshot was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotDefect {
    /// RFC 7468: not one certificate in PEM.
    #[error("the certificate cannot be read")]
    Certificate,
    /// The file is not what this certificate's key signed.
    #[error("the signature does not hold: the file was changed, or somebody else signed it")]
    Signature,
    /// Not the published shape.
    #[error("the snapshot is not JSON with `time` and `issuerInfo`")]
    NotASnapshot,
    /// The directory beside it is not the published shape.
    #[error("the directory is not JSON with `participating_issuers`")]
    NotADirectory,
}

/// The certificate of whoever signs the snapshot.
pub struct SnapshotSigner {
    der: CertificateDer<'static>,
    key: Vec<u8>,
}

impl SnapshotSigner {
    /// Reads the certificate. Its dates and its own signer are not asked: the fingerprint is what people compared.
    pub fn read(pem: &[u8]) -> Result<SnapshotSigner, SnapshotDefect> {
        let der = CertificateDer::from_pem_slice(pem).map_err(|_| SnapshotDefect::Certificate)?;
        let certificate = EndEntityCert::try_from(&der).map_err(|_| SnapshotDefect::Certificate)?;
        let key = certificate.subject_public_key_info().to_vec();
        Ok(SnapshotSigner { der, key })
    }

    /// SHA-256 of the certificate, in lower-case hex.
    pub fn fingerprint(&self) -> String {
        digest::digest(&digest::SHA256, &self.der).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The snapshot as a list, when this certificate's key signed it.
    pub fn open(&self, content: &[u8], signature: &[u8]) -> Result<Snapshot, SnapshotDefect> {
        let key = UnparsedPublicKey::new(&ECDSA_P521_SHA512_ASN1, &self.key);
        key.verify(content, signature).map_err(|_| SnapshotDefect::Signature)?;
        let mut snapshot = Snapshot::read_unproven(content)?;
        snapshot.list.signed_by = Some(self.fingerprint());
        Ok(snapshot)
    }
}

/// A snapshot, turned into a list of ours.
#[derive(Debug)]
pub struct Snapshot {
    /// The list.
    pub list: IssuerList,
    /// How many usable keys it has.
    pub keys: usize,
    /// Issuers that stayed out: no valid address, no name, or listed twice.
    pub odd_issuers: usize,
    /// Keys that stayed out, by reason.
    pub unusable_keys: BTreeMap<KeySetDefect, usize>,
}

impl Snapshot {
    /// Reads a snapshot of which nothing is proven: to count what is in it.
    pub fn read_unproven(content: &[u8]) -> Result<Snapshot, SnapshotDefect> {
        let mut json = read_counted(content, &mut { MAX_VALUES }).map_err(|_| SnapshotDefect::NotASnapshot)?;
        let time = json["time"].as_str().and_then(Timestamp::from_rfc3339).ok_or(SnapshotDefect::NotASnapshot)?;
        let Value::Array(entries) = take_member(&mut json, "issuerInfo") else {
            return Err(SnapshotDefect::NotASnapshot);
        };
        let mut snapshot =
            Snapshot { list: IssuerList::empty(time), keys: 0, odd_issuers: 0, unusable_keys: BTreeMap::new() };
        for mut entry in entries {
            let iss = entry["issuer"]["iss"].as_str().and_then(|iss| IssuerUrl::parse(iss).ok());
            let issuer = snapshot.issuer(&mut entry);
            match (iss, issuer) {
                (Some(iss), Some(issuer)) if !snapshot.list.issuers.contains_key(&iss) => {
                    snapshot.keys += issuer.keys.judged().count();
                    snapshot.list.issuers.insert(iss, issuer);
                }
                _ => snapshot.odd_issuers += 1,
            }
        }
        Ok(snapshot)
    }

    fn issuer(&mut self, entry: &mut Value) -> Option<ListedIssuer> {
        let said = &entry["issuer"];
        let name = said["name"].as_str().map(|name| name.trim().chars().take(MAX_NAME_CHARS).collect::<String>());
        let website = said["website"].as_str().map(str::to_owned);
        let canonical_iss = said["canonical_iss"].as_str().and_then(|iss| IssuerUrl::parse(iss).ok());
        let Value::Array(published) = take_member(entry, "keys") else { return None };
        let mut usable = Vec::new();
        match IssuerKeys::from_list(published) {
            Ok(keys) => {
                for key in keys.judged() {
                    match key {
                        Ok(key) => usable.push(key.to_jwk()),
                        Err(defect) => *self.unusable_keys.entry(defect).or_default() += 1,
                    }
                }
            }
            Err(defect) => *self.unusable_keys.entry(defect).or_default() += 1,
        }
        let crls = entry["crls"].as_array().into_iter().flatten();
        let crls = crls.filter_map(|crl| RevocationList::from_json(crl, crl["kid"].as_str()?).ok()).collect();
        let keys = IssuerKeys::from_list(usable).ok()?;
        Some(ListedIssuer { name: name.filter(|name| !name.is_empty())?, website, canonical_iss, keys, crls })
    }

    /// Adds what the unsigned directory says about issuers of the signed snapshot: their websites. It adds no issuer, no key and no
    /// name, and none by the way of another's either: a canonical address lends its name. Returns how many issuers of the snapshot the directory no longer has.
    pub fn add_directory(&mut self, directory: &[u8]) -> Result<usize, SnapshotDefect> {
        let json = read_counted(directory, &mut { MAX_VALUES }).map_err(|_| SnapshotDefect::NotADirectory)?;
        let entries = json["participating_issuers"].as_array().ok_or(SnapshotDefect::NotADirectory)?;
        let by_iss: BTreeMap<&str, &Value> =
            entries.iter().filter_map(|said| Some((said["iss"].as_str()?, said))).collect();
        let mut gone = 0;
        for (iss, issuer) in &mut self.list.issuers {
            let Some(said) = by_iss.get(iss.as_str()) else {
                gone += 1;
                continue;
            };
            issuer.website = issuer.website.take().or_else(|| said["website"].as_str().map(str::to_owned));
        }
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::TrustList;

    #[test]
    fn odd_issuers_and_unusable_keys_stay_out_and_are_counted() {
        let content = br#"{"time":"2026-08-22T04:43:50Z","issuerInfo":[
            {"issuer":{"iss":"https://a.example","name":"A"},"keys":[{"kty":"EC","kid":"x"},{"kty":"EC"}]},
            {"issuer":{"iss":"https://a.example","name":"A again"},"keys":[]},
            {"issuer":{"iss":"https://b.example/","name":"B"},"keys":[]},
            {"issuer":{"iss":"http://c.example","name":"C"},"keys":[]},
            {"issuer":{"iss":"https://d.example","name":" "},"keys":[]},
            {"issuer":{"iss":"https://e.example","name":"E"}}]}"#;
        let snapshot = Snapshot::read_unproven(content).expect("a snapshot");
        assert_eq!((snapshot.list.issuers.len(), snapshot.keys, snapshot.odd_issuers), (1, 0, 5));
        let unusable: Vec<_> = snapshot.unusable_keys.into_iter().collect();
        assert_eq!(unusable, [(KeySetDefect::NoSuchKey, 1), (KeySetDefect::NotASignatureKey, 1)]);
    }

    #[test]
    fn the_unsigned_directory_adds_no_issuer_and_no_name() {
        let content =
            br#"{"time":"2026-08-22T04:43:50Z","issuerInfo":[{"issuer":{"iss":"https://a.example","name":"A"},
            "keys":[]},{"issuer":{"iss":"https://b.example","name":"B"},"keys":[]}]}"#;
        let directory = br#"{"participating_issuers":[{"iss":"https://a.example","name":"Z","website":"w",
            "canonical_iss":"https://b.example"},{"iss":"https://z.example","name":"Z"}]}"#;
        let mut snapshot = Snapshot::read_unproven(content).expect("a snapshot");
        assert_eq!(snapshot.add_directory(directory), Ok(1));
        let a = &snapshot.list.issuers[&IssuerUrl::parse("https://a.example").expect("an issuer")];
        assert_eq!((a.name.as_str(), a.website.as_deref(), snapshot.list.issuers.len()), ("A", Some("w"), 2));
        let list = TrustList::new(vec![snapshot.list.clone()]);
        let shown =
            list.listing(&IssuerUrl::parse("https://a.example").expect("an issuer")).map(|it| it.name.to_owned());
        assert_eq!(shown.as_deref(), Some("A"), "no issuer goes by the name of another");
        assert_eq!(snapshot.add_directory(b"[]"), Err(SnapshotDefect::NotADirectory));
    }

    #[test]
    fn what_is_no_certificate_signs_nothing() {
        for pem in [&b""[..], b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"{}"] {
            assert_eq!(SnapshotSigner::read(pem).err(), Some(SnapshotDefect::Certificate));
        }
    }
}
