// Every page that the portal registers, in every language: nothing that axe finds, nothing on the
// console, and what axe doesn't see.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, audit, auditOnce } from './harness/audit.mjs';
import { Visitor, browser } from './harness/browser.mjs';
import { watch } from './harness/checks/watch.mjs';
import { crawled, registry } from './harness/pages.mjs';
import { Portal } from './harness/program.mjs';

/** Pages to which no link leads: who sees them, and looks at them. */
const ELSEWHERE = new Map([['/continue/{token}', 'a journey whose sign-in ends in a form']]);

let portal;
let chromium;
const routes = registry();
const reached = new Set();

before(async () => {
  [portal, chromium] = await Promise.all([Portal.started(), browser()]);
});

after(async () => {
  await chromium?.close();
  await portal?.close();
});

for (const who of ['nobody']) {
  test(`pages for ${who}`, async (t) => {
    const visitor = await Visitor.arrived(chromium, portal.address);
    await watch(visitor.context);
    const places = await crawled(visitor, routes);
    for (const [page, addresses] of places) {
      reached.add(page);
      await t.test(`${page} for ${who}`, async () => {
        const faults = [];
        for (const address of addresses) {
          for (const language of LANGUAGES) {
            await visitor.page.goto(`${address}?lang=${language}`);
            const found = await audit(visitor.page, language);
            if (language === 'de' && address === addresses[0]) {
              await visitor.picture(`${who} ${page.replaceAll('/', '_')}`);
              found.push(...(await auditOnce(visitor.page, address)));
            }
            faults.push(...found.map((fault) => `${address} ${language}: ${fault}`));
          }
        }
        assert.deepEqual(faults, []);
        visitor.assertNoFaults();
      });
    }
    await visitor.close();
  });
}

test('every page of the registry was looked at by somebody', () => {
  const missed = routes.map(({ path }) => path).filter((path) => !reached.has(path));
  assert.deepEqual(missed.filter((path) => !ELSEWHERE.has(path)), []);
});
