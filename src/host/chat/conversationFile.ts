import * as vscode from 'vscode';
import type { Log } from '../log';
import { ConversationSaver, type ConversationDisk, type ConversationMemory } from './conversationSaver';

const idKey = 'sluice.conversationId';

/** This window's conversation as one JSON file in the extension's global storage, under an id the workspace remembers. */
export class ConversationFile extends ConversationSaver {
  constructor(context: Pick<vscode.ExtensionContext, 'globalStorageUri' | 'workspaceState'>, log: Log) {
    super({
      disk: new ConversationFolder(vscode.Uri.joinPath(context.globalStorageUri, 'conversations')),
      memory: rememberIn(context.workspaceState),
      newId: () => crypto.randomUUID(),
      log,
    });
  }
}

function rememberIn(state: vscode.Memento): ConversationMemory {
  const known = state.get<unknown>(idKey);
  return {
    known: typeof known === 'string' && /^[\w-]{1,100}$/.test(known) ? known : undefined,
    remember: (id) => state.update(idKey, id),
  };
}

/** Writes are atomic: a crash leaves the last whole version. */
class ConversationFolder implements ConversationDisk {
  readonly #folder: vscode.Uri;
  /** Of this window only: two that write the same conversation must not mix their pieces. */
  readonly #suffix = `${crypto.randomUUID()}.next`;

  constructor(folder: vscode.Uri) {
    this.#folder = folder;
  }

  read(id: string): Promise<Uint8Array | undefined> {
    return unlessMissing(vscode.workspace.fs.readFile(this.#fileOf(id)));
  }

  async stampOf(id: string): Promise<string | undefined> {
    const stat = await unlessMissing(vscode.workspace.fs.stat(this.#fileOf(id)));
    return stat && `${stat.mtime} ${stat.size}`;
  }

  async write(id: string, bytes: Uint8Array): Promise<void> {
    const next = vscode.Uri.joinPath(this.#folder, `${id}.${this.#suffix}`);
    await vscode.workspace.fs.writeFile(next, bytes);
    await vscode.workspace.fs.rename(next, this.#fileOf(id), { overwrite: true });
  }

  async setAside(id: string): Promise<void> {
    const aside = vscode.Uri.joinPath(this.#folder, `${id}.json.unreadable`);
    await vscode.workspace.fs.rename(this.#fileOf(id), aside, { overwrite: true });
  }

  #fileOf(id: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#folder, `${id}.json`);
  }
}

async function unlessMissing<Value>(found: Thenable<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return undefined;
    throw error;
  }
}
