// Every answer of the interface is as its description says, whoever asks and whatever they send:
// schemathesis makes up thousands of requests, right ones and wrong ones.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { token } from '../browser/harness/people.mjs';
import { Portal, artefacts } from '../browser/harness/program.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Requests for each operation and person, in each of the phases that make some up. */
const EXAMPLES = process.env.KANZLEI_THOROUGH ? 400 : 12;

/** Nobody, and one of each kind. */
const PEOPLE = [null, 'resident-3', 'clerk-luzern', 'overseer', 'operator'];

/** Streams of events don't end; other tests read them. */
const ENDLESS = '/events$';

let portal;
let cases = 0;

before(async () => {
  portal = await Portal.started({ more: ['--reads-per-minute', '1000000', '--writes-per-minute', '1000000'] });
});

after(async () => {
  console.log(`schemathesis: ${cases} requests`);
  await portal?.close();
});

for (const person of PEOPLE) {
  const who = person ?? 'nobody';
  test(`answers to ${who} are as described`, async (t) => {
    const bearer = person && (await token(portal, person));
    const report = join(artefacts, `schemathesis-${who}.json`);
    rmSync(report, { force: true });
    const said = await schemathesis(bearer, report, await names(bearer));
    const told = JSON.parse(readFileSync(report, 'utf8'));
    assert.deepEqual(told.errors, [], said);
    assert.equal(told.stop_reason, 'completed', said);
    cases += told.test_cases.generated;
    if (told.failures.length > 0) console.log(said);
    for (const operation of Object.keys(told.valid_rates)) {
      await t.test(`${operation} for ${who}`, () => {
        assert.deepEqual(found(told.failures, operation), []);
      });
    }
    const others = told.failures.filter(({ operations }) => operations.every((one) => !(one in told.valid_rates)));
    assert.deepEqual(others, []);
  });
}

/** What was found wrong with the answers of an operation. */
function found(failures, operation) {
  const its = failures.filter(({ operations }) => operations.includes(operation));
  return its.map(({ title, count }) => `${title}: ${count} ×`);
}

/** What is there for somebody, by the parameter of a path that names it. */
async function names(bearer) {
  const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
  const there = { case: [], service: [] };
  for (const path of ['/cases?limit=20', '/my/cases?limit=20', '/services']) {
    const answer = await fetch(`${portal.address}/api${path}`, { headers });
    if (!answer.ok) continue;
    for (const item of (await answer.json()).items ?? []) {
      if (item.case) there.case.push(item.case);
      if (item.service) there.service.push(item.service);
    }
  }
  return there;
}

function schemathesis(bearer, report, names) {
  const words = ['run', `${portal.address}/api/openapi.json`, '--no-color', '--checks=all'];
  // What a description allows the rules of the domain may refuse: that is their point.
  words.push('--exclude-checks=positive_data_acceptance');
  words.push('--phases=examples,coverage,fuzzing', `--max-examples=${EXAMPLES}`, '--seed=1');
  words.push('--workers=2', '--continue-on-failure', '--generation-database=none', '--no-shrink');
  words.push(`--exclude-path-regex=${ENDLESS}`, '--report=json', `--report-json-path=${report}`);
  if (bearer) words.push(`--header=Authorization: Bearer ${bearer}`);
  return new Promise((done, fail) => {
    const child = spawn(process.env.SCHEMATHESIS ?? 'schemathesis', words, {
      cwd: artefacts,
      env: { ...process.env, SCHEMATHESIS_HOOKS: 'hooks', PYTHONPATH: here, KANZLEI_NAMES: JSON.stringify(names) },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    child.on('error', fail).on('exit', () => done(said));
  });
}
