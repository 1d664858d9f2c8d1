import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../client/types';
import { isUsable, type KeyInfo } from '../../keys/key';
import type { SecretUnavailableReason } from '../../keys/keySecrets';
import { ageDays, rotationDue } from '../../keys/rotation';
import type { BudgetState } from '../../usage/budgetState';
import { startOfDay } from '../../usage/periods';
import type { UnusualUse } from '../../usage/usageTotals';
import { formatUsd } from '../format';
import { recordKeyEvent } from './keyAudit';
import type { KeyDialogs } from './keyDialogs';
import type { OverBudgetAnswer } from './keyGate';
import type { KeyParts } from './keyParts';
import { describeSecretFailure } from './keyProblemText';
import { describeBudget } from './keyText';
import { NoticeMemory, type NoticeMemento } from './noticeMemory';
import { OverBudget } from './overBudget';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const snoozeMs = 14 * dayMs;
/** A key that is refused again after this was good in between; what comes sooner is another window, or a late answer. */
const sameRefusalMs = hourMs;
/** What each key has used is read from the database: not after every answer. */
const unusualEveryMs = 60_000;

/** What a notice can lead to. */
export interface NoticeActions {
  readonly rotate: (keyId: string) => Promise<void>;
  readonly revoke: (keyId: string) => Promise<void>;
  readonly useInstead: (keyId: string) => Promise<void>;
  readonly setBudget: (keyId: string) => Promise<void>;
}

/**
 * What a person is told of keys without having asked. Each thing is told once, in one of all windows, and never twice at a
 * time; whatever fails here is logged and stops nothing.
 */
export class KeyNotices implements Disposable {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;
  readonly #memory: NoticeMemory;
  readonly #actions: NoticeActions;
  /** Notices that are shown now. */
  readonly #open = new Set<string>();
  readonly #overBudget: OverBudget;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lookedForUnusualAt = Number.NEGATIVE_INFINITY;

  constructor(parts: KeyParts, dialogs: KeyDialogs, memento: NoticeMemento, actions: NoticeActions) {
    this.#parts = parts;
    this.#dialogs = dialogs;
    this.#memory = new NoticeMemory({ ...parts, memento });
    this.#actions = actions;
    this.#overBudget = new OverBudget(parts, dialogs);
  }

