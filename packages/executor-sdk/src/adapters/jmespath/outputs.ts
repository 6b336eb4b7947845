import { compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath';
import { err, errorMessage, type Json, type JsonObject, ok } from '@pao/kernel';
import type { CompileOutputs } from '../../core/ports/output-expressions.ts';

type Compiled = ReturnType<typeof compile>;

/** Expressions come from documents, of which there are few. */
const MAX_COMPILED = 2_000;

/** `headers['x-arn']` is how people write what JMESPath calls `headers."x-arn"`. */
const standard = (text: string): string => text.replaceAll(/(?<=[\w"\])])\['([^'\\"]+)'\]/g, '."$1"');

/** Output expressions in JMESPath, compiled once. */
export const createCompileOutputs = (): CompileOutputs => {
  const compiled = new Map<string, Compiled>();
  const compileOnce = (text: string): Compiled => {
    const known = compiled.get(text);
    if (known !== undefined) return known;
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    const expression = compile(standard(text));
    compiled.set(text, expression);
    return expression;
  };
  return (expressions) => {
    const parsed: [name: string, expression: Compiled][] = [];
    for (const [name, text] of Object.entries(expressions)) {
      try {
        parsed.push([name, compileOnce(text)]);
      } catch (thrown) {
        return err({ code: 'OUTPUT_INVALID', message: `outputs.${name}: ${errorMessage(thrown)}` });
      }
    }
    return ok((result: JsonObject) => {
      const outputs: Record<string, Json> = {};
      const failed: string[] = [];
      for (const [name, expression] of parsed) {
        try {
          // The library's types are mutable where ours are not; it changes nothing.
          outputs[name] = TreeInterpreter.search(expression, result as JSONValue) ?? null;
        } catch {
          outputs[name] = null;
          failed.push(name);
        }
      }
      return { outputs, failed };
    });
  };
};
