import { type Finding, parseDocument, validateCatalog, writeYaml } from '@pao/documents';
import { err, ok, type Result } from '@pao/kernel';
import { commentOf, documentOf, type Target } from './document.ts';
import { ANY_NAME_PATTERN, type Conversion, NO_ORIGIN } from './draft.ts';
import { leaveInexact } from './exact.ts';
import type { Remark } from './remarks.ts';
import { repairOf } from './repair.ts';

/** A document that the validator accepts, and how it differs from its source. */
export interface Imported {
  readonly id: string;
  /** From the root of the catalog repository. */
  readonly path: string;
  readonly text: string;
  readonly remarks: readonly Remark[];
  readonly warnings: readonly Finding[];
}

export interface ImportError {
  readonly message: string;
}

// Every round takes at least one piece away; a source has at most some thousand.
const MAX_ROUNDS = 100;

/**
 * Writes the document and validates it; pieces that would not be valid are taken out and listed, until what is left is.
 * An error says why no valid document can be made.
 */
export const settle = (conversion: Conversion, target: Target): Result<Imported, ImportError> => {
  const { draft, remarks } = conversion;
  const path = `catalog/${target.category}/${target.id}.yaml`;
  leaveInexact(draft, remarks);
  if (draft.name.validation.pattern === undefined) {
    draft.name.validation = { pattern: ANY_NAME_PATTERN, ...draft.name.validation };
  }
  if (draft.name.origin === NO_ORIGIN) {
    remarks.change(
      NO_ORIGIN,
      'the field name is added',
      'every document asks for a name',
      'see whether its pattern fits',
    );
  }
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    draft.groups = draft.groups.filter((group) => group.fields.length > 0);
    const text = writeYaml(documentOf(draft, target), { comment: commentOf(draft, remarks.list) });
    const { findings } = validateCatalog([parseDocument(text, { path })]);
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return ok({ id: target.id, path, text, remarks: remarks.list, warnings: findings });
    const repairs = errors.map((finding) => repairOf(draft, finding, remarks));
    const refused = errors.find((_, index) => repairs[index] === undefined);
    if (refused !== undefined) {
      return err({
        message: `no valid document can be made: ${refused.code} ${refused.message} (${refused.pointer ?? ''})`,
      });
    }
    for (const repair of repairs) repair?.();
  }
  return err({ message: `no valid document can be made within ${MAX_ROUNDS} rounds of leaving pieces out` });
};
