//! An issuer of cards whose signatures OpenSSL makes and checks: the peer of `health_card::verify`.

use crate::{decode, encode};
use ktc_kiosk::trust::IssuerKeys;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey, EcPoint};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkey::Private;
use openssl::sha::sha256;
use std::sync::LazyLock;

/// The issuer's address.
pub const ISS: &str = "https://issuer.example/fuzz";
/// RFC 7638 thumbprint of the key below.
pub const KID: &str = "5xgXs-7XyPOkLgBImVUQZGML5O1QotKqg9ZjZczKt-Q";
const X: &str = "mcpDwHeQiFBWY-H7hiHR4OJG4IuVeyftGQnV39n_qsw";
const Y: &str = "eZ1DyFkFsNIhkcjPsle_hzf1kPRJdx2X4RhCf5_nTEY";
/// The private part protects nothing: it signs inputs of fuzz targets.
const D: &str = "ipf6zEw8LuSLirpH9UMQ2RMM0kcux1INvMHw_xXwkkI";

static SIGNER: LazyLock<EcKey<Private>> = LazyLock::new(|| {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("the curve");
    let number = |text: &str| BigNum::from_slice(&decode(text).expect("base64url")).expect("a number");
    let context = &mut BigNumContext::new().expect("a context");
    let mut point = EcPoint::new(&group).expect("a point");
    point.set_affine_coordinates_gfp(&group, &number(X), &number(Y), context).expect("a point of the curve");
    EcKey::from_private_components(&group, &number(D), &point).expect("a key")
});

/// The key set as published, with or without a revocation list.
pub fn key_set(revokes: bool) -> String {
    let counter = if revokes { r#","crlVersion":1"# } else { "" };
    format!(
        r#"{{"keys":[{{"kty":"EC","kid":"{KID}","use":"sig","alg":"ES256","crv":"P-256","x":"{X}","y":"{Y}"{counter}}}]}}"#
    )
}

/// The same, read by the kiosk.
pub fn keys() -> IssuerKeys {
    IssuerKeys::read(key_set(false).as_bytes()).expect("a key set")
}

/// A compact JWS of these payload bytes, signed for this header.
pub fn sign_as(header: &str, payload: &[u8]) -> String {
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature = EcdsaSig::sign(&sha256(signed.as_bytes()), &SIGNER).expect("a signature");
    let number = |number: &openssl::bn::BigNumRef| number.to_vec_padded(32).expect("32 bytes");
    format!("{signed}.{}", encode([number(signature.r()), number(signature.s())].concat()))
}

/// A compact JWS with the header of a card.
pub fn sign(payload: &[u8]) -> String {
    sign_as(&format!(r#"{{"alg":"ES256","zip":"DEF","kid":"{KID}"}}"#), payload)
}

/// Whether OpenSSL agrees that this issuer signed the text.
pub fn signed(jws: &str) -> bool {
    let jws = jws.trim();
    let Some((message, signature)) = jws.rsplit_once('.') else { return false };
    let Some(signature) = decode(signature).filter(|bytes| bytes.len() == 64) else { return false };
    let number = |bytes: &[u8]| BigNum::from_slice(bytes).expect("a number");
    let signature = EcdsaSig::from_private_components(number(&signature[..32]), number(&signature[32..]));
    signature.and_then(|it| it.verify(&sha256(message.as_bytes()), &SIGNER)).unwrap_or(false)
}
