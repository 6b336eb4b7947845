import { createHmac, type Hmac, hash } from 'node:crypto';

type Data = string | ArrayBuffer | ArrayBufferView;

const bytesOf = (data: Data): string | Uint8Array => {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
};

/**
 * What the SDK signs its calls with. One look at the whole costs a third of a hash that is set up for a stream, and the SDK
 * hashes each call's body and headers.
 */
export class Sha256 {
  readonly #secret: string | Uint8Array | undefined;
  #hmac: Hmac | undefined;
  #parts: (string | Uint8Array)[] = [];

  constructor(secret?: Data) {
    this.#secret = secret === undefined ? undefined : bytesOf(secret);
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
    this.#hmac = this.#secret === undefined ? undefined : createHmac('sha256', this.#secret);
  }
}
