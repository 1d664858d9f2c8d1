import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { repositoryRoot } from '../../support/paths';

const menuItemSchema = v.looseObject({ command: v.string(), when: v.optional(v.string()) });

const settingSchema = v.looseObject({
  default: v.unknown(),
  scope: v.string(),
  order: v.number(),
  markdownDescription: v.string(),
  minimum: v.optional(v.number()),
  maximum: v.optional(v.number()),
  pattern: v.optional(v.string()),
  enum: v.optional(v.array(v.string())),
  enumDescriptions: v.optional(v.array(v.string())),
  type: v.union([v.string(), v.array(v.string())]),
});

const manifestSchema = v.looseObject({
  name: v.string(),
  publisher: v.string(),
  contributes: v.looseObject({
    commands: v.array(
      v.looseObject({
        command: v.string(),
        title: v.string(),
        category: v.optional(v.string()),
        icon: v.optional(v.string()),
        enablement: v.optional(v.string()),
      }),
    ),
    viewsContainers: v.record(v.string(), v.array(v.looseObject({ id: v.string() }))),
    views: v.record(
      v.string(),
      v.array(v.looseObject({ id: v.string(), name: v.string(), when: v.optional(v.string()) })),
    ),
    viewsWelcome: v.optional(v.array(v.looseObject({ view: v.string(), contents: v.string() })), []),
    menus: v.record(v.string(), v.array(menuItemSchema)),
    keybindings: v.optional(v.array(menuItemSchema), []),
    walkthroughs: v.array(
      v.looseObject({
        id: v.string(),
        title: v.string(),
        description: v.string(),
        steps: v.array(
          v.looseObject({
            id: v.string(),
            title: v.string(),
            description: v.string(),
            media: v.looseObject({ svg: v.string(), altText: v.string() }),
            completionEvents: v.array(v.string()),
          }),
        ),
      }),
    ),
    configuration: v.looseObject({ properties: v.record(v.string(), settingSchema) }),
  }),
  capabilities: v.looseObject({
    untrustedWorkspaces: v.looseObject({ supported: v.string(), restrictedConfigurations: v.array(v.string()) }),
  }),
});

function readText(name: string): string {
  return readFileSync(join(repositoryRoot, name), 'utf8');
}

export const manifestText = readText('package.json');

/** package.json as far as VS Code reads it. */
export const manifest = v.parse(manifestSchema, JSON.parse(manifestText));

/** The texts of package.json, by key. */
export const manifestTexts = v.parse(v.record(v.string(), v.string()), JSON.parse(readText('package.nls.json')));
