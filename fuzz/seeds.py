"""Makes the seeds in fuzz/corpus: small, invented, signed by the key of fuzz/src/issuer.rs, sealed with that of cipher.rs.

Run with the Python of the peers: target/peers/python/bin/python fuzz/seeds.py
"""

import base64
import json
import pathlib
import struct
import subprocess
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jwcrypto import jwk, jws

CORPUS = pathlib.Path(__file__).parent / "corpus"
KEY = b"a key that each fuzz link shares"
IV = b"one iv, one "
KID = "5xgXs-7XyPOkLgBImVUQZGML5O1QotKqg9ZjZczKt-Q"
PUBLIC = {"kty": "EC", "kid": KID, "use": "sig", "alg": "ES256", "crv": "P-256",
          "x": "mcpDwHeQiFBWY-H7hiHR4OJG4IuVeyftGQnV39n_qsw", "y": "eZ1DyFkFsNIhkcjPsle_hzf1kPRJdx2X4RhCf5_nTEY"}
SIGNER = jwk.JWK(d="ipf6zEw8LuSLirpH9UMQ2RMM0kcux1INvMHw_xXwkkI",
                 **{name: PUBLIC[name] for name in ("kty", "crv", "x", "y")})
ISS = "https://issuer.example/fuzz"


def encode(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else data.encode()).rstrip(b"=").decode()


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def deflated(data):
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(data.encode()) + packer.flush()


def sealed(header, content):
    header = encode(compact(header))
    whole = AESGCM(KEY).encrypt(IV, content, header.encode())
    return f"{header}..{encode(IV)}.{encode(whole[:-16])}.{encode(whole[-16:])}"


def signed(payload, header):
    token = jws.JWS(payload)
    token.add_signature(SIGNER, alg="ES256", protected=compact(header))
    return token.serialize(compact=True)


def card(claims):
    return signed(deflated(compact(claims)), {"alg": "ES256", "zip": "DEF", "kid": KID})


def digits(text):
    return "".join(f"{ord(letter) - 45:02}" for letter in text)


# Several readers share a target: its seeds are named after the reader and begin with the numbers that the others want.
SHARED = {"code_kinds": ("texts", 24), "link_text": ("texts", 24), "card_text": ("texts", 24), "plain_text": ("texts", 24),
          "numbers": ("texts", 0), "jwe_made": ("jwe", 0), "jwe_open": ("jwe", 5), "key_set": ("published_lists", 4),
          "trust_list": ("published_lists", 4), "revocation_list": ("published_lists", 0)}


def keep(reader, name, data):
    target, numbers = SHARED.get(reader, (reader, 0))
    name = f"{reader.replace('_', '-')}-{name}" if reader in SHARED else name
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(bytes(numbers) + (data if isinstance(data, bytes) else data.encode()))


def of(kind, **members):
    return {"resourceType": kind, **members}


PATIENT = of("Patient", name=[{"family": "Núñez", "given": ["Ana"]}], birthDate="1980-02-29", gender="female",
             telecom=[{"system": "phone", "value": "555-0100"}], address=[{"line": ["1 Way"], "city": "Lake"}])
