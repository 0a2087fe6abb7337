// Whether a page fits: a narrow screen, large text, wide spacing.

/** WCAG 2.2, 1.4.12: what a reader may set, and nothing may get lost. Drawings are left as they are:
 * what they tell stands in a table beside them. */
const SPACING = `
  *:not(svg *) { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }
`;

const DOUBLE = 'html { font-size: 200% !important; }';

/** Sets a page's viewport and adds rules: by an own sheet, which the page's policy doesn't touch. */
async function set(page, width, rules) {
  await page.setViewportSize({ width, height: 800 });
  await page.evaluate((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
  }, rules);
}

/** A page at 320 px with wide spacing, at 200 % text, and with both. Its viewport is changed. */
export async function reflow(page) {
  const faults = [];
  for (const [name, width, rules] of [
    ['320 px, wide spacing', 320, SPACING],
    ['640 px, 200 % text, wide spacing', 640, SPACING + DOUBLE],
    ['320 px, 200 % text', 320, DOUBLE],
  ]) {
    await set(page, width, rules);
    faults.push(...(await page.evaluate(unfit)).map((fault) => `${name}: ${fault}`));
  }
  await set(page, 1280, '');
  return faults;
}

/** Runs in the page: what sticks out, and what is cut off. */
function unfit() {
  const faults = [];
  const name = (one) => `${one.tagName.toLowerCase()}.${one.className || '–'} “${(one.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
  const page = document.scrollingElement;
  const room = page.clientWidth;
  const scrolls = (one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
  if (page.scrollWidth > room + 1) {
    faults.push(`the page is ${page.scrollWidth} px wide`);
    for (const one of document.body.querySelectorAll('*:not(svg *)')) {
      const box = one.getBoundingClientRect();
      let held = one.parentElement;
      while (held && !scrolls(held)) held = held.parentElement;
      const inner = [...one.children].some((child) => child.getBoundingClientRect().right > room + 1);
      if (box.right > room + 1 && box.width > 0 && !held && !inner) faults.push(`${name(one)} sticks out`);
    }
  }
  for (const one of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(one);
    const more = one.scrollWidth > one.clientWidth + 1;
    if (!more || one.clientWidth <= 1 || ['INPUT', 'TEXTAREA', 'SELECT'].includes(one.tagName)) continue;
    if (scrolls(one)) {
      const region = one.tabIndex >= 0 && one.getAttribute('role') === 'region';
      if (!one.querySelector('table, pre, svg')) faults.push(`${name(one)} scrolls and is no table`);
      else if (!region) faults.push(`${name(one)} scrolls and isn't a region that one can focus`);
    } else if (['hidden', 'clip'].includes(style.overflowX) && one.innerText?.trim()) {
      faults.push(`${name(one)} is cut off`);
    }
  }
  return faults;
}
