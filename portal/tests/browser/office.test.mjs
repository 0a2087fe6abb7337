// What goes back and forth between a resident and two municipalities, and what a third one learns.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { found, text, worked, wrote } from './harness/desk.mjs';
import { moved } from './harness/moves.mjs';
import { staged } from './harness/stage.mjs';

const stage = staged();

const arrived = (person) => stage.arrived(person);

test('a move goes from a search to the confirmation of both municipalities', async () => {
  const resident = await arrived();
  const { number } = await moved(resident, 'resident-1');
  const [luzern, emmen] = await Promise.all(['clerk-luzern', 'clerk-emmen'].map(arrived));
  await found(luzern, number);
  assert.ok((await worked(luzern, 'Beginnen: Zuzug')).includes('Erledigen'));
  await wrote(luzern, 'Überweisen', 'Der Wegzug ist bestätigt.', '1024');
  await found(emmen, number);
  assert.ok((await worked(emmen)).includes('Erledigen'));
  await wrote(emmen, 'Verfügen', 'Der Zuzug ist bestätigt.', 'confirmed');
  await worked(emmen);
  await emmen.picture('clerk closed case');
  await resident.page.reload();
  const seen = await text(resident.page);
  assert.match(seen, /Emmen hat das Dossier übernommen/);
  assert.match(seen, /Emmen hat das Gesuch abgeschlossen/);
  assert.match(seen, /Der Zuzug ist bestätigt\./);
  await resident.picture('resident closed case');
  for (const visitor of [resident, luzern, emmen]) await visitor.close();
});

test('a handover is refused with a reason, and one that was accepted is returned', async () => {
  const resident = await arrived();
  const { number } = await moved(resident, 'resident-1');
  const [luzern, emmen] = await Promise.all(['clerk-luzern', 'clerk-emmen'].map(arrived));
  await found(luzern, number);
  await wrote(luzern, 'Überweisen', 'Die Person wohnt schon in Emmen.', '1024');
  await found(emmen, number);
  await wrote(emmen, 'Ablehnen', 'Sie ist erst im Dezember bei uns.');
  await luzern.page.reload();
  assert.match(await text(luzern.page), /Sie ist erst im Dezember bei uns/);
  assert.match(await text(luzern.page), /Zuständig: Luzern/);

  await wrote(luzern, 'Überweisen', 'Jetzt ist es so weit.', '1024');
  await emmen.page.reload();
  await emmen.page.getByRole('button', { name: 'Annehmen' }).first().click();
  await emmen.page.locator('.notice[role=status]').waitFor();
  assert.match(await text(emmen.page), /Zuständig: Emmen/);
  await wrote(emmen, 'Überweisen', 'Doch nicht für uns.', '1061');
  await found(luzern, number);
  await luzern.page.getByRole('button', { name: 'Annehmen' }).first().click();
  await luzern.page.locator('.notice[role=status]').waitFor();
  assert.match(await text(luzern.page), /Zuständig: Luzern/);
  await resident.page.reload();
  assert.match(await text(resident.page), /Luzern/);
  await resident.picture('resident case after handovers');
  for (const visitor of [resident, luzern, emmen]) await visitor.close();
});

test('a request for information is answered on another device, and the first one keeps its text', async () => {
  const first = await arrived();
  const { number, id } = await moved(first, 'resident-3');
  const clerk = await arrived('clerk-luzern');
  await found(clerk, number);
  await wrote(clerk, 'Nachfordern', 'Bitte schicken Sie den Mietvertrag.');
  await first.page.goto('/cases');
  assert.match(await text(first.page), /Sie sind am Zug/);
  await first.picture('overview with a turn');
  await first.page.goto(`/cases/${id}`);
  await first.page.getByRole('link', { name: 'Antworten' }).first().click();
  await first.page.locator('textarea[name=text]').fill('Vom ersten Gerät.');

  const second = await arrived('resident-3');
  await second.page.goto('/cases');
  await second.page.getByRole('link', { name: new RegExp(`^Antworten.*${number}`) }).click();
  await second.page.locator('textarea[name=text]').fill('Der Vertrag folgt morgen.');
  await second.page.getByRole('button', { name: 'Antwort senden' }).click();
  await second.page.waitForURL(new RegExp(`/cases/${id}`));

  first.excuse(/409|412|422/);
  await first.page.getByRole('button', { name: 'Antwort senden' }).click();
  await first.page.waitForLoadState();
  const said = await first.page.locator('main').innerHTML();
  assert.ok(said.includes('Vom ersten Gerät.') || said.includes('Der Vertrag folgt morgen.'), said);
  await clerk.page.reload();
  assert.match(await text(clerk.page), /Der Vertrag folgt morgen\./);
  assert.doesNotMatch(await text(clerk.page), /Vom ersten Gerät/);
  for (const visitor of [first, second, clerk]) await visitor.close();
});

test('an official of another municipality who guesses an address learns no more than of none', async () => {
  const resident = await arrived();
  const { id } = await moved(resident, 'resident-1');
  const stranger = await arrived('clerk-kriens');
  stranger.excuse(/404/);
  const none = `${id.slice(0, -4)}${id.endsWith('0000') ? '1111' : '0000'}`;
  for (const rest of ['', '/ask', '/hand-over', '/decide']) {
    const pages = [];
    for (const one of [id, none]) {
      const answer = await stranger.page.goto(`/office/${one}${rest}`);
      assert.equal(answer.status(), 404, `/office/…${rest}`);
      const html = await stranger.page.content();
      pages.push(html.replaceAll(one, 'CASE').replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]+/g, 'REQUEST').replace(/\d{1,2}\.\d\d Uhr/g, 'TIME'));
    }
    assert.equal(pages[0], pages[1]);
  }
  await stranger.picture('a case that isn’t theirs');
  for (const visitor of [resident, stranger]) await visitor.close();
});
