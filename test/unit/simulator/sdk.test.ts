import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { publishedModels } from '../../simulator/catalogue';
import type { Simulator } from '../../simulator/simulator';
import { createSimulator, demoKey } from '../../simulator/simulator';
import type { Face } from './faces';
import { faces } from './faces';
import { model } from './support';

const question = {
  model,
  max_tokens: 2_000,
  messages: [{ role: 'user' as const, content: 'What is a token bucket?' }],
};

for (const { name, open } of faces) {
  describe(`The official SDK over ${name}`, () => {
    let simulator: Simulator;
    let face: Face;
    let sdk: Anthropic;

    beforeEach(async () => {
      simulator = createSimulator();
      face = await open(simulator);
      sdk = new Anthropic({
        apiKey: demoKey,
        authToken: null,
        baseURL: face.url,
        fetch: face.fetch,
        maxRetries: 0,
        openTelemetry: false,
      });
    });

    afterEach(() => face.close());

    it('streams an answer and adds up its usage', async () => {
      const message = await sdk.messages.stream(question).finalMessage();
      const [block] = message.content;
      assert.equal(message.stop_reason, 'end_turn');
      assert.equal(block?.type, 'text');
      assert.match(block.text, /bucket/i);
      const { usage } = simulator.log.last ?? {};
      assert.equal(message.usage.output_tokens, usage?.outputTokens);
      assert.equal(message.usage.input_tokens, usage?.inputTokens);
    });

    it('gets the same answer without streaming', async () => {
      const streamed = await sdk.messages.stream(question).finalMessage();
      const whole = await sdk.messages.create(question);
      assert.deepEqual(whole.content, streamed.content);
      assert.equal(whole.usage.output_tokens, streamed.usage.output_tokens);
    });

    it('pages through all models', async () => {
      const ids: string[] = [];
      for await (const { id } of sdk.models.list({ limit: 5 })) ids.push(id);
      assert.deepEqual(
        ids,
        publishedModels.map(({ id }) => id),
      );
      assert.equal((await sdk.models.retrieve(model)).max_input_tokens, 1_000_000);
    });

    it('counts about as many tokens as are charged', async () => {
      const messages = [{ role: 'user' as const, content: 'A long question about rate limits. '.repeat(300) }];
      const counted = await sdk.messages.countTokens({ model, messages });
      const { usage } = await sdk.messages.create({ ...question, messages });
      assert.ok(Math.abs(counted.input_tokens - usage.input_tokens) <= 0.03 * usage.input_tokens);
    });

    it('classifies refusals by their codes', async () => {
      simulator.faults.add({ kind: 'rampLimited', retryAfter: 3 });
      await assert.rejects(sdk.messages.create(question), { status: 429, errorCode: 'ramp_limit_exceeded' });
      simulator.faults.add({ kind: 'overloaded' });
      await assert.rejects(sdk.messages.create(question), { status: 529, type: 'overloaded_error' });
    });

    it('sees an error in mid-stream as one without a status', async () => {
      simulator.faults.add({ kind: 'midStreamError', afterDeltas: 2 });
      await assert.rejects(sdk.messages.stream(question).finalMessage(), {
        status: undefined,
        type: 'overloaded_error',
      });
    });
  });
}
