import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { readInParts } from '../../../src/host/chat/readInParts';
import { ScriptedClient, type ScriptedRun } from '../scriptedClient';

function read(onSend: (run: ScriptedRun) => void) {
  const client = new ScriptedClient(onSend);
  const text = Array.from({ length: 3_000 }, (_, index) => `const line${index} = ${index};\n`).join('');
  const attachment = { kind: 'file', name: 'big.ts', languageId: 'typescript', text } as const;
  const notes = readInParts(attachment, {
    client,
    model: 'claude-sonnet-5-5',
    inputTokenCap: undefined,
    question: 'Why does it retry?',
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  return { client, notes };
}

describe('Reading something in parts', () => {
  it('gives notes in its place, made with the question in mind', async () => {
    const { client, notes } = read((run) => run.finish(`notes ${run.id}`));
    assert.deepEqual(await notes, {
      kind: 'file',
      name: 'big.ts (notes)',
      languageId: 'markdown',
      text: `notes ${client.latest.id}`,
    });
    assert.ok(client.runs.length > 2);
    for (const { prompt } of client.runs) assert.ok(prompt.includes('Why does it retry?'));
  });

  it('fails where only a part of the notes is there: half of a file must not pass for all of it', async () => {
    const error = new ClientError('billing', 'no money');
    const broken = read((run) => (run.id === 'run-3' ? run.fail(error) : run.finish(`notes ${run.id}`)));
    await assert.rejects(broken.notes, (rejection) => rejection === error);
    const odd = read((run) => (run.id === 'run-3' ? run.finish('No.', 'refusal') : run.finish(`notes ${run.id}`)));
    await assert.rejects(odd.notes, /incomplete: missing, refused/);
  });
});
