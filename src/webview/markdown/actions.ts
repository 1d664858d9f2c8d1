import { createContext } from 'preact';

/** What rendered markdown can ask for. */
export interface MarkdownActions {
  readonly openLink: (url: string) => void;
  readonly copy: (text: string) => void;
}

export const MarkdownContext = createContext<MarkdownActions>({ openLink: () => {}, copy: () => {} });
