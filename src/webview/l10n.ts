import * as l10n from '@vscode/l10n';

/**
 * Reads the translation that the host has put on the page, before any text is made of it: `data-l10n` on the body is the
 * bundle as JSON, `data-lang` names its language. Without them, as in the tests of single modules, all is English.
 */
function readTranslation(): void {
  if (typeof document === 'undefined') return;
  const { l10n: contents, lang } = document.body.dataset;
  if (lang !== undefined && lang !== '') document.documentElement.lang = lang;
  if (contents === undefined || contents === '') return;
  try {
    l10n.config({ contents });
  } catch {
    // English is better than no chat.
    document.documentElement.lang = 'en';
  }
}

readTranslation();
