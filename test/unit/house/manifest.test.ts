import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commands,
  contextKeys,
  documentSchemes,
  extensionId,
  settingDefaults,
  settings,
  statusBarItem,
  viewContainer,
  views,
  walkthrough,
} from '../../../src/contributions';
import { repositoryRoot } from '../../support/paths';
import { manifest, manifestText, manifestTexts } from './manifest';

const { contributes, capabilities } = manifest;
const properties = contributes.configuration.properties;
const commandIds: readonly string[] = Object.values(commands);
const settingIds: readonly string[] = Object.values(settings);

function sorted(texts: Iterable<string>): readonly string[] {
  return [...texts].toSorted();
}

/** Every `when` and `enablement` of package.json. */
function clauses(): readonly string[] {
  return [
    ...contributes.commands.map(({ enablement }) => enablement),
    ...Object.values(contributes.menus)
      .flat()
      .map(({ when }) => when),
    ...contributes.keybindings.map(({ when }) => when),
    ...Object.values(contributes.views)
      .flat()
      .map(({ when }) => when),
  ].filter((clause) => clause !== undefined);
}

describe('package.json and contributions.ts', () => {
  it('name the same extension', () => {
    assert.equal(`${manifest.publisher}.${manifest.name}`, extensionId);
  });

  it('name the same commands', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(commandIds));
  });

  it('name the same settings', () => {
    assert.deepEqual(sorted(Object.keys(properties)), sorted(settingIds));
  });

  it('give every setting the same default', () => {
    const defaults = Object.fromEntries(Object.entries(properties).map(([id, setting]) => [id, setting.default]));
    assert.deepEqual(defaults, { ...settingDefaults });
  });

  it('name the same view container and the same views in it', () => {
    const containers = Object.values(contributes.viewsContainers).flat();
    assert.deepEqual(
      containers.map(({ id }) => id),
      [viewContainer],
    );
    assert.deepEqual(Object.keys(contributes.views), [viewContainer]);
    const viewIds = contributes.views[viewContainer]?.map(({ id }) => id) ?? [];
    assert.deepEqual(sorted(viewIds), sorted(Object.values(views)));
  });

  it('share one prefix, the name of the extension', () => {
    const ids = [
      ...commandIds,
      ...settingIds,
      ...Object.values(contextKeys),
      ...Object.values(views),
      statusBarItem.id,
    ];
    for (const id of ids) assert.ok(id.startsWith(`${manifest.name}.`), id);
  });
});

describe('The settings in package.json', () => {
  it('that move the key, spend money or say what is kept on this machine can be set by the person alone', () => {
    const own = settingIds.filter((id) => /^sluice\.(baseUrl$|limits\.|keys\.|leakGuard\.)/.test(id));
    own.push(settings.historySave, settings.historyRetentionDays);
    own.push(settings.summarizeDelivery, settings.summarizeUnderPressure);
    own.push(settings.summarizeSave, settings.summarizeRetentionDays);
    assert.equal(own.length, 15);
    for (const [id, { scope }] of Object.entries(properties)) {
      assert.equal(scope, own.includes(id) ? 'application' : 'window', id);
    }
  });

  it('are all held back in Restricted Mode', () => {
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
    assert.deepEqual(sorted(capabilities.untrustedWorkspaces.restrictedConfigurations), sorted(settingIds));
  });

  it('have defaults that they would accept themselves', () => {
    for (const [id, { default: value, type, minimum, maximum, pattern, enum: choices }] of Object.entries(properties)) {
      const types = [type].flat();
      if (value === null) {
        assert.ok(types.includes('null'), id);
      } else if (typeof value === 'number') {
        assert.ok(types.includes('integer') && Number.isInteger(value), id);
        assert.ok(value >= (minimum ?? value) && value <= (maximum ?? value), id);
      } else if (typeof value === 'boolean') {
        assert.ok(types.includes('boolean'), id);
      } else if (typeof value === 'object') {
        assert.ok(types.includes('object') && Object.keys(value).length === 0, id);
      } else {
        assert.ok(choices === undefined || choices.some((choice) => choice === value), id);
        assert.ok(typeof value === 'string' && types.includes('string'), id);
        assert.match(value, new RegExp(pattern ?? ''), id);
      }
    }
  });

  it('that take a number know the smallest one', () => {
    for (const [id, { type, minimum }] of Object.entries(properties)) {
      if ([type].flat().includes('integer')) assert.equal(minimum, 1, id);
    }
  });

  it('that offer choices describe each of them', () => {
    for (const [id, { enum: choices, enumDescriptions }] of Object.entries(properties)) {
      assert.equal(enumDescriptions?.length, choices?.length, id);
      for (const text of enumDescriptions ?? []) assert.match(text, /^%[\w.]+%$/, id);
    }
  });

  it('stand in an order of their own', () => {
    const orders = Object.values(properties).map(({ order }) => order);
    assert.equal(new Set(orders).size, orders.length);
  });
});

