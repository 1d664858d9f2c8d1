import * as v from 'valibot';
import * as vscode from 'vscode';
import type { RetryOptions, UserLimits } from '../client/types';
import { settingDefaults, settings, type SettingId } from '../contributions';
import { presets, type Preset } from '../summarize/spec';

/** The choices of package.json; they are those of `ThinkingChoice` and of the kinds of `HistoryPolicy`. */
const thinkingChoices = ['auto', 'adaptive', 'off'] as const;
const historyPolicies = ['summary', 'all', 'window', 'retrieval'] as const;
const deliveries = ['direct', 'batch'] as const;
const pressureChoices = ['ask', 'wait', 'cheaperModel', 'shorter', 'batch', 'later'] as const;

export interface HistorySettings {
  readonly policy: (typeof historyPolicies)[number];
  /** For the policies that count turns. */
  readonly turns: number;
  /** Whether chats are kept on disk. */
  readonly isSaved: boolean;
  /** `undefined`: kept until somebody deletes them. */
  readonly retentionDays: number | undefined;
}

interface KeySettings {
  /** Of the key that the workspace asks for; empty for none. */
  readonly label: string;
  /** By the name of the key: a program and its arguments. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly commandTtlMs: number;
  /** `null`: no reminder. */
  readonly rotationReminderDays: number | null;
}

export interface SummarySettings {
  readonly preset: Preset;
  readonly ownPrompt: string;
  /** Empty: that of the text. */
  readonly language: string;
  /** Empty: the same as for the whole. */
  readonly mapModel: string;
  readonly delivery: (typeof deliveries)[number];
  readonly underPressure: (typeof pressureChoices)[number];
  readonly isSaved: boolean;
  /** `undefined`: kept until somebody deletes them. */
  readonly retentionDays: number | undefined;
}

export interface SluiceSettings {
  /** As typed: an address that cannot be used is refused where it is used, never replaced by another one. */
  readonly baseUrl: string;
  readonly model: string;
  readonly maxTokens: number;
  readonly thinking: (typeof thinkingChoices)[number];
  readonly history: HistorySettings;
  readonly summaries: SummarySettings;
  readonly keys: KeySettings;
  readonly isLeakGuardEnabled: boolean;
  readonly limits: UserLimits;
  readonly retry: RetryOptions;
}

/** A value that is set and cannot be used: its default holds instead. */
export interface UnusableSetting {
  readonly id: SettingId;
  readonly value: unknown;
}

const positiveInteger = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const cap = v.nullable(positiveInteger);

const usable = {
  [settings.model]: v.pipe(v.string(), v.regex(/^\S{1,200}$/)),
  [settings.maxTokens]: v.pipe(positiveInteger, v.maxValue(128_000)),
  [settings.requestsPerMinute]: cap,
  [settings.inputTokensPerMinute]: cap,
  [settings.outputTokensPerMinute]: cap,
  [settings.maxConcurrent]: cap,
  [settings.maxAttempts]: v.pipe(positiveInteger, v.maxValue(20)),
  [settings.maxWaitSeconds]: cap,
  [settings.thinking]: v.picklist(thinkingChoices),
  [settings.historyPolicy]: v.picklist(historyPolicies),
  [settings.historyTurns]: v.pipe(positiveInteger, v.maxValue(1_000)),
  [settings.historySave]: v.boolean(),
  [settings.historyRetentionDays]: cap,
  [settings.key]: v.pipe(v.string(), v.maxLength(60)),
  [settings.keyCommands]: v.record(v.string(), v.pipe(v.array(v.string()), v.minLength(1))),
  [settings.keyCommandTtlMinutes]: v.pipe(positiveInteger, v.maxValue(1_440)),
  [settings.keyRotationReminderDays]: cap,
  [settings.leakGuardEnabled]: v.boolean(),
  [settings.summarizePreset]: v.picklist(presets),
  [settings.summarizeOwnPrompt]: v.pipe(v.string(), v.maxLength(4_000)),
  [settings.summarizeLanguage]: v.pipe(v.string(), v.maxLength(60)),
  [settings.summarizeMapModel]: v.pipe(v.string(), v.regex(/^\S{0,200}$/)),
  [settings.summarizeDelivery]: v.picklist(deliveries),
  [settings.summarizeUnderPressure]: v.picklist(pressureChoices),
  [settings.summarizeSave]: v.boolean(),
  [settings.summarizeRetentionDays]: cap,
} as const satisfies Partial<Record<SettingId, v.GenericSchema>>;

