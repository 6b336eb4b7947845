import type { Route } from '@pao/http';
import { callbackRoute } from '../adapters/http/callbacks.ts';
import { createCallbacks } from '../adapters/node/callbacks.ts';
import type { Config } from '../config.ts';
import type { Callbacks } from '../core/ports/callbacks.ts';
import type { Dependencies } from '../core/use-cases/dependencies.ts';
import { receiveCallback } from '../core/use-cases/receive-callback.ts';

/** Keys of secrets come second, so that callbacks may have one of their own; wrapped ones were opened before. */
export const openCallbacks = ({ callbacks: { publicUrl, key }, dataKeys }: Config): Callbacks | undefined => {
  const keys = dataKeys.flatMap((dataKey) => ('bytes' in dataKey ? [dataKey.bytes] : []));
  return createCallbacks({ publicUrl, keys: key ? [key, ...keys] : keys });
};

export const wireCallbacks = (dependencies: Dependencies): readonly Route[] => [
  callbackRoute(receiveCallback({ ...dependencies, callbacks: dependencies.callbacks })),
];
