// Programs that send garbage, too much or too slowly, that listen by the thousand, and a disk that is
// full: each gets the right answer, others don't notice, and memory stays.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { token } from '../browser/harness/people.mjs';
import { Portal, program } from '../browser/harness/program.mjs';
import { Line } from './harness/socket.mjs';

const MIB = 1024 * 1024;

/** Streams that are open at once. */
const STREAMS = 1_000;

let portal;
let bearer;
let somebodys;

before(async () => {
  portal = await Portal.started({
    more: ['--writes-per-minute', '1000000', '--reads-per-minute', '1000000', '--streams-per-person', String(STREAMS)],
  });
  bearer = await token(portal, 'clerk-luzern');
  const inbox = await (await asked('/inbox?limit=1')).json();
  somebodys = inbox.items[0].case;
});

after(() => portal?.close());

function asked(path, options = {}, who = bearer, from = portal) {
  const headers = { authorization: `Bearer ${who}`, ...options.headers };
  const send = () => fetch(`${from.address}/api${path}`, { ...options, headers });
  // A connection whose last body was too much is closed; who was about to use it again begins anew.
  return send().catch((error) => (error.cause?.code === 'UND_ERR_SOCKET' ? send() : Promise.reject(error)));
}

/** Asks in a loop nobody else is kept waiting by. */
async function othersAreAnswered() {
  assert.equal((await asked('/inbox?limit=1')).status, 200);
}

const head = (method, path, more) =>
  `${method} /api${path} HTTP/1.1\r\nhost: ${new URL(portal.address).host}\r\nauthorization: Bearer ${bearer}\r\n` +
  `content-type: application/json\r\n${more}\r\n\r\n`;

test('garbage is answered with what is wrong with it, by every operation that takes a body', async () => {
  const description = await (await fetch(`${portal.address}/api/openapi.json`)).json();
  const garbage = [
    ['nothing', '', {}],
    ['half an object', '{"', {}],
    ['a list', '[]', {}],
    ['nothing at all', 'null', {}],
    ['a number as large as a book', `{"a":${'9'.repeat(20_000)}}`, {}],
    ['no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), {}],
    ['20,000 levels', '['.repeat(20_000), {}],
    ['another kind', '<a/>', { 'content-type': 'application/xml' }],
    ['no kind', '{}', { 'content-type': '' }],
  ];
  let tried = 0;
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!operation.requestBody?.content?.['application/json']) continue;
      const place = path.replace('{case}', somebodys).replace(/\{[^}]+\}/g, '1');
      for (const [what, body, headers] of garbage) {
        const answer = await asked(place, { method, body, headers: { 'content-type': 'application/json', ...headers } });
        const said = `${method} ${path}, ${what}: ${answer.status}`;
        assert.ok(answer.status >= 400 && answer.status < 500, said);
        assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, said);
        const problem = await answer.json();
        assert.equal(problem.status, answer.status, said);
        assert.ok(problem.code && problem.detail && problem.request_id, said);
        tried += 1;
      }
    }
  }
  assert.ok(tried > 100, `only ${tried} were tried`);
});

test('a body that is announced as too large is refused before it is sent', async () => {
  const line = await Line.to(portal.address);
  await line.say(head('POST', '/cases', 'content-length: 10737418240'));
  const { status } = await line.head();
  assert.equal(status, 413);
  line.hangUp();
});

test('a body without end is cut off, and takes no memory', async () => {
  const before = portal.resident();
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const line = await Line.to(portal.address);
      await line.say(head('POST', '/cases', 'transfer-encoding: chunked'));
      const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
      for (let count = 0; count < 200 && !line.ended && line.heard.length === 0; count += 1) await line.say(chunk);
      // Who is still talking when the connection ends may not hear the answer.
      assert.ok([0, 413].includes((await line.head()).status));
      line.hangUp();
    }),
  );
  assert.ok(portal.resident() - before < 48 * MIB);
  await othersAreAnswered();
});

