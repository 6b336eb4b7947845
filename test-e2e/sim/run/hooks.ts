import { type ResolveFnOutput, registerHooks } from 'node:module';
import { applyEdits, type Mutant } from '../mutants/mutant.ts';

/** The product sleeps by this module; in a run it sleeps in virtual time. */
const TIMERS = new URL('../engine/timers-promises.ts', import.meta.url).href;
const ROOT = new URL('../../../', import.meta.url).href;

/** Has to be called before the first import of the product. */
export const installHooks = (mutant: Mutant | undefined): void => {
  const known = new Map<string, ResolveFnOutput>();
  registerHooks({
    resolve: (specifier, context, next) => {
      const isOurs = context.parentURL?.includes('/node_modules/') === false;
      if (specifier === 'node:timers/promises' && isOurs) return { url: TIMERS, shortCircuit: true };
      // What is loaded while a run goes on is resolved each time anew.
      const place = `${specifier} ${context.parentURL}`;
      const resolved = known.get(place) ?? next(specifier, context);
      known.set(place, resolved);
      return { ...resolved, shortCircuit: true };
    },
    load: (url, context, next) => {
      const loaded = next(url, context);
      const edits = mutant?.edits.filter(({ file }) => url === `${ROOT}${file}`) ?? [];
      if (edits.length === 0) return loaded;
      const { source = '' } = loaded;
      const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
      return { ...loaded, source: applyEdits(text, edits) };
    },
  });
};
