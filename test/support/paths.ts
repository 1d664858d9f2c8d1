import { join } from 'node:path';

export const repositoryRoot = join(import.meta.dirname, '../..');

/** What the scripts install for themselves: the VS Code host, and a browser where the machine has none. */
export const cacheFolder = join(repositoryRoot, '.vscode-test');

/** Screenshots and logs for people to look at. */
export const resultsFolder = join(repositoryRoot, 'test-results');

/** Bundled tests, reports and packages: anything that the next run may overwrite. */
export const outFolder = join(repositoryRoot, 'out');
