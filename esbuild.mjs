// Builds everything in dist/. `--production` minifies; `--watch` rebuilds on change and speaks to VS Code's problem matcher.
import { build, context } from 'esbuild';
import { copyFile, mkdir, rm } from 'node:fs/promises';

const isProduction = process.argv.includes('--production');
const isWatching = process.argv.includes('--watch');

/**
 * What starting VS Code does not need lives in files of its own, which the bundles reach by a dynamic import that esbuild
 * leaves alone: the chat, all that is done with keys, the account of their use, the client, the SDK, which costs 60–130 ms to load, and Bottleneck. The specifier in the source
 * is the module's; in dist/ it is the file beside the bundle.
 */
const lazyParts = {
  name: 'lazy-parts',
  setup(plugin) {
    for (const [filter, path] of [
      [/^\.\/chat$/, './chatHost.js'],
      [/^\.\/keyDesk$/, './keysHost.js'],
      [/\/usage\/ledger$/, './ledger.js'],
      [/^\.\/summaries$/, './summariesHost.js'],
      [/^\.\/replaceKey$/, './leakMove.js'],
      [/\/client\/client$/, './client.js'],
      [/\/anthropicAdapter$/, './sdk.js'],
      [/^bottleneck\/light$/, './bottleneck.js'],
    ]) {
      plugin.onResolve({ filter }, (args) => (args.kind === 'dynamic-import' ? { path, external: true } : undefined));
    }
  },
};

const problemMatcher = {
  name: 'problem-matcher',
  setup(plugin) {
    plugin.onStart(() => console.log('[watch] build started'));
    plugin.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  minify: isProduction,
  sourcemap: isProduction ? false : 'linked',
  outdir: 'dist',
  logLevel: isWatching ? 'silent' : 'warning',
  legalComments: 'none',
  plugins: isWatching ? [lazyParts, problemMatcher] : [lazyParts],
};

/** @type {import('esbuild').BuildOptions} */
const host = { ...shared, platform: 'node', target: 'node22', format: 'cjs', external: ['vscode'] };

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...host,
    entryPoints: {
      extension: 'src/extension.ts',
      chatHost: 'src/host/chat/chat.ts',
      keysHost: 'src/host/keys/keyDesk.ts',
      ledger: 'src/host/usage/ledger.ts',
      leakMove: 'src/host/leakGuard/replaceKey.ts',
      summariesHost: 'src/host/summarize/summaries.ts',
    },
  },
  {
    ...host,
    entryPoints: {
      client: 'src/client/client.ts',
      sdk: 'src/client/anthropicAdapter.ts',
      bottleneck: 'bottleneck/light',
    },
  },
  {
    ...shared,
    platform: 'browser',
    target: 'chrome132',
    format: 'iife',
    entryPoints: [
      { in: 'src/webview/chat/main.tsx', out: 'chat' },
      { in: 'src/webview/chat/chat.css', out: 'chat' },
    ],
    tsconfig: 'src/webview/tsconfig.json',
    define: { 'process.env.NODE_ENV': isProduction ? '"production"' : '"development"' },
  },
];

async function copyAssets() {
  for (const file of ['codicon.css', 'codicon.ttf']) {
    await copyFile(`node_modules/@vscode/codicons/dist/${file}`, `dist/${file}`);
  }
}

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
await copyAssets();
if (isWatching) {
  const contexts = await Promise.all(bundles.map((options) => context(options)));
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  await Promise.all(bundles.map((options) => build(options)));
}
