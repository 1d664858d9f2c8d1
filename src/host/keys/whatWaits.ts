import * as l10n from '@vscode/l10n';
import { isUsable, type KeyInfo } from '../../keys/key';
import type { KeyDialogs } from './keyDialogs';
import type { KeyParts } from './keyParts';
import { describeRuns } from './keyText';
import { pickAmong } from './pickKey';

/** Where what waits with a key goes; without a key it is parked. */
export interface Destination {
  readonly to: KeyInfo | undefined;
}

export interface EndQuestion {
  readonly question: string;
  readonly detail: string;
  /** What is done, as the button says it: those for what waits say it first, for they do it too. */
  readonly button: string;
}

/** A modal message has room for three buttons, and the last one is for parking. */
const mostNamedKeys = 2;

/** Whether a key is to end, and where what waits with it goes then; `undefined` when the person let it be. */
export async function askDestination(
  { ring, clients }: Pick<KeyParts, 'ring' | 'clients'>,
  dialogs: KeyDialogs,
  key: KeyInfo,
  { question, detail, button }: EndQuestion,
): Promise<Destination | undefined> {
  const { waiting, running, parked } = clients.waitingOf(key.id);
  const waits = waiting + parked;
  const runs = describeRuns({ waiting: waits, running });
  const ask = (...buttons: readonly string[]) =>
    dialogs.ask(question, runs === '' ? detail : `${runs}\n\n${detail}`, ...buttons);
  if (waits === 0) return (await ask(button)) === button ? { to: undefined } : undefined;

  const park = l10n.t('{0} and Park', button);
  const others = ring.list().filter((other) => other.id !== key.id && isUsable(other));
  const named = new Map(others.map((other) => [l10n.t('{0} and Move to “{1}”', button, other.label), other]));
  // Two of one name, which two windows can have given, are told apart in the list only.
  if (others.length > mostNamedKeys || named.size < others.length) {
    const elsewhere = l10n.t('{0} and Move…', button);
    const answer = await ask(elsewhere, park);
    if (answer !== elsewhere) return answer === park ? { to: undefined } : undefined;
    const to = await pickAmong(dialogs, others, {
      title: question,
      placeHolder: l10n.t('Choose the key with which it goes on'),
    });
    return to && { to };
  }
  const answer = await ask(...named.keys(), park);
  if (answer === undefined) return undefined;
  return { to: named.get(answer) };
}
