import { type CompiledConfig, compileConfig, type Reference, type TemplateErrorCode } from '@pao/templates';
import type { Code } from '../codes.ts';
import { fromPointer, type Path } from '../pointer.ts';
import { templateTarget } from '../template-targets.ts';
import type { Report } from './report.ts';
import type { ActionSite } from './sites.ts';

/** An action whose templates could be read. */
export interface CompiledSite extends ActionSite {
  readonly compiled: CompiledConfig;
}

/** A variable of an action, and where the text with it stands in the file. */
export interface PlacedReference {
  readonly site: CompiledSite;
  readonly reference: Reference;
  readonly path: Path;
  /** The variable as it is written, braces apart. */
  readonly written: string;
}

/** Reads all templates of all actions; actions with a template that cannot be read are left out and reported. */
export const compileSites = (sites: readonly ActionSite[], report: Report): readonly CompiledSite[] =>
  sites.flatMap((site) => {
    const at = (pointer: string): Path => [...site.path, 'config', ...fromPointer(pointer)];
    const compiled = compileConfig(site.config, (pointer) => {
      const target = templateTarget(site.action.type, site.config, pointer);
      if (target === undefined) report('TEMPLATE_MISPLACED', at(pointer), 'No value can be filled in here.', NO_PLACE);
      return target ?? 'plain';
    });
    if (compiled.ok) return [{ ...site, compiled: compiled.value }];
    for (const { code, message, pointer, offset, length, hint } of compiled.error) {
      const within = textAt(site, pointer).slice(offset, offset + length);
      report(FINDING_CODES[code] ?? 'TEMPLATE_SYNTAX', at(pointer), sentence(message), { hint, within });
    }
    return [];
  });

const NO_PLACE = {
  within: '{{',
  hint: 'write a form as an object of fields, and give Terraform its values as variables',
};

const FINDING_CODES: { readonly [code in TemplateErrorCode]?: Code } = {
  'unknown-namespace': 'TEMPLATE_NAMESPACE_UNKNOWN',
  'unknown-function': 'TEMPLATE_FUNCTION_UNKNOWN',
  'bad-arguments': 'TEMPLATE_FUNCTION_UNKNOWN',
  'misplaced-value': 'TEMPLATE_MISPLACED',
  'unbalanced-section': 'TEMPLATE_MISPLACED',
  'template-in-key': 'TEMPLATE_MISPLACED',
  'partial-refused': 'TEMPLATE_REFUSED',
  'inheritance-refused': 'TEMPLATE_REFUSED',
  'delimiter-refused': 'TEMPLATE_REFUSED',
  'unescaped-refused': 'TEMPLATE_REFUSED',
  'forbidden-name': 'TEMPLATE_REFUSED',
  'too-long': 'TEMPLATE_TOO_LARGE',
  'too-deep': 'TEMPLATE_TOO_LARGE',
  'too-many-tags': 'TEMPLATE_TOO_LARGE',
};

export const sentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`;

const textAt = (site: ActionSite, pointer: string): string => {
  let value: unknown = site.config;
  for (const key of fromPointer(pointer)) value = (value as { readonly [key: string | number]: unknown })[key];
  return typeof value === 'string' ? value : '';
};

export const referencesOf = (site: CompiledSite): readonly PlacedReference[] =>
  site.compiled.references.map((reference) => {
    const text = textAt(site, reference.pointer);
    return {
      site,
      reference,
      path: [...site.path, 'config', ...fromPointer(reference.pointer)],
      written: text.slice(reference.offset, reference.offset + reference.length),
    };
  });
