// Chromium, and visitors: each with cookies of their own, and whatever went wrong on their pages.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { artefacts } from './program.mjs';

/** Nothing of a browser that talks to its makers. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long to wait for a page or a control: a debug build on a busy machine is slow. */
const WAIT_MS_MAX = 12_000;

export async function browser() {
  return chromium.launch({
    executablePath: process.env.KANZLEI_CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
}

/** Somebody at a device of their own. */
export class Visitor {
  /**
   * @param options of playwright's `newContext`; `address` is where relative addresses begin.
   */
  static async arrived(browser, address, options = {}) {
    const visitor = new Visitor();
    visitor.faults = [];
    visitor.excused = [];
    visitor.address = address;
    visitor.context = await browser.newContext({
      baseURL: address,
      locale: 'de-CH',
      timezoneId: 'Europe/Zurich',
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    visitor.context.setDefaultTimeout(WAIT_MS_MAX);
    visitor.context.on('page', (page) => visitor.#watch(page));
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  /** Errors on the console (violations of the content policy are among them), scripts that failed
   * and requests without an answer are faults. A page that the visitor leaves ends its requests. */
  #watch(page) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${error.stack}`));
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? 'failed';
      if (why !== 'net::ERR_ABORTED') this.faults.push(`${request.url()}: ${why}`);
    });
    page.on('response', (answer) => {
      if (answer.status() >= 500) this.faults.push(`${answer.url()}: ${answer.status()}`);
    });
  }

  /** What is meant to go wrong, such as a page that isn't found. */
  excuse(pattern) {
    this.excused.push(pattern);
  }

  /** Fails if anything went wrong that wasn't excused. */
  assertNoFaults() {
    const left = this.faults.filter((fault) => !this.excused.some((one) => one.test(fault)));
    assert.deepEqual(left, []);
  }

  async close() {
    await this.context.close();
    this.assertNoFaults();
  }

  /** Keeps what the whole page looks like. */
  async picture(name) {
    mkdirSync(artefacts, { recursive: true });
    await this.page.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true });
  }
}
