import type { BrowserContext } from 'playwright-core';

/** Where the workbench of VS Code 1.139 takes the browser's store of secrets. */
const takesProvider = 'this._secretStorageProvider=t.options.secretStorageProvider,';

/** Once another window has written: reads all of it again, and tells of every secret as changed. */
const follows = `globalThis.addEventListener("storage",async event=>{
  const store=this._secretStorageProvider;
  if(event.key!==store.storageKey)return;
  const before=await store.secretsPromise;
  store.secretsPromise=store.load();
  const names=Object.keys({...before,...await store.secretsPromise});
  for(const name of names)this.onDidChangeSecretEmitter.fire(name);
}),`;

/**
 * In a browser each window of VS Code reads the secrets once and hears nothing of other windows; on a desktop all of
 * them share one store and are told of every change. This makes the windows of a browser do the same.
 */
export async function shareSecrets(context: BrowserContext): Promise<void> {
  await context.route('**/vs/code/browser/workbench/workbench.js', async (route) => {
    const response = await route.fetch();
    const [before, after, ...more] = (await response.text()).split(takesProvider);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error('Failed to share secrets among windows: this VS Code keeps them in another way.');
    }
    await route.fulfill({ response, body: before + takesProvider + follows + after });
  });
}
