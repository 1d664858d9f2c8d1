/**
 * The simulator steered over HTTP, for tests that run in another process. Only the loopback server has it.
 *
 * | POST                      | body                                                       | does                                    |
 * | ------------------------- | ---------------------------------------------------------- | --------------------------------------- |
 * | /_simulator/faults        | `{fault: {kind, …}, times?, match?}`; `times: "always"`    | adds a fault (kinds in faults.ts)       |
 * | /_simulator/clearFaults   | `{}`                                                       | removes all faults                      |
 * | /_simulator/limits        | `{limits: {…}, scope?, timing?}`                           | changes limits, now or for a time       |
 * | /_simulator/drain         | `{share, scope?, timing?}`                                 | another client takes part of the refill |
 * | /_simulator/takeElsewhere | `{amounts: {inputTokens?, …}, model, organization?}`       | another client takes this at once       |
 * | /_simulator/headers       | fields of `HeaderOptions`                                  | changes what headers are sent           |
 * | /_simulator/script        | `{answers: [{text?, thinking?, outputTokens?, …}]}`        | scripts the next answers                |
 * | /_simulator/addKey        | `{key, id?, organization?, workspace?}`                    | makes a key known, or valid again       |
 * | /_simulator/revokeKey     | `{key, runningGoOn?}`; `key` can be its id                 | revokes it                              |
 * | /_simulator/log           | `{after?}`: the number of the last attempt already seen    | answers `{attempts: […]}`               |
 * | /_simulator/levels        | `{model, organization?}`                                   | answers the levels of its buckets       |
 * | /_simulator/batches       | `{}`                                                       | answers `{batches: […], paid}`          |
 * | /_simulator/batchPace     | fields of `BatchOptions`                                   | changes how long new batches take       |
 * | /_simulator/batchFate     | `{outcome, errorType?, customId?, bodyIncludes?, times?}`  | what becomes of entries to come         |
 * | /_simulator/reset         | `{}`                                                       | starts afresh                           |
 *
 * Everything else answers `{}`; a body that does not fit answers 400 with `{error}`. JSON has no Infinity: `null` in
 * `limits` stands for unlimited, and in `amounts` for all there is.
 */
import * as v from 'valibot';
import { ApiError } from './apiError';
import { parseJsonObject } from './messagesRequest';
import type { Control } from './server';
import type { Simulator } from './simulator';

const prefix = '/_simulator/';

const positive = v.pipe(v.number(), v.minValue(0));
const text = v.optional(v.string());
const refusing = { headers: v.optional(v.record(v.string(), v.string())) };
const cutting = { afterDeltas: positive };

const faultSchema = v.variant('kind', [
  v.object({
    kind: v.picklist([
      'unauthorized',
      'billing',
      'forbidden',
      'conflict',
      'tooLarge',
      'internalError',
      'unavailable',
      'timeout',
      'overloaded',
      'spendLimit',
      'contractSpendLimit',
      'ownSpendLimit',
      'keyRevoked',
    ]),
    ...refusing,
  }),
  v.object({
    kind: v.picklist(['rateLimited', 'rampLimited']),
    retryAfter: v.optional(v.union([v.number(), v.string()])),
    ...refusing,
  }),
  v.object({ kind: v.literal('connectionLost') }),
  v.object({ kind: v.literal('answerLost'), status: v.optional(positive) }),
  v.object({ kind: v.literal('midStreamError'), errorType: text, ...cutting }),
  v.object({ kind: v.picklist(['earlyClose', 'socketLost', 'keyRevokedMidStream']), ...cutting }),
  v.object({ kind: v.literal('stall'), hasPings: v.optional(v.boolean()), ...cutting }),
  v.object({ kind: v.literal('slowFirstByte'), delayMs: positive }),
]);

const scopeSchema = v.optional(v.strictObject({ organization: text, workspace: text, group: text }));
const timingSchema = v.optional(v.strictObject({ afterMs: v.optional(positive), forMs: v.optional(positive) }));

/** `null` is how JSON says Infinity. */
const limit = v.pipe(
  v.nullable(positive),
  v.transform((perMinute) => perMinute ?? Infinity),
);

