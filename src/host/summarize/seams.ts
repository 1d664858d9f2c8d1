import * as vscode from 'vscode';
import { seamOffsets } from './seamOffsets';

/** What is shorter goes in one piece on every limit we know. */
const leastCharacters = 30_000;

/** The first question starts a language server, which reads the project before it answers. */
const longestAnswerMs = 5_000;

/** In all: where servers are slow, texts are cut by what can be seen of them. */
const longestWaitMs = 20_000;

/** A class of more lines than this is cut between its members. */
const longestWholeLines = 150;

/** Asks VS Code's languages where functions and classes begin, for one gathering of texts. Never rejects. */
export class SymbolSeams {
  #leftMs = longestWaitMs;

  /** `left`: what is left of the text. `undefined` where it will hardly be cut, or nobody knows. */
  async of(uri: vscode.Uri, text: string, left: string): Promise<readonly number[] | undefined> {
    if (left.length < leastCharacters || this.#leftMs <= 0 || !vscode.workspace.isTrusted) return undefined;
    const startedAt = performance.now();
    const symbols = await askSymbols(uri, Math.min(longestAnswerMs, this.#leftMs));
    this.#leftMs -= performance.now() - startedAt;
    const lines = symbols.flatMap(linesOf);
    return lines.length === 0 ? undefined : seamOffsets(text, left, lines);
  }
}

type Symbols = readonly (vscode.SymbolInformation | vscode.DocumentSymbol)[];

async function askSymbols(uri: vscode.Uri, longestMs: number): Promise<Symbols> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), longestMs);
  });
  try {
    const asked = vscode.commands.executeCommand<Symbols | undefined>('vscode.executeDocumentSymbolProvider', uri);
    return (await Promise.race([asked, tooLong])) ?? [];
  } catch {
    // Of a file that is gone, or a server that failed: the text is cut all the same.
    return [];
  } finally {
    clearTimeout(timer);
  }
}

function linesOf(symbol: Symbols[number]): readonly number[] {
  if (!('range' in symbol)) return [symbol.location.range.start.line];
  const { start, end } = symbol.range;
  const members = end.line - start.line > longestWholeLines ? symbol.children.map((each) => each.range.start.line) : [];
  return [start.line, ...members];
}