SUBJECT = {"reference": "urn:uuid:p"}
RESOURCES = {
    "condition": of("Condition", subject=SUBJECT, code={"text": "Asthma"}, verificationStatus={"coding": [{"code": "refuted"}]}),
    "allergy": of("AllergyIntolerance", patient=SUBJECT, code={"coding": [{"system": "http://snomed.info/sct", "code": "91936005"}]},
                  reaction=[{"manifestation": [{"text": "Hives"}]}], criticality="high"),
    "medication": of("MedicationRequest", subject=SUBJECT, status="active", intent="order",
                     medicationReference={"reference": "urn:uuid:m"}, dosageInstruction=[{"text": "one a day"}]),
    "contained": of("MedicationRequest", subject=SUBJECT, status="active", intent="order", medicationReference={"reference": "#m"},
                    contained=[of("Medication", id="m", code={"text": "Aspirin"})]),
    "immunization": of("Immunization", patient=SUBJECT, status="completed", occurrenceDateTime="2025-10-01", lotNumber="L1",
                       vaccineCode={"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "207"}]}),
    "coverage": of("Coverage", status="active", beneficiary=SUBJECT, payor=[{"reference": "Organization/1", "display": "Payer"}],
                   subscriberId="S1", **{"class": [{"type": {"coding": [{"code": "rxbin"}]}, "value": "610014"}]}),
    "document": of("DocumentReference", status="current", subject=SUBJECT, date="2026-01-01T00:00:00Z",
                   type={"coding": [{"system": "http://loinc.org", "code": "60591-5"}]},
                   category=[{"coding": [{"system": "https://cms.gov/fhir/CodeSystem/patient-shared-category", "code": "patient-shared"}]}],
                   content=[{"attachment": {"contentType": "application/pdf", "data": "JVBERi0=", "url": "https://x.example"}}]),
    "observation": of("Observation", status="final", subject=SUBJECT, code={"text": "Weight"},
                      valueQuantity={"value": 81.50, "unit": "kg"}, text={"status": "generated", "div": "<div>x</div>"},
                      modifierExtension=[{"url": "https://x.example", "valueBoolean": True}]),
    "practitioner": of("Practitioner", name=[{"text": "Dr. Chen"}]),
}


def bundle(*names, **members):
    entries = [{"fullUrl": "urn:uuid:p", "resource": PATIENT}]
    entries += [{"fullUrl": f"urn:uuid:{name[0]}", "resource": RESOURCES[name]} for name in names]
    return of("Bundle", type="collection", timestamp="2026-11-01T00:00:00Z", **members, entry=entries)


def claims(**members):
    subject = {"fhirVersion": "4.0.1", "fhirBundle": of("Bundle", type="collection", entry=[
        {"fullUrl": "resource:0", "resource": PATIENT},
        {"fullUrl": "resource:1", "resource": {**RESOURCES["immunization"], "patient": {"reference": "resource:0"}}}])}
    return {"iss": ISS, "nbf": 1777000000.5, **members,
            "vc": {"type": ["https://smarthealth.cards#health-card"], "credentialSubject": subject}}


CARD = card(claims())
DATED = card(claims(exp=1800000000))
REVOKED = claims()
REVOKED["vc"]["rid"] = "taken-back"
LINKS = {
    "direct": {"url": "https://share.example/f?a=b", "flag": "U", "key": encode(KEY), "exp": 1800000000, "label": "Health records"},
    "passcode": {"url": "https://share.example/m", "flag": "LP", "key": encode(KEY), "v": 1},
    "odd": {"url": "https://xn--e1afmkfd.example:443/ä", "flag": "XU", "key": encode(KEY), "exp": "1800000000000", "label": "a\u202eb"},
    "later": {"url": "https://share.example/f", "key": encode(KEY), "v": 2},
    "both": {"url": "https://share.example/f", "key": encode(KEY), "flag": "PU"},
}
ATTESTATION = signed(compact({"iss": ISS, "iat": 1790000000, "jti": "1"}).encode(), {"alg": "ES256", "kid": KID})
ATTESTED = bundle("condition", meta={"extension": [
    {"url": "https://cms.gov/fhir/StructureDefinition/app-attestation", "valueString": ATTESTATION}]})

for name, payload in LINKS.items():
    text = f"shlink:/{encode(compact(payload))}"
    keep("link_payload", name, compact(payload))
    keep("link_text", name, text)
    keep("code_kinds", f"link-{name}", f"https://viewer.example/#{text}")

for name, header, content in (
    ("plain", {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"}, compact(bundle("condition")).encode()),
    ("zip", {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}, deflated(compact(bundle("condition")))),
    ("bomb", {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}, deflated("0" * 6_000_000)),
    ("cbc", {"alg": "dir", "enc": "A256CBC-HS512"}, b"{}"),
):
    keep("jwe_open", name, sealed(header, content))
for name, place, packed in (("plain", 1000, 0), ("zip", 77, 1), ("tag", 4_000_000_000, 0)):
    keep("jwe_made", name, struct.pack("<IB", place, packed) + compact(bundle("condition")).encode()[:300])

for name, text in (("whole", CARD), ("dated", DATED)):
    keep("card_text", name, f"shc:/{digits(text)}")
    keep("card_jws", name, text)
    keep("code_kinds", f"card-{name}", f"shc:/{digits(text)}")
    half = len(text) // 2
    parts = [f"shc:/1/2/{digits(text[:half])}", f"shc:/2/2/{digits(text[half:])}"]
    keep("card_text", f"part-{name}", parts[1])
    keep("card_parts", name, "\n".join(parts))
keep("card_parts", "mixed", "\n".join(f"shc:/{n}/{of}/{digits(text)}" for n, of, text in (
    (3, 3, ".e30"), (1, 3, "e30."), (1, 3, "W10."), (2, 3, "e30"), (3, 3, ".e30"), (1, 2, "e30."), (2, 2, "e30.e30"))))
keep("code_kinds", "file", compact({"verifiableCredential": [CARD, "x", 1]}))
for name, text in (("web", "https://example.org"), ("wifi", "WIFI:S:x;P:y;;"), ("contact", "BEGIN:VCARD"), ("part", "shc:/1/2/56")):
    keep("code_kinds", name, text)

for name, value in (("good", claims(exp=1800000000.5)), ("expired", claims(exp=1)), ("early", claims(nbf=1900000000)), ("revoked", REVOKED)):
    keep("card_claims", name, compact(value))
    keep("inflate", name, deflated(compact(value)))
keep("inflate", "bomb", deflated("0" * 200_000))

for name, key in (("good", PUBLIC), ("private", {**PUBLIC, "d": "A" * 43}), ("other-name", {**PUBLIC, "kid": "x"}), ("crl", {**PUBLIC, "crlVersion": 1})):
    keep("key_set", name, compact({"keys": [key, PUBLIC]}))
for name, rids in (("plain", ["a", "b"]), ("dated", ["a.1777000000", "a.5", "a.b", "a.1.2", "."]), ("empty", [])):
    keep("revocation_list", name, struct.pack("<i", 1777000000) + compact({"kid": KID, "method": "rid", "ctr": 1, "rids": rids}).encode())
keep("trust_list", "two", compact({"as_of": "2026-11-01", "issuers": [{"iss": ISS, "name": "Office"}, {"iss": "https://b.example", "name": "B"}]}))
keep("trust_list", "odd", compact({"as_of": "2026-11-01", "issuers": [{"iss": "https://b.example/", "name": "B"}]}))
keep("attestation", "signed", b"\x01" + compact({"iss": ISS, "iat": 1790000000, "jti": "1"}).encode())
keep("attestation", "whole", b"\x00" + ATTESTATION.encode())

for name in RESOURCES:
    keep("intake", name, compact(RESOURCES[name]))
    keep("filing_plan", name, b"\x01" + compact(RESOURCES[name]).encode())
WHOLE = compact(bundle(*RESOURCES))
JSON = {
    "scalars": r'[0,-0,-2.50,3e7,1E+2,0.1e-400,9007199254740993,true,false,null," "]',
    "escapes": r'{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é","\u0061b":"\ud800"}',
    "twice": r'{"a":{"b":1,"c":2,"b":3}}',
    "range": r'{"a":[1e999]}',
    "bundle": r'{"entry" : [ {"fullUrl":"urn:uuid:1","resource": {"id":"1", "resourceType":"Patient", "x":1.50} },'
              r'{"resource":{"resourceType":"Composition","confidentiality":"R"}},7,{"resource":[]}], "resourceType":"Bundle"}',
}
for name, text in JSON.items():
    keep("json", name, text)
keep("intake", "whole", WHOLE)
keep("intake", "attested", compact(ATTESTED))
keep("filing_plan", "whole", b"\x00" + WHOLE.encode())
keep("visit_record", "visit", compact([{**PATIENT, "id": "7", "meta": {"versionId": "4"}}, *RESOURCES.values()]))
keep("share", "bundle", WHOLE)
keep("share", "attested", compact(ATTESTED))
keep("share", "cards", compact({"verifiableCredential": [CARD, DATED, card(REVOKED)]}))

for name, text in (("name", "Ana Núñez"), ("hidden", "Ana\u202ezeuR \u200b\ufeff"), ("lines", " one\r\n\ttwo\x00 "), ("long", "x" * 401)):
    keep("plain_text", name, text)
for name, seconds, millis, later, text in (("now", 1795338000.5, 1795338000000, 60000, "2026-11-22T09:00:00Z"),
                                           ("edges", 1e11, -(2**63), 2**64 - 1, "-009999-01-01T00:00:00.123+23:59")):
    keep("numbers", name, struct.pack("<dqQ", seconds, millis, later) + text.encode())
MATRIX = """
const { default: qr } = await import(process.argv[1]);
const { modules } = qr.create(process.argv[2], { errorCorrectionLevel: 'L' });
console.log(JSON.stringify({ size: modules.size, data: Array.from(modules.data) }));
"""
PACKAGE = CORPUS.parent.parent / "target/peers/npm/node_modules/qrcode/lib/index.js"
for name, text, scale, dark in (("link", "shlink:/eyJ9", 3, 0), ("card", "shc:/5676", 3, 0), ("dark-mode", "WIFI:x", 3, 255), ("tiny", "x", 1, 0)):
    made = json.loads(subprocess.check_output(["node", "--input-type=module", "-e", MATRIX, str(PACKAGE), text]))
    side = (made["size"] + 8) * scale
    luma = bytearray([255 - dark] * (side * side))
    for y in range(side):
        for x in range(side):
            column, row = x // scale - 4, y // scale - 4
            if 0 <= column < made["size"] and 0 <= row < made["size"] and made["data"][row * made["size"] + column]:
                luma[y * side + x] = dark
    keep("find_codes", name, bytes([side]) + bytes(luma))
keep("find_codes", "noise", bytes([20]) + bytes((x * 37 + y * 91) % 256 for x in range(20) for y in range(20)))
keep("intake", "no-objects", '{"resourceType":"Bundle","entry":["text",7,null,[]]}')
keep("card_claims", "subject-is-text", compact({**claims(), "vc": {"type": ["https://smarthealth.cards#health-card"], "credentialSubject": "text"}}))
FILE = {"contentType": "application/fhir+json;fhirVersion=4.0.1", "lastUpdated": "2026-11-01T00:00:00Z"}
for name, kind, value in (
    ("embedded", 0, {"files": [{**FILE, "embedded": "EMBED"}]}),
    ("location", 1, {"status": "can-change", "files": [{**FILE, "location": "https://files.example/1"}, {**FILE, "location": "https://files.example/2"}]}),
    ("both", 2, {"status": "finalized", "list": {"resourceType": "List"}, "files": [{**FILE, "embedded": "EMBED", "location": "https://files.example/1"}]}),
    ("odd", 0, {"files": [{**FILE, "status": "no-longer-valid", "embedded": "EMBED"}, {"contentType": "application/smart-api-access", "embedded": "EMBED"}, {}, 7]}),
    ("withdrawn", 0, {"status": "no-longer-valid", "files": []}),
    ("refused", 3, {"remainingAttempts": 2}),
):
    keep("manifest", name, bytes([kind]) + compact(value).encode())
