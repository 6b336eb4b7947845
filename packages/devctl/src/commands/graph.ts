import { type DataOf, operations } from '@pao/contracts';
import { type CommandContext, must, printJson } from '../context.ts';
import { paintStatus, printable } from '../output.ts';

type Graph = DataOf<typeof operations.getRequestGraph>;

/**
 * A task below the one it waits for that comes last, so that each is there once; what else it waits for is said beside it.
 */
export const graphLines = (graph: Graph, paint: (status: string) => string): readonly string[] => {
  const positions = new Map(graph.nodes.map(({ id, position }) => [id, position]));
  const waitsFor = new Map(graph.nodes.map(({ position }): [number, number[]] => [position, []]));
  for (const { from, to } of graph.edges) {
    const [before, after] = [positions.get(from), positions.get(to)];
    if (before !== undefined && after !== undefined) waitsFor.get(after)?.push(before);
  }
  const parentOf = (position: number): number => Math.max(0, ...(waitsFor.get(position) ?? []));
  const children = Map.groupBy(graph.nodes, ({ position }) => parentOf(position));
  const lines: string[] = [];
  // A loop, since a chain may be as deep as there are tasks.
  const open = below(children, 0, '');
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, indent, branch } = next;
    const others = (waitsFor.get(node.position) ?? []).filter((position) => position !== parentOf(node.position));
    lines.push(`${indent}${branch}${describe(node, others, paint)}`);
    open.push(...below(children, node.position, `${indent}${branch === '└─ ' ? '   ' : '│  '}`));
  }
  return lines;
};

type Node = Graph['nodes'][number];

/** The last to be shown first, as they are taken from the end. */
const below = (children: ReadonlyMap<number, readonly Node[]>, position: number, indent: string) =>
  (children.get(position) ?? [])
    .map((node, index, all) => ({ node, indent, branch: index === all.length - 1 ? '└─ ' : '├─ ' }))
    .toReversed();

const describe = (node: Node, others: readonly number[], paint: (status: string) => string): string => {
  const where = node.component === null ? '' : `${printable(node.component)}: `;
  const attempt = node.generation > 1 ? `, attempt ${node.generation}` : '';
  const also = others.length === 0 ? '' : `, also after ${others.join(', ')}`;
  return `${node.position}. ${where}${printable(node.name)} (${paint(node.status)}${attempt}${also})`;
};

export const showGraph = async (
  context: CommandContext,
  id: string,
  options: { readonly mermaid?: boolean },
): Promise<void> => {
  const { data } = await must(context, operations.getRequestGraph, { params: { id } });
  if (context.format === 'json') return printJson(context, data);
  if (options.mermaid === true) return context.terminal.out(data.mermaid.trimEnd());
  for (const line of graphLines(data, (status) => paintStatus(context.terminal, status))) context.terminal.out(line);
  return undefined;
};
