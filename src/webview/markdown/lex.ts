import { Lexer } from 'marked';
import type { Links, MarkedToken, Token } from 'marked';

export interface Lexed {
  readonly tokens: readonly MarkedToken[];
  /** Link definitions: those handed in and those found. */
  readonly links: Links;
}

export type Lex = (source: string, knownLinks: Links) => Lexed;

/** Without extensions the lexer makes only its own tokens, which lets a `switch` over them be exhaustive. */
export function ownTokens(tokens: readonly Token[]): readonly MarkedToken[] {
  return tokens as readonly MarkedToken[];
}

/** Never throws: source the lexer gives up on, such as quotes nested thousands deep, becomes one plain paragraph. */
export const lexMarkdown: Lex = (source, knownLinks) => {
  try {
    const lexer = new Lexer({ gfm: true });
    Object.assign(lexer.tokens.links, knownLinks);
    const tokens = lexer.lex(source);
    return { tokens: ownTokens(tokens), links: tokens.links };
  } catch {
    return { tokens: [plainParagraph(source)], links: knownLinks };
  }
};

function plainParagraph(source: string): MarkedToken {
  return { type: 'paragraph', raw: source, text: source, tokens: [plainText(source)] };
}

export function plainText(text: string): MarkedToken {
  return { type: 'text', raw: text, text };
}
