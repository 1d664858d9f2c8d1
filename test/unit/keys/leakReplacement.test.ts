import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { importFor, replacementFor } from '../../../src/keys/leakReplacement';
import { findLeaks } from '../../../src/keys/leaks';
import { anyKey } from './anyKey';
import { key, otherKey } from './leakKeys';

const variable = 'ANTHROPIC_API_KEY';

function replaceAll(languageId: string, text: string, fileName = '/projects/file'): string {
  return findLeaks(text)
    .toReversed()
    .map((leak) => replacementFor(languageId, fileName, text, leak))
    .reduce((result, each) => result.slice(0, each.start) + each.text + result.slice(each.end), text);
}

/** Language, what stood there with KEY for the key, and what stands there then. */
const cases: readonly (readonly [language: string, before: string, after: string])[] = [
  ['javascript', `const key = 'KEY';`, `const key = process.env.${variable};`],
  ['javascript', `const key = \`KEY\`;`, `const key = process.env.${variable};`],
  ['javascript', `f({a:"KEY",b:"it's"})`, `f({a:process.env.${variable},b:"it's"})`],
  ['javascript', `return"KEY"in x`, `return process.env.${variable} in x`],
  ['javascript', 'const h = `Bearer KEY`;', `const h = \`Bearer \${process.env.${variable}}\`;`],
  ['javascript', 'const h = tag`KEY`;', `const h = tag\`\${process.env.${variable}}\`;`],
  ['javascript', `fetch('a', 'Bearer KEY!')`, `fetch('a', 'Bearer ' + process.env.${variable} + '!')`],
  ['javascript', `const j = '{"key":"KEY"}';`, `const j = '{"key":"' + process.env.${variable} + '"}';`],
  ['typescript', 'new Anthropic({ apiKey: "KEY" })', `new Anthropic({ apiKey: process.env.${variable} })`],
  ['typescript', '`\nBearer KEY\n`', `\`\nBearer \${process.env.${variable}}\n\``],
  ['typescriptreact', '<Chat apiKey="KEY" />', `<Chat apiKey={process.env.${variable}} />`],
  ['typescriptreact', '<Chat header="Bearer KEY" />', `<Chat header="Bearer \${${variable}}" />`],
  ['vue', '<chat api-key="KEY" />', `<chat api-key="\${${variable}}" />`],
  ['python', `key = "KEY"`, `key = os.environ["${variable}"]`],
  ['python', `key = r'KEY'  # it's old`, `key = os.environ["${variable}"]  # it's old`],
  ['python', `key = """KEY"""`, `key = os.environ["${variable}"]`],
  ['python', `h = f"Bearer KEY {x}"`, `h = f"Bearer " + os.environ["${variable}"] + f" {x}"`],
  ['python', `h = b"KEY"`, `h = b"\${${variable}}"`],
  ['python', `# it was KEY once`, `# it was \${${variable}} once`],
  ['go', `key := "KEY"`, `key := os.Getenv("${variable}")`],
  ['go', 'key := `KEY`', `key := os.Getenv("${variable}")`],
  ['go', `h := "Bearer KEY"`, `h := "Bearer " + os.Getenv("${variable}") + ""`],
  ['rust', `let key = "KEY";`, `let key = std::env::var("${variable}").expect("${variable} is not set");`],
  ['rust', `let h = "Bearer KEY";`, `let h = "Bearer \${${variable}}";`],
  [
    'rust',
    `fn f<'a>() { g(r"KEY") }`,
    `fn f<'a>() { g(std::env::var("${variable}").expect("${variable} is not set")) }`,
  ],
  ['java', `String key = "KEY";`, `String key = System.getenv("${variable}");`],
  ['csharp', `var key = @"KEY";`, `var key = System.Environment.GetEnvironmentVariable("${variable}");`],
  ['csharp', `$"a {x} KEY"`, `$"a {x} " + System.Environment.GetEnvironmentVariable("${variable}") + $""`],
  ['ruby', `key = 'KEY'`, `key = ENV["${variable}"]`],
  ['ruby', `h = "Bearer KEY"`, `h = "Bearer #{ENV["${variable}"]}"`],
  ['php', `$key = 'KEY';`, `$key = getenv('${variable}');`],
  ['php', `$h = "Bearer KEY";`, `$h = "Bearer " . getenv('${variable}') . "";`],
  ['shellscript', `export ${variable}=KEY`, `export ${variable}=`],
  ['shellscript', `export ${variable}='KEY' # old`, `export ${variable}='' # old`],
  ['shellscript', `export TOKEN="KEY"`, `export TOKEN="\${${variable}}"`],
  ['shellscript', `curl -H "x-api-key: KEY" u`, `curl -H "x-api-key: \${${variable}}" u`],
  ['shellscript', `curl -d '{"k":"KEY"}'`, `curl -d '{"k":"'"\${${variable}}"'"}'`],
  ['fish', `set -x KEY_ KEY`, `set -x KEY_ "$${variable}"`],
  ['powershell', `$key = "KEY"`, `$key = $env:${variable}`],
  ['powershell', `$h = "Bearer KEY"`, `$h = "Bearer $($env:${variable})"`],
  ['bat', `set TOKEN=KEY`, `set TOKEN=%${variable}%`],
  ['bat', `set "${variable}=KEY"`, `set "${variable}="`],
  ['makefile', `KEY_ := KEY`, `KEY_ := $(${variable})`],
  ['dotenv', `${variable}=KEY`, `${variable}=`],
  ['dotenv', `CLAUDE_KEY="KEY"`, `CLAUDE_KEY="\${${variable}}"`],
  ['yaml', `key: KEY # old`, `key: \${${variable}} # old`],
  ['yaml', `env: {a: KEY, b: "KEY"}`, `env: {a: "\${${variable}}", b: "\${${variable}}"}`],
  ['json', `{ "key": "KEY" }`, `{ "key": "\${${variable}}" }`],
  ['toml', `key = 'KEY'`, `key = '\${${variable}}'`],
  ['ini', `key = KEY`, `key = \${${variable}}`],
  ['dockerfile', `ENV ${variable}=KEY`, `ENV ${variable}=`],
  ['markdown', 'Set `KEY`, then go.', `Set \`\${${variable}}\`, then go.`],
  // The value of that very variable: a reference would refer to itself.
  ['dotenv', `export ${variable} = 'KEY'`, `export ${variable} = ''`],
  ['properties', `${variable}=KEY\r\nB=1`, `${variable}=\r\nB=1`],
  ['plaintext', `MY_${variable}=KEY`, `MY_${variable}=\${${variable}}`],
  ['dotenv', `${variable}=KEY:more`, `${variable}=\${${variable}}:more`],
  ['makefile', `${variable} := KEY`, `${variable} := `],
  ['shellscript', `${variable}="KEY" node a.js`, `${variable}="" node a.js`],
  ['shellscript', `docker run -e ${variable}=KEY a`, `docker run -e ${variable}="\${${variable}}" a`],
  ['shellscript', `echo "${variable}=KEY" >> .env`, `echo "${variable}=\${${variable}}" >> .env`],
  ['fish', `set -gx ${variable} KEY`, `set -gx ${variable} `],
  ['powershell', `$env:${variable} = "KEY"`, `$env:${variable} = ""`],
  ['powershell', `$${variable} = "KEY"`, `$${variable} = $env:${variable}`],
  ['python', `os.environ['${variable}'] = 'KEY'`, `os.environ['${variable}'] = ''`],
  ['python', `os.environ.setdefault("${variable}", "KEY")`, `os.environ.setdefault("${variable}", "")`],
  ['python', `${variable} = "KEY"`, `${variable} = os.environ["${variable}"]`],
  ['javascript', `process.env.${variable} = 'KEY';`, `process.env.${variable} = '';`],
  ['javascript', `process.env["${variable}"] ??= \`KEY\`;`, `process.env["${variable}"] ??= \`\`;`],
  [
    'javascript',
    `if (process.env.${variable} === 'KEY') a();`,
    `if (process.env.${variable} === process.env.${variable}) a();`,
  ],
  [
    'javascript',
    `spawn(a, { env: { ${variable}: 'KEY' } })`,
    `spawn(a, { env: { ${variable}: process.env.${variable} } })`,
  ],
  ['go', `os.Setenv("${variable}", "KEY")`, `os.Setenv("${variable}", "")`],
  ['ruby', `ENV['${variable}'] ||= 'KEY'`, `ENV['${variable}'] ||= ''`],
  ['php', `putenv("${variable}=KEY");`, `putenv("${variable}=");`],
  ['perl', `$ENV{${variable}} = 'KEY';`, `$ENV{${variable}} = '';`],
  ['markdown', `    export ${variable}=KEY`, `    export ${variable}=`],
  ['yaml', `${variable}: KEY`, `${variable}: \${${variable}}`],
  ['yaml', `run: export ${variable}=KEY`, `run: export ${variable}=`],
  ['json', `{ "${variable}": "KEY" }`, `{ "${variable}": "\${${variable}}" }`],
  // Strings that no expression can stand for.
  ['cpp', `auto key = L"KEY";`, `auto key = L"\${${variable}}";`],
  ['cpp', `auto key = u8"KEY";`, `auto key = u8"\${${variable}}";`],
  ['cpp', `auto key = "KEY"sv;`, `auto key = "\${${variable}}"sv;`],
  ['c', `f("a" "KEY");`, `f("a" "\${${variable}}");`],
  ['c', `f("KEY");`, `f(getenv("${variable}"));`],
  ['scala', `val key = s"KEY"`, `val key = s"\${${variable}}"`],
  ['scala', `val key = raw"a KEY"`, `val key = raw"a \${${variable}}"`],
  ['csharp', `var key = "KEY"u8;`, `var key = "\${${variable}}"u8;`],
  ['rust', `let key = b"KEY";`, `let key = b"\${${variable}}";`],
  ['python', `keys = ["a" "KEY"]`, `keys = ["a" "\${${variable}}"]`],
  ['python', `keys = ("KEY"\n  f"{a}")`, `keys = ("\${${variable}}"\n  f"{a}")`],
  ['python', `keys = ["a", "KEY", "b"]`, `keys = ["a", os.environ["${variable}"], "b"]`],
  ['python', `key = "Bearer KEY %s" % a`, `key = "Bearer \${${variable}} %s" % a`],
  ['python', `key = "a KEY".strip()`, `key = "a \${${variable}}".strip()`],
  ['python', `key = "KEY".strip()`, `key = os.environ["${variable}"].strip()`],
  ['javascript', `import x from "./KEY";`, `import x from "./\${${variable}}";`],
  ['javascript', `export * from 'KEY';`, `export * from '\${${variable}}';`],
  ['javascript', `import 'KEY';`, `import '\${${variable}}';`],
  ['javascript', `use({ "KEY": 1 })`, `use({ "\${${variable}}": 1 })`],
  ['javascript', `use(a ? "KEY" : 1)`, `use(a ? process.env.${variable} : 1)`],
  ['javascript', `'a:KEY'.split(':')`, `'a:\${${variable}}'.split(':')`],
  ['javascript', `'a:KEY'\n  .split(':')`, `'a:\${${variable}}'\n  .split(':')`],
  ['javascript', `'a:KEY'[0]`, `'a:\${${variable}}'[0]`],
  ['php', `$h = 'a KEY' . $b;`, `$h = 'a ' . getenv('${variable}') . '' . $b;`],
  ['shellscript', `use a"KEY"b`, `use a"\${${variable}}"b`],
  ['a-language-of-tomorrow', 'say KEY', `say \${${variable}}`],
];

