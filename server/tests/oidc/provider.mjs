// An OpenID provider for tests. It says where it is in its first line, and ends when its input does.
//
// Who signs in is named by the header `x-who`; `x-who: nobody` presses "cancel". People are kept by PUT /people/SUBJECT
// with their claims as JSON.

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

// Only the first line goes to standard output: nobody reads on.
console.info = console.error;

const [clientId, clientSecret, redirectUri] = process.argv.slice(2);
const people = new Map();

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  cookies: { keys: ['only for tests'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, sub) =>
    people.has(sub) ? { accountId: sub, claims: async () => ({ ...people.get(sub), sub }) } : undefined,
  // Nobody is asked what the site may learn.
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});

async function text(stream) {
  let all = '';
  for await (const part of stream) all += part;
  return all;
}

const protocol = provider.callback();
server.on('request', async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (request.method === 'PUT' && pathname.startsWith('/people/')) {
    people.set(pathname.slice('/people/'.length), JSON.parse(await text(request)));
    response.writeHead(204).end();
  } else if (pathname.startsWith('/interaction/')) {
    const who = request.headers['x-who'];
    const result =
      who === 'nobody'
        ? { error: 'access_denied', error_description: 'pressed "cancel"' }
        : { login: { accountId: who } };
    await provider.interactionFinished(request, response, result);
  } else {
    protocol(request, response);
  }
});

process.stdin.resume().on('end', () => process.exit());
console.log(issuer);
