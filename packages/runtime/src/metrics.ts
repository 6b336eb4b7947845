export type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly suffix?: string;
  readonly labels: Labels;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  collect(): Iterable<Sample> | Promise<Iterable<Sample>>;
}

export interface Counter {
  increment(labels?: Labels, by?: number): void;
}

export interface Histogram {
  observe(labels: Labels, value: number): void;
}

/** Seconds, for the duration of calls. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const line = (name: string, { suffix = '', labels, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
};

/** A gauge that can't be read has no samples this time; the others are still worth a scrape. */
const samplesOf = async (family: Family): Promise<readonly Sample[]> => {
  try {
    return [...(await family.collect())];
  } catch {
    return [];
  }
};

const renderFamily = async (family: Family): Promise<string> => {
  const samples = await samplesOf(family);
  const head = [`# HELP ${family.name} ${family.help}`, `# TYPE ${family.name} ${family.type}`];
  return [...head, ...samples.map((sample) => line(family.name, sample))].join('\n');
};

/** Cells by label values. Labels must come from closed sets (routes, outcomes): each combination is kept for ever. */
const cells = <Cell>(create: () => Cell) => {
  const byKey = new Map<string, { readonly labels: Labels; readonly cell: Cell }>();
  return {
    at: (labels: Labels): Cell => {
      let key = '';
      for (const name in labels) key += `${labels[name]}\u0000`;
      const known = byKey.get(key);
      if (known) return known.cell;
      const cell = create();
      byKey.set(key, { labels, cell });
      return cell;
    },
    all: () => [...byKey.values()],
  };
};

interface Distribution {
  readonly counts: number[];
  sum: number;
}

const histogramSamples = (labels: Labels, { counts, sum }: Distribution, bounds: readonly number[]): Sample[] => {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return { suffix: '_bucket', labels: { ...labels, le: String(bounds[index] ?? '+Inf') }, value: total };
  });
  return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: total }];
};

/** The metrics of one service in Prometheus's text form. */
export interface Metrics {
  counter(name: string, help: string): Counter;
  histogram(name: string, help: string, buckets?: readonly number[]): Histogram;
  /** `collect` is asked at each scrape. */
  gauge(
    name: string,
    help: string,
    collect: () => Iterable<{ labels: Labels; value: number }> | Promise<Iterable<{ labels: Labels; value: number }>>,
  ): void;
  /** Exposition format 0.0.4. */
  render(): Promise<string>;
}

export const createMetrics = (): Metrics => {
  const families = new Map<string, Family>();
  const add = (family: Family): void => {
    if (families.has(family.name)) throw new Error(`the metric ${family.name} exists already`);
    families.set(family.name, family);
  };
  return {
    counter: (name, help) => {
      const values = cells(() => ({ value: 0 }));
      add({
        name,
        help,
        type: 'counter',
        collect: () => values.all().map(({ labels, cell }) => ({ labels, value: cell.value })),
      });
      return {
        increment: (labels = {}, by = 1) => {
          values.at(labels).value += by;
        },
      };
    },
    histogram: (name, help, buckets = DURATION_BUCKETS) => {
      const values = cells(
        (): Distribution => ({ counts: Array.from({ length: buckets.length + 1 }, () => 0), sum: 0 }),
      );
      add({
        name,
        help,
        type: 'histogram',
        collect: () => values.all().flatMap(({ labels, cell }) => histogramSamples(labels, cell, buckets)),
      });
      return {
        observe: (labels, value) => {
          const cell = values.at(labels);
          const found = buckets.findIndex((bound) => value <= bound);
          const index = found < 0 ? buckets.length : found;
          cell.counts[index] = (cell.counts[index] ?? 0) + 1;
          cell.sum += value;
        },
      };
    },
    gauge: (name, help, collect) => add({ name, help, type: 'gauge', collect }),
    render: async () => {
      const parts = await Promise.all([...families.values()].map(renderFamily));
      return `${parts.join('\n')}\n`;
    },
  };
};