const languages = [...new Set(cases.map(([language]) => language))];

function withImport(text: string): string | undefined {
  const found = importFor('python', text);
  return found && text.slice(0, found.start) + found.text + text.slice(found.end);
}

describe('What a key in a file gives way to', () => {
  for (const [language, before, after] of cases) {
    it(`in ${language}: ${before.replace(/\n/g, '⏎')}`, () => {
      assert.equal(replaceAll(language, before.replace(/\bKEY\b/g, key)), after);
    });
  }

  it('in files of tools is in their own notation', () => {
    const values = [
      ['/w/.vscode/settings.json', `\${env:${variable}}`],
      ['C:\\w\\.vscode\\mcp.json', `\${env:${variable}}`],
      ['/home/me/.config/Code/User/settings.json', `\${env:${variable}}`],
      ['/w/my.code-workspace', `\${env:${variable}}`],
      ['/w/package.json', `\${${variable}}`],
    ] as const;
    for (const [file, value] of values) assert.equal(replaceAll('jsonc', `"${key}"`, file), `"${value}"`, file);
    const workflow = '/w/.github/workflows/ci.yml';
    assert.equal(replaceAll('yaml', `key: ${key}`, workflow), `key: \${{ secrets.${variable} }}`);
  });

  it('is right for each of several keys on one line', () => {
    assert.equal(
      replaceAll('javascript', `use("${key}", 'x ${otherKey} y', \`${key}\`)`),
      `use(process.env.${variable}, 'x ' + process.env.${variable} + ' y', process.env.${variable})`,
    );
  });

  it('leaves line ends as they are', () => {
    assert.equal(replaceAll('shellscript', `a=1\r\nb=${key}\r\nc=3\r\n`), `a=1\r\nb="\${${variable}}"\r\nc=3\r\n`);
    assert.equal(replaceAll('dotenv', `a=1\r\nb=${key}\r\n`), `a=1\r\nb=\${${variable}}\r\n`);
  });

  it('never holds a key, and stands in its place, in any language and text', () => {
    const piece = fc.oneof(
      anyKey,
      fc.constantFrom(`"`, `'`, '`', `"""`, '\\', '\n', '\r\n', ' ', '=', '#', 'b'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...languages), fc.array(piece), fc.string(), (language, pieces, fileName) => {
        const text = pieces.join('');
        for (const leak of findLeaks(text)) {
          const replacement = replacementFor(language, fileName, text, leak);
          const isAround = replacement.start <= leak.start && replacement.end >= leak.end;
          assert.ok(isAround && leak.start - replacement.start <= 6 && replacement.end - leak.end <= 3);
          assert.match(replacement.text, new RegExp(variable));
          assert.doesNotMatch(text.slice(replacement.start, replacement.end), /\n/);
          assert.deepEqual(findLeaks(replacement.text), []);
        }
      }),
    );
  });

  it('is quick to find in a line of a megabyte', () => {
    const filler = `f("a",'b');`.repeat(100_000);
    const [leak] = findLeaks(`${filler}g("${key}");`);
    assert.ok(leak);
    const { text } = replacementFor('javascript', 'min.js', `${filler}g("${key}");`, leak);
    assert.equal(text, `process.env.${variable}`);
  });
});

describe('The import of os', () => {
  it('goes before the first import', () => {
    assert.equal(withImport('#!/x\n"""Doc."""\nimport sys\n'), '#!/x\n"""Doc."""\nimport os\nimport sys\n');
    assert.equal(
      withImport('from __future__ import a\r\nfrom b import c\r\n'),
      'from __future__ import a\r\nimport os\r\nfrom b import c\r\n',
    );
    assert.equal(withImport('key = 1\n'), 'import os\nkey = 1\n');
  });

  it('is left out where it stands already, or where its place is not plain', () => {
    const texts = [
      'import os\n',
      'import sys, os\r\nx = 1',
      'import os.path\n',
      '"""Doc."""\nx = 1\n',
      '# coding: utf-8\nx = 1\n',
    ];
    for (const text of texts) assert.equal(withImport(text), undefined, text);
    assert.equal(importFor('go', 'package a'), undefined);
  });

  it('is not taken for that of another name', () => {
    assert.equal(withImport('import os as o\n'), 'import os\nimport os as o\n');
    assert.equal(withImport('import ossaudiodev\n'), 'import os\nimport ossaudiodev\n');
  });
});
