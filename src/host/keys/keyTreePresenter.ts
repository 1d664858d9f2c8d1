import * as l10n from '@vscode/l10n';
import { isUsable, type KeyInfo } from '../../keys/key';
import { concernsOf, healthIcon } from './keyConcerns';
import { joinLines, speakFact, toFactNode } from './keyFact';
import { presentFacts } from './keyFacts';
import type { KeyNode } from './keyNode';
import type { KeysSnapshot } from './keysSnapshot';
import { environmentName } from './keyText';
import { describeIdentity, describeRole, escapeMarkdown, plainLabel, speakIdentity } from './keyWords';
import { describeCost, hasUse } from './usageFacts';

/** The rows of the keys view: every key with what is known of it, those that were revoked in a group. Pure. */
export function presentKeys(snapshot: KeysSnapshot): readonly KeyNode[] {
  const revoked = snapshot.keys.filter(({ health }) => health === 'revoked');
  const others = snapshot.keys.filter(({ health }) => health !== 'revoked');
  return [
    ...others.map((key) => presentKey(key, snapshot)),
    ...(revoked.length > 0 ? [presentRevoked(revoked, snapshot)] : []),
  ];
}

function presentKey(key: KeyInfo, snapshot: KeysSnapshot): KeyNode {
  const id = `key/${key.id}`;
  const concerns = concernsOf(key, snapshot);
  const facts = presentFacts(key, snapshot);
  const label = plainLabel(key.label) || l10n.t('Unnamed key');
  const worries = concerns.map(({ words }) => words);
  const end = [...describeEnvironment(key), ...describeToday(key, snapshot)];
  const tell = (identity: string | undefined) =>
    [...worries, ...describeHealth(key), describeRole(key, snapshot.activeBy), identity, ...end].filter(
      (part) => part !== undefined,
    );
  const parts = tell(describeIdentity(key));
  const lines = [`**${escapeMarkdown(label)}**`, ...[parts.join(' · '), ...facts.map(speakFact)].map(escapeMarkdown)];
  return {
    id,
    keyId: key.id,
    label,
    description: parts.join(' · '),
    icon: concerns[0]?.icon ?? healthIcon(key),
    tooltip: joinLines(lines),
    contextValue: contextOf(key),
    spoken: `${[label, ...tell(speakIdentity(key)), ...facts.map(speakFact)].join(', ')}.`,
    children: facts.map((fact) => toFactNode(fact, id)),
  };
}

/** Menus of package.json match on it. */
function contextOf(key: KeyInfo): string {
  if (isUsable(key)) return 'key.live';
  return key.health === 'revoked' ? 'key.dead.revoked' : 'key.dead.invalid';
}

/** One that works needs no word, and one that does not has said so before. */
function describeHealth({ health }: KeyInfo): readonly string[] {
  if (health === 'unchecked') return [l10n.t('not checked yet')];
  return health === 'revoked' ? [l10n.t('revoked')] : [];
}

/** Where nobody has said what a key is for, there is nothing to say. */
function describeEnvironment({ environment }: KeyInfo): readonly string[] {
  return environment === 'other' ? [] : [environmentName(environment)];
}

function describeToday({ id }: KeyInfo, { usage }: KeysSnapshot): readonly string[] {
  const today = usage.get(id)?.today;
  return today && hasUse(today) ? [l10n.t('{0} today', describeCost(today))] : [];
}

function presentRevoked(keys: readonly KeyInfo[], snapshot: KeysSnapshot): KeyNode {
  const label = l10n.t('Revoked');
  const count = keys.length === 1 ? l10n.t('1 key') : l10n.t('{0} keys', keys.length);
  return {
    id: 'revoked',
    keyId: undefined,
    label,
    description: count,
    icon: { id: 'archive', color: undefined },
    tooltip: l10n.t('Nothing more goes out with them. What was used with them is still told of.'),
    contextValue: 'group',
    spoken: `${label}: ${count}`,
    children: keys.map((key) => presentKey(key, snapshot)),
  };
}