describe('The commands in package.json', () => {
  it('share one category', () => {
    for (const { command, category } of contributes.commands) assert.equal(category, 'Sluice', command);
  });

  it('are the only ones in menus, key bindings and welcome texts', () => {
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    const linked = [...JSON.stringify([contributes.viewsWelcome, manifestTexts]).matchAll(/command:([\w.]+)/g)];
    for (const id of [...used, ...linked.map(([, id]) => id ?? '')]) assert.ok(commandIds.includes(id), id);
    assert.ok(used.length > 0);
  });

  it('have an icon where a title bar shows them', () => {
    const withIcon = contributes.commands.filter(({ icon }) => /^\$\([\w-]+\)$/.test(icon ?? ''));
    const iconIds = withIcon.map(({ command }) => command);
    for (const { command } of contributes.menus['view/title'] ?? []) assert.ok(iconIds.includes(command), command);
  });

  it('about documents of our own are offered on those that the code makes for them', () => {
    const schemes = clauses().flatMap((clause) => clause.match(/\bsluice-[\w-]+/g) ?? []);
    assert.deepEqual(sorted(new Set(schemes)), sorted([documentSchemes.proposal, documentSchemes.summary]));
  });

  it('depend on context keys and views that exist', () => {
    const known: readonly string[] = [...Object.values(contextKeys), ...Object.values(views), ...commandIds];
    const mentioned = clauses().flatMap((clause) => clause.match(/\bsluice\.[\w.]+/g) ?? []);
    assert.ok(mentioned.length > 0);
    for (const id of mentioned) assert.ok(known.includes(id), id);
  });
});

describe('The walkthrough in package.json', () => {
  const [only, ...others] = contributes.walkthroughs;
  const steps = only?.steps ?? [];

  it('is one of four steps', () => {
    assert.deepEqual([only?.id, others.length], [walkthrough, 0]);
    assert.deepEqual(
      steps.map(({ id }) => id),
      ['key', 'chat', 'summarize', 'meter'],
    );
  });

  it('notices when a step is done by commands and context keys that exist', () => {
    const known = [
      ...commandIds.map((id) => `onCommand:${id}`),
      ...Object.values(contextKeys).map((id) => `onContext:${id}`),
    ];
    for (const { id, completionEvents } of steps) {
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) assert.ok(known.includes(event), event);
    }
  });

  it('takes its texts from the bundle and offers a command in each step', () => {
    for (const { id, title, description, media } of steps) {
      for (const text of [title, description, media.altText]) assert.match(text, /^%[\w.]+%$/, id);
      assert.match(manifestTexts[description.slice(1, -1)] ?? '', /\(command:sluice\.\w+\)/, id);
    }
  });

  it('has pictures that take every colour from the theme and move nothing', () => {
    for (const { id, media } of steps) {
      const picture = readFileSync(join(repositoryRoot, media.svg), 'utf8');
      const colours = [...picture.matchAll(/\b(?:fill|stroke|stop-color)="([^"]*)"/g)].map(
        ([, colour]) => colour ?? '',
      );
      assert.ok(colours.length > 0, id);
      for (const colour of colours)
        assert.match(colour, /^(?:none|url\(#[\w-]+\)|var\(--vscode-[\w-]+\))$/, `${id}: ${colour}`);
      assert.doesNotMatch(picture, /<(?:script|animate|image|foreignObject)\b|href=/, id);
    }
  });
});

describe('The texts of package.json', () => {
  const used = [...manifestText.matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key ?? '');

  it('are all written, and none is left over', () => {
    assert.deepEqual(sorted(new Set(used)), sorted(Object.keys(manifestTexts)));
  });

  it('say something, and the titles of commands are in Title Case', () => {
    for (const [key, text] of Object.entries(manifestTexts)) {
      assert.ok(text.trim() !== '', key);
      if (key.startsWith('command.')) assert.match(text, /^(?:(?:[A-Z][A-Za-z]*|on|of|or|to)…?(?: |$))+$/, key);
    }
  });

  it('stand for every title, name and description', () => {
    const texts = [
      ...contributes.commands.map(({ title }) => title),
      ...Object.values(properties).map(({ markdownDescription }) => markdownDescription),
      ...Object.values(contributes.views)
        .flat()
        .map(({ name }) => name),
    ];
    for (const text of texts) assert.match(text, /^%[\w.]+%$/);
  });
});