type CheckedId = keyof typeof usable;

const checkedIds: readonly CheckedId[] = [
  settings.model,
  settings.maxTokens,
  settings.requestsPerMinute,
  settings.inputTokensPerMinute,
  settings.outputTokensPerMinute,
  settings.maxConcurrent,
  settings.maxAttempts,
  settings.maxWaitSeconds,
  settings.thinking,
  settings.historyPolicy,
  settings.historyTurns,
  settings.historySave,
  settings.historyRetentionDays,
  settings.key,
  settings.keyCommands,
  settings.keyCommandTtlMinutes,
  settings.keyRotationReminderDays,
  settings.leakGuardEnabled,
  settings.summarizePreset,
  settings.summarizeOwnPrompt,
  settings.summarizeLanguage,
  settings.summarizeMapModel,
  settings.summarizeDelivery,
  settings.summarizeUnderPressure,
  settings.summarizeSave,
  settings.summarizeRetentionDays,
];

/** What a repository must never decide. The scope in package.json says the same; this holds if that ever slips. */
const userOnly: ReadonlySet<SettingId> = new Set([
  settings.baseUrl,
  settings.requestsPerMinute,
  settings.inputTokensPerMinute,
  settings.outputTokensPerMinute,
  settings.maxConcurrent,
  settings.historySave,
  settings.historyRetentionDays,
  settings.keyCommands,
  settings.keyCommandTtlMinutes,
  settings.keyRotationReminderDays,
  settings.leakGuardEnabled,
  settings.summarizeDelivery,
  settings.summarizeUnderPressure,
  settings.summarizeSave,
  settings.summarizeRetentionDays,
]);

/** VS Code does not enforce the schema of package.json: every field is checked, and falls back on its own. */
export function readSettings(): SluiceSettings {
  const maxWaitSeconds = readCap(settings.maxWaitSeconds);
  return {
    baseUrl: String(read(settings.baseUrl)).trim(),
    model: readOr(settings.model, usable[settings.model], settingDefaults[settings.model]),
    maxTokens: readCount(settings.maxTokens),
    thinking: readOr(settings.thinking, usable[settings.thinking], settingDefaults[settings.thinking]),
    history: {
      policy: readOr(settings.historyPolicy, usable[settings.historyPolicy], settingDefaults[settings.historyPolicy]),
      turns: readCount(settings.historyTurns),
      isSaved: readOr(settings.historySave, usable[settings.historySave], settingDefaults[settings.historySave]),
      retentionDays: readCap(settings.historyRetentionDays),
    },
    summaries: readSummaries(),
    keys: {
      label: readOr(settings.key, usable[settings.key], settingDefaults[settings.key]).trim(),
      commands: readOr(settings.keyCommands, usable[settings.keyCommands], settingDefaults[settings.keyCommands]),
      commandTtlMs: readCount(settings.keyCommandTtlMinutes) * 60_000,
      rotationReminderDays: readOr(
        settings.keyRotationReminderDays,
        usable[settings.keyRotationReminderDays],
        settingDefaults[settings.keyRotationReminderDays],
      ),
    },
    isLeakGuardEnabled: readOr(
      settings.leakGuardEnabled,
      usable[settings.leakGuardEnabled],
      settingDefaults[settings.leakGuardEnabled],
    ),
    limits: {
      requestsPerMinute: readCap(settings.requestsPerMinute),
      inputTokensPerMinute: readCap(settings.inputTokensPerMinute),
      outputTokensPerMinute: readCap(settings.outputTokensPerMinute),
      maxConcurrent: readCap(settings.maxConcurrent),
    },
    retry: {
      maxAttempts: readCount(settings.maxAttempts),
      maxWaitMs: maxWaitSeconds === undefined ? undefined : maxWaitSeconds * 1_000,
    },
  };
}

