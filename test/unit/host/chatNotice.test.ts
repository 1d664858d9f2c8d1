import assert from 'node:assert/strict';
import { describeNotice, type NoticeContext } from '../../../src/host/chat/chatNotice';

function noticeOf(change: Partial<NoticeContext>): string | undefined {
  const fine = { refusal: undefined, isKeyRefused: false, hasKey: true, hasTurns: true, baseUrl: 'http://127.0.0.1:1' };
  return describeNotice({ ...fine, ...change });
}

describe('The notice above the message box', () => {
  it('is not there while a message can be sent', () => {
    assert.equal(noticeOf({}), undefined);
  });

  it('asks for a key where a conversation goes on without one; the welcome of an empty chat does so itself', () => {
    assert.equal(noticeOf({ hasKey: false }), 'Add an API key first.');
    assert.equal(noticeOf({ hasKey: false, hasTurns: false }), undefined);
  });

  it('warns of a key that the API refuses', () => {
    assert.match(noticeOf({ isKeyRefused: true }) ?? '', /refuses the active key.*Manage API Keys/);
  });

  it('says first why the last message was not taken', () => {
    assert.equal(noticeOf({ refusal: 'The keychain is locked.', hasKey: false }), 'The keychain is locked.');
  });
});
