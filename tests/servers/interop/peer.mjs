// kill-the-clipboard (npm) as a peer of the kiosk.
//
//   node peer.mjs PACKAGES serve CERT KEY   a sharing app and an issuer on loopback; bundles by name come as one line of JSON
//                                           on the standard input, what was made goes out as one line; ends with its input
//   node peer.mjs PACKAGES read             a list of things to read in, a list of outcomes out
import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [packages, command, certificate, key] = process.argv.slice(2);
const peer = await import(pathToFileURL(join(packages, 'node_modules/kill-the-clipboard/dist/index.esm.js')).href);
const said = value => process.stdout.write(`${JSON.stringify(value)}\n`);

if (command === 'serve') {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  await serve(JSON.parse((await lines.next()).value));
  await lines.next();
  process.exit(0);
} else {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const outcomes = [];
  for (const wanted of JSON.parse(Buffer.concat(chunks))) {
    outcomes.push(await read(wanted).then(content => ({ content }), error => ({ error: `${error.code ?? error.name}: ${error.message}` })));
  }
  said(outcomes);
}

async function read({ kind, text, parts, fileKey, passcode, recipient }) {
  const reader = new peer.SHCReader({});
  switch (kind) {
    case 'qr': return (await reader.fromQRNumeric(parts)).asBundle();
    case 'file': return (await reader.fromFileContent(text)).asBundle();
    case 'jwe': return JSON.parse((await peer.decryptSHLFile({ jwe: text, key: fileKey })).content);
    case 'link': {
      const found = await new peer.SHLViewer({ shlinkURI: text }).resolveSHL({ recipient, passcode });
      const cards = await Promise.all(found.smartHealthCards.map(card => card.asBundle()));
      return [...cards, ...found.fhirResources];
    }
    default: throw new Error(`unknown kind ${kind}`);
  }
}

async function serve({ card, large, shared }) {
  const routes = new Map();
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, 'https://localhost');
    const answer = routes.get(url.pathname);
    const [status, type, body] = answer
      ? await answer({ method: request.method, query: url.searchParams, body: Buffer.concat(chunks).toString() })
      : [404, 'text/plain', ''];
    response.writeHead(status, { 'content-type': type, connection: 'close' }).end(body);
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address();
  const origin = `https://localhost:${port}`;

  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const kid = await peer.deriveKidFromPublicKey(keys.publicKey);
  const keySet = JSON.stringify({ keys: [{ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }] });
  routes.set('/issuer/.well-known/jwks.json', () => [200, 'application/json', keySet]);
  const issuer = new peer.SHCIssuer({ issuer: `${origin}/issuer`, ...keys, strictReferences: false });

  const issue = async (name, bundle) => {
    const made = await issuer.issue(bundle);
    return {
      name,
      bundle: await made.asBundle(),
      jws: made.asJWS(),
      file: await made.asFileContent(),
      parts: made.asQRNumeric({ enableChunking: true }),
    };
  };
  const cards = [await issue('small', card), await issue('in parts', large)];

  const links = [];
  for (const flag of [undefined, 'L', 'P', 'LP', 'U', 'LU']) {
    for (const enableCompression of [false, true]) {
      const expirationDate = new Date(Date.now() + 3_600_000);
      const shl = peer.SHL.generate({ baseManifestURL: origin, flag, label: 'Health records', expirationDate });
      const path = new URL(shl.url).pathname;
      const passcode = shl.requiresPasscode ? '4711' : undefined;
      let bundles = [shared];
      if (shl.isDirectFile) {
        const jwe = await peer.encryptSHLFile({
          content: JSON.stringify(shared), key: shl.key, contentType: 'application/fhir+json', enableCompression,
        });
        routes.set(path, ({ method, query }) =>
          method === 'GET' && query.get('recipient') ? [200, 'application/jose', jwe] : [400, 'text/plain', '']);
      } else {
        bundles = [cards[0].bundle, shared];
        const files = new Map();
        const builder = new peer.SHLManifestBuilder({
          shl,
          uploadFile: async content => { const name = `${path}file-${files.size}`; files.set(name, content); return name; },
          getFileURL: async name => {
            routes.set(name, () => [200, 'application/jose', files.get(name)]);
            return `${origin}${name}`;
          },
          loadFile: async name => files.get(name),
        });
        await builder.addHealthCard({ shc: cards[0].jws, enableCompression });
        await builder.addFHIRResource({ content: shared, enableCompression });
        let attempts = 3;
        routes.set(path, async ({ method, body }) => {
          const wanted = method === 'POST' ? JSON.parse(body) : {};
          if (typeof wanted.recipient !== 'string') return [400, 'text/plain', ''];
          if (attempts === 0) return [404, 'text/plain', ''];
          if (passcode && wanted.passcode !== passcode) {
            attempts -= 1;
            return [401, 'application/json', JSON.stringify({ remainingAttempts: attempts })];
          }
          // The smaller file stands in the manifest, the larger one beside it.
          const manifest = await builder.buildManifest({ embeddedLengthMax: Math.min(wanted.embeddedLengthMax ?? 4096, 4096) });
          return [200, 'application/json', JSON.stringify(manifest)];
        });
      }
      links.push({ flag: flag ?? '', compressed: enableCompression, uri: shl.toURI(), passcode, bundles });
    }
  }
  said({ port, cards, links });
}
