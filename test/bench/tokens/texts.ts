import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/paths';
import { createRandom } from '../../support/random';

/** Larger ones are cut here: they would be all that is seen of their kind. */
const longestFile = 200_000;
const mostFiles = 120;

/** Where texts of each kind are: real files of packages that the lock pins, so that everyone measures the same. */
const places = {
  javascript: ['lodash/*.js', 'jsdom/lib/**/*.js'],
  typescript: ['zod/src/**/*.ts'],
  declarations: ['@types/node/*.d.ts', 'zod/**/*.d.ts'],
  json: ['mdn-data/**/*.json', 'css-tree/data/*.json', '*/package.json', 'mime-db/db.json', 'knip/schema.json'],
  css: ['highlight.js/styles/**/*.css', '@vscode/codicons/dist/*.css'],
  markdown: ['*/README.md', '*/CHANGELOG.md', '@*/*/README.md'],
  minified: ['*/*.min.js', '*/dist/*.min.js'],
  sourceMaps: ['*/dist/*.js.map'],
} as const;

const languages = { english: '_template', german: 'de', russian: 'ru', japanese: 'ja', chinese: 'zh_CN' } as const;

export const textKinds = [
  'javascript',
  'typescript',
  'declarations',
  'json',
  'css',
  'markdown',
  'minified',
  'sourceMaps',
  'english',
  'german',
  'russian',
  'japanese',
  'chinese',
  'logs',
] as const satisfies readonly (keyof typeof places | keyof typeof languages | 'logs')[];
export type TextKind = (typeof textKinds)[number];

const modules = join(repositoryRoot, 'node_modules');

export type Texts = Readonly<Record<TextKind, readonly string[]>>;

/** Whole texts of each kind, always in the same order. */
export function readTexts(): Texts {
  return {
    javascript: readFiles(places.javascript),
    typescript: readFiles(places.typescript),
    declarations: readFiles(places.declarations),
    json: readFiles(places.json),
    css: readFiles(places.css),
    markdown: readFiles(places.markdown),
    minified: readFiles(places.minified),
    sourceMaps: readFiles(places.sourceMaps),
    english: [readMessages(languages.english)],
    german: [readMessages(languages.german)],
    russian: [readMessages(languages.russian)],
    japanese: [readMessages(languages.japanese)],
    chinese: [readMessages(languages.chinese)],
    logs: [writeLog()],
  };
}

function readFiles(patterns: readonly string[]): readonly string[] {
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: modules }).sort());
  const step = Math.max(1, files.length / mostFiles);
  const chosen = Array.from(
    { length: Math.min(files.length, mostFiles) },
    (_, index) => files[Math.floor(index * step)],
  );
  return chosen
    .filter((file) => file !== undefined)
    .map((file) => readFileSync(join(modules, file), 'utf8').slice(0, longestFile))
    .filter((text) => text.length > 0);
}

/** What an accessibility checker tells people, translated by people: sentences, a line each. */
function readMessages(language: string): string {
  const parsed: unknown = JSON.parse(readFileSync(join(modules, 'axe-core/locales', `${language}.json`), 'utf8'));
  return [...sentencesIn(parsed)].join('\n');
}

function* sentencesIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') {
    if (value.length > 12) yield value;
  } else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) yield* sentencesIn(each);
}

/** No package ships a log: lines as servers and tests write them. */
function writeLog(): string {
  const random = createRandom(1);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)];
  const number = (below: number) => Math.floor(random() * below);
  const events = [
    () => `GET /api/v2/orders/${number(1e6)}?page=${number(40)} 200 ${number(4000)}ms`,
    () => `connection from 10.0.${number(256)}.${number(256)}:${number(65_536)} closed after ${number(900)} bytes`,
    () => `worker ${number(16)} finished job ${number(1 << 30).toString(16)}-${number(1 << 30).toString(16)}`,
    () => `cache miss for key user:${number(1e5)}:profile, loading from the database`,
    () => `    at Object.handle (/srv/app/dist/router.js:${number(900)}:${number(80)})`,
    () => `retrying in ${number(5000)} ms: upstream answered 503 Service Unavailable`,
  ];
  const lines = Array.from({ length: 3_000 }, (_, index) => {
    const time = new Date(1_790_000_000_000 + index * 1_731).toISOString();
    return `${time} ${pick(['INFO', 'WARN', 'DEBUG', 'ERROR'])} [${pick(['http', 'db', 'queue', 'auth'])}] ${pick(events)?.()}`;
  });
  return lines.join('\n');
}