const schemas = {
  faults: v.strictObject({
    fault: faultSchema,
    times: v.optional(v.union([positive, v.literal('always')])),
    match: v.optional(v.strictObject({ path: text, model: text, keyId: text, bodyIncludes: text })),
  }),
  limits: v.strictObject({
    limits: v.strictObject({
      requestsPerMinute: v.exactOptional(limit),
      inputTokensPerMinute: v.exactOptional(limit),
      outputTokensPerMinute: v.exactOptional(limit),
      countTokensPerMinute: v.exactOptional(limit),
      batchRequestsPerMinute: v.exactOptional(limit),
      batchQueued: v.exactOptional(limit),
      burstShare: v.exactOptional(positive),
      requestSliceMs: v.exactOptional(positive),
    }),
    scope: scopeSchema,
    timing: timingSchema,
  }),
  drain: v.strictObject({ share: positive, scope: scopeSchema, timing: timingSchema }),
  takeElsewhere: v.strictObject({
    amounts: v.strictObject({
      requests: v.exactOptional(limit),
      inputTokens: v.exactOptional(limit),
      outputTokens: v.exactOptional(limit),
    }),
    model: v.string(),
    organization: text,
  }),
  headers: v.strictObject({
    style: v.exactOptional(v.picklist(['anthropic', 'openai', 'plain', 'ietf', 'none'])),
    families: v.exactOptional(v.array(v.picklist(['requests', 'inputTokens', 'outputTokens', 'tokens']))),
    retryAfter: v.exactOptional(v.picklist(['seconds', 'date', 'none'])),
    hasIdentity: v.exactOptional(v.boolean()),
    includesOwnRequest: v.exactOptional(v.boolean()),
    clockSkewMs: v.exactOptional(v.number()),
  }),
  script: v.strictObject({
    answers: v.array(
      v.strictObject({
        text: v.exactOptional(v.string()),
        thinking: v.exactOptional(v.string()),
        stopReason: v.exactOptional(v.string()),
        outputTokens: v.exactOptional(positive),
        inputTokens: v.exactOptional(positive),
        firstByteMs: v.exactOptional(positive),
        thinkingMs: v.exactOptional(positive),
        tokensPerSecond: v.exactOptional(positive),
        deltaIntervalMs: v.exactOptional(positive),
        pingIntervalMs: v.exactOptional(positive),
      }),
    ),
  }),
  addKey: v.strictObject({ key: v.string(), id: text, organization: text, workspace: text }),
  revokeKey: v.strictObject({ key: v.string(), runningGoOn: v.optional(v.boolean()) }),
  log: v.strictObject({ after: v.optional(positive) }),
  levels: v.strictObject({ model: v.string(), organization: text }),
  batchPace: v.strictObject({
    firstDoneMs: v.exactOptional(positive),
    lastDoneMs: v.exactOptional(positive),
    entryMs: v.exactOptional(positive),
    lifetimeMs: v.exactOptional(positive),
  }),
  batchFate: v.strictObject({
    outcome: v.picklist(['errored', 'expired']),
    errorType: text,
    errorMessage: text,
    customId: text,
    bodyIncludes: text,
    times: v.optional(v.union([positive, v.literal('always')])),
  }),
  nothing: v.strictObject({}),
};

/** One entry per command; each checks its body and gives the answer's. */
function createCommands(simulator: Simulator): Readonly<Record<string, (body: unknown) => unknown>> {
  return {
    faults: (body) => {
      const { fault, times, match } = v.parse(schemas.faults, body);
      simulator.faults.add(fault, { match, times: times === 'always' ? Infinity : times });
    },
    clearFaults: (body) => {
      v.parse(schemas.nothing, body);
      simulator.faults.clear();
    },
    limits: (body) => {
      const { limits, scope, timing } = v.parse(schemas.limits, body);
      simulator.setLimits(limits, scope, timing);
    },
    drain: (body) => {
      const { share, scope, timing } = v.parse(schemas.drain, body);
      simulator.drain(share, scope, timing);
    },
    takeElsewhere: (body) => {
      const { amounts, model, organization } = v.parse(schemas.takeElsewhere, body);
      simulator.takeElsewhere(amounts, model, organization);
    },
    headers: (body) => simulator.setHeaders(v.parse(schemas.headers, body)),
    script: (body) => simulator.script(...v.parse(schemas.script, body).answers),
    addKey: (body) => simulator.addKey(v.parse(schemas.addKey, body)),
    revokeKey: (body) => {
      const { key, runningGoOn } = v.parse(schemas.revokeKey, body);
      simulator.revokeKey(key, { runningGoOn });
    },
    log: (body) => {
      const { after = 0 } = v.parse(schemas.log, body);
      return { attempts: simulator.log.attempts.filter(({ number }) => number > after) };
    },
    levels: (body) => {
      const { model, organization } = v.parse(schemas.levels, body);
      return simulator.levels(model, organization);
    },
    batches: (body) => {
      v.parse(schemas.nothing, body);
      return { batches: simulator.batches.all, paid: simulator.batches.paid };
    },
    batchPace: (body) => simulator.batches.setPace(v.parse(schemas.batchPace, body)),
    batchFate: (body) => {
      const { times, ...fate } = v.parse(schemas.batchFate, body);
      simulator.batches.addFate({ ...fate, times: times === 'always' ? Infinity : times });
    },
    reset: (body) => {
      v.parse(schemas.nothing, body);
      simulator.reset();
    },
  };
}

export function createControl(simulator: Simulator): Control {
  const commands = createCommands(simulator);
  return ({ method, url, body }) => {
    if (!url.pathname.startsWith(prefix)) return undefined;
    const name = url.pathname.slice(prefix.length);
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (method !== 'POST' || command === undefined)
      return { status: 404, body: { error: `There is no ${method} ${url.pathname}.` } };
    try {
      return { status: 200, body: command(parseJsonObject(body === '' ? '{}' : body)) ?? {} };
    } catch (error) {
      if (error instanceof ApiError) return { status: 400, body: { error: error.message } };
      if (v.isValiError(error)) return { status: 400, body: { error: JSON.stringify(v.flatten(error.issues)) } };
      throw error;
    }
  };
}
