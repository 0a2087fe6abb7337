// The pages that say something by colour, without colours: under forced colours and in grey.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { forced, grey } from './harness/checks/colours.mjs';
import { staged } from './harness/stage.mjs';

const stage = staged();

for (const [person, addresses] of [
  ['resident-2', ['/cases']],
  ['clerk-luzern', ['/inbox', '/statistics']],
  ['overseer', ['/canton', '/canton?figure=cases', '/canton/process']],
]) {
  test(`what ${person} sees says by more than colour what it says`, async () => {
    const visitor = await stage.arrived(person);
    const { page } = visitor;
    for (const address of addresses) {
      await page.goto(address);
      assert.deepEqual([...(await grey(page)), ...(await forced(page))], [], address);
      const name = `${person}${address.replaceAll(/[/?]/g, '_')}`;
      await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
      await visitor.picture(`${name} in forced colours`);
      await page.emulateMedia({ forcedColors: null, colorScheme: 'light' });
      await page.evaluate(() => document.documentElement.style.setProperty('filter', 'grayscale(1)'));
      await visitor.picture(`${name} in grey`);
    }
    await visitor.close();
  });
}
