import { dialectOf, keyVariable, placeholderOf } from './leakDialects';

/** An assignment is not longer, however long its line is. */
const mostCharacters = 300;

/** What begins a string, where there is one. */
const opening = /(?:[a-zA-Z@$]{0,2}(?:"""|'''|["'`]))?$/;

/** A value that is the key and nothing else ends so. */
const end = /^(?:["'`\s;#&|)}\],<\\]|$)/;

/** `docker run -e NAME=…` hands the variable on to a program that has an environment of its own. */
const assigned = /(?<!-e\s*|--env[\s=]|--build-arg[\s=])(?<![\w$-])ANTHROPIC_API_KEY\s*[:?+]?=\s*$/;
const exported = /\bexport\s+ANTHROPIC_API_KEY=$/;

const inCode: readonly RegExp[] = [
  // process.env.NAME = , os.environ['NAME'] = , ENV["NAME"] ||= , $ENV{NAME} =
  /(?:\benv(?:iron)?|\bENV|\$_ENV|\$_SERVER)\s*(?:\.|\[\s*["']|\{\s*["']?)ANTHROPIC_API_KEY["'\]}\s]*(?:\|\||\?\?)?=\s*$/,
  // os.Setenv("NAME", … , Deno.env.set('NAME', … , putenv("NAME=… , Sys.setenv(NAME = …
  /(?:set_?env|put_?env|set_var|setx|setdefault|\benv\.set|SetEnvironmentVariable)\s*\(?\s*["']?ANTHROPIC_API_KEY["']?\s*[,=\s]\s*$/i,
];
/** In quotes it is a text, as in `echo "NAME=…" >> .env`, in which the shell fills the variable in. */
const inShell = [/(?<!-e\s*|--env[\s=]|--build-arg[\s=])(?<![\w$"'-])ANTHROPIC_API_KEY=$/];
const inFish = [...inShell, /\bset\s(?:\s*-{1,2}[\w-]+)*\s*ANTHROPIC_API_KEY\s+$/];
const inPowershell = [...inCode, /\$\{?env:ANTHROPIC_API_KEY\}?\s*=\s*$/i];
/** Files that hold values, one a line, and texts in which such lines stand. */
const inValues = [...inCode, assigned, /\bENV\s+ANTHROPIC_API_KEY\s+$/];

/**
 * Whether a key is what the variable itself is set to, in an environment: there a reference would refer to itself. A constant
 * or an entry that only has the same name is another thing. The texts are what stands on the key's line before and behind it.
 */
export function isValueOfVariable(languageId: string, fileName: string, before: string, after: string): boolean {
  const line = before.slice(-mostCharacters);
  if (!line.includes(keyVariable) || !end.test(after)) return false;
  const target = line.replace(opening, '');
  return patternsOf(languageId, fileName).some((each) => each.test(target));
}

function patternsOf(languageId: string, fileName: string): readonly RegExp[] {
  if (languageId === 'shellscript') return inShell;
  if (languageId === 'fish') return inFish;
  if (languageId === 'powershell') return inPowershell;
  if (dialectOf(languageId) !== undefined) return inCode;
  // Whoever reads these fills in a variable of its surroundings, or a secret of its own.
  if (/yaml|json|compose|workflow/.test(languageId))
    return /secrets\.|env:/.test(placeholderOf(languageId, fileName)) ? [] : [exported];
  return inValues;
}
