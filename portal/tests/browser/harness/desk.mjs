// What an official does at a desk: looks a case up, does what comes next, and writes.

import assert from 'node:assert/strict';

import { audit } from './audit.mjs';

/** Steps of a case until nothing is left, at most. */
const STEPS_MAX = 20;

/** An official looks a case up by its number. */
export async function found({ page }, number) {
  await page.goto('/inbox');
  await page.getByLabel('Nummer').fill(number);
  await page.getByRole('button', { name: 'Dossier suchen' }).click();
  if (!/\/office\//.test(page.url())) await page.locator('main a').filter({ hasText: number }).click();
  await page.waitForURL(/\/office\//);
}

/** Does what the case says comes next, until nothing does or it would begin `end`; what was done. */
export async function worked({ page }, end) {
  const done = [];
  for (let count = 0; count < STEPS_MAX; count += 1) {
    const next = page.locator('section.turn button').first();
    if (!(await next.count())) return done;
    const step = await next.innerText();
    if (step === end) return done;
    done.push(step);
    await next.click();
    await page.locator('.notice[role=status]').waitFor();
  }
  throw new Error(`there is no end of steps: ${done}`);
}

/** What a page says. */
export const text = async (page) => (await page.locator('main').innerText()).replace(/\s+/g, ' ');

/** Writes what a case's page leads to by a link, and sends it. */
export async function wrote({ page }, link, said, choice) {
  await page.locator('main').getByRole('link', { name: link, exact: true }).first().click();
  if (choice) {
    const list = page.locator('select[name=choice]');
    if (await list.count()) await list.selectOption(choice);
    else await page.locator(`input[name=choice][value="${choice}"]`).check();
  }
  await page.locator('textarea[name=text]').fill(said);
  assert.deepEqual(await audit(page, 'de'), []);
  await page.locator('main form button').first().click();
  await page.waitForURL(/\/office\/[^/]+(\?.*)?$/);
}
