import { ClientError } from './errors';

const defaultBaseUrl = 'https://api.anthropic.com';
const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The address the key may be sent to: https, or http that cannot leave the machine.
 *
 * @throws {ClientError} `invalid` for anything else, before a request is made
 */
export function parseBaseUrl(baseUrl: string | undefined): string {
  const text = baseUrl ?? defaultBaseUrl;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new ClientError('invalid', 'Failed to create the client: the base URL is not a URL');
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  if (!isSafe) {
    throw new ClientError(
      'invalid',
      `Failed to create the client: ${url.protocol}//${url.host} is neither https nor loopback`,
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new ClientError(
      'invalid',
      'Failed to create the client: the base URL must hold no credentials, query or fragment',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Whether requests to this address stay on the machine. */
export function isLoopback(url: URL): boolean {
  return loopbackHosts.has(url.hostname);
}
