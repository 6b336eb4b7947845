/** Every ticket that a task waits for carries it, so that those which changed can be asked for. */
export const WAITING_LABEL = 'pao-waiting';
