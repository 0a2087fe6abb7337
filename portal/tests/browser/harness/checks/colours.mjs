// What stays when colours go: under forced colours, as in Windows' contrast themes, and in grey, as on
// paper and for who tells no colours apart.

import { axe } from './axe.mjs';
import { keyboard } from './keyboard.mjs';

/** What is drawn stands out this much from what lies behind it (WCAG 1.4.11). */
const SHAPE_CONTRAST_MIN = 3;

/** Neighbouring classes of a scale are told apart by this much, where nothing else tells them. */
const CLASS_CONTRAST_MIN = 1.2;

/** The page under forced colours, light and dark: all that isn't seen. It is set back. */
export async function forced(page) {
  const faults = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    const found = [
      ...(await page.evaluate(unseen, SHAPE_CONTRAST_MIN)),
      ...(await axe(page)),
      ...(await keyboard(page, new Set())),
    ];
    faults.push(...found.map((fault) => `forced colours, ${colorScheme}: ${fault}`));
  }
  await page.emulateMedia({ forcedColors: null, colorScheme: 'light' });
  return faults;
}

/** Runs in the page: what is chosen, how something is, and what is drawn. */
function unseen(contrastMin) {
  const faults = [];
  const name = (one) => `${one.tagName.toLowerCase()}.${one.getAttribute('class') ?? ''} “${one.textContent.trim().slice(0, 30)}”`;
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const solid = (colour) => colour !== 'none' && (channels(colour)[3] ?? 1) > 0;
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.backgroundColor = 'Canvas';
  const canvas = getComputedStyle(probe).backgroundColor;
  probe.remove();
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (solid(backgroundColor)) return backgroundColor;
    }
    return canvas;
  };
  // What is chosen has a line that its neighbours don't have: a border that is as its ground is none.
  const line = (one) => {
    const { borderBottomStyle, borderBottomWidth, borderBottomColor, textDecorationLine } = getComputedStyle(one);
    const drawn = borderBottomStyle !== 'none' && parseFloat(borderBottomWidth) > 0 && solid(borderBottomColor);
    return `${drawn && contrast(borderBottomColor, behind(one)) > 1.5} ${textDecorationLine}`;
  };
  for (const chosen of document.querySelectorAll('li [aria-current]')) {
    const others = [...chosen.closest('ul, ol').querySelectorAll(chosen.tagName)].filter((one) => !one.hasAttribute('aria-current'));
    if (others.some((one) => line(one) === line(chosen))) faults.push(`${name(chosen)}: isn't seen to be chosen`);
  }
  for (const status of document.querySelectorAll('.status')) {
    if (parseFloat(getComputedStyle(status).borderTopWidth) < 1) faults.push(`${name(status)}: has no edge`);
  }
  // Lines of help, and grounds that have an edge of their own, say nothing.
  for (const shape of document.querySelectorAll('svg[role=img] :is(rect, path, circle, line, polyline)')) {
    if (!shape.checkVisibility() || shape.matches('.grid, .cut, .box')) continue;
    const { fill, stroke } = getComputedStyle(shape);
    const ground = behind(shape.closest('svg'));
    const drawn = [fill, stroke].filter(solid);
    if (drawn.length > 0 && drawn.every((colour) => contrast(colour, ground) < contrastMin)) {
      faults.push(`${name(shape)}: is hardly seen`);
    }
  }
  return [...new Set(faults)];
}

/** The page in grey: classes and states that only their colour tells apart. */
export async function grey(page) {
  return page.evaluate((contrastMin) => {
    const faults = [];
    const look = (one) => {
      const { backgroundColor, backgroundImage, borderTopStyle } = getComputedStyle(one);
      const [r, g, b, a = 1] = backgroundColor.match(/[\d.]+/g).map(Number);
      const linear = [r, g, b].map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
      const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
      return { luminance: a === 0 ? 1 : luminance, drawn: `${backgroundImage} ${borderTopStyle}` };
    };
    const classes = [...document.querySelectorAll('.legend .tile')];
    for (const [at, one] of classes.entries()) {
      const next = classes[at + 1];
      if (!next) break;
      const [a, b] = [look(one), look(next)];
      const [low, high] = [a.luminance, b.luminance].sort((x, y) => x - y);
      if (a.drawn === b.drawn && (high + 0.05) / (low + 0.05) < contrastMin) {
        faults.push(`${one.className} and ${next.className} are alike in grey`);
      }
    }
    const words = new Map();
    for (const status of document.querySelectorAll('.status')) {
      const sign = status.querySelector('.sign')?.textContent.trim();
      if (!sign) faults.push(`“${status.textContent.trim()}” has no sign`);
      if ((words.get(sign) ?? status.className) !== status.className) faults.push(`two states have the sign ${sign}`);
      words.set(sign, status.className);
    }
    for (const second of document.querySelectorAll('.chart path.series-2.curve')) {
      if (getComputedStyle(second).strokeDasharray === 'none') faults.push('two curves differ by colour alone');
    }
    return [...new Set(faults)];
  }, CLASS_CONTRAST_MIN);
}
