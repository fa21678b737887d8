// kill-the-clipboard under measurement: one JSON line in, one out. Inputs are taken in first; a measured batch only names them.
//
//   node peer.mjs PACKAGES
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const peer = await import(pathToFileURL(join(process.argv[2], 'node_modules/kill-the-clipboard/dist/index.esm.js')).href);
const held = new Map();

const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
const imported = jwk => crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
const peakBytes = () => Number(readFileSync('/proc/self/status', 'utf8').match(/VmHWM:\s+(\d+)/)[1]) * 1024;

const commands = {
  // Cards of an issuer that is made here, one for each bundle.
  async issue({ bundles, iss }) {
    const issuer = new peer.SHCIssuer({ issuer: iss, ...keys, strictReferences: false });
    const cards = [];
    for (const bundle of bundles) cards.push((await issuer.issue(bundle)).asQRNumeric({ enableChunking: true }));
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
    const kid = await peer.deriveKidFromPublicKey(keys.publicKey);
    return { cards, keySet: { keys: [{ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }] } };
  },
  async bombs({ bytes, key, iss }) {
    const pad = '0'.repeat(bytes);
    const vc = { type: ['https://smarthealth.cards#health-card'], credentialSubject: { fhirVersion: '4.0.1', fhirBundle: { resourceType: 'Bundle', type: 'collection', pad } } };
    const card = await new peer.JWSProcessor().sign({ iss, nbf: 1, vc }, keys.privateKey, keys.publicKey);
    const file = await peer.encryptSHLFile({ content: JSON.stringify(vc), key, contentType: 'application/fhir+json', enableCompression: true });
    return { card, file };
  },
  async seal({ content, key, compressed }) {
    return { file: await peer.encryptSHLFile({ content, key, contentType: 'application/fhir+json', enableCompression: compressed }) };
  },
  async hold({ name, items, jwks, key }) {
    const readers = await Promise.all((jwks ?? []).map(async jwk => new peer.SHCReader({ publicKey: await imported(jwk) })));
    held.set(name, { items, key, readers });
    return {};
  },
  async measure({ name, times }) {
    const { items, key, readers } = held.get(name);
    let accepted = 0;
    const before = process.cpuUsage();
    for (let time = 0; time < times; time += 1) {
      for (const [number, item] of items.entries()) {
        const reader = readers[number];
        try {
          if (reader && Array.isArray(item)) await (await reader.fromQRNumeric(item)).asBundle();
          else if (reader) await (await reader.fromJWS(item)).asBundle();
          else JSON.parse((await peer.decryptSHLFile({ jwe: item, key })).content);
          accepted += 1;
        } catch {}
      }
    }
    const used = process.cpuUsage(before);
    return { micros: used.user + used.system, accepted, peakBytes: peakBytes() };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await commands[command](rest))}\n`);
}
