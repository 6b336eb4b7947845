import type { JsonObject } from '@pao/kernel';

/** JSON text of one output, in UTF-16 code units, and of all outputs of a task: a message takes 256 KiB of UTF-8. */
const MAX_OUTPUT = 32_768;
const MAX_OUTPUTS = 65_536;

/**
 * The outputs that fit into a message. What does not is left out and named: the effect is done, so the task did succeed, and a
 * later task that needs the output says that it is missing.
 */
export const fitOutputs = (
  outputs: JsonObject,
): { readonly outputs: JsonObject; readonly dropped: readonly string[] } => {
  const dropped: string[] = [];
  let total = 0;
  const kept = Object.entries(outputs).filter(([name, value]) => {
    const size = JSON.stringify(value)?.length ?? 0;
    const fits = size <= MAX_OUTPUT && total + size <= MAX_OUTPUTS;
    if (fits) total += size;
    else dropped.push(name);
    return fits;
  });
  return { outputs: dropped.length === 0 ? outputs : Object.fromEntries(kept), dropped };
};
