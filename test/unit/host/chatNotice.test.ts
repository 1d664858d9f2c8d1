import assert from 'node:assert/strict';
import { describeNotice, type NoticeContext } from '../../../src/host/chat/chatNotice';
import { answer, question } from '../store/setup';

function noticeOf(change: Partial<NoticeContext>): string | undefined {
  const fine = { refusal: undefined, isKeyRefused: false, hasKey: true, baseUrl: 'http://127.0.0.1:1' };
  return describeNotice({ ...fine, turns: [question('a', 'Why?')], ...change });
}

describe('The notice above the message box', () => {
  it('is not there while a message can be sent', () => {
    assert.equal(noticeOf({}), undefined);
  });

  it('asks for a key where a conversation goes on without one; the welcome of an empty chat does so itself', () => {
    assert.equal(noticeOf({ hasKey: false }), 'Add an API key first.');
    assert.equal(noticeOf({ hasKey: false, turns: [] }), undefined);
  });

  it('warns of a key that the API refuses', () => {
    assert.match(noticeOf({ isKeyRefused: true }) ?? '', /refuses the active key.*Manage API Keys/);
  });

  it('leaves that to an answer that waits for a key, and says so itself', () => {
    const wait = { kind: 'waiting', until: undefined, position: undefined, attempt: 1 } as const;
    const notice = (reason: 'key' | 'requests') =>
      noticeOf({ isKeyRefused: true, turns: [answer('b', '', 'a', { ...wait, reason })] });
    assert.equal(notice('key'), undefined);
    assert.match(notice('requests') ?? '', /refuses the active key/);
  });

  it('says first why the last message was not taken', () => {
    assert.equal(noticeOf({ refusal: 'The keychain is locked.', hasKey: false }), 'The keychain is locked.');
  });
});
