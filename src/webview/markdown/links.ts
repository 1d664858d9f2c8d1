const openableProtocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** The address in its normal form when the host may open it; `undefined` for every other scheme and for relative ones. */
export function openableUrl(href: string): string | undefined {
  const url = URL.parse(href.trim());
  return url !== null && openableProtocols.has(url.protocol) ? url.href : undefined;
}
