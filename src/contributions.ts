/** Every id and default that package.json and the code share. A test proves the two equal, both ways. */

export const extensionId = 'sluice.sluice';

export const commands = {
  addKey: 'sluice.addKey',
  manageKeys: 'sluice.manageKeys',
  focusChat: 'sluice.focusChat',
  newChat: 'sluice.newChat',
  stop: 'sluice.stop',
  askSelection: 'sluice.askSelection',
  summarizeSelection: 'sluice.summarizeSelection',
  summarizeFile: 'sluice.summarizeFile',
  summarizeFolder: 'sluice.summarizeFolder',
  showQuota: 'sluice.showQuota',
  showQueue: 'sluice.showQueue',
} as const;

export type CommandId = (typeof commands)[keyof typeof commands];

export const settings = {
  baseUrl: 'sluice.baseUrl',
  model: 'sluice.model',
  maxTokens: 'sluice.maxTokens',
  requestsPerMinute: 'sluice.limits.requestsPerMinute',
  inputTokensPerMinute: 'sluice.limits.inputTokensPerMinute',
  outputTokensPerMinute: 'sluice.limits.outputTokensPerMinute',
  maxConcurrent: 'sluice.limits.maxConcurrent',
  maxAttempts: 'sluice.retry.maxAttempts',
  maxWaitSeconds: 'sluice.retry.maxWaitSeconds',
} as const;

export type SettingId = (typeof settings)[keyof typeof settings];

/** What holds where nothing, or nothing usable, is set; `null` is "none". */
export const settingDefaults = {
  [settings.baseUrl]: 'https://api.anthropic.com',
  [settings.model]: 'claude-sonnet-5-5',
  [settings.maxTokens]: 8_192,
  [settings.requestsPerMinute]: null,
  [settings.inputTokensPerMinute]: null,
  [settings.outputTokensPerMinute]: null,
  [settings.maxConcurrent]: null,
  [settings.maxAttempts]: 10,
  [settings.maxWaitSeconds]: null,
} as const satisfies Record<SettingId, unknown>;

export const contextKeys = {
  hasKey: 'sluice.hasKey',
  isBusy: 'sluice.isBusy',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export const viewContainer = 'sluice';

export const views = {
  chat: 'sluice.chat',
} as const;

export const statusBarItem = { id: 'sluice.meter', name: 'Sluice: Remaining Limits' } as const;
