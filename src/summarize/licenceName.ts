const identifier =
  /SPDX-Licen[cs]e-Identifier:[ \t]*([A-Za-z0-9.+-]{1,40}(?: (?:OR|AND|WITH) [A-Za-z0-9.+-]{1,40}){0,3})/i;

/** The more particular first. */
const names: readonly (readonly [RegExp, string])[] = [
  [/apache licen[cs]e|apache-2\.0|apache\.org\/licenses/i, 'Apache-2.0'],
  [/gnu affero|\bagpl/i, 'AGPL'],
  [/gnu (?:lesser|library)|\blgpl/i, 'LGPL'],
  [/gnu general public|\bgpl/i, 'GPL'],
  [/mozilla public|\bmpl\b/i, 'MPL-2.0'],
  [/\bboost software licen[cs]e/i, 'BSL-1.0'],
  [/\bMIT\b|permission is hereby granted, free of charge/i, 'MIT'],
  [/\bISC\b|permission to use, copy, modify/, 'ISC'],
  [/\bBSD\b|redistribution and use in source/i, 'BSD'],
  [/\bunlicense\b/i, 'Unlicense'],
  [/all rights reserved/i, 'all rights reserved'],
];

/** What a header's licence is called, as far as it can be told. */
export function nameLicence(text: string): string | undefined {
  return identifier.exec(text)?.[1] ?? names.find(([pattern]) => pattern.test(text))?.[1];
}
