import { createHash, createHmac } from 'node:crypto';
import test from 'ava';
import { Sha256 } from './sha256.ts';

const hex = async (sha: Sha256): Promise<string> => Buffer.from(await sha.digest()).toString('hex');

const bytes = Buffer.from('ünd more');
/** A part of a larger buffer, as those of the SDK are. */
const view = new Uint8Array(bytes.buffer, bytes.byteOffset, 4);

test('digests are those of Node.js, however the data comes', async (t) => {
  const sha = new Sha256();
  t.is(await hex(sha), createHash('sha256').digest('hex'));
  sha.update('ä text');
  t.is(await hex(sha), createHash('sha256').update('ä text').digest('hex'));
  sha.update(view);
  t.is(await hex(sha), createHash('sha256').update('ä text').update(view).digest('hex'));
  sha.reset();
  sha.update(view);
  t.is(await hex(sha), createHash('sha256').update(view).digest('hex'));
});

test('with a secret they are keyed', async (t) => {
  for (const secret of ['AWS4secret', view]) {
    const sha = new Sha256(secret);
    sha.update('20261121');
    sha.update(view);
    t.is(await hex(sha), createHmac('sha256', secret).update('20261121').update(view).digest('hex'));
    sha.reset();
    sha.update('again');
    t.is(await hex(sha), createHmac('sha256', secret).update('again').digest('hex'));
  }
});
