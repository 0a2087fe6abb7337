// Which pages there are, by the portal's own registry, and where each is found by following links.

import { spawnSync } from 'node:child_process';

import { program } from './program.mjs';

/** So many addresses of one page are looked at: a case that is open, one that is over … */
const ADDRESSES_MAX = 2;

/** The portal's routes that are looked at: neither done nor saved. */
export function registry() {
  const { status, stdout, stderr } = spawnSync(program, ['portal', '--list-pages'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the pages can't be listed: ${stderr}`);
  const shown = ({ method, path }) => method === 'GET' && !/^\/documents\/|\.csv$/.test(path);
  return JSON.parse(stdout).filter(shown);
}

/** The page of an address: the path in which parameters stand in braces. One without wins. */
export function pageOf(routes, address) {
  const { pathname } = new URL(address);
  const fits = routes.filter(({ path }) => pattern(path).test(pathname));
  fits.sort((a, b) => (a.path.match(/{/g) ?? []).length - (b.path.match(/{/g) ?? []).length);
  return fits[0]?.path;
}

function pattern(path) {
  const text = path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (part.startsWith('{*')) return '.+';
      if (part.startsWith('{')) return '[^/]+';
      return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${text}$`);
}

/** The page of the demonstration's issuer: what leads there asks to sign in. */
export const ISSUER = '/issuer/authorize';

/** Follows every link that a visitor sees, from the start and these addresses: the addresses of each
 * page. What a link only shows differently (`?sort=`) is the same page. */
export async function crawled(visitor, routes, more = []) {
  const found = new Map();
  const begins = ['/', ...more];
  const known = new Set(begins);
  const waiting = begins.map((one) => [pageOf(routes, new URL(one, visitor.address).href), one]);
  while (waiting.length > 0) {
    const [page, address] = waiting.shift();
    const answer = await visitor.page.goto(address);
    if (!answer.headers()['content-type']?.startsWith('text/html')) continue;
    const there = new URL(visitor.page.url());
    if (there.pathname === ISSUER) {
      found.set(ISSUER, [there.pathname + there.search]);
      continue;
    }
    found.set(page, [...(found.get(page) ?? []), address]);
    const links = visitor.page.locator('a[href]');
    for (const href of await links.evaluateAll((all) => all.map((one) => one.href))) {
      const { origin, pathname, search } = new URL(href);
      const next = pageOf(routes, href);
      if (origin !== there.origin || known.has(pathname) || !next) continue;
      const so_far = [...known].filter((one) => pageOf(routes, origin + one) === next).length;
      if (so_far >= ADDRESSES_MAX) continue;
      known.add(pathname);
      waiting.push([next, pathname + search.replace(/[?&]lang=\w+/, '')]);
    }
  }
  return found;
}

/** An address in a language. */
export function inLanguage(address, language) {
  return `${address}${address.includes('?') ? '&' : '?'}lang=${language}`;
}
