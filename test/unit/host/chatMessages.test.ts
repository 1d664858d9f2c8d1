import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseChatCommand, parseLink } from '../../../src/host/chat/chatMessages';
import type { ChatCommand, ChatCommands } from '../../../src/protocol/chat';

/** One of each; a command that is added later does not compile until it is here. */
const examples: { readonly [Name in keyof ChatCommands]: Extract<ChatCommand, { type: Name }> } = {
  ready: { type: 'ready', payload: undefined },
  send: { type: 'send', payload: { draftId: 3, text: 'Why?' } },
  stop: { type: 'stop', payload: undefined },
  act: { type: 'act', payload: { turnId: 'turn-1', action: 'retry' } },
  edit: { type: 'edit', payload: { turnId: 'turn-1', draftId: 4, text: 'Why not?' } },
  remove: { type: 'remove', payload: { turnId: 'turn-1' } },
  showBranch: { type: 'showBranch', payload: { turnId: 'turn-1', step: -1 } },
  draft: { type: 'draft', payload: { text: 'Wh' } },
  attach: { type: 'attach', payload: { via: 'mention' } },
  attachUris: { type: 'attachUris', payload: { uris: ['file:///harbour/retry.ts'] } },
  detach: { type: 'detach', payload: { attachmentId: '0 retry.ts' } },
  editQueued: { type: 'editQueued', payload: { id: 'message-1', text: 'And?' } },
  removeQueued: { type: 'removeQueued', payload: { id: 'message-1' } },
  holdQueued: { type: 'holdQueued', payload: { id: null } },
  resumeQueue: { type: 'resumeQueue', payload: undefined },
  sendQueuedNow: { type: 'sendQueuedNow', payload: { id: 'message-1' } },
  pickModel: { type: 'pickModel', payload: undefined },
  fitAct: { type: 'fitAct', payload: { action: 'condense' } },
  code: { type: 'code', payload: { action: 'apply', text: 'retry();', language: 'ts' } },
  preview: { type: 'preview', payload: undefined },
  undoHistory: { type: 'undoHistory', payload: undefined },
  showHistory: { type: 'showHistory', payload: undefined },
  copy: { type: 'copy', payload: { text: 'text' } },
  openLink: { type: 'openLink', payload: { url: 'https://example.org' } },
  addKey: { type: 'addKey', payload: undefined },
  reportError: { type: 'reportError', payload: { message: 'Oops' } },
};

const garbage: Readonly<Record<string, unknown>> = {
  nothing: undefined,
  null: null,
  'a text': 'ready',
  'a list': ['ready'],
  'no type': {},
  'an unknown type': { type: 'eval', payload: { code: '1' } },
  'a type of the prototype': { type: 'constructor' },
  'a type that is no text': { type: ['ready'] },
  'a payload where none belongs': { type: 'ready', payload: { text: 'x' } },
  'no payload where one belongs': { type: 'send' },
  'a payload of another command': { type: 'send', payload: { turnId: 'a', action: 'retry' } },
  'a text that is none': { type: 'send', payload: { draftId: 1, text: 5 } },
  'a draft that is no whole number': { type: 'send', payload: { draftId: 1.5, text: '' } },
  'an unknown action': { type: 'act', payload: { turnId: 'a', action: 'deleteAll' } },
  'an id as long as a file': { type: 'act', payload: { turnId: 'a'.repeat(101), action: 'retry' } },
  'a step over several branches': { type: 'showBranch', payload: { turnId: 'a', step: 2 } },
  'more files than anybody means': {
    type: 'attachUris',
    payload: { uris: Array.from({ length: 101 }, () => 'file:///a') },
  },
  'a file that is no address': { type: 'attachUris', payload: { uris: [{ path: '/a' }] } },
  'a piece of code without a purpose': { type: 'code', payload: { action: 'run', text: 'a', language: 'sh' } },
  'a link as long as a file': { type: 'openLink', payload: { url: `https://example.org/${'a'.repeat(8_000)}` } },
};

describe('A message from the chat view', () => {
  for (const [name, message] of Object.entries(examples)) {
    it(`is taken when it is "${name}"`, () => {
      assert.deepEqual(parseChatCommand(message), message);
    });
  }

  it('is taken after it lost its undefined payload on the way', () => {
    assert.deepEqual(parseChatCommand(JSON.parse(JSON.stringify(examples.stop))), examples.stop);
  });

  it('loses whatever does not belong to it', () => {
    const message = { ...examples.copy, extra: 1, payload: { text: 'text', html: '<b>' } };
    assert.deepEqual(parseChatCommand(message), examples.copy);
  });

  for (const [what, message] of Object.entries(garbage)) {
    it(`is not taken when it is ${what}`, () => {
      assert.equal(parseChatCommand(message), undefined);
    });
  }

  it('never makes the host throw', () => {
    const types = fc.oneof(fc.constantFrom(...Object.keys(examples)), fc.anything());
    const payloads = fc.oneof(
      fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
      fc.record(
        {
          draftId: fc.anything(),
          text: fc.anything(),
          turnId: fc.anything(),
          action: fc.anything(),
          url: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ type: types, payload: payloads })), (message) => {
        const command = parseChatCommand(message);
        assert.ok(command === undefined || Object.keys(examples).includes(command.type));
      }),
      { numRuns: 500 },
    );
  });
});

describe('A link', () => {
  it('is opened when it leads to a page or a letter', () => {
    for (const url of ['https://example.org/a?b#c', 'http://example.org/', 'mailto:someone@example.org']) {
      assert.equal(parseLink(url)?.href, url);
    }
    assert.equal(parseLink('HTTPS://EXAMPLE.ORG')?.href, 'https://example.org/');
  });

  it('is not opened when it leads anywhere else', () => {
    const others = [
      'javascript:alert(1)',
      ' java\nscript:alert(1)',
      'JAVASCRIPT:alert(1)',
      'data:text/html,<script>1</script>',
      'file:///etc/hosts',
      'command:workbench.action.quit',
      'vscode://sluice.sluice/x',
      'blob:https://example.org/1',
      'ftp://example.org',
      '//example.org',
      '/relative',
      'https://',
      '',
    ];
    for (const url of others) assert.equal(parseLink(url), undefined, url);
  });

  it('has one of three schemes, whatever was asked for', () => {
    const schemes = fc.constantFrom('http', 'https', 'mailto', 'javascript', 'command', 'file', 'java\tscript', '');
    fc.assert(
      fc.property(schemes, fc.string({ unit: 'binary' }), (scheme, rest) => {
        const link = parseLink(`${scheme}:${rest}`) ?? parseLink(rest);
        assert.ok(link === undefined || ['http:', 'https:', 'mailto:'].includes(link.protocol));
      }),
    );
  });
});
