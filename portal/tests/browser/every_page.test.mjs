// Every page that the portal registers, in every language, for everybody who may see it: nothing that
// axe finds, nothing on the console, and what axe doesn't see.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LANGUAGES, audit, auditOnce } from './harness/audit.mjs';
import { watch } from './harness/checks/watch.mjs';
import { Mouse } from './harness/hands.mjs';
import { MOVE, begun, through } from './harness/moves.mjs';
import { crawled, inLanguage, registry } from './harness/pages.mjs';
import { PEOPLE, signIn } from './harness/people.mjs';
import { staged } from './harness/stage.mjs';

/** Pages to which no link leads: who sees them, and looks at them. */
const ELSEWHERE = new Map([
  ['/continue/{token}', 'a journey whose sign-in ends in a form'],
  ['/inbox/counts', 'a part of the inbox, of which it is read anew'],
  ['/canton/editions/{service}/{old}/{new}', 'the tests of pages, by a service of two editions'],
  ['/operator/editions/{service}/{old}/{new}', 'the tests of pages, by a service of two editions'],
]);

/** Where no link leads that says the same to everybody: what somebody first does, or types. */
const WAYS = {
  'resident-2': async ({ page }) => {
    const hands = new Mouse(page);
    await begun(hands, page);
    await page.waitForURL(/\/drafts\//);
    await through(hands, page, MOVE);
    const draft = new URL(page.url()).pathname.replace(/\/check$/, '');
    return ['check', 'papers', 'discard'].map((page) => `${draft}/${page}`);
  },
  'clerk-luzern': () => ['/find?number=AAAAA-AAAAA-A'],
};

const stage = staged();
const routes = registry();
const reached = new Set();

for (const person of [null, ...PEOPLE]) {
  const who = person ?? 'nobody';
  test(`pages for ${who}`, async (t) => {
    const visitor = await stage.arrived();
    await watch(visitor.context);
    if (person) await signIn(visitor, person);
    const places = await crawled(visitor, routes, await WAYS[who]?.(visitor));
    for (const [page, addresses] of places) {
      reached.add(page);
      await t.test(`${page} for ${who}`, async () => {
        const faults = [];
        for (const address of addresses) {
          // Words are the same on two addresses of a page; what they are put around isn't.
          for (const language of address === addresses[0] ? LANGUAGES : ['de']) {
            await visitor.page.goto(inLanguage(address, language));
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
