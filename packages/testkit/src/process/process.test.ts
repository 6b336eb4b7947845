import test from 'ava';
import { answersAt, freePort, startProcess } from './process.ts';

const program = new URL('server.fixture.ts', import.meta.url);

const isReady = () => false;

test('a process is started, waited for, listened to and stopped', async (t) => {
  const PORT = String(await freePort());
  const options = { environment: { PORT }, args: ['a', 'b'], isReady: answersAt(`http://127.0.0.1:${PORT}`) };
  const first = await startProcess(program, options);
  t.is(first.output(), `port ${PORT}, arguments a b\n`);
  t.is(await first.stop(), 3);
  const second = await startProcess(program, options);
  await second.kill();
  t.is(await second.ended, 'SIGKILL');
  t.throws(() => process.kill(second.pid, 0), { code: 'ESRCH' });
});

test('a process that ends or does not get ready is reported with its output', async (t) => {
  const environment = { PORT: '0' };
  await t.throwsAsync(startProcess(program, { environment: { ...environment, EXIT_CODE: '1' }, isReady }), {
    message: /ended before it was ready:\nport 0/,
  });
  await t.throwsAsync(startProcess(program, { environment, isReady, timeoutMs: 500 }), {
    message: /not ready in time/,
  });
});
