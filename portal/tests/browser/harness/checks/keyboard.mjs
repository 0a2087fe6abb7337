// What somebody meets who has a keyboard alone: the order of the stops, and whether each is seen.

import { changedShare } from './pixels.mjs';

/** So many stops are walked at most; a page with more is walked so far. */
const STOPS_MAX = 250;

/** A ring of 3 px around a control changes far more than this share of its surroundings; of a large
 * one, that of a line along half of it. */
const CHANGED_MIN = 0.01;

/** Pixels around a control that a ring may take. */
const MARGIN = 8;

/** Kinds of control whose ring was looked at on this run: one look a kind is enough. */
const seen = new Set();

/** Walks a page by Tab, from its beginning to its end: what is wrong with its stops. `kinds` are those
 * whose ring needs no further look. */
export async function keyboard(page, kinds = seen) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    window.__stops = [];
  });
  const faults = [];
  for (let count = 0; count < STOPS_MAX; count += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(here);
    if (!stop) return faults;
    faults.push(...stop.faults);
    if (!kinds.has(stop.kind) && stop.clip) {
      kinds.add(stop.kind);
      if (!(await ringShows(page, stop.clip))) faults.push(`${stop.name}: no ring is seen`);
    }
  }
  return faults;
}

/** Runs in the page: the stop that has the focus, or nothing at the end. */
function here() {
  const at = document.activeElement;
  const before = window.__stops.at(-1);
  if (!at || at === document.body || at === document.documentElement) return null;
  if (window.__stops[0] === at) return null;
  window.__stops.push(at);
  const name = `${at.tagName.toLowerCase()} “${(at.innerText || at.getAttribute('name') || at.id || '').trim().slice(0, 40)}”`;
  const faults = [];
  const radios = at.type === 'radio' && before?.type === 'radio';
  if (before && !radios && !(before.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING)) {
    faults.push(`${name}: comes after what it stands before`);
  }
  const box = at.getBoundingClientRect();
  if (before) {
    const last = before.getBoundingClientRect();
    const sameColumn = last.left < box.right && box.left < last.right;
    if (sameColumn && box.bottom <= last.top) faults.push(`${name}: the focus jumps up to it`);
  }
  const inside = (x, y) => {
    const top = document.elementFromPoint(x, y);
    return !top || at.contains(top) || top.contains(at) || [...(at.labels ?? [])].some((one) => one.contains(top));
  };
  const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  // A table that is higher than the screen is seen where one is in it; of its ring, two sides.
  const [from, to] = box.height > innerHeight ? [box.top, box.bottom] : [middle[1], middle[1]];
  const visible = box.width > 0 && box.height > 0 && to >= 0 && from < innerHeight;
  if (box.width === 0 || box.height === 0) faults.push(`${name}: takes no room`);
  if (visible && middle[1] >= 0 && middle[1] < innerHeight && !inside(...middle)) faults.push(`${name}: something covers it`);
  if (!visible) faults.push(`${name}: the focus is outside of what is seen`);
  const shown = at.labels?.[0] && box.width < 4 ? at.labels[0].getBoundingClientRect() : box;
  return {
    name,
    faults,
    kind: `${at.tagName}.${at.className}.${at.type ?? ''}.${at.parentElement?.className ?? ''}`,
    clip: visible && box.height <= innerHeight
      ? { x: shown.left, y: shown.top, width: shown.width, height: shown.height }
      : null,
  };
}

async function ringShows(page, { x, y, width, height }) {
  const view = page.viewportSize();
  const clip = { x: Math.max(0, x - MARGIN), y: Math.max(0, y - MARGIN) };
  clip.width = Math.min(view.width - clip.x, width + 2 * MARGIN);
  clip.height = Math.min(view.height - clip.y, height + 2 * MARGIN);
  const options = { clip, caret: 'hide', animations: 'disabled' };
  const focused = await page.screenshot(options);
  await page.evaluate(() => document.activeElement.blur());
  const blurred = await page.screenshot(options);
  await page.evaluate(() => window.__stops.at(-1).focus({ preventScroll: true, focusVisible: true }));
  const line = (clip.width + clip.height) / (clip.width * clip.height);
  return (await changedShare(page, focused, blurred)) >= Math.min(CHANGED_MIN, line);
}
