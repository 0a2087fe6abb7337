// Moving house from Luzern to Emmen: what somebody fills in, and hands in.

import { Mouse, fill } from './hands.mjs';
import { chosen } from './people.mjs';

export const MOVE = {
  'from-municipality': '1061',
  'to-municipality': '1024',
  'move-date': ['15', '12', '2026'],
  'new-address': 'Gerliswilstrasse 12, 6020 Emmen',
  persons: '2',
  housing: 'rented',
  dog: 'no',
};

/** A case's reference: ten letters or figures, and one that checks them. */
export const NUMBER = /^[0-9A-Z]{5}-[0-9A-Z]{5}-.$/;

/** What a paper looks like to a program that only looks at its beginning. */
export const PDF = {
  name: 'Police 2026.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'),
};

/** A form's page sends by a button, the page of papers has sent already: there it is a link. */
const onward = (page) => page.locator('main .acts').getByText('Weiter', { exact: true });

export const goOn = (page) => onward(page).click();

/** Chooses a file for the first paper that is asked for, and sends it. */
async function upload(hands, page) {
  const opened = page.waitForEvent('filechooser');
  await hands.press(page.locator('input[type=file]').first());
  await (await opened).setFiles(PDF);
  await hands.press(page.getByRole('button', { name: /^Hochladen/ }).first());
  await page.getByText(`✓ ${PDF.name}`).first().waitFor();
}

/** From a word that a resident would use to the form's first page, signing in on the way. */
export async function begun(hands, page) {
  await page.goto('/');
  await hands.write(page.getByRole('searchbox'), 'zügeln');
  await hands.press(page.getByRole('button', { name: 'Suchen' }));
  await hands.press(page.locator('ul.rows a').first());
  await hands.press(page.getByRole('link', { name: 'Gesuch beginnen' }));
}

/** Fills in one page after the other, until all is to be checked. */
export async function through(hands, page, values) {
  while (!new URL(page.url()).pathname.endsWith('/check')) {
    await fill(hands, page, values);
    if (new URL(page.url()).pathname.endsWith('/papers')) await upload(hands, page);
    const before = page.url();
    await hands.press(onward(page));
    await page.waitForURL((url) => url.href !== before);
  }
}

/** Hands in what was checked: the reference that the receipt tells. */
export async function handIn(hands, page) {
  await hands.press(page.getByRole('button', { name: 'Gesuch einreichen' }));
  await page.waitForURL(/\/receipts\//);
  return page.locator('main .number').first().innerText();
}

/** Somebody's move, handed in: its reference and its id. */
export async function moved({ page }, person) {
  const hands = new Mouse(page);
  await begun(hands, page);
  if (person) await chosen(page, person);
  await page.waitForURL(/\/drafts\//);
  await through(hands, page, MOVE);
  const number = await handIn(hands, page);
  await page.getByRole('link', { name: 'Zum Gesuch' }).click();
  await page.waitForURL(/\/cases\//);
  return { number, id: new URL(page.url()).pathname.split('/')[2] };
}
