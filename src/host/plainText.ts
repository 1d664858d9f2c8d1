/**
 * A text that VS Code shows as it is. In notifications, and in the prompts of input boxes, it makes a link of
 * `[text](command:…)`, and a click runs that command: no file name, setting or answer may bring one. Nothing of it looks
 * different afterwards.
 */
export function plainText(text: string): string {
  return text.replaceAll('](', ']\u200B(');
}
