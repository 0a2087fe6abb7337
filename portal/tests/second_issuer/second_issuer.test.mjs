// Issuers that aren't ours sign people and programs in, by the settings of a file alone.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Portal } from '../browser/harness/program.mjs';
import { AUDIENCE, CLIENT, Follower, Issuer, PORTAL_SECRET } from './harness.mjs';

const ALGORITHMS = ['RS256', 'ES256'];
const SIGN_OUT = 'action="/sign-out"';

const folder = mkdtempSync(join(tmpdir(), 'kanzlei-issuer-'));
const issuers = [];
let portal;

function settings() {
  const each = issuers.map(({ alg, address }) => `
[[issuer]]
name = "${alg.toLowerCase()}"
issuer = "${address}"
audiences = ["${AUDIENCE}"]
algorithms = ["${alg}"]
[issuer.claims]
authority = "office.number"
roles = "office.roles"
assurance = "acr"
[issuer.assurance]
password = "low"
two-factors = "substantial"
[[issuer.roles]]
value = "case-handling"
role = "clerk"
[issuer.browser]
client_id = "${CLIENT}"
client_secret_file = "secret"
`);
  return each.join('');
}

before(async () => {
  for (const alg of ALGORITHMS) issuers.push(await Issuer.started(alg));
  writeFileSync(join(folder, 'secret'), `${PORTAL_SECRET}\n`);
  writeFileSync(join(folder, 'sign-in.toml'), settings());
  portal = await Portal.started({ more: ['--sign-in', join(folder, 'sign-in.toml')] });
  for (const issuer of issuers) issuer.serve(portal.address);
});

after(async () => {
  await portal?.close();
  for (const issuer of issuers) issuer.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const [at, alg] of ALGORITHMS.entries()) {
  const way = `/sign-in?issuer=${alg.toLowerCase()}`;

  test(`a resident signs in with a token signed by ${alg}, and out again everywhere`, async () => {
    const issuer = issuers[at];
    issuer.next = 'anna';
    const anna = new Follower();
    const page = await anna.open(`${portal.address}${way}&return=/cases`);
    assert.equal(page.place, `${portal.address}/cases`);
    assert.equal(page.status, 200);
    assert.match(page.text, /Anna Muster/);
    const question = await anna.open(`${portal.address}/sign-out`, { method: 'POST' });
    assert.ok(question.place.startsWith(issuer.address), question.place);
    const out = await anna.submit(question, { logout: 'yes' });
    assert.equal(out.place, `${portal.address}/`);
    assert.ok(!out.text.includes(SIGN_OUT));
  });

  test(`a clerk signs in with a token signed by ${alg}, by the roles of the issuer`, async () => {
    issuers[at].next = 'clara';
    const clara = new Follower();
    const page = await clara.open(`${portal.address}${way}`);
    assert.match(page.text, /Clara Muster/);
    const cases = await clara.open(`${portal.address}/api/cases`);
    assert.equal(cases.status, 200);
    assert.ok(JSON.parse(cases.text).items.length > 0, cases.text);
  });

  test(`a program asks with a token signed by ${alg}`, async () => {
    const headers = { authorization: `Bearer ${await issuers[at].token()}` };
    const cases = await fetch(`${portal.address}/api/cases`, { headers });
    assert.equal(cases.status, 200);
    const altered = { authorization: headers.authorization.replace(/.{8}$/, 'AAAAAAAA') };
    const refused = await fetch(`${portal.address}/api/cases`, { headers: altered });
    assert.equal(refused.status, 401);
  });
}

test('who signs out at the issuer is signed out here', async () => {
  const [issuer] = issuers;
  issuer.next = 'anna';
  const anna = new Follower();
  await anna.open(`${portal.address}/sign-in?issuer=rs256`);
  const question = await anna.open(`${issuer.address}/session/end`);
  // The issuer tells the portal before it answers, and the browser isn't led there.
  const out = await anna.submit(question, { logout: 'yes' });
  assert.ok(out.place.startsWith(issuer.address), out.place);
  const { status } = await anna.open(`${portal.address}/api/me`);
  assert.equal(status, 401);
});

test('where there are several issuers one is chosen', async () => {
  issuers[1].next = 'clara';
  const clara = new Follower();
  const choice = await clara.open(`${portal.address}/sign-in?return=/api/me`);
  assert.equal(choice.status, 200);
  const ways = [...choice.text.matchAll(/href="(\/sign-in\?issuer=[^"]+)"/g)].map(([, way]) => way);
  assert.equal(ways.length, ALGORITHMS.length);
  const way = ways.at(-1).replaceAll('&#38;', '&').replaceAll('&amp;', '&');
  const me = await clara.open(`${portal.address}${way}`);
  assert.equal(me.place, `${portal.address}/api/me`);
  assert.equal(me.status, 200);
});

test('who has no role that is known here is nobody, and is told so', async () => {
  issuers[0].next = 'stranger';
  const stranger = new Follower();
  const page = await stranger.open(`${portal.address}/sign-in?issuer=rs256`);
  assert.equal(page.status, 403);
  assert.ok(!page.text.includes(SIGN_OUT));
});

test('somebody signs in more strongly, in the issuer’s own words', async () => {
  issuers[0].next = 'anna';
  const anna = new Follower();
  const begun = await anna.once(`${portal.address}/sign-in?issuer=rs256&assurance=substantial`);
  const asked = new URL(begun.headers.get('location'));
  assert.equal(asked.searchParams.get('acr_values'), 'two-factors');
  await anna.open(asked.href);
  assert.equal(await assurance(anna), 2);
  // Unasked this issuer says nothing of it, which is the least that one can be sure of.
  await anna.open(`${portal.address}/sign-in?issuer=rs256`);
  assert.equal(await assurance(anna), 0);
});

async function assurance(somebody) {
  const { text } = await somebody.open(`${portal.address}/api/me`);
  return JSON.parse(text).assurance;
}

test('a code that somebody else has begun is worth nothing', async () => {
  issuers[0].next = 'clara';
  const thief = new Follower();
  const victim = new Follower();
  const begun = await thief.once(`${portal.address}/sign-in?issuer=rs256`);
  // As far as the way back, which is taken in the other browser.
  let place = begun.headers.get('location');
  while (!place.startsWith(portal.address)) {
    const answer = await thief.once(place);
    place = new URL(answer.headers.get('location'), place).href;
  }
  const page = await victim.open(place);
  assert.equal(page.status, 400);
  assert.ok(!page.text.includes(SIGN_OUT));
});

test('an issuer that has gone away is said, and who is signed in stays', async () => {
  issuers[1].next = 'anna';
  const anna = new Follower();
  await anna.open(`${portal.address}/sign-in?issuer=es256`);
  issuers[1].close();
  const page = await anna.open(`${portal.address}/`);
  assert.ok(page.text.includes(SIGN_OUT));
});
