import type { Request, Task } from './request.ts';

/** A flowchart that Mermaid draws: a box for each task, an arrow to each task that waits for it, a dotted one from an undo. */
export const mermaidOf = ({ tasks }: Request): string => {
  const boxes = tasks.map((task) => `  t${task.position}["${label(task)}"]:::${task.status}`);
  const arrows = edgesOf(tasks).map(({ from, to }) => `  t${from.position} --> t${to.position}`);
  return `${['flowchart TD', ...boxes, ...arrows, ...undosOf(tasks), ...STYLES].join('\n')}\n`;
};

export interface Edge {
  readonly from: Task;
  readonly to: Task;
}

const undosOf = (tasks: readonly Task[]): readonly string[] =>
  tasks.flatMap(({ position, rollbackOf }) =>
    rollbackOf === null ? [] : `  t${position} -. undoes .-> t${rollbackOf}`,
  );

export const edgesOf = (tasks: readonly Task[]): readonly Edge[] =>
  tasks.flatMap((to) =>
    to.dependsOn.flatMap((position) => {
      const from = tasks[position - 1];
      return from ? [{ from, to }] : [];
    }),
  );

const STYLES = [
  '  classDef completed fill:#d1f0d9,stroke:#1a7f37',
  '  classDef failed fill:#ffd7d5,stroke:#cf222e',
  '  classDef waiting fill:#fff8c5,stroke:#9a6700',
  '  classDef stuck fill:#ffd7d5,stroke:#cf222e',
];

/** Names come from documents: whatever Mermaid or the page around it could understand goes as the number of its character. */
const plain = (text: string): string =>
  text.replaceAll(/[^\p{L}\p{N} .,_()-]/gu, (character) => `#${character.codePointAt(0)};`);

const MOST = 80;

const shortened = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST - 1).toWellFormed()}…` : text);

const label = ({ position, name, component, status, generation, waitingFor }: Task): string => {
  const where = component === null ? '' : `${plain(component)}: `;
  const what = waitingFor === null ? '' : ` for ${plain(shortened(waitingFor.what))}`;
  return `${position}. ${where}${plain(name)}<br/>${status}${what}${generation > 1 ? `, attempt ${generation}` : ''}`;
};
