import test from 'ava';
import { startTestBus } from './test-bus.ts';

test('test buses are real, apart from each other, and can be closed and started again', async (t) => {
  for (let round = 0; round < 2; round += 1) {
    const [one, two] = await Promise.all([startTestBus(), startTestBus({ pools: ['default', 'gpu'] })]);
    const message = { groupId: 'g', type: 'execute-task.v1', body: '{}' };
    await one.bus.publish([{ ...message, id: '1', dedupId: '1', destination: 'queue:tasks-default' }]);
    await two.bus.publish([{ ...message, id: '2', dedupId: '2', destination: 'queue:tasks-gpu' }]);
    t.is((await one.bus.depth('tasks-default')).waiting, 1);
    t.is((await two.bus.depth('tasks-default')).waiting, 0);
    t.is((await two.bus.depth('tasks-gpu')).waiting, 1);
    await Promise.all([one.close(), two.close()]);
  }
});
