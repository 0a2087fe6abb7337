// What is asked of every page, and what is asked of a page once, in German.

import { axe } from './checks/axe.mjs';
import { keyboard } from './checks/keyboard.mjs';
import { identity, links, stillness, targets } from './checks/page.mjs';
import { reflow } from './checks/reflow.mjs';
import { lostFocus } from './checks/watch.mjs';
import { inLanguage } from './pages.mjs';

export const LANGUAGES = ['de', 'fr', 'it', 'en'];

/** The page that a visitor is on, in the language that it should be in: all that is wrong. */
export async function audit(page, language) {
  return [...(await axe(page)), ...(await identity(page, language)), ...(await links(page))];
}

/** What doesn't depend on words; whether it fits is asked of words that are 40 % longer than German,
 * in which builds for tests speak. The page's size is changed and set back. */
export async function auditOnce(page, address) {
  const faults = [
    ...(await targets(page)),
    ...(await keyboard(page)),
    ...(await lostFocus(page)).map((what) => `the focus was lost: ${what}`),
    ...(await stillness(page)),
  ];
  await page.emulateMedia({ colorScheme: 'dark' });
  faults.push(...(await axe(page)).map((fault) => `dark: ${fault}`));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(inLanguage(address, 'stretched'));
  faults.push(...(await reflow(page)));
  return faults;
}
