import { createRequire } from 'node:module';
import { systemClock } from '../../../src/client/clock';
import type { Client, ClientOptions } from '../../../src/client/types';
import type { Contender, Target } from '../../workloads/contender';
import { createSluice } from '../../workloads/sluice';

/** dist/client.js has no declarations; its types are those of the source it is built from. */
interface BuiltClient {
  createClient: (this: void, options: ClientOptions) => Client;
}

/**
 * Sluice as a program would use it: the built client, and nothing told but the key and the address. The limits, which
 * its peers are given, it finds out for itself.
 */
export function createBuiltSluice({ baseUrl, apiKey, fetch }: Target): Contender {
  const { createClient } = loadBuiltClient();
  return createSluice(createClient({ baseUrl, apiKey, fetch }), systemClock);
}

/** From beside the bundle of this process: a build in the middle of a benchmark changes nothing. */
function loadBuiltClient(): BuiltClient {
  const built: unknown = createRequire(import.meta.url)('./client.js');
  if (!isBuiltClient(built)) throw new Error('client.js exports no createClient.');
  return built;
}

function isBuiltClient(built: unknown): built is BuiltClient {
  return (
    typeof built === 'object' && built !== null && 'createClient' in built && typeof built.createClient === 'function'
  );
}
