import type { Disposable } from '../../../src/client/types';
import { createKeyFlows } from '../../../src/host/keys/keyFlows';
import type {
  Choice,
  InputQuestion,
  KeyDialogs,
  PickQuestion,
  SaveQuestion,
  SaveTarget,
} from '../../../src/host/keys/keyDialogs';
import type { KeyClients } from '../../../src/host/keys/keyParts';
import type { Log } from '../../../src/host/log';
import type { SluiceSettings } from '../../../src/host/settings';
import type { Ledger } from '../../../src/host/usage/ledger';
import type { KeyInfo, KeySource } from '../../../src/keys/key';
import type { KeyEvent } from '../../../src/keys/keyEvent';
import { KeyRing } from '../../../src/keys/keyRing';
import { KeySecrets, SecretUnavailable, type SecretCommands } from '../../../src/keys/keySecrets';
import type { KeyUsage, Spent } from '../../../src/usage/usageTotals';
import { MemoryVault } from '../keys/memoryVault';
import { usualSummaries } from './summarySettings';

export const firstKey = 'demo-key-of-the-first-team';
export const secondKey = 'demo-key-of-the-second-team';
export const thirdKey = 'demo-key-of-the-third-team';

const noon = Date.UTC(2026, 10, 17, 12);

/** A person who is written down: what they type, pick and press, in this order. What is not written they let be. */
class WrittenPerson implements KeyDialogs {
  readonly typed: string[] = [];
  /** A part of the label of what is picked. */
  readonly picked: string[] = [];
  /** Each is pressed at the first message that has it. */
  readonly pressed: string[] = [];
  readonly inputs: InputQuestion[] = [];
  /** What was wrong with what they typed. */
  readonly refusals: string[] = [];
  readonly picks: { readonly choices: readonly Choice[]; readonly question: PickQuestion }[] = [];
  readonly told: { readonly level: string; readonly message: string; readonly buttons: readonly string[] }[] = [];
  readonly asked: { readonly message: string; readonly detail: string; readonly buttons: readonly string[] }[] = [];
  readonly opened: string[] = [];
  readonly saves: SaveQuestion[] = [];
  readonly files: string[] = [];
  /** Messages stay open until they are answered. */
  isHolding = false;
  canWrite = true;
  canOpen = true;
  /** Before a modal question is answered. */
  beforeAnswer: () => void | Promise<void> = () => undefined;
  #held: ((button: string | undefined) => void)[] = [];

  get messages(): readonly string[] {
    return this.told.map(({ message }) => message);
  }

  /** Answers all that is held; each with the button, if it has it. */
  release(button?: string): void {
    const held = this.#held.splice(0);
    for (const answer of held) answer(button);
  }

  async input(question: InputQuestion): Promise<string | undefined> {
    this.inputs.push(question);
    const typed = this.typed.shift();
    const refusal = typed === undefined ? undefined : question.check(typed);
    if (refusal !== undefined) this.refusals.push(refusal);
    return refusal === undefined ? typed : undefined;
  }

  async pick<Offered extends Choice>(
    choices: readonly Offered[],
    question: PickQuestion,
  ): Promise<Offered | undefined> {
    this.picks.push({ choices, question });
    const wanted = this.picked.shift();
    if (wanted === undefined) return undefined;
    const found = choices.find(({ label }) => label.includes(wanted));
    if (!found) throw new Error(`“${wanted}” is not among ${choices.map(({ label }) => label).join(', ')}`);
    return found;
  }

