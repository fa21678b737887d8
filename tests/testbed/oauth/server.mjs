// An authorization server (npm oidc-provider) and, on the same port, a gate that lets into the FHIR server behind it whoever
// has a token. Started by src/oauth_server.rs: one argument, JSON.
//
// { packages, client, jwks, algorithms, scope, life_secs, clock_ahead_secs, upstream }
//
//   /token, ...                        oidc-provider
//   /fhir/.well-known/smart-configuration
//   /fhir/...                          401 without a good token, 403 beyond its scope, else the FHIR server's answer
//   GET  /control                      { asked, granted, turned_away, tokens }
//   POST /control/revoke               no token of before is good any more
//   POST /control/fault                { times, status, type, body, late_ms, cut }: what the token endpoint does next; with
//                                      `cut` it works, and the connection breaks before the answer

import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const options = JSON.parse(process.argv[2]);
const ahead = (options.clock_ahead_secs ?? 0) * 1000;
if (ahead) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...parts) {
      if (parts.length) super(...parts);
      else super(Real.now() + ahead);
    }
    static now() {
      return Real.now() + ahead;
    }
  };
}
const load = (file) => import(pathToFileURL(join(options.packages, 'node_modules', file)).href);
const { default: Provider } = await load('oidc-provider/lib/index.js');
const jose = await load('jose/dist/webapi/index.js');

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const origin = `http://127.0.0.1:${server.address().port}`;
const fhir = `${origin}/fhir`;
const { privateKey, publicKey } = await jose.generateKeyPair('RS256', { extractable: true });
const provider = new Provider(origin, {
  clients: [{
    client_id: options.client,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: options.jwks,
    scope: options.scope,
  }],
  scopes: options.scope.split(' '),
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: options.algorithms },
  jwks: { keys: [{ ...await jose.exportJWK(privateKey), alg: 'RS256', use: 'sig', kid: 'as' }] },
  cookies: { keys: ['test'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => fhir,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, audience) => ({
        scope: options.scope,
        audience,
        accessTokenTTL: options.life_secs,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
const state = { asked: 0, granted: 0, turned_away: 0, tokens: [] };
const good = new Set();
provider.on('grant.success', (context) => {
  state.granted += 1;
  state.tokens.push(context.body.access_token);
  good.add(context.body.access_token);
});
let fault = { times: 0 };
const answer = provider.callback();

function json(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', date: new Date().toUTCString() }).end(text);
}

async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function token(request, response) {
  state.asked += 1;
  if (fault.times > 0) {
    fault.times -= 1;
    if (!fault.cut) {
      const { status, type, body, late_ms } = fault;
      return setTimeout(() => response.writeHead(status, { 'content-type': type }).end(body), late_ms ?? 0);
    }
    response.end = () => response.destroy();
  }
  answer(request, response);
}

function allows(scope, method) {
  const letter = method === 'GET' ? /[rs]/ : /c/;
  return (scope ?? '').split(' ').some((one) => letter.test(one.split('.').pop()));
}

async function gate(request, response) {
  const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const outcome = (code) => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] });
  let claims;
  try {
    if (!good.has(bearer)) throw new Error('revoked');
    claims = (await jose.jwtVerify(bearer, publicKey, { issuer: origin, audience: fhir })).payload;
  } catch {
    state.turned_away += 1;
    return json(response, 401, outcome('login'));
  }
  if (!allows(claims.scope, request.method)) return json(response, 403, outcome('forbidden'));
  const headers = {};
  for (const name of ['accept', 'content-type', 'prefer', 'if-none-exist', 'if-match']) {
    if (request.headers[name]) headers[name] = request.headers[name];
  }
  const body = request.method === 'GET' ? undefined : await read(request);
  const got = await fetch(options.upstream + request.url.slice('/fhir'.length), { method: request.method, headers, body });
  const back = { 'content-type': got.headers.get('content-type') ?? 'application/fhir+json' };
  for (const name of ['location', 'etag']) if (got.headers.get(name)) back[name] = got.headers.get(name);
  response.writeHead(got.status, back).end(Buffer.from(await got.arrayBuffer()));
}

async function control(request, response) {
  if (request.url === '/control/revoke') good.clear();
  if (request.url === '/control/fault') fault = JSON.parse(await read(request));
  json(response, 200, state);
}

server.on('request', (request, response) => {
  if (ahead) response.setHeader('Date', new Date().toUTCString());
  const path = request.url.split('?')[0];
  const failed = () => response.destroy();
  if (path.startsWith('/control')) control(request, response).catch(failed);
  else if (path === '/token') token(request, response);
  else if (path === '/fhir/.well-known/smart-configuration') {
    json(response, 200, {
      token_endpoint: `${origin}/token`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: options.algorithms,
      scopes_supported: options.scope.split(' '),
      capabilities: ['client-confidential-asymmetric', 'permission-v2'],
    });
  } else if (path === '/fhir' || path.startsWith('/fhir/')) gate(request, response).catch(failed);
  else answer(request, response);
});
process.stdout.on('error', () => {});
console.log(origin);
process.stdin.resume().on('end', () => process.exit(0));
