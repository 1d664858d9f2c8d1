import assert from 'node:assert/strict';
import { composePreview, type PreviewedRequest } from '../../../src/host/chat/previewText';

function requestOf(more: Partial<PreviewedRequest> = {}): PreviewedRequest {
  return {
    model: 'claude-sonnet-5-5',
    maxTokens: 8_192,
    thinking: 'auto',
    system: undefined,
    messages: [{ role: 'user', content: 'Why?' }],
    estimatedTokens: 12_345,
    leftOut: 0,
    ...more,
  };
}

function marked(text: string, more: object = {}) {
  return { type: 'text', text, cache_control: { type: 'ephemeral', ...more } };
}

describe('The preview of a request', () => {
  it('shows the model, the sizes and every message with its role', () => {
    const text = composePreview(
      requestOf({
        messages: [
          { role: 'user', content: 'Why?' },
          { role: 'assistant', content: 'Because.' },
        ],
      }),
    );
    assert.equal(
      text,
      [
        '# What Will Be Sent',
        '',
        '- Model: claude-sonnet-5-5',
        '- Estimated input: about 12345 tokens',
        '- Longest answer: 8192 tokens',
        '- Thinking: auto',
        '- Messages: 2',
        '- Cache breakpoints: 0',
        '- Turns left out: 0',
        '',
        '## 1. You',
        '',
        '```text\nWhy?\n```',
        '',
        '## 2. Claude',
        '',
        '```text\nBecause.\n```',
        '',
      ].join('\n'),
    );
  });

  it('shows the system prompt before all', () => {
    assert.match(
      composePreview(requestOf({ system: 'Be brief.' })),
      /## System\n\n```text\nBe brief\.\n```\n\n## 1\. You/,
    );
  });

  it('marks each cache breakpoint where it stands, with how long it lasts', () => {
    const text = composePreview(
      requestOf({
        system: [marked('Be brief.', { ttl: '1h' })],
        messages: [{ role: 'user', content: [marked('Why?'), { type: 'text', text: 'And how?' }] }],
      }),
    );
    assert.match(text, /- Cache breakpoints: 2\n/);
    assert.match(text, /Be brief\.\n```\n\n\*Cache breakpoint \(1h\)/);
    assert.match(
      text,
      /Why\?\n```\n\n\*Cache breakpoint \(5m\): all up to here can be read from the cache\*\n\n```text\nAnd how\?/,
    );
  });

  it('shows texts word for word, whatever markdown is in them', () => {
    const content = '# not a heading\n```ts\ncode\n```\n````\n';
    assert.ok(
      composePreview(requestOf({ messages: [{ role: 'user', content }] })).includes(
        `\`\`\`\`\`text\n${content}\n\`\`\`\`\``,
      ),
    );
  });

  it('shows what is not text as it is sent', () => {
    const image = { type: 'image', source: { type: 'url', url: 'about:blank' } };
    assert.ok(
      composePreview(requestOf({ messages: [{ role: 'user', content: [image] }] })).includes(
        JSON.stringify(image, null, 2),
      ),
    );
  });

  it('shortens nothing', () => {
    const content = 'x'.repeat(500_000);
    assert.ok(composePreview(requestOf({ messages: [{ role: 'user', content }] })).includes(content));
  });
});
