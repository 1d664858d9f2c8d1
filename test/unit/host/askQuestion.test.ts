import assert from 'node:assert/strict';
import { askQuestion } from '../../../src/host/chat/askQuestion';
import type { Obstacle } from '../../../src/host/chat/chatSession';

const attachment = { kind: 'selection', name: 'retry.ts:12–48', languageId: 'typescript', text: 'retry();' } as const;

interface Script {
  readonly obstacle?: Obstacle;
  /** What the person enters each time they are asked; given up when there is no more. */
  readonly entered?: readonly string[];
  /** Why each attempt to send is refused; it is taken when there is no more. */
  readonly refusals?: readonly (string | undefined)[];
}

async function setup({ obstacle, entered = [], refusals = [] }: Script) {
  const asked: { readonly typed: string; readonly problem: string | undefined }[] = [];
  const sent: string[] = [];
  const shown: unknown[] = [];
  let attempts = 0;
  const refusal = () => refusals[attempts - 1];
  await askQuestion(
    {
      findObstacle: async () => obstacle,
      ask: async (text, given) => {
        assert.deepEqual(given, [attachment]);
        attempts += 1;
        if (attempts <= refusals.length) return false;
        sent.push(text);
        return true;
      },
      get notice() {
        return refusal();
      },
    },
    attachment,
    {
      ask: async (typed, problem) => {
        asked.push({ typed, problem });
        return entered[asked.length - 1];
      },
      showObstacle: async (what) => shown.push(what),
      showChat: async () => shown.push('chat'),
    },
  );
  return { asked, sent, shown };
}

describe('A question about a selection', () => {
  it('is sent, and the chat is shown', async () => {
    const { asked, sent, shown } = await setup({ entered: ['Why?'] });
    assert.deepEqual(asked, [{ typed: '', problem: undefined }]);
    assert.deepEqual(sent, ['Why?']);
    assert.deepEqual(shown, ['chat']);
  });

  it('is not asked for when nothing could be sent', async () => {
    const obstacle = { text: 'Add an API key first.', needsKey: true };
    const { asked, shown } = await setup({ obstacle, entered: ['Why?'] });
    assert.deepEqual(asked, []);
    assert.deepEqual(shown, [obstacle]);
  });

  it('that was refused is asked for again as it was typed, with the reason, until it is taken', async () => {
    const { asked, sent } = await setup({
      entered: ['Why?', 'Why now?', 'Why now?'],
      refusals: ['The keychain is locked.', undefined],
    });
    assert.deepEqual(asked, [
      { typed: '', problem: undefined },
      { typed: 'Why?', problem: 'The keychain is locked.' },
      { typed: 'Why now?', problem: 'The question could not be sent.' },
    ]);
    assert.deepEqual(sent, ['Why now?']);
  });

  it('can be given up before and after it was refused, and left empty', async () => {
    for (const script of [{}, { entered: [' '] }, { entered: ['Why?'], refusals: ['The keychain is locked.'] }]) {
      const { sent, shown } = await setup(script);
      assert.deepEqual({ sent, shown }, { sent: [], shown: [] });
    }
  });
});
