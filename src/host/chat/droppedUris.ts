/** More at once is a slip of the hand. */
export const mostDropped = 50;
export const longestUriCharacters = 4_000;

/** What a window's editors and its explorer show files by. */
const fileSchemes: readonly string[] = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell'];

/**
 * The addresses that may be read, each once. They come from a webview: a web page is not fetched for it, and a file of
 * another host is not either, since asking for it would tell that host who is here.
 */
export function readDroppedUris(texts: readonly string[], workspaceSchemes: readonly string[]): readonly string[] {
  const allowed = new Set([...fileSchemes, ...workspaceSchemes]);
  const readable = texts.filter((text) => {
    const uri = text.length <= longestUriCharacters ? /^([a-z][\w+.-]*):(?:\/\/([^/]*))?/i.exec(text) : undefined;
    if (!uri) return false;
    const [, scheme = '', host = ''] = uri;
    return (
      allowed.has(scheme.toLowerCase()) && !(scheme.toLowerCase() === 'file' && host !== '' && host !== 'localhost')
    );
  });
  return [...new Set(readable)].slice(0, mostDropped);
}
