/** Which files a run inside VS Code takes: those for a trusted folder, or those for Restricted Mode. */
export type SuiteName = 'trusted' | 'restricted';

export const suiteVariable = 'SLUICE_TEST_SUITE';
export const grepVariable = 'SLUICE_TEST_GREP';

const restrictedFile = /\.restricted\.test\.[jt]s$/;

export function belongsTo(suite: SuiteName, file: string): boolean {
  return /\.test\.[jt]s$/.test(file) && restrictedFile.test(file) === (suite === 'restricted');
}
