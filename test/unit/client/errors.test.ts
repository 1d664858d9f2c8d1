import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ClientError } from '../../../src/client/errors';

describe('an error of the client', () => {
  it('is known by its class and its reason', () => {
    const error = new ClientError('tooLarge', 'Failed to send the request');
    assert.ok(ClientError.is(error));
    assert.ok(ClientError.is(error, 'tooLarge'));
    assert.ok(!ClientError.is(error, 'invalid'));
  });

  it('is known though another bundle has its class', async () => {
    // The same file under another name is another module, as the bundles are to each other.
    const name = '../../../src/client/errors.ts?another';
    const { ClientError: Other }: { readonly ClientError: typeof ClientError } = await import(name);
    assert.notEqual(Other, ClientError);
    const error = new Other('rateLimited', 'Failed to get an answer', { until: 5 });
    assert.ok(!(error instanceof ClientError));
    assert.ok(ClientError.is(error, 'rateLimited'));
    assert.ok(Other.is(new ClientError('closed', 'The client was closed'), 'closed'));
  });

  it('is nothing else, whatever that calls itself', () => {
    const impostor = Object.assign(new Error('no'), { name: 'ClientError', reason: 'closed' });
    for (const each of [impostor, new Error('no'), { reason: 'closed' }, undefined, null, 'closed', 1]) {
      assert.ok(!ClientError.is(each));
    }
  });

  it('does not show in a log how it is known', () => {
    assert.ok(!inspect(new ClientError('closed', 'The client was closed')).includes('Symbol'));
  });
});
