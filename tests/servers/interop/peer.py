"""jwcrypto and healthcards (PyPI) as peers of the kiosk: a list of tasks in, a list of outcomes out, both JSON."""

import json
import sys
import zlib

from healthcards import parser
from jwcrypto import jwe, jwk, jws
from jwcrypto.common import json_encode


def oct_key(text):
    return jwk.JWK(kty="oct", k=text)


def open_file(task):
    token = jwe.JWE()
    token.allowed_algs = ["dir", "A256GCM"]
    token.deserialize(task["text"], key=oct_key(task["fileKey"]))
    return json.loads(token.payload)


def seal_file(task):
    header = {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"}
    if task["zip"]:
        header["zip"] = "DEF"
    token = jwe.JWE(json.dumps(task["bundle"]).encode(), json_encode(header))
    token.add_recipient(oct_key(task["fileKey"]))
    return token.serialize(compact=True)


def verify_card(task):
    """The signature by jwcrypto, the raw DEFLATE by zlib."""
    token = jws.JWS()
    token.allowed_algs = ["ES256"]
    token.deserialize(task["text"], key=jwk.JWK(**task["key"]))
    return bundle_of(json.loads(zlib.decompress(token.payload, wbits=-15)))


def sign_card(task):
    key = jwk.JWK.generate(kty="EC", crv="P-256")
    public = json.loads(key.export_public())
    public.update(kid=key.thumbprint(), use="sig", alg="ES256")
    claims = {"iss": task["iss"], "nbf": 1777000000, "vc": {
        "type": ["https://smarthealth.cards#health-card"],
        "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": task["bundle"]}}}
    deflate = zlib.compressobj(wbits=-15)
    payload = deflate.compress(json.dumps(claims, separators=(",", ":")).encode()) + deflate.flush()
    token = jws.JWS(payload)
    token.add_signature(key, alg="ES256", protected=json_encode({"alg": "ES256", "zip": "DEF", "kid": public["kid"]}))
    return {"jws": token.serialize(compact=True), "keys": {"keys": [public]}}


def read_codes(task):
    """healthcards: digits to JWS, the issuer's keys over HTTPS, the signature."""
    card = parser.JWS(parser.decode_qr_to_jws(task["parts"]))
    if not card.verified:
        raise parser.VerificationError("not verified")
    return bundle_of(card.payload)


def bundle_of(claims):
    return claims["vc"]["credentialSubject"]["fhirBundle"]


def outcome(task):
    try:
        return {"content": TASKS[task["kind"]](task)}
    except Exception as error:  # whatever a peer raises is its way to refuse
        return {"error": f"{type(error).__name__}: {error}"}


TASKS = {"jwe": open_file, "seal": seal_file, "jws": verify_card, "sign": sign_card, "qr": read_codes}

json.dump([outcome(task) for task in json.load(sys.stdin)], sys.stdout)
