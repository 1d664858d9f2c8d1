import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { condense } from '../../../src/summarize/condense';
import { createRandom } from '../../support/random';
import { sampleCode, sampleDocument } from './sampleTexts';

const mit = [
  'Copyright (c) 2024 The Authors of Something',
  '',
  'Permission is hereby granted, free of charge, to any person obtaining a copy of this software, to deal in it',
  'without restriction.',
];
const apache = [
  'Copyright 2024 The Authors',
  '',
  'Licensed under the Apache License, Version 2.0 (the "License");',
  'you may not use this file except in compliance with the License.',
  'You may obtain a copy of the License at the usual place.',
];

function slashes(lines: readonly string[]): string {
  return lines.map((line) => `// ${line}`.trimEnd()).join('\n');
}

function base64(length: number, seed = 1): string {
  const random = createRandom(seed);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length }, () => letters.charAt(Math.floor(random() * letters.length))).join('');
}

function lineOfLog(index: number): string {
  return `2026-11-24T12:00:${10 + index}.5Z GET /rows/${index} 200 in ${index * 7} ms`;
}

function secondsOf(text: string): number {
  const began = process.cpuUsage();
  condense('a.ts', text);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

const pieces = fc.constantFrom(
  'word ',
  '\n',
  '\r\n',
  '   \n',
  '\t',
  '// Copyright 2024 Someone\n',
  '/*\n',
  ' * Licensed under the Apache License\n',
  '*/\n',
  '# SPDX-License-Identifier: MIT\n',
  '12:00:01 served 17\n',
  '12:00:02 served 18\r\n',
  '// BEGIN GENERATED\n',
  '// END GENERATED\n',
  `${base64(64)}\n`,
  `"data:image/png;base64,${base64(160)}"`,
  base64(230),
  '[data left out: 5 lines]\n',
  '\uFEFF',
  '#!/bin/sh\n',
  '😀',
);
const texts = fc.array(pieces, { maxLength: 60 }).map((all) => all.join(''));
const names = fc.constantFrom('a.ts', 'a.py', 'README.md', 'a.css', 'notes', 'a.log');

describe('Condensing a text', () => {
  it('never makes it longer, and once done leaves it as it is', () => {
    fc.assert(
      fc.property(names, texts, (name, text) => {
        const once = condense(name, text);
        assert.ok(once.text.length <= text.length);
        assert.equal(once.removed.length > 0, once.text !== text);
        assert.deepEqual(condense(name, once.text), { text: once.text, removed: [] });
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the order of what it keeps', () => {
    fc.assert(
      fc.property(names, texts, (name, text) => {
        const before = text.split('\n').map((line) => line.trimEnd());
        let at = 0;
        for (const line of condense(name, text).text.split('\n')) {
          if (line.includes(' left out: ')) continue;
          const found = before.indexOf(line.trimEnd(), at);
          if (line.trim() !== '') assert.notEqual(found, -1, line);
          at = Math.max(at, found);
        }
      }),
    );
  });

  it('leaves code and prose without any of this alone', () => {
    for (const [name, text] of [
      ['a.ts', sampleCode(1, 40)],
      ['a.md', sampleDocument(1, 20)],
      ['a.ts', ''],
    ] as const) {
      assert.deepEqual(condense(name, text), { text, removed: [] });
    }
  });
});

describe('A licence header', () => {
  it('becomes one line that names the licence, whatever the comment', () => {
    const code = '\nexport const one = 1;\n';
    assert.equal(condense('a.ts', `${slashes(mit)}\n${code}`).text, `[licence header left out: MIT]\n${code}`);
    const block = `/*!\n${apache.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n${code}`;
    assert.equal(condense('a.css', block).text, `[licence header left out: Apache-2.0]\n${code}`);
    const python = `#!/usr/bin/env python\n# SPDX-License-Identifier: MPL-2.0\n# Copyright 2024 The Authors of a very long name\n${code}`;
    assert.equal(condense('a.py', python).text, `#!/usr/bin/env python\n[licence header left out: MPL-2.0]\n${code}`);
  });

  it('goes out of a comment that says more, which stays', () => {
    const text = `/**\n * @fileoverview Retries what may be tried again.\n *\n * Copyright 2024 The Authors\n * Licensed under the Apache License, Version 2.0, found in the LICENSE file\n *\n * Waits twice as long each time.\n */\nrun();\n`;
    assert.equal(
      condense('a.js', text).text,
      '/**\n * @fileoverview Retries what may be tried again.\n *\n * [licence header left out: Apache-2.0]\n * Waits twice as long each time.\n */\nrun();\n',
    );
  });

  it('is told from a comment about licences, from one further down, and from the licence itself', () => {
    const kept: readonly (readonly [string, string])[] = [
      ['a.ts', '// Finds the licence header of a file and names the licence that it holds.\nrun();\n'],
      ['a.ts', '// Copyright notices are shown by this dialog, in the order of their years.\nrun();\n'],
      ['a.ts', `run();\n${slashes(mit)}\n`],
      ['LICENSE', `# The MIT License\n\n${mit.join('\n')}\n`],
      ['README.md', `# Licence\n\n${mit.join('\n')}\n`],
    ];
    for (const [name, text] of kept) assert.equal(condense(name, text).text, text);
  });

  it('keeps line ends as they are', () => {
    const text = `${slashes(mit)}\nrun();\nstop();\n`.replaceAll('\n', '\r\n');
    assert.equal(condense('a.ts', text).text, '[licence header left out: MIT]\r\nrun();\r\nstop();\r\n');
  });
});

describe('Repeated lines', () => {
  it('of a log, the same apart from numbers, are shown twice and counted', () => {
    const text = ['start', ...Array.from({ length: 40 }, (_, index) => lineOfLog(index)), 'end'].join('\n');
    const { text: left, removed } = condense('a.log', text);
    assert.equal(left, `start\n${lineOfLog(0)}\n${lineOfLog(1)}\n[lines like these two left out: 38 more lines]\nend`);
    assert.deepEqual(removed, ['repeatedLines']);
  });

  it('stay while there are four of them, or while they are shorter than what would be said', () => {
    const four = Array.from({ length: 4 }, (_, index) => `a line that is long enough to count, number ${index}`).join(
      '\n',
    );
    const short = Array.from({ length: 8 }, (_, index) => `${index},`).join('\n');
    for (const text of [four, short]) assert.equal(condense('a.log', text).text, text);
  });

  it('that differ in a word stay', () => {
    const text = ['open', 'read', 'write', 'close', 'sync', 'stat'].map(
      (verb) => `export function ${verb}File(): void`,
    );
    assert.equal(condense('a.ts', text.join('\n')).text, text.join('\n'));
  });
});

describe('Data written out in letters', () => {
  it('becomes a few words in its place: data URIs, long runs, and lines of one length', () => {
    const uri = `.icon { background: url("data:image/png;base64,${base64(3_000)}=="); color: red; }`;
    assert.equal(
      condense('a.css', uri).text,
      '.icon { background: url("data:image/png;base64,[data left out: 3002 characters]"); color: red; }',
    );
    const run = `const blob = '${base64(500)}';`;
    assert.equal(condense('a.ts', run).text, "const blob = '[data left out: 500 characters]';");
    const block = Array.from({ length: 20 }, (_, index) => base64(64, index)).join('\n');
    assert.equal(condense('notes', `BEGIN\n${block}\nEND`).text, 'BEGIN\n[data left out: 20 lines]\nEND');
  });

  it('is told from long names, paths, rows of one letter, and hashes', () => {
    const kept = [
      'aLongNameOfAnInterfaceWithoutAnyDigits'.repeat(8),
      '/a1/path/of/many/parts'.repeat(12),
      'x'.repeat(400),
      `sha512-${base64(88)}`,
      '-'.repeat(300),
    ];
    for (const text of kept) assert.equal(condense('a.ts', text).text, text);
  });
});

describe('Parts that a tool has written', () => {
  it('are left out between the lines that mark them', () => {
    const text = `# Guide\n\n<!-- START generated TOC -->\n- [One long title](#one)\n- [Two other words](#two)\n- [And more](#three)\n<!-- END generated TOC -->\n\nText.\n`;
    assert.equal(
      condense('README.md', text).text,
      '# Guide\n\n<!-- START generated TOC -->\n[generated part left out: 3 lines]\n<!-- END generated TOC -->\n\nText.\n',
    );
  });

  it('stay where their end is missing', () => {
    const text = `// BEGIN GENERATED\n${'run(one, two);\nstop();\n'.repeat(20)}`;
    assert.equal(condense('a.ts', text).text, text);
  });
});

describe('Spaces', () => {
  it('at the ends of lines, and blank lines beyond the second, go; but not the two that break a line in markdown', () => {
    assert.equal(condense('a.ts', 'one  \n\t\n\n\n\ntwo\t\r\n').text, 'one\n\n\ntwo\r\n');
    assert.equal(condense('a.md', 'one  \ntwo').text, 'one  \ntwo');
  });
});

describe('Condensing takes time in proportion to the text', () => {
  const hostile: readonly (readonly [string, string, string, string])[] = [
    ['spaces before a letter', '', ' ', 'x'],
    ['letters of base64 just too short', '', `${'aB3'.repeat(66)} `, ''],
    ['one run of hexadecimal digits', '', 'a', 'g'],
    ['numbers', '', '1 ', ''],
    ['marks that nothing ends', '', '// begin generated\n', ''],
    ['one endless comment', '/*', ' copyright 2024 licensed under the\n', ''],
    ['stars', '/*', '*', ''],
    ['dashes', '<!--', '-', ''],
    ['lines of data, each shorter', '', `${base64(60)}\n${base64(59)}\n`, ''],
    ['alike lines in pairs', '', 'a 1\na 2\nb 1\nb 2\n', ''],
  ];

  for (const [what, before, part, after] of hostile) {
    it(`for a text of ${what}`, () => {
      const [small, large] = [200_000, 800_000].map((length) => before + part.repeat(length / part.length) + after);
      secondsOf(small ?? '');
      const single = Math.min(...[0, 1, 2].map(() => secondsOf(small ?? '')));
      const fourfold = Math.min(...[0, 1, 2].map(() => secondsOf(large ?? '')));
      // Four times the text, and a margin for what the machine does besides; the square would be sixteen.
      assert.ok(fourfold < Math.max(single, 0.02) * 10, `${single} s, then ${fourfold} s`);
    });
  }
});

describe('Numbers that are what a line is about', () => {
  const ports = Array.from({ length: 9 }, (_, index) => `      - '${8_000 + index}:${80 + index}'`).join('\n');

  it('stay in a configuration', () => {
    assert.equal(condense('docker-compose.yml', ports).text, ports);
  });

  it('do not keep lines of a log apart', () => {
    const log = Array.from(
      { length: 40 },
      (_, index) => `12:00:${10 + index} retry ${index} of 40 failed after ${index * 3} ms`,
    );
    assert.match(condense('server.log', log.join('\n')).text, /\n\[lines like these two left out: 38 more lines\]$/);
  });
});
