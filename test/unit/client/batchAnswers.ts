import assert from 'node:assert/strict';
import { createClient } from '../../../src/client/client';
import { ClientError } from '../../../src/client/errors';
import type { BatchEntry, BatchOutcome, ClientOptions } from '../../../src/client/types';

export const apiKey = 'demo-key-good';
export const model = 'claude-sonnet-5-5';
export const madeAt = Date.UTC(2026, 10, 24, 12);

export function entry(customId: string, more: object = {}): BatchEntry {
  return { customId, request: { model, maxTokens: 10, messages: [{ role: 'user', content: 'Hi' }], ...more } };
}

export function batchBody(more: object = {}) {
  return {
    id: 'msgbatch_1',
    type: 'message_batch',
    processing_status: 'in_progress',
    request_counts: { processing: 1, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    created_at: new Date(madeAt).toISOString(),
    expires_at: new Date(madeAt + 86_400_000).toISOString(),
    ended_at: null,
    cancel_initiated_at: null,
    archived_at: null,
    results_url: null,
    ...more,
  };
}

export function endedBody(counts: object = {}) {
  return batchBody({
    processing_status: 'ended',
    ended_at: new Date(madeAt + 5_000).toISOString(),
    request_counts: { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0, ...counts },
    results_url: 'https://elsewhere.example/v1/messages/batches/msgbatch_1/results',
  });
}

export function succeeded(
  customId: string,
  text = 'Aye.',
  usage: object = { input_tokens: 1_000, output_tokens: 100 },
) {
  const message = { id: 'm', type: 'message', role: 'assistant', model, stop_reason: 'end_turn', usage };
  const content = [
    { type: 'thinking', thinking: 'Hm.', signature: 'x' },
    { type: 'text', text },
  ];
  return { custom_id: customId, result: { type: 'succeeded', message: { ...message, content } } };
}

export function linesOf(...results: readonly object[]): string {
  return results.map((result) => `${JSON.stringify(result)}\n`).join('');
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

export function errorOf(status: number, type: string, message: string): Response {
  return json({ type: 'error', error: { type, message } }, status);
}

interface Sent {
  readonly method: string | undefined;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly redirect: string | undefined;
  readonly body: unknown;
}

/** A client whose calls are answered one after the other; the last answer stands for all that follow. */
export function setup(answers: readonly (() => Response | Promise<Response>)[], options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const told: [string, BatchOutcome][] = [];
  const client = createClient({
    apiKey,
    baseUrl: 'https://api.example',
    fetch: async (url, init) => {
      sent.push({
        method: init?.method,
        url: url instanceof Request ? url.url : url.toString(),
        headers: Object.fromEntries(new Headers(init?.headers)),
        redirect: init?.redirect,
        body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
      });
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (!answer) throw new TypeError('fetch failed');
      return answer();
    },
    ...options,
  });
  const collect = (customId: string, outcome: BatchOutcome) => void told.push([customId, outcome]);
  return { client, batches: client.batches, sent, told, collect };
}

export async function failureOf(promise: Promise<unknown>): Promise<ClientError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(ClientError.is(error), `it was to fail with a ClientError, not ${String(error)}`);
  return error;
}
