import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reporters, Runner } from 'mocha';
import type { MochaOptions } from 'mocha';
import { emptyReport, reportVariable } from './report';
import type { TestReport } from './report';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants;

/** Mocha's `spec`, which also writes its counts to the file that the environment names. */
// Mocha loads a reporter by path and takes its default export.
// oxlint-disable-next-line import/no-default-export
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options?: MochaOptions) {
    super(runner, options);
    const counted: { -readonly [Name in keyof TestReport]: number } = { ...emptyReport };
    runner.on(EVENT_TEST_PASS, () => (counted.passed += 1));
    runner.on(EVENT_TEST_FAIL, () => (counted.failed += 1));
    runner.on(EVENT_TEST_PENDING, () => (counted.pending += 1));
    runner.once(EVENT_RUN_END, () => {
      const file = process.env[reportVariable];
      if (file !== undefined) {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify(counted));
      }
    });
  }
}
