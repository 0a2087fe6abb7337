// Which pages there are, by the portal's own registry, and where each is found by following links.

import { spawnSync } from 'node:child_process';

import { program } from './program.mjs';

/** So many addresses of one page are looked at: a case that is open, one that is over … */
const ADDRESSES_MAX = 3;

/** The portal's routes that are looked at, not done. */
export function registry() {
  const { status, stdout, stderr } = spawnSync(program, ['portal', '--list-pages'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the pages can't be listed: ${stderr}`);
  return JSON.parse(stdout).filter(({ method }) => method === 'GET');
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

/** Follows every link that a visitor sees, from the start: the addresses of each page. What a link
 * only shows differently (`?sort=`) is the same page. */
export async function crawled(visitor, routes) {
  const found = new Map();
  const waiting = ['/'];
  const known = new Set(waiting);
  while (waiting.length > 0) {
    const address = waiting.shift();
    const answer = await visitor.page.goto(address);
    if (!answer.headers()['content-type']?.startsWith('text/html')) continue;
    for (const href of await visitor.page.locator('a[href]').evaluateAll((all) => all.map((one) => one.href))) {
      const { origin, pathname } = new URL(href);
      if (origin !== new URL(visitor.page.url()).origin || known.has(pathname)) continue;
      const page = pageOf(routes, href);
      const so_far = found.get(page) ?? [];
      if (!page || so_far.length >= ADDRESSES_MAX) continue;
      known.add(pathname);
      found.set(page, [...so_far, pathname]);
      waiting.push(pathname);
    }
  }
  if (!found.has('/')) found.set('/', ['/']);
  return found;
}
