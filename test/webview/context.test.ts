import assert from 'node:assert/strict';
import { mentionAt, withoutMention } from '../../src/webview/chat/mention';
import { carriesUris, urisOf } from '../../src/webview/chat/dropped';
import { openChat } from './support/chatPage';
import type { ChatPage } from './support/chatPage';
import { attachment, context, question, snapshot, status } from './support/fixtures';

function read(data: Readonly<Record<string, string>>): readonly string[] {
  return urisOf((type) => data[type] ?? '');
}

describe('what is sent along', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  async function setup(...[change]: Parameters<typeof snapshot>) {
    page = await openChat({ snapshot: snapshot({ turns: [question('q1', 'Why?')], ...change }) });
    return page;
  }

  it('is asked for by a button, and the focus comes back', async () => {
    await setup();
    await page.click(page.find('button', 'Add Context…'));
    assert.deepEqual(page.posted('attach')[0]?.payload, { via: 'button' });
    page.find('button', 'Chat History…').focus();
    await page.receive({ type: 'attached', payload: { via: 'button', isPicked: false } });
    assert.equal(page.document.activeElement, page.input);
  });

  it('is asked for by an @ at the start of a word, which goes away when something was picked', async () => {
    await setup();
    await page.type('Look at ');
    await page.type('Look at @');
    assert.deepEqual(page.posted('attach')[0]?.payload, { via: 'mention' });
    await page.receive({ type: 'attached', payload: { via: 'mention', isPicked: true } });
    assert.equal(page.input.value, 'Look at ');
    assert.equal(page.document.activeElement, page.input);
  });

  it('is not asked for by an @ within a word, in pasted text, or when nothing was picked', async () => {
    await setup();
    await page.type('me');
    await page.type('me@');
    await page.type('me@home @everyone');
    assert.equal(page.posted('attach').length, 0);
    await page.type('me@home @everyone ');
    await page.type('me@home @everyone @');
    await page.receive({ type: 'attached', payload: { via: 'mention', isPicked: false } });
    assert.equal(page.input.value, 'me@home @everyone @');
    await page.receive({ type: 'attached', payload: { via: 'mention', isPicked: true } });
    assert.equal(page.input.value, 'me@home @everyone @', 'an answer to no question took it away');
  });

  it('is shown with what it weighs, and taken back with the focus on the next one', async () => {
    await setup({ attachments: [attachment('a.ts'), attachment('b.ts'), attachment('src', 'folder', '26k')] });
    assert.deepEqual(
      [...page.document.querySelectorAll('.field .chip')].map(({ textContent }) => textContent),
      ['File a.ts412 412 tokens', 'File b.ts412 412 tokens', 'Folder src26k 26k tokens'],
    );
    await page.click(page.find('button', 'Remove a.ts'));
    assert.deepEqual(page.posted('detach')[0]?.payload, { attachmentId: 'attached-a.ts' });
    assert.equal(page.document.activeElement, page.find('button', 'Remove b.ts'));
    await page.change({ kind: 'status', status: status({ attachments: [attachment('b.ts')] }) });
    assert.equal(page.find('[role="status"]').textContent, 'Removed: a.ts, src');
    await page.click(page.find('button', 'Remove b.ts'));
    assert.equal(page.document.activeElement, page.input);
    await page.change({ kind: 'status', status: status() });
    assert.equal(page.find('[role="status"]').textContent, 'Removed: b.ts');
  });

  it('goes with the message without a word, also when its removal had been asked for', async () => {
    await setup({ attachments: [attachment('a.ts')] });
    await page.click(page.find('button', 'Remove a.ts'));
    await page.type('Hello');
    await page.press('Enter');
    await page.change({ kind: 'status', status: status() });
    assert.equal(page.find('[role="status"]').textContent, '');
  });

  it('is enough to send, on Enter and by the button', async () => {
    await setup({ attachments: [attachment('a.ts')] });
    await page.press('Enter');
    const { draftId, text } = page.posted('send')[0]?.payload ?? {};
    assert.equal(text, '');
    await page.receive({ type: 'sendResult', payload: { draftId: draftId ?? 0, isAccepted: false } });
    await page.click(page.find('button', 'Send'));
    assert.equal(page.posted('send').length, 2);
    await page.change({ kind: 'status', status: status({ isBusy: true, attachments: [attachment('a.ts')] }) });
    assert.ok(page.query('button', 'Send Next'));
    await page.change({ kind: 'status', status: status() });
    assert.ok(page.find('button', 'Send').hasAttribute('disabled'));
  });

  it('can be dropped, as its button tells', async () => {
    await setup();
    assert.match(page.find('button', 'Add Context…').title, /Shift/);
  });

  it('is announced when it is added', async () => {
    await setup();
    await page.change({ kind: 'status', status: status({ attachments: [attachment('a.ts')] }) });
    assert.equal(page.find('[role="status"]').textContent, 'Added: a.ts');
  });

  async function drag(type: string, data: Readonly<Record<string, string>>) {
    const event = new page.window.Event(type, { bubbles: true, cancelable: true });
    const dataTransfer = { types: Object.keys(data), getData: (name: string) => data[name] ?? '', dropEffect: 'none' };
    page.document.body.dispatchEvent(Object.assign(event, { dataTransfer }));
    await page.settle();
    return event;
  }

  it('can be dropped on the chat, which shows that it would be taken', async () => {
    await setup();
    const files = { 'text/uri-list': '# two\r\nfile:///w/a.ts\r\nfile:///w/b.ts\r\n' };
    assert.equal((await drag('dragover', files)).defaultPrevented, true);
    assert.ok(page.query('.drop-target'));
    await drag('drop', files);
    assert.equal(page.query('.drop-target'), undefined);
    assert.deepEqual(page.posted('attachUris')[0]?.payload, { uris: ['file:///w/a.ts', 'file:///w/b.ts'] });
  });

  it('shows no more that it would be taken when the drag has left', async () => {
    await setup();
    await drag('dragover', { resourceurls: '[]' });
    await page.clock.tickAsync(500);
    assert.equal(page.query('.drop-target'), undefined);
  });

  it('is not plain text that is dragged', async () => {
    await setup();
    assert.equal((await drag('dragover', { 'text/plain': 'words' })).defaultPrevented, false);
    assert.equal(page.query('.drop-target'), undefined);
    await drag('drop', { 'text/plain': 'words' });
    assert.equal(page.posted('attachUris').length, 0);
  });
});

