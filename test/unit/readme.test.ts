import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { repositoryRoot } from '../support/paths';

const manifestSchema = v.object({
  version: v.string(),
  scripts: v.record(v.string(), v.string()),
  contributes: v.object({
    commands: v.array(v.object({ command: v.string(), title: v.string() })),
    menus: v.object({ commandPalette: v.array(v.object({ command: v.string(), when: v.string() })) }),
    configuration: v.object({
      properties: v.record(
        v.string(),
        v.object({
          default: v.nullable(v.union([v.string(), v.number(), v.boolean(), v.strictObject({})])),
          scope: v.string(),
        }),
      ),
    }),
  }),
});

/** Marks the settings that a workspace cannot set. */
const userOnlyMark = '¹';

function read(name: string): string {
  return readFileSync(join(repositoryRoot, name), 'utf8');
}

function setup() {
  const readme = read('README.md');
  const texts = v.parse(v.record(v.string(), v.string()), JSON.parse(read('package.nls.json')));
  const manifest = v.parse(manifestSchema, JSON.parse(read('package.json')));
  return { readme, manifest, textOf: (key: string) => texts[key.replaceAll('%', '')] };
}

/** Commands of menus and quick fixes, which nobody calls by name. */
function hiddenCommands({ contributes }: v.InferOutput<typeof manifestSchema>): ReadonlySet<string> {
  const hidden = contributes.menus.commandPalette.filter(({ when }) => when === 'false');
  return new Set(hidden.map(({ command }) => command));
}

/** The body rows of the table below a heading, cell by cell. */
function rowsBelow(readme: string, heading: string): readonly (readonly string[])[] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('The README', () => {
  it('lists every command of the palette, by its title and id, in the order of package.json', () => {
    const { readme, manifest, textOf } = setup();
    const listed = rowsBelow(readme, 'Commands').map(([title, , id]) => [title, id]);
    const hidden = hiddenCommands(manifest);
    const offered = manifest.contributes.commands.filter(({ command }) => !hidden.has(command));
    assert.deepEqual(
      listed,
      offered.map(({ command, title }) => [textOf(title), `\`${command}\``]),
    );
  });

  it('lists every setting with its default, and marks those that belong to the user alone', () => {
    const { readme, manifest } = setup();
    const listed = rowsBelow(readme, 'Settings').map(([name, value]) => [name, value]);
    assert.deepEqual(
      listed,
      Object.entries(manifest.contributes.configuration.properties).map(([id, { default: value, scope }]) => [
        scope === 'application' ? `\`${id}\` ${userOnlyMark}` : `\`${id}\``,
        value === null || value === '' || typeof value === 'object' ? 'none' : `\`${String(value)}\``,
      ]),
    );
  });

  it('tells only of npm scripts that there are, and of the package by its true name', () => {
    const { readme, manifest } = setup();
    const scripts = new Set(Array.from(readme.matchAll(/\bnpm (?:run )?(start|test|package)\b/g), ([, name]) => name));
    assert.equal(scripts.size, 3);
    for (const script of scripts) assert.ok(script !== undefined && script in manifest.scripts, script);
    assert.ok(readme.includes(`code --install-extension sluice-${manifest.version}.vsix`));
  });
});
