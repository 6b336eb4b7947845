import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import { type Conversion, type Draft, type DraftGroup, emptyDraft } from '../draft.ts';
import { claim, isKey, toCamelCase, toKebabCase, toLabel } from '../names.ts';
import { own } from '../read.ts';
import { createRemarks, excerpt, type Remarks } from '../remarks.ts';
import type { ImportError } from '../settle.ts';
import { type ModuleFile, readModuleFile } from './hcl.ts';
import { convertVariable, hasDefault, type Variable, type VariableField } from './variable.ts';

export interface ModuleSource {
  readonly source: string;
  readonly version?: string;
  /** Of the folder or file, for the name of the item. */
  readonly name: string;
}

/** The variables of a module become a form, its outputs are named, and a `terraform` action runs it. */
export const convertTerraform = async (
  files: readonly ModuleFile[],
  module: ModuleSource,
): Promise<Result<Conversion, ImportError>> => {
  const blocks: JsonObject[] = [];
  for (const file of files) {
    const read = await readModuleFile(file);
    if (!read.ok) return read;
    if (isJsonObject(read.value)) blocks.push(read.value);
  }
  const variables = blocks.flatMap((block) => blocksOf(own(block, 'variable')));
  const outputs = blocks.flatMap((block) => blocksOf(own(block, 'output')));
  if (variables.length === 0)
    return err({ message: 'no `variable` block is in it; name the folder of a module, or its variables.tf' });
  const repeated = variables.find(([name], index) => variables.findIndex(([other]) => other === name) !== index);
  if (repeated !== undefined) return err({ message: `the variable ${excerpt(repeated[0], 60)} is declared twice` });
  return ok(build(variables, outputs, module));
};

type Block = readonly [name: string, block: JsonObject];

/** `{ x: [{…}] }` of HCL, and `{ x: {…} }` of the JSON syntax. */
const blocksOf = (value: Json | undefined): readonly Block[] => {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((entry) => blocksOf(entry));
  return Object.entries(isJsonObject(value) ? value : {}).flatMap(([name, block]): Block[] => {
    const list = Array.isArray(block) ? (block as readonly Json[]) : [block];
    return list.flatMap((entry): Block[] => (isJsonObject(entry) ? [[name, entry]] : []));
  });
};

interface Building {
  readonly draft: Draft;
  readonly remarks: Remarks;
  readonly required: DraftGroup;
  readonly optional: DraftGroup;
  readonly groupIds: Set<string>;
  readonly fieldIds: Map<DraftGroup, Set<string>>;
  /** What the module is given. */
  readonly values: { [name: string]: Json };
  complete: boolean;
}

const build = (variables: readonly Block[], outputs: readonly Block[], module: ModuleSource): Conversion => {
  const remarks = createRemarks();
  const name = module.name;
  const draft = emptyDraft(`the Terraform module ${module.source}`, toKebabCase(name), toLabel(name));
  const required: DraftGroup = { id: 'required', name: 'Required', fields: [], origin: 'variable' };
  const optional: DraftGroup = { id: 'optional', name: 'Optional', fields: [], origin: 'variable' };
  draft.groups = [required, optional];
  const building: Building = {
    draft,
    remarks,
    required,
    optional,
    groupIds: new Set(['name', 'required', 'optional']),
    fieldIds: new Map(),
    values: {},
    complete: true,
  };
  for (const variable of variables) takeVariable(building, variable);
  draft.outputs = outputNames(outputs, remarks);
  draft.complete = building.complete;
  draft.automatic = [
    {
      type: 'terraform',
      id: 'apply-module',
      name: 'Apply the module',
      origin: '(module)',
      config: {
        module: { source: module.source, ...(module.version === undefined ? {} : { version: module.version }) },
        mode: 'apply',
        variables: building.values,
      },
    },
  ];
  return { draft, remarks };
};

const takeVariable = (building: Building, [name, block]: Block): void => {
  const { remarks, values } = building;
  if (!isKey(name)) remarks.leave(`variable.${name}`, 'the whole variable', 'no such key is accepted', 'rename it');
  const variable = isKey(name) ? convertVariable(name, block, remarks) : undefined;
  if (variable?.kind === 'object') values[name] = addGroup(building, name, variable);
  else if (variable !== undefined) takeField(building, name, block, variable.field);
  else if (!hasDefault(block)) {
    building.complete = false;
    remarks.leave(
      `variable.${name}`,
      'a variable without a default',
      'without it the module cannot be applied, so that the mode is manual',
      'give it a value under `variables`, then set the mode to automatic',
    );
  }
};

const takeField = (building: Building, name: string, block: JsonObject, field: VariableField): void => {
  if (name === 'name' && field.type === 'string') return takeName(building, field);
  const group = field.required === true ? building.required : building.optional;
  const template = addField(building, group, name, field);
  // Left empty, a field is null to the module; a module whose default is an empty text counts on a text.
  building.values[name] = block['default'] === '' ? template.replace('}}', ' | default ""}}') : template;
  return undefined;
};

const addGroup = (building: Building, name: string, variable: Extract<Variable, { kind: 'object' }>): JsonObject => {
  const { fields, description } = variable;
  const id = claim(toCamelCase(name, 'group'), building.groupIds);
  const group: DraftGroup = {
    id,
    name: variable.name,
    fields: [],
    origin: `variable.${name}`,
    ...(description === undefined ? {} : { description }),
  };
  building.draft.groups.push(group);
  return Object.fromEntries(
    fields.map(([attribute, field]) => [attribute, addField(building, group, attribute, field)]),
  );
};

const addField = ({ fieldIds, remarks }: Building, group: DraftGroup, name: string, field: VariableField): string => {
  const taken = fieldIds.get(group) ?? new Set<string>();
  fieldIds.set(group, taken);
  const id = claim(toCamelCase(name), taken);
  if (id !== name) remarks.change(field.origin, `${name} is called ${id}`, 'ids are camelCase, and unique in a group');
  group.fields.push({ id, ...field });
  return `{{.current.${group.id}.${id}}}`;
};

/** The module's own name is the one that every document asks for. */
const takeName = ({ draft, remarks, values }: Building, field: VariableField): void => {
  const { description, validation = {}, origin } = field;
  draft.name = { label: field.name, ...(description === undefined ? {} : { description }), validation, origin };
  values['name'] = '{{.current.name}}';
  if (field.required !== true) remarks.change(origin, 'name is required', 'every document has a required name');
  if (field.default !== undefined)
    remarks.leave(
      `${origin}.default`,
      'the default of the name',
      'a name is chosen anew for every request',
      'nothing, or make it the placeholder',
    );
  if (validation.pattern === undefined) {
    remarks.change(
      origin,
      'the name has a pattern',
      'every name has one; this one takes any text',
      'write the pattern that fits',
    );
  }
};

const outputNames = (outputs: readonly Block[], remarks: Remarks): readonly string[] =>
  outputs.flatMap(([name, block]) => {
    if (own(block, 'sensitive') !== true) return [name];
    remarks.leave(
      `output.${name}`,
      'a sensitive output',
      'outputs can be read by everybody who sees the request',
      'read it from where the module keeps it',
    );
    return [];
  });