function readSummaries(): SummarySettings {
  const { summarizePreset, summarizeOwnPrompt, summarizeLanguage, summarizeMapModel } = settings;
  const { summarizeDelivery, summarizeUnderPressure, summarizeSave, summarizeRetentionDays } = settings;
  return {
    preset: readOr(summarizePreset, usable[summarizePreset], settingDefaults[summarizePreset]),
    ownPrompt: readOr(summarizeOwnPrompt, usable[summarizeOwnPrompt], settingDefaults[summarizeOwnPrompt]).trim(),
    language: readOr(summarizeLanguage, usable[summarizeLanguage], settingDefaults[summarizeLanguage]).trim(),
    mapModel: readOr(summarizeMapModel, usable[summarizeMapModel], settingDefaults[summarizeMapModel]),
    delivery: readOr(summarizeDelivery, usable[summarizeDelivery], settingDefaults[summarizeDelivery]),
    underPressure: readOr(
      summarizeUnderPressure,
      usable[summarizeUnderPressure],
      settingDefaults[summarizeUnderPressure],
    ),
    isSaved: readOr(summarizeSave, usable[summarizeSave], settingDefaults[summarizeSave]),
    retentionDays:
      readOr(summarizeRetentionDays, usable[summarizeRetentionDays], settingDefaults[summarizeRetentionDays]) ??
      undefined,
  };
}

export function findUnusableSettings(): readonly UnusableSetting[] {
  return checkedIds
    .map((id) => ({ id, value: read(id) }))
    .filter(({ id, value }) => value !== undefined && !v.safeParse(usable[id], value).success);
}

/** Calls back when a value has really changed; VS Code fires for every touched section. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  let before = fingerprint();
  return vscode.workspace.onDidChangeConfiguration((event) => {
    current = undefined;
    if (!event.affectsConfiguration('sluice')) return;
    const after = fingerprint();
    if (after === before) return;
    before = after;
    listener();
  });
}

let current: vscode.WorkspaceConfiguration | undefined;

function takeConfiguration(): vscode.WorkspaceConfiguration {
  queueMicrotask(() => (current = undefined));
  return vscode.workspace.getConfiguration();
}

function fingerprint(): string {
  return JSON.stringify([readSettings(), findUnusableSettings()]);
}

function readOr<Value>(id: CheckedId, schema: v.GenericSchema<unknown, Value>, fallback: Value): Value {
  const parsed = v.safeParse(schema, read(id));
  return parsed.success ? parsed.output : fallback;
}

function readCount(
  id:
    | typeof settings.maxTokens
    | typeof settings.maxAttempts
    | typeof settings.historyTurns
    | typeof settings.keyCommandTtlMinutes,
): number {
  return v.parse(v.fallback(usable[id], settingDefaults[id]), read(id));
}

function readCap(
  id:
    | Extract<CheckedId, `sluice.limits.${string}`>
    | typeof settings.maxWaitSeconds
    | typeof settings.historyRetentionDays,
): number | undefined {
  return v.parse(v.fallback(usable[id], null), read(id)) ?? undefined;
}

function read(id: SettingId): unknown {
  // Made of all settings there are, which costs: one for all that is read at a time.
  current ??= takeConfiguration();
  const configuration = current;
  if (!userOnly.has(id)) return configuration.get<unknown>(id);
  const values = configuration.inspect<unknown>(id);
  // `null` is a choice of its own where it means "none".
  return values?.globalValue === undefined ? (values?.defaultValue ?? settingDefaults[id]) : values.globalValue;
}
