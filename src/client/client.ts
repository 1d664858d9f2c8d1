import { systemClock } from './clock';
import { Engine } from './engine';
import type { Client, ClientOptions } from './types';

export { ClientError } from './errors';
export type { ClientErrorReason, PartialAnswer } from './errors';
export type {
  BatchAnswer,
  BatchCallOptions,
  BatchEntry,
  Batches,
  BatchInfo,
  BatchOutcome,
  BucketSnapshot,
  Client,
  ClientOptions,
  ClientSettings,
  ContentBlock,
  CountRequest,
  Disposable,
  Forecast,
  ForecastRequest,
  LaneSnapshot,
  LimitDimension,
  Message,
  ModelInfo,
  ModelLimits,
  ModelPrice,
  ParkReason,
  Priority,
  RefusedKey,
  RememberedLimits,
  RequestBody,
  RetryOptions,
  RetryReason,
  Run,
  RunEvent,
  RunResult,
  RunTiming,
  SendRequest,
  ThinkingChoice,
  Usage,
  UserLimits,
  WaitReason,
} from './types';

/**
 * A client for the Claude API that keeps within the organization's rate limits by following the headers.
 *
 * @throws {ClientError} `invalid` when an option is wrong: the key is then not sent anywhere
 */
export function createClient(options: ClientOptions): Client {
  return new Engine(options, {
    clock: systemClock,
    random: Math.random,
    // A file of its own: loading the SDK takes 60–130 ms, so only the first request pays for it.
    loadAdapter: async (adapterOptions) => (await import('./anthropicAdapter')).createAnthropicAdapter(adapterOptions),
  });
}
