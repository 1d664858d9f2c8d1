import { createContext } from 'preact';

/** What rendered markdown can ask for. */
export interface MarkdownActions {
  openLink(url: string): void;
  copy(text: string): void;
}

export const MarkdownContext = createContext<MarkdownActions>({ openLink: () => {}, copy: () => {} });
