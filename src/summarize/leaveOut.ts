import { binaryEndings, dataEndings, generatedNames, isSecretName, lockFiles } from './leftOutNames';
import { isGenerated, isMinified, isNumbers, isSourceMap } from './textKinds';

/** Why a file is not read. */
export type LeftOut =
  | 'lockFile'
  | 'minified'
  | 'generated'
  | 'binary'
  | 'sourceMap'
  | 'data'
  | 'empty'
  | 'tooLarge'
  | 'secret';

const privateKey = /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/m;
const minifiedName = /[.-]min\.(?:js|mjs|cjs|css|html)$/;
const sourceMapName = /\.(?:[cm]?[jt]sx?|css|scss|less|wasm)\.map$/;
const dataTableName = /\.(?:csv|tsv|jsonl|ndjson)$/;

/** A table with fewer rows may be a configuration, or what a reader wants to know. */
const fewestRowsOfData = 200;
/** What is no text shows itself by then. */
const sampledCharacters = 8_000;
const mostReplaced = 0.1;

/** Told by the name alone, before a file is read. `name` is a path with slashes. */
export function leaveOutByName(name: string): LeftOut | undefined {
  const file = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  if (isSecretName(name.toLowerCase())) return 'secret';
  if (lockFiles.has(file)) return 'lockFile';
  if (minifiedName.test(file)) return 'minified';
  if (sourceMapName.test(file)) return 'sourceMap';
  if (generatedNames.some((pattern) => pattern.test(file)) || name.includes('__snapshots__/')) return 'generated';
  const ending = file.slice(file.lastIndexOf('.') + 1);
  if (!file.includes('.')) return undefined;
  if (binaryEndings.has(ending)) return 'binary';
  return dataEndings.has(ending) ? 'data' : undefined;
}

/** Told by what is in it. In doubt a file is read. */
export function leaveOutByContent(name: string, text: string): LeftOut | undefined {
  const file = name.toLowerCase();
  if (!/\S/.test(text)) return 'empty';
  if (privateKey.test(text.slice(0, sampledCharacters))) return 'secret';
  if (isBinary(text)) return 'binary';
  if (isSourceMap(text)) return 'sourceMap';
  if (isGenerated(file, text)) return 'generated';
  if (isMinified(file, text)) return 'minified';
  if (dataTableName.test(file) && hasManyLines(text, fewestRowsOfData)) return 'data';
  return isNumbers(text) ? 'data' : undefined;
}

function isBinary(text: string): boolean {
  const sample = text.slice(0, sampledCharacters);
  if (sample.includes('\0')) return true;
  return sample.split('\uFFFD').length - 1 > sample.length * mostReplaced;
}

function hasManyLines(text: string, most: number): boolean {
  let at = -1;
  for (let count = 0; count <= most; count++) {
    at = text.indexOf('\n', at + 1);
    if (at === -1) return false;
  }
  return true;
}