test('300 clients that send a byte of their body and no more are given up, and nobody waits for them', async () => {
  const before = portal.resident();
  const lines = await Promise.all(Array.from({ length: 300 }, () => Line.to(portal.address)));
  await Promise.all(lines.map((line) => line.say(`${head('POST', '/cases', 'content-length: 100')}{`)));
  await othersAreAnswered();
  assert.ok(portal.resident() - before < 48 * MIB);
  const answers = await Promise.all(lines.map((line) => line.head()));
  for (const { status } of answers) assert.equal(status, 408);
  for (const line of lines) line.hangUp();
});

test('1,000 event streams hear what happens, cost little, and leave nothing behind', async () => {
  const files = () => readdirSync(`/proc/${portal.child.pid}/fd`).length;
  await othersAreAnswered();
  const before = { bytes: portal.resident(), files: files() };
  const lines = await Promise.all(Array.from({ length: STREAMS }, () => Line.to(portal.address)));
  await Promise.all(
    lines.map(async (line) => {
      await line.say(head('GET', `/cases/${somebodys}/events`, 'accept: text/event-stream'));
      assert.equal((await line.head()).status, 200);
    }),
  );
  await othersAreAnswered();
  const answer = await asked(`/cases/${somebodys}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Guten Tag', internal: false }),
  });
  assert.ok(answer.ok, await answer.text());
  await Promise.all(lines.map((line) => line.until((heard) => heard.includes('MessageSent'))));
  assert.ok(lines.every((line) => line.heard.includes('MessageSent')));
  const cost = (portal.resident() - before.bytes) / STREAMS;
  assert.ok(cost < 128 * 1024, `a stream costs ${Math.round(cost / 1024)} KiB`);
  for (const line of lines) line.hangUp();
  while (files() > before.files + 8) await othersAreAnswered();
});

test('a stream goes on where it was broken off', async () => {
  const heard = async (more) => {
    const line = await Line.to(portal.address);
    await line.say(head('GET', `/cases/${somebodys}/events`, more));
    const text = (await line.until((all) => all.includes('MessageSent'))).toString();
    line.hangUp();
    return [...text.matchAll(/^id: ?(.+)$/gm)].map(([, id]) => id.trim());
  };
  const all = await heard('last-event-id: 0');
  assert.ok(all.length > 1, JSON.stringify(all));
  const rest = await heard(`last-event-id: ${all[0]}`);
  assert.deepEqual(rest, all.slice(1));
});

test('a full disk refuses what must be kept, goes on showing what there is, and loses nothing', async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'kanzlei-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=192m', 'tmpfs', disk], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    rmSync(disk, { recursive: true });
    t.skip(`no small disk can be mounted here: ${mounted.stderr}`);
    return;
  }
  const small = new Portal(join(disk, 'store'), { more: ['--writes-per-minute', '1000000'] });
  try {
    cpSync(portal.store, small.store, { recursive: true });
    await small.start();
    const clerk = await token(small, 'clerk-luzern');
    const write = (text) =>
      asked(`/cases/${somebodys}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text, internal: false }),
      }, clerk, small);
    assert.ok((await write('noch Platz')).ok);
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - 256 * 1024)));
    let kept = 0;
    let refused;
    for (let count = 0; count < 3_000 && !refused; count += 1) {
      const answer = await write('x'.repeat(3_000));
      if (answer.ok) kept += 1;
      else refused = answer;
    }
    assert.ok(refused, `${kept} messages were kept`);
    assert.ok([500, 503, 507].includes(refused.status), `the answer was ${refused.status}`);
    assert.match(refused.headers.get('content-type'), /^application\/problem\+json/);
    const shown = await asked(`/cases/${somebodys}`, {}, clerk, small);
    assert.equal(shown.status, 200);
    rmSync(join(disk, 'filler'));
    await small.interrupt().catch(() => small.kill());
    await small.start();
    assert.ok((await asked(`/cases/${somebodys}/messages`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: 'wieder Platz', internal: false }) }, await token(small, 'clerk-luzern'), small)).ok);
    await small.interrupt();
    const verified = spawnSync(program, ['--store', small.store, 'verify'], { encoding: 'utf8' });
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  } finally {
    if (small.child?.exitCode === null) await small.kill();
    spawnSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  }
});
