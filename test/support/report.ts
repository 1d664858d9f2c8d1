import * as v from 'valibot';
import { readJson } from './files';

/** Where a mocha run writes its counts, for the script that started it. */
export const reportVariable = 'SLUICE_TEST_REPORT';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const reportSchema = v.object({ passed: count, failed: count, pending: count });

/** What a mocha run counted. A hook that fails counts as a failed test. */
export type TestReport = v.InferOutput<typeof reportSchema>;

export const emptyReport: TestReport = { passed: 0, failed: 0, pending: 0 };

/** `undefined` where the run ended before it could write one: it crashed. */
export async function readReport(file: string): Promise<TestReport | undefined> {
  const parsed = v.safeParse(reportSchema, await readJson(file));
  return parsed.success ? parsed.output : undefined;
}

export function addReports(one: TestReport, other: TestReport): TestReport {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    pending: one.pending + other.pending,
  };
}
