import { performance } from 'node:perf_hooks';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { beginCall, giveWay } from './people-first.ts';

const NEVER = new AbortController().signal;

/** Begins so many calls; the function returned ends them. */
const calls = (count: number): (() => void) => {
  const ends = Array.from({ length: count }, beginCall);
  return () => {
    for (const end of ends.splice(0)) end();
  };
};

/** Leaves the event loop nothing until told otherwise. */
const keepBusy = (): (() => void) => {
  let busy = true;
  const work = async (): Promise<void> => {
    while (busy) {
      const until = performance.now() + 4;
      while (performance.now() < until);
      await turn();
    }
  };
  void work();
  return () => {
    busy = false;
  };
};

test.serial('with few calls under way nothing waits, however busy the process is', async (t) => {
  const rest = keepBusy();
  const end = calls(16);
  await giveWay(NEVER);
  end();
  rest();
  t.pass();
});

test.serial('many calls that wait for something else hold nothing back', async (t) => {
  const end = calls(100);
  await giveWay(NEVER);
  end();
  t.pass();
});

test.serial(
  'while a busy process has many calls to answer the background waits, and goes on when they are answered',
  async (t) => {
    const rest = keepBusy();
    const end = calls(100);
    let over = false;
    const given = giveWay(NEVER).then(() => {
      over = true;
    });
    for (let turns = 0; turns < 10; turns += 1) await turn();
    t.false(over);
    end();
    await given;
    rest();
    t.true(over);
  },
);

test.serial('between two waves of calls the background does not begin, and after the last it does', async (t) => {
  const rest = keepBusy();
  let over = false;
  const waves = [calls(100)];
  const given = giveWay(NEVER).then(() => {
    over = true;
  });
  for (let wave = 0; wave < 20; wave += 1) {
    waves.pop()?.();
    await turn();
    waves.push(calls(100));
    await turn();
  }
  t.false(over);
  waves.pop()?.();
  await given;
  rest();
  t.true(over);
});

test.serial('a rush that does not end leaves the background what time there is', async (t) => {
  let end = calls(100);
  let goesOn = true;
  // Four fifths of the time are taken, and wave follows wave.
  const work = async (): Promise<void> => {
    while (goesOn) {
      const until = performance.now() + 18;
      while (performance.now() < until);
      end();
      end = calls(100);
      await sleep(4);
    }
  };
  const working = work();
  t.teardown(async () => {
    goesOn = false;
    await working;
    end();
  });
  await sleep(2_100);
  t.true(await Promise.race([giveWay(NEVER).then(() => true), sleep(1_500, false)]));
});

test.serial('a stop does not wait for calls', async (t) => {
  const rest = keepBusy();
  const end = calls(100);
  const stopping = new AbortController();
  const given = giveWay(stopping.signal);
  stopping.abort();
  await given;
  end();
  rest();
  t.pass();
});
