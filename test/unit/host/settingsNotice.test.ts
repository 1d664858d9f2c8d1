import assert from 'node:assert/strict';
import { extensionId, settings } from '../../../src/contributions';
import { SettingsNotice } from '../../../src/host/settingsNotice';
import type { SettingsNoticeOptions } from '../../../src/host/settingsNotice';

function setup({ opens = false } = {}) {
  const warnings: string[] = [];
  const opened: string[] = [];
  let unusable: ReturnType<SettingsNoticeOptions['findUnusable']> = [];
  const notice = new SettingsNotice({
    findUnusable: () => unusable,
    warn: async (text, action) => {
      assert.equal(action, 'Open Settings');
      warnings.push(text);
      return opens;
    },
    openSettings: (query) => opened.push(query),
  });
  const change = async (...next: typeof unusable) => {
    unusable = next;
    await notice.tell();
  };
  return { change, warnings, opened };
}

describe('A setting that cannot be used', () => {
  it('is told with its value and what holds instead', async () => {
    const { change, warnings } = setup();
    await change({ id: settings.maxAttempts, value: 50 });
    await change({ id: settings.requestsPerMinute, value: 'few' });
    assert.deepEqual(warnings, [
      'Sluice cannot use 50 for “sluice.retry.maxAttempts”, so 10 holds.',
      'Sluice cannot use "few" for “sluice.limits.requestsPerMinute”, so there is no such limit now.',
    ]);
  });

  it('is told once, and again only for another value or after it was right', async () => {
    const { change, warnings } = setup();
    const wrong = { id: settings.maxAttempts, value: 50 };
    await change(wrong);
    await change(wrong);
    assert.equal(warnings.length, 1);
    await change({ ...wrong, value: 51 });
    assert.equal(warnings.length, 2);
    await change();
    await change(wrong);
    assert.equal(warnings.length, 3);
  });

  it('is told together with others that cannot be used either', async () => {
    const { change, warnings, opened } = setup({ opens: true });
    await change({ id: settings.maxAttempts, value: 50 }, { id: settings.model, value: 7 });
    assert.deepEqual(warnings, [
      'Sluice cannot use the values of these settings, so their defaults hold: sluice.retry.maxAttempts, sluice.model.',
    ]);
    assert.deepEqual(opened, [`@ext:${extensionId}`]);
  });

  it('is shown in the settings to who wants to correct it', async () => {
    const { change, opened } = setup({ opens: true });
    await change({ id: settings.maxTokens, value: 'a'.repeat(1_000) });
    assert.deepEqual(opened, [settings.maxTokens]);
  });

  it('of a thousand characters is not shown in full', async () => {
    const { change, warnings } = setup();
    await change({ id: settings.model, value: ' '.repeat(1_000) });
    assert.ok((warnings[0]?.length ?? 0) < 200);
  });
});