describe('a drag', () => {
  it('carries addresses in each of the forms of VS Code', () => {
    assert.deepEqual(read({ 'application/vnd.code.uri-list': 'file:///a\nfile:///a' }), ['file:///a']);
    assert.deepEqual(read({ resourceurls: '["file:///a","vscode-remote://b/c"]' }), [
      'file:///a',
      'vscode-remote://b/c',
    ]);
    assert.deepEqual(read({ resourceurls: '{"no":"list"}' }), []);
    assert.deepEqual(read({ resourceurls: 'no JSON' }), []);
    const many = Array.from({ length: 60 }, (_, index) => `file:///${index}`);
    assert.deepEqual(read({ 'text/uri-list': many.join('\r\n') }), many.slice(0, 50));
    assert.ok(carriesUris(['text/plain', 'ResourceURLs']));
    assert.ok(!carriesUris(['text/plain']));
  });
});

describe('an @', () => {
  it('asks at the start of a word, where it was just typed', () => {
    assert.equal(mentionAt('', '@', 1), 0);
    assert.equal(mentionAt('see\nthat', 'see\n@that', 5), 4);
    assert.equal(mentionAt('see', 'see@', 4), undefined);
    assert.equal(mentionAt('@', '@@', 2), undefined);
    assert.equal(mentionAt('a @', 'a ', 2), undefined);
  });

  it('leaves no double blank behind, and nothing is taken that has moved', () => {
    assert.equal(withoutMention('see @ there', 4), 'see there');
    assert.equal(withoutMention('@ there', 0), 'there');
    assert.equal(withoutMention('see there', 4), 'see there');
  });
});

