import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { exportJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { createIdentitySigner, createIdentityVerifier, generateIdentityKeys, type Identity } from './index.ts';

const identity: Identity = {
  subject: 'user:dev',
  name: 'Dev',
  email: 'dev@example.test',
  teams: ['payments'],
  roles: ['developer'],
  tenant: 'default',
};

const start = 1_700_000_000_000;

const setup = async () => {
  let time = start;
  const now = () => time;
  const keys = await generateIdentityKeys();
  return {
    keys,
    signer: createIdentitySigner({ ...keys, now, lifetimeSeconds: 100 }),
    verifier: createIdentityVerifier({ ...keys, now }),
    pass: (seconds: number) => {
      time += seconds * 1_000;
    },
  };
};

test('a service learns from the token who calls', async (t) => {
  const { signer, verifier } = await setup();
  const token = await signer.sign(identity);
  t.deepEqual(await verifier.verify(token), { ok: true, value: identity });
});

test('a name may be absent', async (t) => {
  const { signer, verifier } = await setup();
  const { name: _, ...nameless } = identity;
  t.deepEqual(await verifier.verify(await signer.sign(nameless)), { ok: true, value: nameless });
});

test('the same identity gets the same token until half of its life is over', async (t) => {
  const { signer, pass } = await setup();
  const first = await signer.sign(identity);
  pass(49);
  t.is(await signer.sign(identity), first);
  pass(2);
  t.not(await signer.sign(identity), first);
  t.not(await signer.sign({ ...identity }), first);
});

test('a token ends, also one that was seen while it was good', async (t) => {
  const { signer, verifier, pass } = await setup();
  const token = await signer.sign(identity);
  t.true((await verifier.verify(token)).ok);
  pass(99);
  t.true((await verifier.verify(token)).ok);
  pass(32);
  t.false((await verifier.verify(token)).ok);
});

test('the keys of another gateway are not trusted', async (t) => {
  const { verifier } = await setup();
  const { signer } = await setup();
  t.like(await verifier.verify(await signer.sign(identity)), { ok: false, error: { kind: 'invalid-identity' } });
});

test('a new key and the old one are trusted side by side while keys are changed', async (t) => {
  const [old, fresh] = [await setup(), await setup()];
  const publicKeys = { keys: [...old.keys.publicKeys.keys, ...fresh.keys.publicKeys.keys] };
  const verifier = createIdentityVerifier({ publicKeys, now: () => start });
  for (const { signer } of [old, fresh]) t.true((await verifier.verify(await signer.sign(identity))).ok);
});

const claims = { email: 'a@b.test', teams: [], roles: ['admin'], tenant: 'default' };

const forge = async (change: (token: SignJWT) => SignJWT, payload: JWTPayload = claims, typ?: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const verifier = createIdentityVerifier({ publicKeys: { keys: [await exportJWK(publicKey)] }, now: () => start });
  const token = new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', typ: typ ?? 'pao-identity+jwt' })
    .setSubject('x')
    .setIssuer('pao-gateway')
    .setAudience('pao-services')
    .setIssuedAt(start / 1_000)
    .setExpirationTime(start / 1_000 + 60);
  return verifier.verify(await change(token).sign(privateKey));
};

test('a token is good only with the right issuer, audience, type, times and claims', async (t) => {
  t.true((await forge((token) => token)).ok);
  const forgeries: [string, (token: SignJWT) => SignJWT, JWTPayload?][] = [
    ['another issuer', (token) => token.setIssuer('other')],
    ['another audience', (token) => token.setAudience('browsers')],
    ['over', (token) => token.setExpirationTime(start / 1_000 - 31)],
    ['not yet begun', (token) => token.setNotBefore(start / 1_000 + 31)],
    ['no subject', (token) => token.setSubject('')],
    ['no tenant', (token) => token, { ...claims, tenant: '' }],
    ['roles that are no list', (token) => token, { ...claims, roles: 'admin' }],
  ];
  for (const [what, change, payload] of forgeries) t.false((await forge(change, payload)).ok, what);
  t.false((await forge((token) => token, claims, 'JWT')).ok);
});

test('a token without a signature, or signed with a shared secret, is refused', async (t) => {
  const { verifier, keys } = await setup();
  const unsecured = new UnsecuredJWT(claims).setSubject('x').setIssuer('pao-gateway').setAudience('pao-services');
  const secret = Buffer.from(JSON.stringify(keys.publicKeys.keys[0]));
  const shared = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'pao-identity+jwt' }).setSubject('x');
  for (const token of [unsecured.encode(), await shared.sign(secret), '', 'a.b.c', 'x'.repeat(10_000)]) {
    t.false((await verifier.verify(token)).ok);
  }
});

test('a changed token is refused, whichever character was changed', async (t) => {
  const { signer, verifier } = await setup();
  const token = await signer.sign(identity);
  for (let at = 0; at < token.length; at += 1) {
    // The last character of the signature carries two unused bits.
    if (token[at] === '.' || at === token.length - 1) continue;
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    t.false((await verifier.verify(changed)).ok, `at ${at}`);
  }
});