  async tell(level: string, message: string, ...buttons: readonly string[]): Promise<string | undefined> {
    this.told.push({ level, message, buttons });
    if (this.isHolding) {
      const button = await new Promise<string | undefined>((resolve) => this.#held.push(resolve));
      return buttons.find((each) => each === button);
    }
    return this.#press(buttons);
  }

  async ask(message: string, detail: string, ...buttons: readonly string[]): Promise<string | undefined> {
    this.asked.push({ message, detail, buttons });
    await this.beforeAnswer();
    return this.#press(buttons);
  }

  async working<Result>(_title: string, work: () => Promise<Result>): Promise<Result> {
    return work();
  }

  async save(question: SaveQuestion): Promise<SaveTarget | undefined> {
    this.saves.push(question);
    return {
      name: question.fileName,
      write: async (text) => {
        if (!this.canWrite) throw new Error('No space left');
        this.files.push(text);
      },
      open: async () => {
        if (!this.canOpen) throw new Error('No editor for it');
        this.opened.push(question.fileName);
      },
    };
  }

  openLink(url: string): void {
    this.opened.push(url);
  }

  openSetting(id: string): void {
    this.opened.push(id);
  }

  manageTrust(): void {
    this.opened.push('trust');
  }

  showKeys(): void {
    this.opened.push('keys');
  }

  #press(buttons: readonly string[]): string | undefined {
    const [next] = this.pressed;
    if (next === undefined || !buttons.includes(next)) return undefined;
    return this.pressed.shift();
  }
}

interface Counts {
  readonly waiting: number;
  readonly running: number;
  readonly parked: number;
}

/** The API, as far as keys are checked with it, and the runs of each key, as numbers. */
class WrittenClients implements KeyClients {
  /** By secret. */
  readonly organizations = new Map<string, string>();
  readonly failures = new Map<string, Error>();
  readonly checked: string[] = [];
  readonly runs = new Map<string, Counts>();
  readonly moves: { readonly from: string; readonly to: string | undefined }[] = [];
  onWithdraw: (keyId: string) => void = () => undefined;

  async check(key: string): Promise<{ organization: string | undefined }> {
    this.checked.push(key);
    const failure = this.failures.get(key);
    if (failure) throw failure;
    return { organization: this.organizations.get(key) };
  }

  withdraw(keyId: string, to: string | undefined) {
    this.onWithdraw(keyId);
    const { waiting, running, parked } = this.waitingOf(keyId);
    this.runs.set(keyId, { waiting: 0, running: 0, parked: to === undefined ? waiting + parked : 0 });
    this.moves.push({ from: keyId, to });
    const others = waiting + parked;
    return { moved: to === undefined ? 0 : others, parked: to === undefined ? others : 0, aborted: running };
  }

  moveRuns(from: string, to: string): number {
    const { waiting, running, parked } = this.waitingOf(from);
    this.runs.set(from, { waiting: 0, running, parked: 0 });
    if (waiting + parked > 0) this.moves.push({ from, to });
    return waiting + parked;
  }

  waitingOf(keyId: string): Counts {
    return this.runs.get(keyId) ?? { waiting: 0, running: 0, parked: 0 };
  }
}

class WrittenLedger implements Ledger {
  isKept = true;
  readonly written: KeyEvent[] = [];
  readonly #claims: Map<string, number>;
  readonly #now: () => number;
  readonly spent = new Map<string, Spent>();
  usage: readonly KeyUsage[] = [];

  /** @param claims of all windows */
  constructor(claims: Map<string, number>, now: () => number) {
    this.#claims = claims;
    this.#now = now;
  }

  record(): void {}

  claim(notice: string, againAfterMs = Number.POSITIVE_INFINITY): boolean | undefined {
    if (!this.isKept) return undefined;
    const claimedAt = this.#claims.get(notice);
    if (claimedAt !== undefined && this.#now() - claimedAt < againAfterMs) return false;
    this.#claims.set(notice, this.#now());
    return true;
  }

  spentOf(keyId: string): Spent {
    return this.spent.get(keyId) ?? { todayUsd: 0, monthUsd: 0 };
  }

  usageOf(): readonly KeyUsage[] {
    return this.usage;
  }

  addEvent(event: Omit<KeyEvent, 'at' | 'windowId'>): void {
    this.written.push({ ...event, at: noon + this.written.length, windowId: 'window' });
  }

  events(): readonly KeyEvent[] {
    return this.written.toReversed();
  }

  onDidChange(): Disposable {
    return { dispose: () => undefined };
  }

  dispose(): void {}
}

/** What a secret manager would print, by the name of its command. */
class WrittenCommands implements SecretCommands {
  readonly outputs = new Map<string, string | SecretUnavailable>();
  runs = 0;

