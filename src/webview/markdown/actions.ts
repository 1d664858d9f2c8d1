import { createContext } from 'preact';

/** What can be done with a block of code beyond copying it. */
export type CodeAction = 'insert' | 'apply' | 'newFile';

/** What rendered markdown can ask for. */
export interface MarkdownActions {
  readonly openLink: (url: string) => void;
  readonly copy: (text: string) => void;
  /** @param language as the answer named it; empty when it did not */
  readonly useCode: (action: CodeAction, text: string, language: string) => void;
}

export const MarkdownContext = createContext<MarkdownActions>({
  openLink: () => {},
  copy: () => {},
  useCode: () => {},
});
