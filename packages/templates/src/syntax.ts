import type { JsonScalar } from '@pao/kernel';
import type { TemplateFunction } from './functions/function.ts';

export const NAMESPACES = ['current', 'output', 'metadata', 'system'] as const;
export type Namespace = (typeof NAMESPACES)[number];

/** A stretch of the template, in UTF-16 code units. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** One reading of a namespace, e.g. `.current.basic.storageGb`. */
export interface Reference extends Place {
  readonly namespace: Namespace;
  /** Segments after the namespace; empty for the whole of it. */
  readonly path: readonly string[];
  /** True when an absent value is foreseen: a `default` follows, it opens a section, or stands in a section on itself. */
  readonly optional: boolean;
  /** True inside the body of a section, which may run often or never. */
  readonly inSection: boolean;
}

export type Expression =
  | { readonly kind: 'literal'; readonly value: JsonScalar }
  | { readonly kind: 'reference'; readonly reference: Reference }
  /** A value of the item of the innermost section; no segments: the item itself. */
  | { readonly kind: 'item'; readonly path: readonly string[]; readonly optional: boolean; readonly place: Place }
  | {
      readonly kind: 'call';
      readonly fn: TemplateFunction;
      readonly args: readonly Expression[];
      readonly place: Place;
    };

export interface TextNode extends Place {
  readonly kind: 'text';
  readonly text: string;
}

export interface ValueNode extends Place {
  readonly kind: 'value';
  readonly expression: Expression;
}

export interface SectionNode extends Place {
  readonly kind: 'section';
  readonly inverted: boolean;
  readonly subject: Expression;
  readonly body: readonly Node[];
}

export type Node = TextNode | ValueNode | SectionNode;

/** A parsed template. Immutable and free of values: parse once, render often. */
export interface Template {
  readonly text: string;
  readonly nodes: readonly Node[];
  readonly references: readonly Reference[];
}
