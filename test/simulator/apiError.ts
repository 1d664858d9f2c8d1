/** A refusal in the shape of the API's documented error body. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly errorCode: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is, instead of the JSON body: what a proxy or the edge answers with. */
  readonly html: string | undefined;

  constructor(
    status: number,
    message: string,
    details: {
      readonly errorCode?: string | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly html?: string | undefined;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.type = errorTypes[status] ?? 'api_error';
    this.errorCode = details.errorCode;
    this.headers = details.headers ?? {};
    this.html = details.html;
  }
}

/** By status, as the API documents them. */
const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export function errorBody(
  type: string,
  message: string,
  errorCode: string | undefined,
  requestId: string,
): Record<string, unknown> {
  const details = errorCode === undefined ? {} : { details: { error_code: errorCode } };
  return { type: 'error', error: { type, message, ...details }, request_id: requestId };
}
