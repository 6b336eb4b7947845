import { createHmac, createSecretKey, type Hmac, hash, type KeyObject } from 'node:crypto';

type Data = string | ArrayBuffer | ArrayBufferView;

const bytesOf = (data: Data): string | Uint8Array => {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
};

/**
 * Keys made of secrets, which costs five times as much as to use them. The SDK comes with the same two secrets at each call: what was
 * configured, as a text, and the key of the day, which it keeps.
 */
const texts = new Map<string, KeyObject>();
const arrays = new WeakMap<object, KeyObject>();
/** Rotated credentials leave old texts behind. */
const MOST_TEXTS = 4;

const keyOf = (secret: Data): KeyObject => {
  const known = typeof secret === 'string' ? texts.get(secret) : arrays.get(secret);
  if (known) return known;
  const key = createSecretKey(Buffer.from(bytesOf(secret)));
  if (typeof secret !== 'string') arrays.set(secret, key);
  else {
    if (texts.size >= MOST_TEXTS) texts.clear();
    texts.set(secret, key);
  }
  return key;
};

/**
 * What the SDK signs its calls with. One look at the whole costs a third of a hash that is set up for a stream, and the SDK
 * hashes each call's body and headers.
 */
export class Sha256 {
  readonly #key: KeyObject | undefined;
  #hmac: Hmac | undefined;
  #parts: (string | Uint8Array)[] = [];

  constructor(secret?: Data) {
    this.#key = secret === undefined ? undefined : keyOf(secret);
    this.reset();
  }

  update(data: Data): void {
    const bytes = bytesOf(data);
    if (this.#hmac) this.#hmac.update(bytes);
    else this.#parts.push(bytes);
  }

  async digest(): Promise<Uint8Array> {
    if (this.#hmac) return this.#hmac.digest();
    const [first = '', ...more] = this.#parts;
    const whole = more.length === 0 ? first : Buffer.concat(this.#parts.map((part) => Buffer.from(part)));
    return hash('sha256', whole, 'buffer');
  }

  reset(): void {
    this.#parts = [];
    this.#hmac = this.#key && createHmac('sha256', this.#key);
  }
}
