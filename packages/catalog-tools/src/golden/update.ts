import { editYaml } from '@pao/documents';
import type { GoldenInput, GoldenReport } from './run.ts';

/** The test file with what its documents make of the inputs now; undefined when nothing has to change. */
export const updateGoldenFile = ({ text }: GoldenInput, { broken, results }: GoldenReport): string | undefined => {
  if (broken !== undefined) return undefined;
  const edits = results.flatMap(({ passed, actual }, index) =>
    passed ? [] : [{ path: ['tests', index, 'expect'], value: actual }],
  );
  return edits.length > 0 ? editYaml(text, edits) : undefined;
};
