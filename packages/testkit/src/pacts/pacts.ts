import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson, type Json, type JsonObject } from '@pao/kernel';

const FOLDER = new URL('../../../../contracts/pacts/', import.meta.url);

export interface PactParties {
  readonly consumer: string;
  readonly provider: string;
}

const fileName = ({ consumer, provider }: PactParties): string => `${consumer}-${provider}.json`;

/** Path of the committed pact of two parties. Also tells Pact, which reports its use elsewhere, not to. */
export const pactFile = (parties: PactParties): string => {
  process.env.PACT_DO_NOT_TRACK = 'true';
  return fileURLToPath(new URL(fileName(parties), FOLDER));
};

export interface PactDraft {
  /** What `Pact` is constructed with, so that it writes the draft into a folder of its own. */
  readonly options: PactParties & { readonly dir: string; readonly logLevel: 'error' };
  /**
   * What the consumer asks for now, and what is committed (null: nothing), both in one order and without versions of tools.
   * With `PAO_WRITE_PACTS=1` in the environment the draft is committed first. Removes the folder: to be called once, at the end.
   */
  settle(): Promise<SettledPact>;
}

export interface SettledPact {
  readonly drafted: Json;
  readonly committed: Json;
  /** For whoever finds that the two differ. */
  readonly hint: string;
}

interface PactDocument extends JsonObject {
  readonly metadata: JsonObject;
  readonly interactions: readonly JsonObject[];
}

const canonical = (text: string): Json => {
  const pact = JSON.parse(text) as PactDocument;
  const interactions = pact.interactions.map((interaction) => [canonicalJson(interaction.description ?? ''), interaction]);
  const sorted = interactions.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)).map(([, interaction]) => interaction);
  const { pactSpecification = null } = pact.metadata;
  return JSON.parse(canonicalJson({ ...pact, interactions: sorted, metadata: { pactSpecification } })) as Json;
};

/** Null when there is no such file. */
const readPact = async (path: string): Promise<Json> => {
  try {
    return canonical(await readFile(path, 'utf8'));
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
};

/** A pact in the making: interactions are added by the consumer's tests, then it is compared with the committed one. */
export const draftPact = async (parties: PactParties): Promise<PactDraft> => {
  const path = pactFile(parties);
  const dir = await mkdtemp(join(tmpdir(), 'pao-pact-'));
  return {
    options: { ...parties, dir, logLevel: 'error' },
    settle: async () => {
      try {
        const drafted = await readPact(join(dir, fileName(parties)));
        if (drafted !== null && process.env.PAO_WRITE_PACTS === '1') await writeFile(path, `${JSON.stringify(drafted, null, 2)}\n`);
        return { drafted, committed: await readPact(path), hint: `PAO_WRITE_PACTS=1 with the same test rewrites ${path}` };
      } finally {
        await rm(dir, { recursive: true });
      }
    },
  };
};
