// Each check passes a page as it should be, and finds what is wrong with one that isn't.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Visitor, browser } from './harness/browser.mjs';
import { axe } from './harness/checks/axe.mjs';
import { forced, grey } from './harness/checks/colours.mjs';
import { keyboard } from './harness/checks/keyboard.mjs';
import { identity, links, stillness, targets } from './harness/checks/page.mjs';
import { reflow } from './harness/checks/reflow.mjs';
import { lostFocus, spoken, watch } from './harness/checks/watch.mjs';

let chromium;
let visitor;

before(async () => {
  chromium = await browser();
});

after(() => chromium.close());

const STYLE = 'body{font:18px sans-serif;margin:16px} a,button{display:inline-block;padding:14px;min-width:44px}';

/** A whole page around some content. */
const html = (content, { head = '', title = 'Übersicht – Kanzlei', lang = 'de' } = {}) =>
  `<!doctype html><html lang="${lang}"><head><title>${title}</title><style>${STYLE}${head}</style></head>` +
  `<body><header>Kanzlei</header><main><h1>Übersicht</h1>${content}</main></body></html>`;

/** Shows a page to a new visitor. */
async function shown(content, options) {
  await visitor?.close();
  visitor = await Visitor.arrived(chromium, 'http://kanzlei.test');
  await watch(visitor.context);
  await visitor.context.route('**/*', (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: html(content, options) }),
  );
  await visitor.page.goto('/');
  return visitor.page;
}

const GOOD =
  '<p>Ein Satz mit <a href="/a" style="display:inline;padding:0">einem Link</a> darin.</p>' +
  '<p><a href="/b">Gesuche</a> <button>Neu laden</button></p>';

for (const [name, check] of [
  ['axe', axe],
  ['the keyboard', keyboard],
  ['reflow', reflow],
  ['identity', (page) => identity(page, 'de')],
  ['links', links],
  ['targets', targets],
  ['stillness', stillness],
  ['forced colours', forced],
  ['grey', grey],
]) {
  test(`${name}: a good page passes`, async () => {
    assert.deepEqual(await check(await shown(GOOD)), []);
  });
}

for (const [name, check, found, content, options] of [
  ['axe: a field without a label', axe, /label/, '<input name="a">'],
  ['axe: pale text', axe, /color-contrast/, '<p style="color:#999;background:#fff">blass</p>'],
  ['the keyboard: a control that comes too late', keyboard, /comes after/, '<button>a</button><button tabindex="1">b</button>'],
  ['the keyboard: no ring', keyboard, /no ring/, '<button class="bare" style="outline:none">a</button>'],
  ['the keyboard: something lies over a control', keyboard, /covers/, '<button>a</button><div style="position:fixed;inset:0">x</div>'],
  ['the keyboard: a jump up', keyboard, /jumps up/, '<div style="display:flex;flex-direction:column-reverse;align-items:start"><button>a</button><button>b</button></div>'],
  ['reflow: a wide box', reflow, /sticks out/, '<div style="width:500px">x</div>'],
  ['reflow: a text that is cut off', reflow, /cut off/, '<p style="overflow:hidden;white-space:nowrap">Einwohnerdienste der Stadt Luzern, Obergrundstrasse 1</p>'],
  ['reflow: a table that nobody can focus', reflow, /can focus/, '<div style="overflow-x:auto"><table><tr><td style="min-width:900px">x</td></tr></table></div>'],
  ['identity: another language', (page) => identity(page, 'de'), /lang is/, '', { lang: 'fr' }],
  ['identity: a second heading', (page) => identity(page, 'de'), /2 × h1/, '<h1>Noch eine</h1>'],
  ['identity: a title that is the product', (page) => identity(page, 'de'), /names no page/, '', { title: 'Kanzlei' }],
  ['identity: a word that wasn’t found', (page) => identity(page, 'de'), /placeholder/, 'Some(3)'],
  ['links: one name, two places', links, /two links/, '<a href="/a">Mehr</a> <a href="/b">Mehr</a>'],
  ['links: a name that isn’t what is seen', links, /is called/, '<a href="/a" aria-label="Weiter">Mehr</a>'],
  ['targets: a small button', targets, /is 1\d × 1\d px|px$/, '<button style="padding:0;min-width:0;font-size:10px">a</button>'],
  ['stillness: a transition', stillness, /transition/, '<p style="transition:color 1s">x</p>'],
  ['forced colours: a choice that is a colour', forced, /to be chosen/, '<ul><li><a href="/a" aria-current="page" style="background:#cde">eins</a><li><a href="/b">zwei</a></ul>'],
  ['forced colours: a ring that is a shadow', forced, /no ring/, '<button style="outline:none" onfocus="this.style.boxShadow=`0 0 0 4px #000`">a</button>'],
  ['forced colours: a state without an edge', forced, /no edge/, '<span class="status"><span class="sign">!</span> offen</span>'],
  ['forced colours: a dark shape on a dark ground', forced, /hardly seen/, '<svg role="img" aria-label="Bild" width="90" height="90"><rect width="40" height="40" fill="#111"/></svg>'],
  ['grey: neighbours alike', grey, /alike in grey/, '<div class="legend"><span class="tile" style="background:#d00">1</span><span class="tile" style="background:#008000">2</span></div>'],
  ['grey: a state without a sign', grey, /no sign/, '<span class="status">offen</span>'],
]) {
  test(`${name} is found`, async () => {
    const faults = await check(await shown(content, options));
    assert.ok(faults.some((fault) => found.test(fault)), `found was ${JSON.stringify(faults)}`);
  });
}

test('a focus that a swap takes away is found, one that stays isn’t', async () => {
  const page = await shown('<div id="a"><button>x</button></div>');
  await page.locator('button').focus();
  await page.evaluate(() => document.querySelector('main').append('more'));
  assert.deepEqual(await lostFocus(page), []);
  await page.evaluate(() => document.querySelector('#a').replaceChildren('gone'));
  assert.equal((await lostFocus(page)).length, 1);
});

test('what a status says is counted by change', async () => {
  const page = await shown('<p role="status"></p>');
  await page.evaluate(() => {
    document.querySelector('[role=status]').innerHTML = '<b>Gespeichert</b> 14.05';
  });
  assert.deepEqual(await spoken(page), ['Gespeichert 14.05']);
});

test('an error on the console is a fault, unless it was excused', async () => {
  const page = await shown('');
  await page.evaluate(() => console.error('broken'));
  assert.throws(() => visitor.assertNoFaults(), /broken/);
  visitor.excuse(/broken/);
  await visitor.close();
  visitor = undefined;
});
