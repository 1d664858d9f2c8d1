/** The variable that every Anthropic SDK reads by itself. */
export const keyVariable = 'ANTHROPIC_API_KEY';

/** What stands for the key where nothing is known of who reads the file; many tools put the variable in there. */
const placeholder = `\${${keyVariable}}`;

/** How a language reads the variable, in place of a string and in the middle of one. */
export interface Dialect {
  /** Stands where the string stood. */
  readonly expression: string;
  /** Each of them begins a string, and ends it. */
  readonly quotes: string;
  /** Of those, the ones in which a backslash is an ordinary character. */
  readonly rawQuotes?: string;
  /** What may stand before the quote and goes with it. */
  readonly prefix?: RegExp;
  /**
   * What letters mean that touch a quote. `word`: three and more are a word of their own, as in `return"…"`; `value`: they are
   * one value with the string. Default: they make another kind of string, in which nothing can be computed.
   */
  readonly touching?: 'word' | 'value';
  /** Strings that stand beside one another are one. */
  readonly hasAdjacent?: boolean;
  /** By quote: what can be written into a string. */
  readonly inside?: Readonly<Record<string, string>>;
  /** Between a string and what follows it; without it, and without `inside`, the placeholder is written. */
  readonly join?: string;
  /** Outside of any string. Default: the placeholder. */
  readonly bare?: string;
}

const javascript: Dialect = {
  expression: `process.env.${keyVariable}`,
  quotes: '\'"`',
  inside: { '`': `\${process.env.${keyVariable}}` },
  join: '+',
  touching: 'word',
  // A template over several lines looks like no string from within.
  bare: `\${process.env.${keyVariable}}`,
};

const java: Dialect = { expression: `System.getenv("${keyVariable}")`, quotes: '"', join: '+' };
const groovy: Dialect = { ...java, quotes: '\'"', inside: { '"': `\${System.getenv('${keyVariable}')}` } };
const c: Dialect = { expression: `getenv("${keyVariable}")`, quotes: '"', hasAdjacent: true };
const dotnet: Dialect = {
  expression: `System.Environment.GetEnvironmentVariable("${keyVariable}")`,
  quotes: '"',
  prefix: /[@$]+$/,
  join: '+',
};

const shell: Dialect = {
  expression: `"${placeholder}"`,
  quotes: '\'"',
  rawQuotes: "'",
  touching: 'value',
  inside: { '"': placeholder, "'": `'"${placeholder}"'` },
  bare: `"${placeholder}"`,
};

/** It knows no braces. */
const fish: Dialect = {
  ...shell,
  expression: `"$${keyVariable}"`,
  inside: { '"': `$${keyVariable}`, "'": `'"$${keyVariable}"'` },
  bare: `"$${keyVariable}"`,
};

/** By VS Code's id of the language. */
const dialects = new Map<string, Dialect>([
  ['javascript', javascript],
  ['javascriptreact', javascript],
  ['typescript', javascript],
  ['typescriptreact', javascript],
  ['vue', javascript],
  ['svelte', javascript],
  [
    'python',
    {
      expression: `os.environ["${keyVariable}"]`,
      quotes: '\'"',
      prefix: /(?<!\w)[rRuUfF]{1,2}$/,
      join: '+',
      touching: 'word',
      hasAdjacent: true,
    },
  ],
  ['go', { expression: `os.Getenv("${keyVariable}")`, quotes: '"`', rawQuotes: '`', join: '+' }],
  [
    'rust',
    {
      expression: `std::env::var("${keyVariable}").expect("${keyVariable} is not set")`,
      quotes: '"',
      prefix: /(?<!\w)r$/,
    },
  ],
  ['java', java],
  ['kotlin', java],
  ['scala', java],
  ['groovy', groovy],
  ['csharp', dotnet],
  ['fsharp', dotnet],
  [
    'ruby',
    {
      expression: `ENV["${keyVariable}"]`,
      quotes: '\'"',
      inside: { '"': `#{ENV["${keyVariable}"]}` },
      join: '+',
      touching: 'word',
      hasAdjacent: true,
    },
  ],
  ['php', { expression: `getenv('${keyVariable}')`, quotes: '\'"', join: '.', touching: 'word' }],
  [
    'perl',
    {
      expression: `$ENV{${keyVariable}}`,
      quotes: '\'"',
      inside: { '"': `$ENV{${keyVariable}}` },
      join: '.',
      touching: 'word',
    },
  ],
  ['lua', { expression: `os.getenv("${keyVariable}")`, quotes: '\'"', join: '..', touching: 'word' }],
  ['r', { expression: `Sys.getenv("${keyVariable}")`, quotes: '\'"' }],
  ['julia', { expression: `ENV["${keyVariable}"]`, quotes: '"', join: '*' }],
  ['dart', { expression: `Platform.environment['${keyVariable}']`, quotes: '\'"', prefix: /(?<!\w)r$/ }],
  ['swift', { expression: `ProcessInfo.processInfo.environment["${keyVariable}"]`, quotes: '"' }],
  ['c', c],
  ['cpp', c],
  ['shellscript', shell],
  ['fish', fish],
  [
    'powershell',
    {
      expression: `$env:${keyVariable}`,
      quotes: '\'"',
      rawQuotes: '\'"',
      inside: { '"': `$($env:${keyVariable})` },
      join: '+',
      bare: `$env:${keyVariable}`,
    },
  ],
]);

/** `undefined` for a language in which nothing can be computed, or that is not known. */
export function dialectOf(languageId: string): Dialect | undefined {
  return dialects.get(languageId);
}

/** Of a file that only holds values: the notation of whoever reads it, as far as its name or language tells. */
export function placeholderOf(languageId: string, fileName: string): string {
  const path = fileName.replaceAll('\\', '/');
  if (languageId === 'makefile') return `$(${keyVariable})`;
  if (languageId === 'bat') return `%${keyVariable}%`;
  if (/(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return `\${{ secrets.${keyVariable} }}`;
  if (/(?:^|\/)(?:\.vscode\/[^/]+\.json|User\/(?:.*\/)?(?:settings|mcp)\.json|[^/]+\.code-workspace)$/.test(path)) {
    return `\${env:${keyVariable}}`;
  }
  return placeholder;
}
