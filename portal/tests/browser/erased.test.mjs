// A person is erased from a case: first the party, while the office goes on, then all of it. Nothing of
// theirs is on any page any more, what is gone is said in plain words, and nothing breaks.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LANGUAGES, audit } from './harness/audit.mjs';
import { found, text, worked, wrote } from './harness/desk.mjs';
import { MOVE, PDF, moved } from './harness/moves.mjs';
import { inLanguage } from './harness/pages.mjs';
import { token } from './harness/people.mjs';
import { staged } from './harness/stage.mjs';

const ANSWER = 'Der Mietvertrag liegt bei Frau Vogelsang.';
const NOTE = 'Herr Zbinden hat am Schalter nachgefragt.';

/** What stands where something was, by language. */
const GONE = {
  person: ['Eine Person (Angaben gelöscht)', 'Une personne (données effacées)', 'Una persona (dati cancellati)', 'A person (details erased)'],
  form: ['Angaben einer Person sind gelöscht.', 'Les données d’une personne ont été effacées.', 'I dati di una persona sono stati cancellati.', 'A person’s details were erased.'],
  text: ['Angaben gelöscht', 'Données effacées', 'Dati cancellati', 'Details erased'],
  paper: ['Diese Beilage ist gelöscht.', 'Cette annexe est effacée.', 'Questo allegato è cancellato.', 'This attachment is erased.'],
};

const stage = staged();

const arrived = (person) => stage.arrived(person);

/** Erases while the portal is down, as it must be; the log verifies afterwards. */
async function erased(...words) {
  await stage.portal.interrupt();
  stage.portal.run('erase', ...words, '--yes');
  stage.portal.run('verify');
  await stage.portal.start();
}

/** Shows an address in every language: all that is said there, and none of these values. */
async function shown({ page }, address, status, values) {
  const said = [];
  for (const language of LANGUAGES) {
    const answer = await page.goto(inLanguage(address, language));
    assert.equal(answer.status(), status, address);
    const html = await page.content();
    for (const value of values) assert.ok(!html.includes(value), `${address} has “${value}”`);
    assert.deepEqual(await audit(page, language), [], address);
    said.push(await text(page));
  }
  return said;
}

const saysAll = (said, words) => said.forEach((one, index) => assert.ok(one.includes(words[index]), one));

test('who was erased is on no page any more, what is gone is said, and the office goes on', async () => {
  const [resident, clerk, operator] = await Promise.all(['resident-1', 'clerk-luzern', 'operator'].map(arrived));
  const { number, id } = await moved(resident);
  await found(clerk, number);
  await wrote(clerk, 'Nachfordern', 'Bitte schicken Sie den Mietvertrag.');
  await resident.page.goto(`/cases/${id}`);
  await resident.page.getByRole('link', { name: 'Antworten' }).first().click();
  await resident.page.locator('textarea[name=text]').fill(ANSWER);
  await resident.page.getByRole('button', { name: 'Antwort senden' }).click();
  await resident.page.waitForURL(new RegExp(`/cases/${id}`));
  await resident.page.goto(`/cases/${id}/receipt`);
  const receipt = new URL(resident.page.url()).pathname;

  await clerk.page.reload();
  const name = await clerk.page.locator('dl.pairs dt', { hasText: 'Gesuchsteller' }).locator('+ dd').innerText();
  const values = [name, MOVE['new-address'], '15. Dezember 2026', ANSWER, PDF.name];
  const before = (await text(clerk.page)).replaceAll('\u00a0', ' ');
  for (const value of values) assert.ok(before.includes(value), `“${value}” isn't in ${before}`);

  await erased(number, '--party', '1');
  const file = await shown(clerk, `/office/${id}`, 200, values);
  for (const what of ['person', 'form', 'text']) saysAll(file, GONE[what]);
  await clerk.picture('office case of an erased person');
  clerk.excuse(/409/);
  saysAll(await shown(clerk, `/documents/${id}/1`, 409, values), GONE.paper);
  await clerk.picture('erased attachment');
  for (const address of ['/inbox', `/find?number=${number}`, `/office/${id}/ask`]) await shown(clerk, address, 200, values);
  await shown(operator, '/operator/log', 200, values);
  // The log is live: it would miss the portal when it is down again.
  await operator.close();

  // Who was erased is nobody in the case: what they find there is what anybody would.
  resident.excuse(/404/);
  const mine = await shown(resident, '/cases', 200, [number, ...values.slice(1)]);
  assert.equal(mine.length, LANGUAGES.length);
  for (const address of [`/cases/${id}`, `/cases/${id}/papers`, `/cases/${id}/receipt`, receipt, `/documents/${id}/1`]) {
    await shown(resident, address, 404, values.slice(1));
  }
  await resident.picture('case from which one was erased');
  const bearer = { authorization: `Bearer ${await token(stage.portal, 'clerk-luzern')}` };
  const answer = await fetch(`${stage.portal.address}/api/cases/${id}`, { headers: bearer });
  assert.equal(answer.status, 200);
  const json = await answer.text();
  for (const value of values) assert.ok(!json.includes(value), json);

  await clerk.page.goto(inLanguage(`/office/${id}`, 'de'));
  await wrote(clerk, 'Interne Notiz', NOTE);
  await worked(clerk);
  await wrote(clerk, 'Verfügen', 'Die Person ist weggezogen.', 'confirmed');
  await worked(clerk);
  assert.match(await text(clerk.page), /Das Dossier ist abgeschlossen/);

  await erased(number, '--all');
  const empty = await shown(clerk, `/office/${id}`, 200, [...values, NOTE, 'Die Person ist weggezogen.']);
  for (const what of ['person', 'form', 'text']) saysAll(empty, GONE[what]);
  await clerk.picture('office case of which all is erased');
  for (const visitor of [resident, clerk]) await visitor.close();
});
