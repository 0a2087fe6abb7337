// What the tests of a file play on: a portal of their own, and a browser.

import { after, before } from 'node:test';

import { Visitor, browser } from './browser.mjs';
import { signIn } from './people.mjs';
import { Portal } from './program.mjs';

/** Sets it up before a file's tests and clears it away after them. */
export function staged() {
  const stage = {
    /** Somebody who comes to the portal with a browser of their own; signed in, if it is said as whom. */
    async arrived(person, options) {
      const visitor = await Visitor.arrived(stage.chromium, stage.portal.address, options);
      if (person) await signIn(visitor, person);
      return visitor;
    },
  };
  before(async () => {
    [stage.portal, stage.chromium] = await Promise.all([Portal.started(), browser()]);
  });
  after(async () => {
    await stage.chromium?.close();
    await stage.portal?.close();
  });
  return stage;
}
