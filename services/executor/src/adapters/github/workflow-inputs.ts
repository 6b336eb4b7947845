import { err, ok } from '@pao/kernel';
import { type Answered, definite } from '../git/changes.ts';
import { contentSchema } from './answers.ts';
import type { GithubClient } from './client.ts';
import type { GithubWorkflowConfig } from './workflow-config.ts';

/** An input that a workflow may declare: it gets the attempt's name, and can show it in its run's name. */
export const KEY_INPUT = 'pao_key';

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The lines under a key, as far as they stand further in. */
const under = (lines: readonly string[], key: RegExp): readonly string[] => {
  const start = lines.findIndex((line) => key.test(line));
  const first = lines[start];
  if (first === undefined) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => indentOf(line) <= indentOf(first));
  return end < 0 ? rest : rest.slice(0, end);
};

/**
 * Whether a workflow takes the attempt's name. Only the usual way of writing it down is understood; whoever writes it otherwise gets
 * no name, as if it was not declared.
 */
export const declaresKey = (workflow: string): boolean => {
  const lines = workflow.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  const inputs = under(under(lines, /^\s*["']?workflow_dispatch["']?:/), /^\s*inputs:/);
  const depth = inputs[0] === undefined ? 0 : indentOf(inputs[0]);
  return inputs.some((line) => indentOf(line) === depth && /^\s*["']?pao_key["']?\s*:/.test(line));
};

/** GitHub takes so many inputs, an Enterprise Server fewer. */
const maxInputs = ({ isEnterprise }: GithubClient): number => (isEnterprise ? 10 : 25);

const takesKey = async (
  github: GithubClient,
  { workflowFile, ref }: GithubWorkflowConfig,
): Promise<Answered<boolean>> => {
  if (/^\d+$/.test(workflowFile)) return ok(false);
  const found = await github.find({
    route: 'GET /repos/{owner}/{repo}/contents/{path}',
    parameters: { path: `.github/workflows/${workflowFile}`, ref },
    schema: contentSchema,
  });
  if (!found.ok) return found;
  if (found.value !== undefined) return ok(declaresKey(Buffer.from(found.value.content, 'base64').toString('utf8')));
  const message = `${github.name} has no workflow ${workflowFile} at ${ref}, or the credentials may not see it.`;
  return err(definite({ code: 'WORKFLOW_MISSING', message }));
};

/** What a run is started with: the document's inputs, and the attempt's name where the workflow takes it. */
export const inputsFor = async (
  github: GithubClient,
  config: GithubWorkflowConfig,
  name: string,
): Promise<Answered<Readonly<Record<string, string>>>> => {
  const takes = await takesKey(github, config);
  if (!takes.ok) return takes;
  // GitHub takes texts alone from those who don't know the types of a workflow.
  const given = Object.entries(config.inputs).map(([key, value]) => [key, String(value)] as const);
  const entries = takes.value ? [...given.filter(([key]) => key !== KEY_INPUT), [KEY_INPUT, name] as const] : given;
  if (entries.length <= maxInputs(github)) return ok(Object.fromEntries(entries));
  const message = `config.inputs: has ${entries.length} inputs, GitHub takes ${maxInputs(github)}.`;
  return err(definite({ code: 'CONFIG_INVALID', message }));
};
