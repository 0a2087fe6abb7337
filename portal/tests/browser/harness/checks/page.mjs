// What every page must say of itself, and how large what one touches must be.

/** CSS px, by WCAG 2.5.5 and the portal's own rule. */
const TARGET_MIN = 44;

/** Title, language and heading; a page has one `h1` and one `main`. */
export async function identity(page, language) {
  return page.evaluate((language) => {
    const faults = [];
    const lang = document.documentElement.lang;
    if (lang.split('-')[0] !== language) faults.push(`lang is “${lang}”, not “${language}”`);
    for (const [what, count] of [['h1', 1], ['main', 1]]) {
      const there = document.querySelectorAll(what).length;
      if (there !== count) faults.push(`${there} × ${what}`);
    }
    const heading = document.querySelector('h1')?.textContent.trim();
    if (!heading) faults.push('an empty h1');
    const title = document.title.trim();
    if (title.split(/ [–|-] /).filter(Boolean).length < 2) faults.push(`the title “${title}” names no page`);
    if (/[{}]|undefined|\bNone\b|Some\(/.test(document.body.innerText)) faults.push('a placeholder is seen');
    return faults;
  }, language);
}

/** Links of one name lead to one place, and a name contains what is seen. */
export async function links(page) {
  return page.evaluate(() => {
    const faults = [];
    const places = new Map();
    const clean = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
    for (const link of document.querySelectorAll('main a[href]')) {
      const seen = clean(link.innerText);
      const by = link.getAttribute('aria-labelledby');
      const given = by
        ? by.split(' ').map((id) => document.getElementById(id)?.textContent).join(' ')
        : link.getAttribute('aria-label');
      const name = clean(given ?? (link.textContent || link.querySelector('[alt]')?.alt || link.querySelector('title')?.textContent));
      if (!name) faults.push(`a link to ${link.getAttribute('href')} has no name`);
      if (seen && given && !name.includes(seen)) faults.push(`the link “${seen}” is called “${name}”`);
      const before = places.get(name);
      if (before && before !== link.href) faults.push(`two links “${name}”: ${before}, ${link.href}`);
      places.set(name, link.href);
    }
    return faults;
  });
}

/** What one touches is large enough. A link inside a sentence is as high as its line. */
export async function targets(page) {
  return page.evaluate((min) => {
    const faults = [];
    for (const one of document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button]')) {
      if (one.type === 'hidden' || !one.checkVisibility()) continue;
      const boxes = [one, ...(one.labels ?? [])].map((part) => part.getBoundingClientRect());
      const width = Math.max(...boxes.map((box) => box.width));
      const height = Math.max(...boxes.map((box) => box.height));
      if (boxes[0].width <= 1 || boxes[0].right <= 0 || boxes[0].bottom + scrollY <= 0) continue;
      const around = one.parentElement;
      const sentence = one.tagName === 'A' && getComputedStyle(one).display === 'inline'
        && around.innerText.trim().length > one.innerText.trim().length;
      if (!sentence && (width < min - 0.5 || height < min - 0.5)) {
        const name = (one.innerText || one.getAttribute('aria-label') || one.name || '').trim().slice(0, 40);
        faults.push(`${one.tagName.toLowerCase()} “${name}” is ${Math.round(width)} × ${Math.round(height)} px`);
      }
    }
    return faults;
  }, TARGET_MIN);
}

/** Nothing moves for those who asked for stillness. */
export async function stillness(page) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const faults = await page.evaluate(() => {
    const faults = document.getAnimations().map((one) => `an animation on ${one.effect?.target?.tagName}`);
    for (const one of document.querySelectorAll('*')) {
      const { transitionDuration, animationName } = getComputedStyle(one);
      if (parseFloat(transitionDuration) > 0.01) faults.push(`${one.tagName.toLowerCase()}.${one.className} has a transition`);
      if (animationName !== 'none') faults.push(`${one.tagName.toLowerCase()}.${one.className} is animated`);
    }
    return [...new Set(faults)];
  });
  await page.emulateMedia({ reducedMotion: null });
  return faults;
}
