import { posix } from 'node:path';
import { isDeclaration, type SourceFile } from './sourceFiles';

export interface Import {
  readonly from: string;
  /** As written for a package; from the top of the repository for one of our own files. */
  readonly target: string;
  readonly isOwn: boolean;
  /** Gone after compiling. */
  readonly isTypeOnly: boolean;
}

/** `import … from`, `export … from`, `import '…'`; clauses hold neither quotes nor semicolons. */
const statement = /^[ \t]*(?:import|export)\s+(?:(type\s)?[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
/** `import('…')`, as an expression or in a type; a comment may stand before the address. */
const dynamic = /(typeof\s+)?\bimport\(\s*(?:\/\*.*?\*\/\s*)?['"]([^'"]+)['"]/g;
/** `require('…')`, and what Node has for its own modules. */
const required = /()\b(?:require|getBuiltinModule)\(\s*['"]([^'"]+)['"]/g;

/** Every import of a file, whichever way it is written. */
export function importsOf({ path, text }: SourceFile): readonly Import[] {
  return [statement, dynamic, required].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, isTypeOnly, specifier = '']): Import => {
      const isOwn = specifier.startsWith('.');
      const target = isOwn ? posix.join(posix.dirname(path), specifier) : specifier;
      return { from: path, target, isOwn, isTypeOnly: isTypeOnly !== undefined && isTypeOnly !== '' };
    }),
  );
}

/** The layers, and which others each of them may see. Files beside the folders are layers of their own. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  client: [],
  conversation: ['client'],
  jobs: ['client'],
  summarize: ['client', 'jobs'],
  keys: ['client'],
  usage: ['client'],
  store: ['client', 'conversation', 'jobs', 'keys', 'usage'],
  protocol: [],
  contributions: [],
  webview: ['protocol'],
  host: ['client', 'conversation', 'jobs', 'store', 'summarize', 'keys', 'usage', 'protocol', 'contributions'],
  extension: [
    'host',
    'client',
    'conversation',
    'jobs',
    'store',
    'summarize',
    'keys',
    'usage',
    'protocol',
    'contributions',
  ],
};

/** Sentences for people are made where they are shown; the core hands out reasons. */
const mayImportPackage: Readonly<Record<string, readonly string[]>> = {
  vscode: ['host', 'extension'],
  '@vscode/l10n': ['host', 'extension', 'webview'],
};

/** Packages that exactly one file may import, so that replacing them changes one file. */
const wrapped: readonly string[] = ['@anthropic-ai/sdk', 'bottleneck'];

/** What only one layer may import: the others need not know that there is a database. */
const sqlite = 'node:sqlite';
const sqliteLayer = 'store';

/** The layers that run in a browser. */
const browserLayers: readonly string[] = ['webview', 'protocol'];

/** What is wrong with the imports of these files, one sentence each; nothing when all arrows point the right way. */
export function findForbiddenImports(files: readonly SourceFile[]): readonly string[] {
  const imports = files.filter((file) => !isDeclaration(file)).flatMap(importsOf);
  const modules = new Set(files.map(({ path }) => path.replace(/\.tsx?$/, '')));
  return [
    ...imports.flatMap((each) => judge(each, modules)),
    ...wrapped.flatMap((name) => {
      const users = new Set(imports.filter(({ target }) => isOf(target, name)).map(({ from }) => from));
      return users.size === 1 ? [] : [`${name} is imported by ${users.size} files: ${[...users].join(', ')}`];
    }),
  ];
}

function judge({ from, target, isOwn }: Import, modules: ReadonlySet<string>): readonly string[] {
  const layer = layerOf(from);
  const allowed = mayImport[layer];
  if (!allowed) return [`${from} is in a folder that has no place in the house`];
  if (isOwn) {
    if (!modules.has(target)) return [`${from} imports ${target}, which is not there`];
    const other = layerOf(target);
    return other === layer || allowed.includes(other) ? [] : [`${from} (${layer}) imports ${target} (${other})`];
  }
  const isForbidden =
    Object.entries(mayImportPackage).some(([name, layers]) => isOf(target, name) && !layers.includes(layer)) ||
    (wrapped.some((name) => isOf(target, name)) && layer !== 'client') ||
    (target === sqlite && layer !== sqliteLayer) ||
    (target.startsWith('node:') && browserLayers.includes(layer)) ||
    layer === 'protocol' ||
    layer === 'contributions';
  return isForbidden ? [`${from} (${layer}) imports the package ${target}`] : [];
}

/** `src/client/queue.ts` → `client`, `src/extension.ts` → `extension`. */
function layerOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.tsx?$/, '');
}

function isOf(target: string, packageName: string): boolean {
  return target === packageName || target.startsWith(`${packageName}/`);
}
