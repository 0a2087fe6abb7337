// What happens on a page while it lives: whether the focus gets lost, and how often it speaks.

/** Watches all of a visitor's pages from their beginning; ask by `lostFocus` and `spoken`. */
export async function watch(context) {
  await context.addInitScript(() => {
    window.__lost = [];
    window.__spoken = [];
    let last = null;
    document.addEventListener('focusin', (event) => {
      last = event.target;
    });
    const region = (node) => {
      const one = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
      return one?.closest('[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]');
    };
    new MutationObserver((changes) => {
      const spoke = new Set(changes.map((change) => region(change.target)).filter(Boolean));
      for (const one of spoke) window.__spoken.push(one.innerText.trim());
      if (last && !last.isConnected && document.activeElement === document.body) {
        window.__lost.push(`${last.tagName.toLowerCase()}#${last.id} “${last.innerText?.slice(0, 40) ?? ''}”`);
        last = null;
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
}

/** What had the focus when it was taken away, with nothing in its place. */
export const lostFocus = (page) => page.evaluate(() => window.__lost.splice(0));

/** What the page said to a screen reader since one last asked. */
export const spoken = (page) => page.evaluate(() => window.__spoken.splice(0));
