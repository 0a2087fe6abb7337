// The people of the demonstration, and how they sign in.

/** One of each kind, as the demonstration's issuer knows them; it is `resident-2`'s turn. */
export const PEOPLE = ['resident-2', 'clerk-luzern', 'steward-luzern', 'overseer', 'operator'];

/** Signs somebody in as people do: by the page of the issuer, which the portal leads to. */
export async function signIn({ page }, person, { path = '/', assurance } = {}) {
  await page.goto(path);
  // What is for nobody but who is signed in leads there by itself.
  if (!new URL(page.url()).pathname.startsWith('/issuer/')) {
    await page.locator('header .account a').click();
  }
  await chosen(page, person, assurance);
}

/** Chooses who one is, on the issuer's page, and waits for the portal's. */
export async function chosen(page, person, assurance) {
  await page.waitForURL(/\/issuer\/authorize/);
  if (assurance) await page.locator(`input[name=assurance][value=${assurance}]`).check();
  await page.locator(`button[name=person][value="${person}"]`).click();
  await page.waitForURL((url) => !/\/(issuer|sign-in)\//.test(url.pathname));
}

/** A token of somebody's, as programs get it. */
export async function token(portal, person, assurance = 'substantial') {
  const answer = await fetch(`${portal.address}/issuer/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', person, assurance }),
  });
  if (!answer.ok) throw new Error(`no token for ${person}: ${await answer.text()}`);
  return (await answer.json()).access_token;
}
