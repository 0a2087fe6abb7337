// Clients that keep to no rule: each gets the right answer, others don't notice, and memory stays.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Portal } from '../browser/harness/program.mjs';
import { Line } from './harness/socket.mjs';

/** What a client that does harm may cost, in bytes of the program's memory. */
const COST_MAX = 48 * 1024 * 1024;

let portal;
let before_bytes;
/** The head of a request for something that is always there, but for the empty line at its end. */
let GET;
let HOST;

before(async () => {
  portal = await Portal.started();
  HOST = `host: ${new URL(portal.address).host}\r\n`;
  GET = `GET /healthz HTTP/1.1\r\n${HOST}`;
  await fine();
  before_bytes = portal.resident();
});

after(() => portal?.close());

/** Somebody else who asks meanwhile is answered. */
async function fine() {
  const answer = await fetch(`${portal.address}/healthz`);
  assert.equal(answer.status, 200);
  await answer.text();
}

function assertMemoryStays() {
  const more = portal.resident() - before_bytes;
  assert.ok(more < COST_MAX, `the program has taken ${Math.round(more / 1024 / 1024)} MiB more`);
}

const files = () => readdirSync(`/proc/${portal.child.pid}/fd`).length;

async function said(...pieces) {
  const line = await Line.to(portal.address);
  for (const piece of pieces) await line.say(piece);
  const answer = await line.answer();
  line.hangUp();
  return answer;
}

test('what isn’t HTTP, and HTTP that says two things at once, is refused', async () => {
  for (const [what, text] of [
    ['noise', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['two lengths', `${GET}content-length: 3\r\ncontent-length: 4\r\n\r\nabc`],
    ['a length that is no number', `${GET}content-length: -1\r\n\r\n`],
    ['a header of no name', `${GET}: a\r\n\r\n`],
    ['a control character', `${GET}a: b\x00c\r\n\r\n`],
    ['a space before the colon', `${GET}a : b\r\n\r\n`],
  ]) {
    const { status } = await said(Buffer.from(text, 'latin1'));
    assert.equal(status, 400, what);
  }
  await fine();
});

test('a length beside chunks smuggles no second request in', async () => {
  const line = await Line.to(portal.address);
  await line.say(
    `POST /healthz HTTP/1.1\r\n${HOST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n` +
      `0\r\n\r\nGET /smuggled HTTP/1.1\r\n${HOST}\r\n`,
  );
  line.saysNoMore();
  const heard = await line.until(() => false);
  const first = Number(heard.toString('latin1').split(' ')[1]);
  assert.ok(first >= 400 && first < 500, `the answer was ${first}`);
  line.hangUp();
});

test('a head that is too long is refused, whether in one header, in many or in the address', async () => {
  const long = 'a'.repeat(400 * 1024);
  for (const head of [
    `${GET}a: ${long}\r\n\r\n`,
    `${GET}${'a: b\r\n'.repeat(20_000)}\r\n`,
    `GET /${long} HTTP/1.1\r\n${HOST}\r\n`,
  ]) {
    const { status } = await said(head);
    assert.ok([413, 414, 431].includes(status), `the answer was ${status}`);
  }
  assertMemoryStays();
});

test('a head that never ends takes no more memory than a head may', async () => {
  const line = await Line.to(portal.address);
  await line.say(GET);
  const piece = `a: ${'b'.repeat(60_000)}\r\n`;
  for (let count = 0; count < 500 && !line.ended; count += 1) await line.say(piece);
  assert.ok([413, 431, 0].includes((await line.answer()).status));
  line.hangUp();
  assertMemoryStays();
});

test('a client that says no more after its request still hears the answer', async () => {
  const line = await Line.to(portal.address);
  await line.say(`${GET}\r\n`);
  line.saysNoMore();
  const { status, body } = await line.answer();
  assert.equal(status, 200);
  assert.ok(body.length > 0);
  line.hangUp();
});

test('requests that come without waiting are answered in their order', async () => {
  const line = await Line.to(portal.address);
  await line.say(`${GET}\r\nGET /no-such-page HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`);
  const heard = (await line.until(() => false)).toString('latin1');
  const answers = [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(answers, ['200', '404']);
});

test('500 clients that never finish their head cost little, and nobody waits for them', async () => {
  const lines = await Promise.all(Array.from({ length: 500 }, () => Line.to(portal.address)));
  await Promise.all(lines.map((line) => line.say('GET / HTTP/1.1\r\nhost: he')));
  await fine();
  assertMemoryStays();
  for (const line of lines) line.hangUp();
});

test('2,000 connections opened and dropped leave no file open', async () => {
  await fine();
  const open = files();
  for (let round = 0; round < 20; round += 1) {
    const lines = await Promise.all(Array.from({ length: 100 }, () => Line.to(portal.address)));
    await Promise.all(lines.map((line) => line.say(round % 2 ? GET : `POST /a HTTP/1.1\r\n${HOST}content-length: 9\r\n\r\nab`)));
    for (const line of lines) line.hangUp();
  }
  while (files() > open + 4) await fine();
  assertMemoryStays();
});
