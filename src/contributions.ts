/** Every id and default that package.json and the code share. A test proves the two equal, both ways. */

export const extensionId = 'sluice.sluice';

export const commands = {
  addKey: 'sluice.addKey',
  manageKeys: 'sluice.manageKeys',
  importKey: 'sluice.importKey',
  useKey: 'sluice.useKey',
  rotateKey: 'sluice.rotateKey',
  revokeKey: 'sluice.revokeKey',
  setKeyBudget: 'sluice.setKeyBudget',
  exportKeyAudit: 'sluice.exportKeyAudit',
  keyActions: 'sluice.keyActions',
  moveLeak: 'sluice.moveLeak',
  ignoreLeak: 'sluice.ignoreLeak',
  focusChat: 'sluice.focusChat',
  newChat: 'sluice.newChat',
  showHistory: 'sluice.showHistory',
  renameChat: 'sluice.renameChat',
  exportChat: 'sluice.exportChat',
  deleteChat: 'sluice.deleteChat',
  clearHistory: 'sluice.clearHistory',
  stop: 'sluice.stop',
  pickModel: 'sluice.pickModel',
  attach: 'sluice.attach',
  attachSelection: 'sluice.attachSelection',
  attachFile: 'sluice.attachFile',
  previewRequest: 'sluice.previewRequest',
  askSelection: 'sluice.askSelection',
  summarize: 'sluice.summarize',
  summarizeSelection: 'sluice.summarizeSelection',
  summarizeFile: 'sluice.summarizeFile',
  summarizeFolder: 'sluice.summarizeFolder',
  summarizeWorkspace: 'sluice.summarizeWorkspace',
  summarizeOpenEditors: 'sluice.summarizeOpenEditors',
  summarizeChanges: 'sluice.summarizeChanges',
  summarizeTerminal: 'sluice.summarizeTerminal',
  summarizeChat: 'sluice.summarizeChat',
  saveSummary: 'sluice.saveSummary',
  clearSummaries: 'sluice.clearSummaries',
  showQuota: 'sluice.showQuota',
  showQueue: 'sluice.showQueue',
  openSummary: 'sluice.openSummary',
  pauseJob: 'sluice.pauseJob',
  resumeJob: 'sluice.resumeJob',
  cancelJob: 'sluice.cancelJob',
  retryJob: 'sluice.retryJob',
  prioritizeJob: 'sluice.prioritizeJob',
  easeJob: 'sluice.easeJob',
  removeJob: 'sluice.removeJob',
  jobActions: 'sluice.jobActions',
  acceptProposal: 'sluice.acceptProposal',
  discardProposal: 'sluice.discardProposal',
} as const;

export type CommandId = (typeof commands)[keyof typeof commands];

export const settings = {
  baseUrl: 'sluice.baseUrl',
  model: 'sluice.model',
  maxTokens: 'sluice.maxTokens',
  thinking: 'sluice.thinking',
  requestsPerMinute: 'sluice.limits.requestsPerMinute',
  inputTokensPerMinute: 'sluice.limits.inputTokensPerMinute',
  outputTokensPerMinute: 'sluice.limits.outputTokensPerMinute',
  maxConcurrent: 'sluice.limits.maxConcurrent',
  maxAttempts: 'sluice.retry.maxAttempts',
  maxWaitSeconds: 'sluice.retry.maxWaitSeconds',
  historyPolicy: 'sluice.history.policy',
  historyTurns: 'sluice.history.turns',
  historySave: 'sluice.history.save',
  historyRetentionDays: 'sluice.history.retentionDays',
  key: 'sluice.key',
  keyCommands: 'sluice.keys.commands',
  keyCommandTtlMinutes: 'sluice.keys.commandTtlMinutes',
  keyRotationReminderDays: 'sluice.keys.rotationReminderDays',
  leakGuardEnabled: 'sluice.leakGuard.enabled',
  summarizePreset: 'sluice.summarize.preset',
  summarizeOwnPrompt: 'sluice.summarize.ownPrompt',
  summarizeLanguage: 'sluice.summarize.language',
  summarizeMapModel: 'sluice.summarize.mapModel',
  summarizeDelivery: 'sluice.summarize.delivery',
  summarizeUnderPressure: 'sluice.summarize.underPressure',
  summarizeSave: 'sluice.summarize.save',
  summarizeRetentionDays: 'sluice.summarize.retentionDays',
} as const;

export type SettingId = (typeof settings)[keyof typeof settings];

/** By label: a program and its arguments. */
const noKeyCommands: Readonly<Record<string, readonly string[]>> = {};

/** What holds where nothing, or nothing usable, is set; `null` is "none". */
export const settingDefaults = {
  [settings.baseUrl]: 'https://api.anthropic.com',
  [settings.model]: 'claude-sonnet-5-5',
  [settings.maxTokens]: 8_192,
  [settings.thinking]: 'auto',
  [settings.requestsPerMinute]: null,
  [settings.inputTokensPerMinute]: null,
  [settings.outputTokensPerMinute]: null,
  [settings.maxConcurrent]: null,
  [settings.maxAttempts]: 10,
  [settings.maxWaitSeconds]: null,
  [settings.historyPolicy]: 'summary',
  [settings.historyTurns]: 20,
  [settings.historySave]: true,
  [settings.historyRetentionDays]: null,
  [settings.key]: '',
  [settings.keyCommands]: noKeyCommands,
  [settings.keyCommandTtlMinutes]: 15,
  [settings.keyRotationReminderDays]: 90,
  [settings.leakGuardEnabled]: true,
  [settings.summarizePreset]: 'standard',
  [settings.summarizeOwnPrompt]: '',
  [settings.summarizeLanguage]: '',
  [settings.summarizeMapModel]: '',
  [settings.summarizeDelivery]: 'direct',
  [settings.summarizeUnderPressure]: 'ask',
  [settings.summarizeSave]: true,
  [settings.summarizeRetentionDays]: 30,
} as const satisfies Record<SettingId, unknown>;

export const contextKeys = {
  hasKey: 'sluice.hasKey',
  /** The environment of this window has a key that could be imported. */
  hasEnvironmentKey: 'sluice.hasEnvironmentKey',
  isBusy: 'sluice.isBusy',
  /** The chat that is shown has something in it. */
  hasTurns: 'sluice.hasTurns',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export const viewContainer = 'sluice';

export const views = {
  chat: 'sluice.chat',
  queue: 'sluice.queue',
  keys: 'sluice.keys',
} as const;

export const walkthrough = 'start';

/** Of the documents that exist in the editor only. The first stands in `when` clauses of package.json as well. */
export const documentSchemes = {
  proposal: 'sluice-proposal',
  preview: 'sluice-preview',
  /** Stands in package.json as well. */
  summary: 'sluice-summary',
} as const;

export const statusBarItem = { id: 'sluice.meter', name: 'Sluice: Remaining Limits' } as const;
