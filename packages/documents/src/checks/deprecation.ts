import type { CatalogDocument } from '../document.ts';
import type { Report } from './report.ts';

/** A document is deprecated since a version that it has reached, and never in favour of itself. */
export const checkDeprecation = ({ deprecation, metadata }: CatalogDocument, report: Report): void => {
  if (deprecation === undefined) return;
  if (compareVersions(deprecation.since, metadata.version) > 0) {
    const message = `Version ${metadata.version} is older than ${deprecation.since}.`;
    report('DEPRECATION_IN_FUTURE', ['deprecation', 'since'], message, { hint: 'raise metadata.version' });
  }
  if (deprecation.replacedBy === metadata.id) {
    report('REPLACEMENT_UNKNOWN', ['deprecation', 'replacedBy'], 'A document cannot replace itself.');
  }
};

const compareVersions = (a: string, b: string): number => {
  const [left, right] = [core(a), core(b)];
  const index = left.findIndex((part, position) => part !== right[position]);
  return index === -1 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
};

const core = (version: string): readonly number[] => (version.split(/[-+]/)[0] ?? '').split('.').map(Number);