  /** Once the ring has been read: reminds now, and looks again once a day. */
  start(): void {
    this.remind();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.remind(), dayMs);
  }

  dispose(): void {
    clearInterval(this.#timer);
  }

  /** The API has refused the key, and the ring knows it. */
  onKeyInvalid(keyId: string): void {
    const key = this.#parts.ring.find(keyId);
    if (key) void this.#noteInvalid(key);
  }

  /** Its secret manager does not give it now, and what was asked waits. */
  onSecretUnavailable(keyId: string, reason: SecretUnavailableReason, tryAgain: () => void): void {
    const key = this.#parts.ring.find(keyId);
    if (!key) return;
    const name = key.source.kind === 'command' ? key.source.name : key.label;
    recordKeyEvent(this.#parts, key, 'commandFailed', reason);
    this.#show(`unavailable:${key.id}`, async () => {
      const again = l10n.t('Try Again');
      const message = l10n.t('{0} Requests with “{1}” wait.', describeSecretFailure(reason, name), key.label);
      if ((await this.#dialogs.tell('error', message, again)) === again) tryAgain();
    });
  }

  /** May be called before every request: what was told already costs a look at the memory. */
  onBudget(key: KeyInfo, state: BudgetState): void {
    if (state.kind === 'near' || state.kind === 'reached') void this.#noteBudget(key, state);
  }

  /** Whether a request goes out beyond the cap, asked of whoever waits for it. */
  askOverBudget(key: KeyInfo, state: BudgetState): Promise<OverBudgetAnswer> {
    return this.#overBudget.ask(key, state);
  }

  /** Something was used, here or in another window. */
  async handleUsage(): Promise<void> {
    const { ledger, ring, now, log } = this.#parts;
    if (now() - this.#lookedForUnusualAt < unusualEveryMs) return;
    this.#lookedForUnusualAt = now();
    try {
      for (const { keyId, unusual } of (await ledger()).usageOf()) {
        const key = ring.find(keyId);
        if (!key || !unusual || !(await this.#memory.claim(`unusual:${keyId}:${startOfDay(now())}`))) continue;
        const detail = `${formatUsd(unusual.todayUsd)} today, usually ${formatUsd(unusual.averageUsd)}`;
        recordKeyEvent(this.#parts, key, 'unusual', detail);
        this.#show(`unusual:${keyId}`, () => this.#tellUnusual(key, unusual));
      }
    } catch (error) {
      log.error('Failed to look for unusual use', error);
    }
  }

  /** Of one key at a time, and of none twice. */
  remind(): void {
    this.#show('rotation', async () => {
      const key = await this.#claimDue();
      if (key) await this.#tellAge(key);
    });
  }

  async #claimDue(): Promise<KeyInfo | undefined> {
    const { ring, readSettings, now } = this.#parts;
    const reminderDays = readSettings().keys.rotationReminderDays;
    for (const key of rotationDue(ring.list(), { reminderDays, now: now() })) {
      if (await this.#memory.claim(`rotation:${key.id}:${key.since}:${key.remindAt ?? ''}`)) return key;
    }
    return undefined;
  }

  async #noteInvalid(key: KeyInfo): Promise<void> {
    if (!(await this.#memory.claim(`invalid:${key.id}:${key.since}`, sameRefusalMs))) return;
    recordKeyEvent(this.#parts, key, 'invalid', key.lastError);
    this.#show(`invalid:${key.id}`, () => this.#tellInvalid(key));
  }

  async #noteBudget(key: KeyInfo, state: BudgetState): Promise<void> {
    // Another cap is another matter.
    const period = `${key.id}:${state.period}:${state.until}:${state.capUsd}`;
    const detail = `${formatUsd(state.spentUsd)} of ${formatUsd(state.capUsd)} a ${state.period}`;
    if (state.kind === 'reached' && (await this.#memory.claim(`reached:${period}`)))
      recordKeyEvent(this.#parts, key, 'budgetReached', detail);
    if (!(await this.#memory.claim(`near:${period}`))) return;
    if (state.kind === 'near') recordKeyEvent(this.#parts, key, 'budgetNear', detail);
    this.#show(`budget:${key.id}`, () => this.#tellBudget(key, describeBudget(key.label, state, this.#parts.now())));
  }

  #show(notice: string, tell: () => Promise<void>): void {
    if (this.#open.has(notice)) return;
    this.#open.add(notice);
    tell()
      .catch((error: unknown) => this.#parts.log.error('Failed to do what a notice offered', error))
      .finally(() => this.#open.delete(notice));
  }

  async #tellInvalid({ id, label }: KeyInfo): Promise<void> {
    const replace = l10n.t('Replace…');
    const useAnother = l10n.t('Use Another…');
    const hasAnother = this.#parts.ring.list().some((other) => other.id !== id && isUsable(other));
    const answer = await this.#dialogs.tell(
      'error',
      l10n.t(
        'The API refuses “{0}”: it was revoked, or has run out. Nothing more is sent with it; requests wait.',
        label,
      ),
      replace,
      ...(hasAnother ? [useAnother] : []),
    );
    if (answer === replace) await this.#actions.rotate(id);
    if (answer === useAnother) await this.#actions.useInstead(id);
  }

  async #tellBudget({ id }: KeyInfo, message: string): Promise<void> {
    const change = l10n.t('Change the Cap…');
    if ((await this.#dialogs.tell('warning', message, change)) === change) await this.#actions.setBudget(id);
  }

  async #tellAge({ id, label, ...key }: KeyInfo): Promise<void> {
    const { ring, now } = this.#parts;
    const rotate = l10n.t('Rotate…');
    const later = l10n.t('Remind Me in Two Weeks');
    const never = l10n.t('Don’t Remind Me Again');
    const message = l10n.t('“{0}” is {1} days old. It is good practice to rotate keys.', label, ageDays(key, now()));
    const answer = await this.#dialogs.tell('info', message, rotate, later, never);
    if (answer === rotate) await this.#actions.rotate(id);
    if (answer === later) await ring.setReminder(id, now() + snoozeMs);
    if (answer === never) await ring.setReminder(id, null);
  }

  async #tellUnusual({ id, label }: KeyInfo, { todayUsd, averageUsd }: UnusualUse): Promise<void> {
    const show = l10n.t('Show Keys');
    const revoke = l10n.t('Revoke Now…');
    const spent = formatUsd(todayUsd);
    const message = l10n.t(
      '“{0}” has spent {1} today; {2} is usual. Is that you?',
      label,
      spent,
      formatUsd(averageUsd),
    );
    const answer = await this.#dialogs.tell('warning', message, show, revoke);
    if (answer === show) this.#dialogs.showKeys();
    if (answer === revoke) await this.#actions.revoke(id);
  }
}
