import { ApiError } from './apiError';
import type { JsonObject } from './messagesRequest';

/** Extra headers on the refusal, such as `x-should-retry`. */
interface Refusing {
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

interface Cutting {
  /** How many deltas are sent before it happens. */
  readonly afterDeltas: number;
}

/** Answers with an error, or not at all, before anything is charged. */
export type RefusalFault =
  | (Refusing & { readonly kind: 'unauthorized' | 'billing' | 'forbidden' | 'conflict' | 'tooLarge' })
  | (Refusing & { readonly kind: 'internalError' | 'unavailable' | 'timeout' | 'overloaded' })
  /** An empty bucket. `retryAfter` is sent as it is: seconds, an HTTP date, or nothing when left out. */
  | (Refusing & { readonly kind: 'rateLimited' | 'rampLimited'; readonly retryAfter?: number | string | undefined })
  /** The monthly cap, the contract's cap, and the cap a customer sets for himself: a 400. */
  | (Refusing & { readonly kind: 'spendLimit' | 'contractSpendLimit' | 'ownSpendLimit' })
  /** Revokes the key of this request, for good. */
  | (Refusing & { readonly kind: 'keyRevoked' })
  /** The connection is lost before there are headers. */
  | { readonly kind: 'connectionLost' };

/** Happens to a request that was admitted and charged. For the results of a batch a line is a delta. */
export type AnswerFault =
  /** An `error` event in mid-stream. Default: `overloaded_error`. */
  | (Cutting & { readonly kind: 'midStreamError'; readonly errorType?: string | undefined })
  /** The stream ends cleanly, without `message_stop`. */
  | (Cutting & { readonly kind: 'earlyClose' })
  | (Cutting & { readonly kind: 'socketLost' })
  /** Nothing more comes, except pings where asked for. */
  | (Cutting & { readonly kind: 'stall'; readonly hasPings?: boolean | undefined })
  /** Revokes the key of this request, for good; its stream ends with an `authentication_error` event. */
  | (Cutting & { readonly kind: 'keyRevokedMidStream' })
  /** All is done as it was asked, and the connection is lost before there are headers; or a gateway answers with a status. */
  | { readonly kind: 'answerLost'; readonly status?: number | undefined }
  /** Added to the time to the first byte. */
  | { readonly kind: 'slowFirstByte'; readonly delayMs: number };

export type Fault = RefusalFault | AnswerFault;

/** What a fault is matched against. */
export interface FaultSubject {
  readonly path: string;
  readonly model: string | undefined;
  readonly keyId: string | undefined;
  readonly body: JsonObject | undefined;
}

/** All that is given must hold. `path` is `/v1/messages` unless given; a `*` at its end stands for anything. */
interface FaultMatch {
  readonly path?: string | undefined;
  readonly model?: string | undefined;
  readonly keyId?: string | undefined;
  /** A text somewhere in the body's JSON. */
  readonly bodyIncludes?: string | undefined;
}

export interface FaultOptions {
  /** How many requests it hits; `Infinity` until it is cleared. Default: 1. */
  readonly times?: number | undefined;
  readonly match?: FaultMatch | ((subject: FaultSubject) => boolean) | undefined;
}

export interface FaultHandle {
  readonly hits: number;
  clear(): void;
}

interface Entry {
  readonly fault: Fault;
  readonly matches: (subject: FaultSubject) => boolean;
  left: number;
  hits: number;
}

/** The faults to come. A request meets the first one that matches it, in the order they were added. */
export class FaultBoard {
  #entries: Entry[] = [];

  add(fault: Fault, { times = 1, match = {} }: FaultOptions = {}): FaultHandle {
    const matches = typeof match === 'function' ? match : (subject: FaultSubject) => fulfils(subject, match);
    const entry: Entry = { fault, matches, left: times, hits: 0 };
    this.#entries.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      clear: () => this.#remove(entry),
    };
  }

  clear(): void {
    this.#entries = [];
  }

  /** The fault this request will meet. It is used up only by `use`, because admission comes before an answer's faults. */
  find(subject: FaultSubject): { readonly fault: Fault; use(): void } | undefined {
    const entry = this.#entries.find(({ matches }) => matches(subject));
    if (entry === undefined) return undefined;
    return {
      fault: entry.fault,
      use: () => {
        entry.hits++;
        if (--entry.left <= 0) this.#remove(entry);
      },
    };
  }

  #remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}

function fulfils(subject: FaultSubject, match: FaultMatch): boolean {
  const { path = '/v1/messages', model, keyId, bodyIncludes } = match;
  return (
    (path.endsWith('*') ? subject.path.startsWith(path.slice(0, -1)) : path === subject.path) &&
    (model === undefined || model === subject.model) &&
    (keyId === undefined || keyId === subject.keyId) &&
    (bodyIncludes === undefined || (JSON.stringify(subject.body) ?? '').includes(bodyIncludes))
  );
}

export function isAnswerFault(fault: Fault): fault is AnswerFault {
  return 'afterDeltas' in fault || 'delayMs' in fault || fault.kind === 'answerLost';
}

const tooLargeHtml =
  '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n' +
  '<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n</body>\r\n</html>\r\n';

/** The edge's answer to a body beyond the limit: HTML, not the API's JSON. */
export function tooLargeError(headers: Refusing['headers']): ApiError {
  return new ApiError(413, 'Request Entity Too Large', { html: tooLargeHtml, headers });
}

type AnsweredFault = Exclude<RefusalFault, { kind: 'connectionLost' }>;

const refusals: Readonly<
  Record<AnsweredFault['kind'], { readonly status: number; readonly message: string; readonly errorCode?: string }>
> = {
  unauthorized: { status: 401, message: 'invalid API key' },
  keyRevoked: { status: 401, message: 'invalid API key' },
  billing: { status: 402, message: 'There is a problem with the payment of this account.' },
  forbidden: { status: 403, message: 'This key may not use the requested resource.' },
  conflict: { status: 409, message: 'The resource is being changed by another request.' },
  tooLarge: { status: 413, message: 'Request Entity Too Large' },
  internalError: { status: 500, message: 'Internal server error' },
  unavailable: { status: 503, message: 'Service unavailable' },
  timeout: { status: 504, message: 'The request took too long.' },
  overloaded: { status: 529, message: 'Overloaded' },
  rateLimited: { status: 429, message: 'A rate limit of this organization is used up.' },
  rampLimited: {
    status: 429,
    message: 'Usage of this organization grew too fast.',
    errorCode: 'ramp_limit_exceeded',
  },
  spendLimit: {
    status: 429,
    message: 'The monthly spend limit is reached.',
    errorCode: 'enforced_spend_limit_reached',
  },
  contractSpendLimit: {
    status: 429,
    message: 'The spend limit of the contract is reached.',
    errorCode: 'contract_spend_limit_reached',
  },
  ownSpendLimit: { status: 400, message: 'You have reached your specified API usage limits.' },
};

/** The error a refusing fault answers with. */
export function refusalOf(fault: AnsweredFault): ApiError {
  const retryAfter = 'retryAfter' in fault ? fault.retryAfter : undefined;
  const headers = { ...fault.headers, ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) };
  if (fault.kind === 'tooLarge') return tooLargeError(headers);
  const { status, message, errorCode } = refusals[fault.kind];
  return new ApiError(status, message, { errorCode, headers });
}
