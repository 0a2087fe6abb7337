// The real program, started on a store of its own, and ended.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');

/** The program under test. `cargo xtask test` says which; by itself it is what cargo built last. */
export const program = process.env.KANZLEI_PROGRAM ?? join(root, 'target/debug/kanzlei');

/** Where screenshots and reports go. */
export const artefacts = process.env.KANZLEI_ARTEFACTS ?? join(root, 'target/browser');

/** The demonstration's cases in every store. */
const CASES = '300';

/** How long the program may take to answer; a debug build on a busy machine takes some seconds. */
const START_MS_MAX = 120_000;

/** A store with the demonstration's cases that nobody opens: made once for each build. */
function template() {
  const built = statSync(program);
  const place = join(artefacts, `store-${built.size}-${Math.trunc(built.mtimeMs)}`);
  if (!existsSync(place)) {
    mkdirSync(artefacts, { recursive: true });
    const making = mkdtempSync(join(artefacts, 'making-'));
    const { status, stderr } = spawnSync(program, ['--store', making, 'demo', '--cases', CASES], {
      encoding: 'utf8',
      env: environment(),
    });
    if (status !== 0) throw new Error(`the demonstration's store can't be made: ${stderr}`);
    try {
      renameSync(making, place);
    } catch (error) {
      // Another test's file was quicker.
      if (error.code !== 'ENOTEMPTY') throw error;
      rmSync(making, { recursive: true });
    }
  }
  return place;
}

/** What the tester's own settings say of stores doesn't reach the program. */
function environment() {
  const { KANZLEI_STORE, KANZLEI_PASSPHRASE, ...others } = process.env;
  return others;
}

/** Tests are quicker than people. */
const QUICK = ['--reads-per-minute', '1000000', '--writes-per-minute', '1000000'];

/** The running portal. */
export class Portal {
  /** Starts it on a copy of the template. */
  static async started(options = {}) {
    const store = mkdtempSync(join(tmpdir(), 'kanzlei-browser-'));
    cpSync(template(), store, { recursive: true });
    const portal = new Portal(store, options);
    await portal.start();
    return portal;
  }

  constructor(store, { more = QUICK } = {}) {
    this.store = store;
    this.more = more;
    this.port = 0;
    this.said = '';
  }

  /** Starts the program, again on the port that it had: what a browser shows must go on working. */
  async start() {
    const words = ['--store', this.store, 'portal', '--port', String(this.port), ...this.more];
    this.child = spawn(program, words, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((done) => {
      this.child.once('exit', (code, signal) => done({ code, signal }));
    });
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.said += text;
    });
    this.address = await this.#told();
    this.port = Number(new URL(this.address).port);
  }

  /** The address, which stands on a line of its own. */
  #told() {
    return new Promise((tell, fail) => {
      const late = setTimeout(() => fail(new Error(`no address yet: ${this.said}`)), START_MS_MAX);
      this.ended.then(({ code, signal }) => {
        clearTimeout(late);
        fail(new Error(`the program ended with ${code ?? signal}: ${this.said}`));
      });
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        this.said += `${line}\n`;
        const address = line.trim().match(/^https?:\/\/[^\s/]+\/?$/);
        if (address) {
          clearTimeout(late);
          tell(address[0].replace(/\/$/, ''));
        }
      });
    });
  }

  /** Ends it as Ctrl-C does. It must end well, having complained of nothing. */
  async interrupt() {
    this.child.kill('SIGINT');
    const { code, signal } = await this.ended;
    if (signal || (code !== 0 && code !== 130) || this.said.includes('panicked')) {
      throw new Error(`the program ended with ${code ?? signal}: ${this.said}`);
    }
  }

  /** Ends it as a power cut does. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Runs another command on the store, which nobody else may have open meanwhile. */
  run(...words) {
    const { status, stdout, stderr } = spawnSync(program, ['--store', this.store, ...words], {
      encoding: 'utf8',
      env: environment(),
    });
    if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Bytes that it keeps in memory. */
  resident() {
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(this.child.pid)], {
      encoding: 'utf8',
    });
    return Number(stdout.trim()) * 1024;
  }

  async close() {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.interrupt();
    rmSync(this.store, { recursive: true, force: true });
  }
}
