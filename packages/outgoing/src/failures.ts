import { errorMessage } from '@pao/kernel';
import { EgressRefusedError } from './egress.ts';
import type { HttpFailure } from './http-outcome.ts';

/** How far a request came. */
export interface Progress {
  connected: boolean;
  /** The connection stood: the first byte may have left. */
  sent: boolean;
  /** We ended it, its time was over. */
  overdue: boolean;
}

interface SystemError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly errors?: readonly unknown[];
}

/** Faults of the network itself in a handshake; anything else there is about certificates and protocols, and stays. */
const NETWORK = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);

const detailOf = (error: SystemError): string =>
  // Node tries each address of a host; the first failure speaks for all.
  error.message || errorMessage(error.errors?.[0] ?? error.code ?? 'unknown error');

const beforeSend = (error: SystemError, { connected, overdue }: Progress): Omit<HttpFailure, 'kind' | 'phase'> => {
  const detail = detailOf(error);
  if (error instanceof EgressRefusedError) return { code: 'EGRESS_REFUSED', message: detail, transient: false };
  if (overdue)
    return {
      code: 'CONNECT_TIMEOUT',
      message: 'There was no connection within the time of the action.',
      transient: true,
    };
  if (error.syscall === 'getaddrinfo') {
    const message = `The name of the host could not be resolved (${error.code}).`;
    return { code: 'DNS_FAILED', message, transient: error.code !== 'ENOTFOUND' };
  }
  if (!connected) return { code: 'CONNECT_FAILED', message: `There was no connection: ${detail}.`, transient: true };
  return {
    code: 'TLS_FAILED',
    message: `There was no secure connection: ${detail}.`,
    transient: NETWORK.has(error.code ?? ''),
  };
};

const afterSend = (error: SystemError, { overdue }: Progress, timeoutMs: number) => {
  if (overdue) {
    const message = `The target had the request and did not answer within ${Math.ceil(timeoutMs / 1_000)} s.`;
    return { code: 'RESPONSE_TIMEOUT', message };
  }
  if (error.code?.startsWith('HPE_')) {
    return { code: 'RESPONSE_MALFORMED', message: `The answer is not HTTP: ${detailOf(error)}.` };
  }
  return { code: 'CONNECTION_LOST', message: `The connection broke before the answer: ${detailOf(error)}.` };
};

/** What the failure of a request before its answer says. */
export const failureOf = (error: Error, progress: Progress, timeoutMs: number): HttpFailure =>
  progress.sent
    ? { kind: 'failed', phase: 'after-send', transient: false, ...afterSend(error, progress, timeoutMs) }
    : { kind: 'failed', phase: 'before-send', ...beforeSend(error, progress) };