describe('the bar of the composer', () => {
  let page: ChatPage;
  afterEach(() => page.close());

  async function setup(...[change]: Parameters<typeof snapshot>) {
    page = await openChat({ snapshot: snapshot({ turns: [question('q1', 'Why?')], ...change }) });
  }

  it('tells the host of the draft once it rests', async () => {
    await setup();
    await page.type('H');
    await page.type('Hello');
    assert.equal(page.posted('draft').length, 0);
    await page.clock.tickAsync(300);
    assert.deepEqual(
      page.posted('draft').map(({ payload }) => payload.text),
      ['Hello'],
    );
  });

  it('tells the host of the draft of the last load as well', async () => {
    page = await openChat({ viewState: { draft: 'Half a thou' }, snapshot: snapshot() });
    await page.clock.tickAsync(300);
    assert.deepEqual(page.posted('draft')[0]?.payload, { text: 'Half a thou' });
  });

  it('takes a draft from the host', async () => {
    await setup();
    await page.receive({ type: 'setDraft', payload: { text: 'Explain this:\n@' } });
    assert.equal(page.input.value, 'Explain this:\n@');
    assert.equal(page.posted('attach').length, 0);
  });

  it('opens the list of models', async () => {
    await setup();
    await page.click(page.find('button.model'));
    assert.equal(page.posted('pickModel').length, 1);
  });

  it('shows how full the window is, in a ring and in words, and previews what would be sent', async () => {
    await setup({ context });
    const ring = page.find('.ring');
    assert.equal(
      ring.getAttribute('aria-label'),
      'Context window: 52k used, 8k reserved for the answer, 140k free of 200k. 83 % from the cache. Preview what will be sent',
    );
    const arcs = [...ring.querySelectorAll('circle')].map((arc) =>
      Number.parseFloat(arc.getAttribute('stroke-dasharray') ?? ''),
    );
    const [whole = 0, reserved = 0, used = 0] = arcs;
    assert.ok(Math.abs(used / whole - 0.26) < 0.001);
    assert.ok(Math.abs(reserved / whole - 0.04) < 0.001);
    await page.click(ring);
    assert.equal(page.posted('preview').length, 1);
  });

  it('draws no more than a whole ring, and a little of something as more than nothing', async () => {
    await setup({ context: { ...context, usedShare: 1.4, reservedShare: 0.3 } });
    const share = (name: string) => {
      const [whole, part] = ['.free', name].map((selector) =>
        Number.parseFloat(page.find(`.ring ${selector}`).getAttribute('stroke-dasharray') ?? ''),
      );
      return (part ?? 0) / (whole ?? 1);
    };
    assert.equal(share('.used'), 1);
    assert.equal(share('.reserved'), 0);
    await page.change({ kind: 'status', status: status({ context: { ...context, usedShare: 0.001 } }) });
    assert.ok(share('.used') > 0.01);
  });

  it('says quietly that the message fits', async () => {
    await setup({ fit: { kind: 'fits', text: '1.2k tokens, fits now', until: undefined, actions: [] } });
    assert.equal(page.find('.toolbar .fit').textContent, '1.2k tokens, fits now');
    assert.equal(page.query('.fit-line'), undefined);
  });

  it('tells until when the message would wait, counts down, and offers what helps', async () => {
    const fit = {
      kind: 'waits',
      text: 'Would wait until 12:01:23',
      until: Date.UTC(2026, 10, 24, 12, 1, 23),
      actions: [{ id: 'condense', label: 'Condense' }],
    } as const;
    await setup({ fit });
    assert.match(page.find('.fit-line.waits').textContent, /^Would wait until 12:01:23in 1 min 2\d s/);
    assert.ok(page.query('.fit-line .codicon-watch'));
    await page.click(page.find('button', 'Condense'));
    assert.deepEqual(page.posted('fitAct')[0]?.payload, { action: 'condense' });
  });

  it('warns of a message that is larger than the limit, and says so once', async () => {
    await setup();
    const fit = {
      kind: 'tooLarge',
      text: '41k are more than 30k',
      until: undefined,
      actions: [{ id: 'split', label: 'Split' }],
    } as const;
    await page.change({ kind: 'status', status: status({ fit }) });
    assert.ok(page.query('.fit-line.tooLarge .codicon-warning'));
    assert.equal(page.find('[role="status"]').textContent, '41k are more than 30k');
    const said = page.find('[role="status"]').firstElementChild;
    await page.change({ kind: 'status', status: status({ fit: { ...fit, text: '42k are more than 30k' } }) });
    assert.equal(page.find('[role="status"]').firstElementChild, said);
  });

  it('stands under the title of the conversation, beside which the others are', async () => {
    await setup({ title: 'Token buckets' });
    assert.equal(page.find('h2').textContent, 'Token buckets');
    await page.click(page.find('button', 'Chat History…'));
    assert.equal(page.posted('showHistory').length, 1);
  });
});
