// A resident's way from a word to a receipt: with a mouse, with the keyboard alone, without scripts and
// without styles; from one device to another; and through what goes wrong meanwhile.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { audit } from './harness/audit.mjs';
import { spoken, watch } from './harness/checks/watch.mjs';
import { Keyboard, Mouse, fill } from './harness/hands.mjs';
import { MOVE, NUMBER, begun, goOn, handIn, through } from './harness/moves.mjs';
import { chosen, signIn } from './harness/people.mjs';
import { artefacts } from './harness/program.mjs';
import { staged } from './harness/stage.mjs';

const stage = staged();

const arrived = (options) => stage.arrived(null, options);

for (const [name, Hands, options] of [
  ['with a mouse', Mouse, {}],
  ['with the keyboard alone', Keyboard, {}],
  ['without scripts', Mouse, { javaScriptEnabled: false }],
  ['without styles', Mouse, {}],
]) {
  test(`a move is found, filled in and handed in ${name}`, async () => {
    const visitor = await arrived(options);
    const { page } = visitor;
    if (name === 'without styles') await visitor.context.route('**/*.css', (route) => route.fulfill({ contentType: 'text/css', body: '' }));
    const hands = new Hands(page);
    await begun(hands, page);
    await chosen(page, 'resident-1');
    await page.waitForURL(/\/drafts\//);
    await through(hands, page, MOVE);
    assert.match(await page.locator('main').innerText(), /Noch nicht eingereicht/);
    const number = await handIn(hands, page);
    assert.match(number, NUMBER);
    await page.reload();
    assert.equal(await page.locator('main .number').first().innerText(), number);
    await hands.press(page.getByRole('link', { name: 'Zum Gesuch' }));
    await page.waitForURL(/\/cases\//);
    assert.match(await page.locator('main').innerText(), /Sie haben das Gesuch eingereicht/);
    await visitor.picture(`resident case ${name}`);
    await visitor.close();
  });
}

/** A resident on the first page of a new form. */
async function atForm(person, options) {
  const visitor = await arrived(options);
  await watch(visitor.context);
  await begun(new Mouse(visitor.page), visitor.page);
  await chosen(visitor.page, person);
  await visitor.page.waitForURL(/\/drafts\//);
  return visitor;
}

test('what is wrong is said twice in the same words, and goes once it is right', async () => {
  const visitor = await atForm('resident-1');
  const { page } = visitor;
  await fill(new Mouse(page), page, MOVE);
  await goOn(page);
  await page.locator('[name=move-date_day]').waitFor();
  await fill(new Mouse(page), page, { ...MOVE, 'move-date': ['31', '2', '2026'] });
  await goOn(page);
  visitor.excuse(/422/);
  await page.locator('.problems').waitFor();
  assert.match(await page.title(), /^Fehler: /);
  assert.ok(await page.locator('.problems').evaluate((one) => one === document.activeElement));
  const link = page.locator('.problems a').first();
  const said = await link.innerText();
  assert.equal(await page.locator('#move-date-error').innerText(), said);
  assert.equal(await page.locator('[name=move-date_day]').inputValue(), '31');
  assert.equal(await page.locator('[name=new-address]').inputValue(), MOVE['new-address']);
  assert.deepEqual(await audit(page, 'de'), []);
  await visitor.picture('form with an error');
  await link.click();
  assert.equal(await page.evaluate(() => document.activeElement.name), 'move-date_day');
  await fill(new Mouse(page), page, { 'move-date': MOVE['move-date'] });
  await through(new Mouse(page), page, MOVE);
  await visitor.close();
});

test('a draft that was begun on one device is handed in on another', async () => {
  const first = await atForm('resident-3');
  await fill(new Mouse(first.page), first.page, MOVE);
  await goOn(first.page);
  await first.page.locator('[name=new-address]').waitFor();
  const second = await arrived({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const { page } = second;
  await signIn(second, 'resident-3', { path: '/cases' });
  await page.goto('/cases');
  await second.picture('overview on a phone');
  await page.getByRole('link', { name: /^Weiter ?: Umzug/ }).first().click();
  assert.equal(await page.locator('[name=to-municipality]').inputValue(), '1024');
  await through(new Mouse(page), page, MOVE);
  const number = await handIn(new Mouse(page), page);
  await goOn(first.page);
  // What was handed in from there is shown here.
  await first.page.waitForURL(/\/receipts\//);
  assert.equal(await first.page.locator('main .number').first().innerText(), number);
  await first.close();
  await second.close();
});

for (const [how, end] of [
  ['a power cut', () => stage.portal.kill()],
  ['an orderly restart', () => stage.portal.interrupt()],
]) {
  for (const javaScriptEnabled of [true, false]) {
    test(`${how} in the middle of a form loses nothing, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
      const visitor = await atForm('resident-1', { javaScriptEnabled });
      const { page } = visitor;
      visitor.excuse(/net::ERR_/);
      await fill(new Mouse(page), page, MOVE);
      await goOn(page);
      await page.locator('[name=move-date_day]').waitFor();
      await fill(new Mouse(page), page, { 'move-date': MOVE['move-date'], persons: '2' });
      await end();
      await stage.portal.start();
      // Nothing is shown anew: what stands in the fields is sent to the program that began after.
      await fill(new Mouse(page), page, { 'new-address': MOVE['new-address'], housing: 'rented', dog: 'no' });
      await goOn(page);
      await through(new Mouse(page), page, {});
      // What must not be parted has spaces of another kind.
      const shown = (await page.locator('main').innerText()).replace(/\s/g, ' ');
      for (const value of ['Luzern', 'Emmen', '15. Dezember 2026', MOVE['new-address'], 'Miete']) {
        assert.ok(shown.includes(value), `“${value}” isn't in ${shown}`);
      }
      await visitor.close();
    });
  }
}

for (const javaScriptEnabled of [true, false]) {
  test(`a session that ends in a form costs a sign-in and no values, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
    const visitor = await atForm('resident-1', { javaScriptEnabled });
    const { page } = visitor;
    visitor.excuse(/401/);
    await fill(new Mouse(page), page, MOVE);
    // Who was signed in stays known, so that nobody else gets what was typed.
    await visitor.context.clearCookies({ name: /^(?!lang|form-of)/ });
    await goOn(page);
    const main = page.locator('main');
    await visitor.picture('session ended in a form');
    if (javaScriptEnabled) assert.deepEqual(await audit(page, 'de'), []);
    await main.getByRole('link', { name: 'Anmelden' }).click();
    await chosen(page, 'resident-1');
    await main.getByRole('button').click();
    await through(new Mouse(page), page, MOVE);
    assert.ok((await main.innerText()).includes('Emmen'));
    await visitor.close();
  });
}

test('typing says nothing to a screen reader, saving says one thing', async () => {
  const visitor = await atForm('resident-1');
  const { page } = visitor;
  await fill(new Mouse(page), page, MOVE);
  await goOn(page);
  await page.locator('[name=new-address]').waitFor();
  await spoken(page);
  await page.locator('[name=new-address]').pressSequentially('Gerliswilstrasse 12');
  assert.deepEqual(await spoken(page), []);
  await page.locator('[data-saved]').filter({ hasText: 'Gespeichert' }).waitFor({ timeout: 30_000 });
  const said = (await spoken(page)).filter(Boolean);
  assert.equal(said.length, 1, JSON.stringify(said));
  assert.match(said[0], /^Gespeichert \d/);
  await visitor.close();
});

test('a printed receipt has the number and the time', async () => {
  const visitor = await atForm('resident-1');
  const { page } = visitor;
  await through(new Mouse(page), page, MOVE);
  const number = await handIn(new Mouse(page), page);
  const file = join(artefacts, 'receipt.pdf');
  writeFileSync(file, await page.pdf({ format: 'A4' }));
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  assert.ok(text.includes(number), text);
  assert.match(text, /\d{1,2}\.\s\p{L}+\s20\d\d, \d{1,2}\.\d\d\sUhr/u);
  assert.ok(!text.includes('Drucken'), text);
  await visitor.close();
});

test('who represents others sees their cases, and is offered what a representative may do', async () => {
  const visitor = await arrived();
  const { page } = visitor;
  await signIn(visitor, 'representative', { path: '/cases' });
  await page.goto('/cases');
  await visitor.picture('representative overview');
  assert.deepEqual(await audit(page, 'de'), []);
  await page.locator('ul.rows h3 a').first().click();
  await page.waitForURL(/\/cases\/.+/);
  const said = await page.locator('main').innerText();
  assert.match(said, /Sie sind beteiligt als: Vertretung/);
  assert.doesNotMatch(said, /Gesuch zurückziehen|Eingangsbestätigung/);
  assert.deepEqual(await audit(page, 'de'), []);
  await visitor.picture('representative case');
  await visitor.close();
});
