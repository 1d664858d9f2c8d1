import * as vscode from 'vscode';
import { statusBarItem } from '../contributions';
import type { KeyRing } from '../keys/keyRing';
import { laneFor } from './buckets';
import type { ClientService } from './clientService';
import { follow, presentMeter, tooltipCommands, type Hysteresis, type MeterView } from './meterPresenter';

/** Often enough to look alive, rare enough to read: conventions ask for at most one update in 250–500 ms. */
const refreshMs = 500;

export interface MeterOptions {
  readonly clients: ClientService;
  readonly keyRing: KeyRing;
  readonly readModel: () => string;
}

/** The status-bar item: a shell that feeds the presenter and shows what it says. */
export class Meter implements vscode.Disposable {
  readonly #options: MeterOptions;
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hysteresis: Hysteresis = { isOn: false, since: undefined };
  #shown: string | undefined;

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#item = vscode.window.createStatusBarItem(statusBarItem.id, vscode.StatusBarAlignment.Left, 0);
    this.#item.name = statusBarItem.name;
    this.#subscriptions = [
      options.clients.onDidChange(() => this.#refreshSoon()),
      options.keyRing.onDidChange(() => this.#refreshSoon()),
    ];
    this.#refresh();
    this.#item.show();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }

  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => this.#refresh(), refreshMs);
  }

  #refresh(): void {
    this.#timer = undefined;
    const { clients, keyRing, readModel } = this.#options;
    const now = Date.now();
    const lanes = clients.quota();
    const model = readModel();
    const lane = laneFor(lanes, model);
    this.#hysteresis = follow(
      this.#hysteresis,
      lane !== undefined && lane.queued > 0 && lane.held !== undefined && lane.held.until > now,
      now,
    );
    const active = keyRing.list().find(({ isActive }) => isActive);
    this.#show(
      presentMeter({
        key: active && { ...active, isRefused: clients.isKeyRefused },
        lanes,
        model,
        now,
        isHeldBack: this.#hysteresis.isOn,
      }),
    );
    // Levels rise by themselves, and so does the clock of a wait; once all is full and quiet nothing needs to be drawn.
    const isMoving = lanes.some((lane) =>
      [lane.requests, lane.inputTokens, lane.outputTokens].some((bucket) => bucket && bucket.remaining < bucket.limit),
    );
    if (isMoving || this.#hysteresis.isOn || this.#hysteresis.since !== undefined) this.#refreshSoon();
  }

  #show(view: MeterView): void {
    const shown = JSON.stringify(view);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#item.text = view.text;
    const tooltip = new vscode.MarkdownString(view.tooltip, true);
    tooltip.isTrusted = { enabledCommands: [...tooltipCommands] };
    this.#item.tooltip = tooltip;
    this.#item.command = view.command;
    this.#item.accessibilityInformation = { label: view.label, role: 'button' };
    this.#item.backgroundColor =
      view.level === 'normal' ? undefined : new vscode.ThemeColor(`statusBarItem.${view.level}Background`);
  }
}
