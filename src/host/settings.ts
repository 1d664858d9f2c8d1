import * as v from 'valibot';
import * as vscode from 'vscode';
import type { RetryOptions, UserLimits } from '../client/types';
import { settingDefaults, settings, type SettingId } from '../contributions';

export interface SluiceSettings {
  /** As typed: an address that cannot be used is refused where it is used, never replaced by another one. */
  readonly baseUrl: string;
  readonly model: string;
  readonly maxTokens: number;
  readonly limits: UserLimits;
  readonly retry: RetryOptions;
}

const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));
const cap = v.fallback(v.optional(positiveInteger), undefined);

const model = v.fallback(v.pipe(v.string(), v.regex(/^\S{1,200}$/)), settingDefaults[settings.model]);
const maxTokens = v.fallback(v.pipe(positiveInteger, v.maxValue(128_000)), settingDefaults[settings.maxTokens]);
const maxAttempts = v.fallback(v.pipe(positiveInteger, v.maxValue(20)), settingDefaults[settings.maxAttempts]);

/** VS Code does not enforce the schema of package.json: every field is checked, and falls back on its own. */
export function readSettings(): SluiceSettings {
  const maxWaitSeconds = v.parse(cap, read(settings.maxWaitSeconds));
  return {
    baseUrl: String(readUserValue(settings.baseUrl)).trim(),
    model: v.parse(model, read(settings.model)),
    maxTokens: v.parse(maxTokens, read(settings.maxTokens)),
    limits: {
      requestsPerMinute: v.parse(cap, readUserValue(settings.requestsPerMinute)),
      inputTokensPerMinute: v.parse(cap, readUserValue(settings.inputTokensPerMinute)),
      outputTokensPerMinute: v.parse(cap, readUserValue(settings.outputTokensPerMinute)),
      maxConcurrent: v.parse(cap, readUserValue(settings.maxConcurrent)),
    },
    retry: {
      maxAttempts: v.parse(maxAttempts, read(settings.maxAttempts)),
      maxWaitMs: maxWaitSeconds === undefined ? undefined : maxWaitSeconds * 1_000,
    },
  };
}

/** Calls back when a value has really changed; VS Code fires for every touched section. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  let before = JSON.stringify(readSettings());
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration('sluice')) return;
    const after = JSON.stringify(readSettings());
    if (after === before) return;
    before = after;
    listener();
  });
}

function read(id: SettingId): unknown {
  return vscode.workspace.getConfiguration().get<unknown>(id);
}

/** For what a repository must never decide. The scope in package.json says the same; this holds if that ever slips. */
function readUserValue(id: SettingId): unknown {
  const values = vscode.workspace.getConfiguration().inspect<unknown>(id);
  return values?.globalValue ?? values?.defaultValue ?? settingDefaults[id];
}