  async run(name: string): Promise<string> {
    this.runs += 1;
    const output = this.outputs.get(name) ?? new SecretUnavailable('notConfigured', 'no such command');
    if (output instanceof SecretUnavailable) throw output;
    return output;
  }
}

/** The settings of which the keys know. */
function settingsWith(commands: Readonly<Record<string, readonly string[]>>): SluiceSettings {
  return {
    baseUrl: 'https://api.anthropic.com',
    model: 'claude-sonnet-5-5',
    maxTokens: 1_000,
    thinking: 'auto',
    history: { policy: 'all', turns: 1, isSaved: false, retentionDays: undefined },
    summaries: usualSummaries,
    keys: { label: '', commands, commandTtlMs: 60_000, rotationReminderDays: 90 },
    isLeakGuardEnabled: true,
    limits: {},
    retry: {},
  };
}

/** Of each window its own: VS Code gives each a copy. */
export class CopiedMemento {
  readonly values = new Map<string, unknown>();

  get(key: string): unknown {
    return this.values.get(key);
  }

  async update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
  }
}

interface DeskOptions {
  readonly vault?: MemoryVault;
  readonly memento?: CopiedMemento;
  /** What the windows of one person have claimed to tell. */
  readonly claims?: Map<string, number>;
  readonly commands?: Readonly<Record<string, readonly string[]>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly isTrusted?: boolean;
  readonly hasLedger?: boolean;
  readonly workspaceLabel?: string;
}

/** One window, with all that can be done with keys in it. */
export function setupKeyDesk(options: DeskOptions = {}) {
  const vault = options.vault ?? new MemoryVault();
  const memento = options.memento ?? new CopiedMemento();
  const person = new WrittenPerson();
  const clients = new WrittenClients();
  const commands = new WrittenCommands();
  const logged: string[] = [];
  const log: Log = {
    info: (message) => logged.push(message),
    warn: (message) => logged.push(message),
    error: (message, error) => logged.push(`${message}: ${String(error)}`),
    show: () => undefined,
  };
  let time = noon;
  const now = () => time;
  const ledger = new WrittenLedger(options.claims ?? new Map(), now);
  const workspaceLabel = () => options.workspaceLabel;
  let choice: string | undefined;
  const windowChoice = { get: () => choice, set: (id: string | undefined) => void (choice = id) };
  const ring = new KeyRing({ vault, now, windowChoice, workspaceLabel });
  const secrets = new KeySecrets({ ring, commands, now, ttlMs: () => 60_000 });
  const settings = settingsWith(options.commands ?? {});
  const parts = {
    ring,
    secrets,
    clients,
    ledger: async () => {
      if (options.hasLedger === false) throw new Error('There is no database');
      return ledger;
    },
    readSettings: () => settings,
    log,
    now,
  };
  const flows = createKeyFlows({
    parts,
    dialogs: person,
    memento,
    commands,
    isTrusted: () => options.isTrusted ?? true,
    environment: () => options.environment ?? {},
  });
  const add = (key: string, label: string, source: KeySource = { kind: 'typed' }) => {
    time += 1;
    const stored = source.kind === 'command' ? undefined : key;
    const organization = clients.organizations.get(key);
    return ring.add({ key: stored, label, environment: 'other', source, organization });
  };
  return {
    vault,
    memento,
    person,
    clients,
    ledger,
    commands,
    logged,
    ring,
    secrets,
    settings,
    flows,
    add,
    pass: (ms: number) => void (time += ms),
    now,
    find: (id: string): KeyInfo => {
      const key = ring.find(id);
      if (!key) throw new Error('The key is not there');
      return key;
    },
    /** Kind and detail of what stands in the audit trail, first to last. */
    events: async () => {
      await flush();
      return ledger.written.map(({ kind, label, detail }) => [kind, label, detail].filter(Boolean).join(' | '));
    },
  };
}

/** Lets everything happen that needs no time. */
export async function flush(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
