import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { API_PREFIX } from '@pao/contracts';
import type { Callbacks } from '../../core/ports/callbacks.ts';

export interface CallbacksOptions {
  /** Where targets reach the API. */
  readonly publicUrl: string | undefined;
  /** The first makes new addresses, all are good. */
  readonly keys: readonly Uint8Array[];
}

const TOKEN = /^(?<place>(?<requestId>[\da-f-]{36})\.(?<position>\d{1,4})\.(?<generation>\d{1,9}))\.(?<mac>[\w-]{43})$/;

const derive = (key: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', 'pao callback address v1', 32));

const macOf = (key: Uint8Array, place: string): Buffer => createHmac('sha256', key).update(place).digest();

/** Addresses that carry a keyed digest of the attempt they are for. Undefined without an address of our own, or without a key. */
export const createCallbacks = ({ publicUrl, keys }: CallbacksOptions): Callbacks | undefined => {
  const derived = keys.map(derive);
  const [first] = derived;
  if (publicUrl === undefined || first === undefined) return undefined;
  const base = `${publicUrl.replace(/\/+$/, '')}${API_PREFIX}/callbacks/`;
  return {
    urlOf: ({ id }, { position, generation }) => {
      const place = `${id}.${position}.${generation}`;
      return `${base}${place}.${macOf(first, place).toString('base64url')}`;
    },
    read: (token) => {
      const { place = '', requestId = '', position, generation, mac = '' } = TOKEN.exec(token)?.groups ?? {};
      const given = Buffer.from(mac, 'base64url');
      if (given.length === 0 || given.toString('base64url') !== mac) return undefined;
      // Every key is tried, so that the time does not say which one it was.
      const good = derived.filter((key) => timingSafeEqual(macOf(key, place), given));
      return good.length > 0 ? { requestId, position: Number(position), generation: Number(generation) } : undefined;
    },
  };
};
