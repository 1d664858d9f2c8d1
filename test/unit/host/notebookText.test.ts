import assert from 'node:assert/strict';
import { composeNotebook, readNotebook } from '../../../src/host/summarize/notebookText';

const notebook = {
  nbformat: 4,
  metadata: { language_info: { name: 'python' } },
  cells: [
    { cell_type: 'markdown', source: ['# Ferries\n', 'When they leave.'] },
    {
      cell_type: 'code',
      execution_count: 3,
      source: 'print(first)',
      outputs: [
        { output_type: 'stream', text: ['noon\n'] },
        { output_type: 'display_data', data: { 'image/png': 'iVBORw0KGgo=', 'text/plain': '<Figure>' } },
      ],
    },
    { cell_type: 'code', source: '', outputs: [] },
  ],
};

describe('A notebook', () => {
  it('is read as people see it, without its pictures and its format', () => {
    assert.equal(
      readNotebook(JSON.stringify(notebook)),
      '# Ferries\nWhen they leave.\n\n```python\nprint(first)\n```\n\nOutput:\nnoon\n\n<Figure>',
    );
  });

  it('that is none is not taken for one', () => {
    for (const text of ['', '{', '{}', '[]', '{"cells":[{"cell_type":"code"}]}', '{"cells":"all"}']) {
      assert.equal(readNotebook(text), undefined, text);
    }
  });

  it('says that much output was left out', () => {
    const outputs = ['line\n'.repeat(1_000)];
    const text = composeNotebook([{ kind: 'code', language: 'r', text: 'run()', outputs }]);
    assert.ok(text.length < 2_200);
    assert.match(text, /\[more output left out\]$/);
  });

  it('fences code that holds fences', () => {
    const text = composeNotebook([{ kind: 'code', language: 'py', text: 'a = """\n```\n"""', outputs: [] }]);
    assert.match(text, /^````py\n/);
  });
});
