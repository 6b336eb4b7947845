import { type Rehearsal, type RehearsalOptions, rehearse } from '@pao/catalog-tools';
import type { PlanError } from '@pao/documents';
import type { Result } from '@pao/kernel';
import type { GetDocument } from './get-document.ts';
import { itemsOf } from './offered-documents.ts';
import type { DocumentChoice, NotOpened, OpenDocument } from './open-document.ts';

export interface TestVariablesCommand extends Omit<RehearsalOptions, 'items'> {
  readonly choice: DocumentChoice;
}

export type TestVariables = (command: TestVariablesCommand) => Promise<Result<Rehearsal, NotOpened | PlanError>>;

/**
 * Renders every action of a document for an input; nothing leaves the process.
 * @param getAny a bundle that is offered is carried out with its items, whoever may see these; one that somebody writes shows no
 * more than its author may see.
 */
export const createTestVariables =
  (openDocument: OpenDocument, getDocument: GetDocument, getAny: GetDocument): TestVariables =>
  async ({ choice, ...options }) => {
    const opened = await openDocument(choice);
    if (!opened.ok) return opened;
    const { document } = opened.value;
    return rehearse(document, {
      ...options,
      items: await itemsOf(choice.kind === 'offered' ? getAny : getDocument, document),
    });
  };
