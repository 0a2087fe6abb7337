// An issuer that isn't ours, with people of its own; and somebody who follows where they are led.

import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';

import { Provider } from 'oidc-provider';

export const AUDIENCE = 'kanzlei';
export const CLIENT = 'kanzlei-portal';
export const PORTAL_SECRET = 'known to portal and issuer';
const PROGRAM = 'gate';
const PROGRAM_SECRET = 'known to gate and issuer';

/** What the issuer says of whom. */
export const PEOPLE = {
  anna: { name: 'Anna Muster' },
  clara: { name: 'Clara Muster', office: { number: 1061, roles: ['case-handling'] } },
  stranger: { name: 'Stefan Fremd', office: { number: 1061, roles: ['cleaning'] } },
};

/** A key that signs in this way. */
function key(alg) {
  const kinds = {
    RS256: ['rsa', { modulusLength: 2048 }],
    ES256: ['ec', { namedCurve: 'P-256' }],
  };
  const { privateKey } = generateKeyPairSync(...kinds[alg]);
  return { ...privateKey.export({ format: 'jwk' }), kid: `key-${alg}`, alg, use: 'sig' };
}

/** An issuer on this machine, whose tokens are signed in this way. */
export class Issuer {
  static async started(alg) {
    const server = createServer((request, response) => issuer.answer(request, response));
    const issuer = new Issuer(alg, server);
    await new Promise((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    issuer.address = `http://127.0.0.1:${server.address().port}`;
    return issuer;
  }

  constructor(alg, server) {
    this.alg = alg;
    this.server = server;
    /** Who signs in next, and how strongly. */
    this.next = 'anna';
  }

  /** Knows a portal at this address from now on. */
  serve(portal) {
    this.provider = new Provider(this.address, {
      jwks: { keys: [key(this.alg)] },
      clients: [
        {
          client_id: CLIENT,
          client_secret: PORTAL_SECRET,
          redirect_uris: [`${portal}/sign-in/callback`],
          post_logout_redirect_uris: [`${portal}/`],
          backchannel_logout_uri: `${portal}/sign-in/ended`,
          backchannel_logout_session_required: true,
          id_token_signed_response_alg: this.alg,
        },
        {
          client_id: PROGRAM,
          client_secret: PROGRAM_SECRET,
          id_token_signed_response_alg: this.alg,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      acrValues: ['password', 'two-factors'],
      claims: { openid: ['sub', 'name', 'office'], acr: null },
      conformIdTokenClaims: false,
      findAccount: (_, accountId) => ({
        accountId,
        claims: async () => ({ sub: accountId, ...PEOPLE[accountId] }),
      }),
      // By itself it asks nobody on its own machine, where the portal under test is.
      fetch: (url, { dispatcher, ...options }) => fetch(url, options),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        clientCredentials: { enabled: true },
        rpInitiatedLogout: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: '',
            audience: AUDIENCE,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: this.alg } },
          }),
        },
      },
      extraTokenClaims: () => PEOPLE.clara,
      ttl: {
        AccessToken: 600,
        ClientCredentials: 600,
        Grant: 600,
        IdToken: 600,
        Interaction: 600,
        Session: 600,
      },
    });
    this.handle = this.provider.callback();
  }

  async answer(request, response) {
    if (request.url.startsWith('/interaction/')) await this.interact(request, response);
    else this.handle(request, response);
  }

  /** Nobody is asked for a password: it is whoever is next, and they agree to everything. */
  async interact(request, response) {
    const { prompt, params, session } = await this.provider.interactionDetails(request, response);
    if (prompt.name === 'login') {
      const acr = params.acr_values?.split(' ').at(-1) ?? 'password';
      const login = { accountId: this.next, acr, amr: ['pwd'], remember: false };
      await this.provider.interactionFinished(request, response, { login });
      return;
    }
    const { accountId } = session;
    const grant = new this.provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const consent = { grantId: await grant.save() };
    await this.provider.interactionFinished(request, response, { consent });
  }

  /** A token for a program of its own. */
  async token() {
    const basic = Buffer.from(`${PROGRAM}:${PROGRAM_SECRET}`).toString('base64');
    const resource = 'https://kanzlei.example.ch';
    const body = new URLSearchParams({ grant_type: 'client_credentials', resource });
    const headers = { authorization: `Basic ${basic}` };
    const answer = await fetch(`${this.address}/token`, { method: 'POST', headers, body });
    const given = await answer.json();
    if (!given.access_token) throw new Error(`no token: ${JSON.stringify(given)}`);
    return given.access_token;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** What a browser keeps, by host, while it is led from one to the other. */
export class Follower {
  #cookies = new Map();

  async once(url, options = {}) {
    const { host } = new URL(url);
    const own = this.#cookies.get(host) ?? new Map();
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...options.headers, cookie };
    const answer = await fetch(url, { ...options, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...rest] = line.split(';');
      const at = pair.indexOf('=');
      const gone = rest.some((part) => /^ (max-age=0|expires=thu, 01 jan 1970)/i.test(part));
      if (gone) own.delete(pair.slice(0, at));
      else own.set(pair.slice(0, at), pair.slice(at + 1));
    }
    this.#cookies.set(host, own);
    return answer;
  }

  /** The answer to which one is led in the end: its address, status and text. */
  async open(url, options) {
    let place = url;
    let answer = await this.once(place, options);
    for (let led = 0; answer.headers.has('location'); led += 1) {
      if (led > 12) throw new Error(`led around, at last to ${place}`);
      place = new URL(answer.headers.get('location'), place).href;
      await answer.text();
      answer = await this.once(place);
    }
    return { place, status: answer.status, text: await answer.text() };
  }

  /** Sends the form of a page, with this on top. */
  async submit({ place, text }, more) {
    const action = text.match(/<form[^>]* action="([^"]+)"/)[1];
    const hidden = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const body = new URLSearchParams(hidden.map(([, name, value]) => [name, value]));
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    return this.open(new URL(action, place).href, { method: 'POST', body });
  }
}
