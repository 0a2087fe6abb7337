// A client that says exactly what a test wants, byte by byte, and hears what comes back.

import { connect } from 'node:net';

/** A connection as it is, without what a client would put right. */
export class Line {
  static async to(address) {
    const { hostname, port } = new URL(address);
    const line = new Line();
    line.socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    line.heard = Buffer.alloc(0);
    line.wake = () => {};
    line.ended = false;
    line.socket.on('data', (bytes) => {
      line.heard = Buffer.concat([line.heard, bytes]);
      line.wake();
    });
    const over = () => {
      line.ended = true;
      line.wake();
    };
    line.socket.on('end', over).on('close', over).on('error', over);
    await new Promise((done, fail) => line.socket.once('connect', done).once('error', fail));
    return line;
  }

  /** Says it, once the system has taken it; nothing if the other side has gone. */
  say(bytes) {
    return new Promise((done) => {
      if (!this.socket.writable) return done();
      this.socket.write(bytes, () => done());
    });
  }

  /** Says no more, and goes on listening. */
  saysNoMore() {
    this.socket.end();
  }

  /** Waits until what was heard satisfies, or the other side has ended: what was heard. */
  async until(satisfied) {
    while (!this.ended && !satisfied(this.heard)) {
      await new Promise((wake) => {
        this.wake = wake;
      });
    }
    return this.heard;
  }

  /** The answer's head and body, once it is whole. */
  async answer() {
    await this.until((heard) => whole(heard));
    return parsed(this.heard);
  }

  /** The answer's head, as soon as it is there. */
  async head() {
    await this.until((heard) => heard.includes('\r\n\r\n'));
    return parsed(this.heard);
  }

  hangUp() {
    this.socket.destroy();
  }
}

function parsed(heard) {
  const end = heard.indexOf('\r\n\r\n');
  if (end < 0) return { status: 0, headers: {}, body: Buffer.alloc(0) };
  const [first, ...lines] = heard.subarray(0, end).toString('latin1').split('\r\n');
  const headers = {};
  for (const line of lines) {
    const at = line.indexOf(':');
    headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
  }
  return { status: Number(first.split(' ')[1]), headers, body: heard.subarray(end + 4) };
}

/** Chunked answers end with an empty chunk, others after so many bytes. */
function whole(heard) {
  const { status, headers, body } = parsed(heard);
  if (!status) return false;
  if (headers['transfer-encoding'] === 'chunked') return body.toString('latin1').endsWith('0\r\n\r\n');
  return body.length >= Number(headers['content-length'] ?? 0);
}
