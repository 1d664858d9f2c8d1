import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as v from 'valibot';
import type Anthropic from '@anthropic-ai/sdk';
import { demoKey } from '../../simulator/simulator';
import { createSdk } from '../contenders/sdk';
import type { BuiltClient } from './client';
import { question } from './client';
import { nextTurn } from './blocks';
import { sdkBody } from './peer';

const warmUpRequests = 30;
/** Published when the head of a request is written to its socket. https://nodejs.org/api/diagnostics_channel.html and undici's own list. */
const headWritten = 'undici:client:sendHeaders';

export const overheadFigures = v.object({ sluiceMs: v.array(v.number()), sdkMs: v.array(v.number()) });
export type OverheadFigures = v.InferOutput<typeof overheadFigures>;

/** From the start of `ask` until its request's head is written; the answer is read to its end before anything else. */
async function timeToSocket(ask: () => Promise<unknown>): Promise<number> {
  let writtenAt: number | undefined;
  const listen = () => {
    writtenAt ??= performance.now();
  };
  await nextTurn();
  subscribe(headWritten, listen);
  try {
    const beganAt = performance.now();
    await ask();
    if (writtenAt === undefined) throw new Error('Nobody saw the request leave.');
    return writtenAt - beganAt;
  } finally {
    unsubscribe(headWritten, listen);
  }
}

async function askSdk(sdk: Anthropic): Promise<void> {
  for await (const event of await sdk.messages.create(sdkBody)) void event.type;
}

/** One request at a time to an idle server, Sluice and the SDK in turn. */
export async function measureOverhead(
  { createClient }: BuiltClient,
  baseUrl: string,
  samples: number,
): Promise<OverheadFigures> {
  const client = createClient({ apiKey: demoKey, baseUrl });
  const sdk = createSdk({ baseUrl, apiKey: demoKey }, 0);
  const askSluice = () => client.send({ ...question, priority: 'interactive' }).result;
  const sluiceMs: number[] = [];
  const sdkMs: number[] = [];
  for (let index = -warmUpRequests; index < samples; index++) {
    const bySluice = await timeToSocket(askSluice);
    const bySdk = await timeToSocket(() => askSdk(sdk));
    if (index < 0) continue;
    sluiceMs.push(bySluice);
    sdkMs.push(bySdk);
  }
  await client.close();
  return { sluiceMs, sdkMs };
}
