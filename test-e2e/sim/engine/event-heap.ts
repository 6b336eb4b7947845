export interface Timed {
  /** Milliseconds of virtual time. */
  readonly at: number;
  /** Of two at the same moment the one that was asked for first comes first. */
  readonly order: number;
}

const isBefore = (a: Timed, b: Timed): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** What is to happen, the earliest first. */
export class EventHeap<T extends Timed> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !isBefore(item, above)) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    this.#sink(last);
    return first;
  }

  #sink(item: T): void {
    const items = this.#items;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [a, b] = [items[left], items[left + 1]];
      const least = a !== undefined && b !== undefined && isBefore(b, a) ? left + 1 : left;
      const child = items[least];
      if (child === undefined || !isBefore(child, item)) break;
      items[index] = child;
      index = least;
    }
    items[index] = item;
  }
}
