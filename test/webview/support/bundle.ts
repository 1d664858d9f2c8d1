import { build } from 'esbuild';

/** The script of a webview page as it ships, built the way esbuild.mjs does. */
export async function bundleChat(): Promise<string> {
  return await bundleScript('src/webview/chat/main.tsx');
}

export async function bundleStyles(): Promise<string> {
  return await bundleScript('src/webview/chat/chat.css');
}

/** Any script for a page, built the same way. */
export async function bundleScript(entryPoint: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    tsconfig: 'src/webview/tsconfig.json',
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'chrome132',
    format: 'iife',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild wrote no bundle');
  return script.text;
}
