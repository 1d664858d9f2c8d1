import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { isRecord } from '../../support/files';
import { api } from './api';
import { noteSecret } from './planted';
import { addKey, type Sluice } from './sluice';

let made = 0;

/** Looks like a real one, so that everything that masks keys has to recognize it. Put together at run time. */
export function makeKey(kind = 'api03'): string {
  made += 1;
  const letters = 'AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789_';
  const secret = ['sk', 'ant', kind, `Planted${made}${letters}${Math.random().toString(36).slice(2)}`].join('-');
  noteSecret(secret);
  return secret;
}

/** A key that the API accepts, and that nobody has given to the extension yet. `id` is what the API's log calls it. */
export async function makeValidKey(id: string, organization?: string): Promise<string> {
  const secret = makeKey();
  await api.addKey(secret, { id, ...(organization !== undefined && { organization }) });
  return secret;
}

/** A valid key that a person has added. Label and id in the API's log are the same. */
export async function addValidKey(sluice: Sluice, label: string, organization?: string): Promise<string> {
  const secret = await makeValidKey(label, organization);
  await addKey(sluice, secret, label);
  await keyIdOf(sluice, label);
  return secret;
}

/** All that SecretStorage holds. */
export async function readSecrets({ secrets }: vscode.ExtensionContext): Promise<readonly string[]> {
  const values = await Promise.all((await secrets.keys()).map((name) => secrets.get(name)));
  return values.filter((value) => value !== undefined);
}

/** The entries of keys, by their ids. */
async function readEntries({
  secrets,
}: vscode.ExtensionContext): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
  const entries = new Map<string, Record<string, unknown>>();
  for (const name of await secrets.keys()) {
    const value = name.startsWith(entryPrefix) ? await secrets.get(name) : undefined;
    const entry: unknown = value === undefined ? undefined : JSON.parse(value);
    if (isRecord(entry)) entries.set(name.slice(entryPrefix.length), entry);
  }
  return entries;
}

/** Of the key with this label, as SecretStorage has it. */
export async function keyIdOf({ context }: Pick<Sluice, 'context'>, label: string): Promise<string> {
  const found = [...(await readEntries(context))].find(([, entry]) => entry['label'] === label);
  assert.ok(found, `no key is called "${label}"`);
  return found[0];
}

export async function entryOf(
  { context }: Pick<Sluice, 'context'>,
  label: string,
): Promise<Readonly<Record<string, unknown>>> {
  const found = [...(await readEntries(context)).values()].find((entry) => entry['label'] === label);
  assert.ok(found, `no key is called "${label}"`);
  return found;
}

/** As another window, or a former version, would have left it. */
export async function storeEntry({ secrets }: vscode.ExtensionContext, id: string, entry: object): Promise<void> {
  await secrets.store(`${entryPrefix}${id}`, JSON.stringify(entry));
}

const entryPrefix = 'sluice.key.';
