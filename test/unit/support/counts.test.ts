import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryFolder } from '../../support/files';
import { readReport } from '../../support/report';
import { belongsTo } from '../../support/suites';
import { countsOf } from '../../support/testParts';

describe('the counts of a test run', () => {
  it('take a part that crashed, or ran no test, for a failure', () => {
    assert.deepEqual(countsOf(null), { passed: 0, failed: 1 });
    assert.deepEqual(countsOf({ passed: 0, failed: 0 }), { passed: 0, failed: 1 });
    assert.deepEqual(countsOf({ passed: 7, failed: 2 }), { passed: 7, failed: 2 });
  });

  it('are believed only from a complete report', async () => {
    const folder = await createTemporaryFolder('unit');
    const file = join(folder.path, 'report.json');
    try {
      assert.equal(await readReport(file), undefined, 'missing');
      await writeFile(file, '{"passed": 3, "fail');
      assert.equal(await readReport(file), undefined, 'cut off');
      await writeFile(file, '{"passed": 3, "failed": -1, "pending": 0}');
      assert.equal(await readReport(file), undefined, 'impossible');
      await writeFile(file, '{"passed": 3, "failed": 1, "pending": 0}');
      assert.deepEqual(await readReport(file), { passed: 3, failed: 1, pending: 0 });
    } finally {
      await folder.remove();
    }
  });

  it('come from each test file exactly once', () => {
    for (const file of ['chat.test.js', 'trust.restricted.test.js', 'deep/keys.test.js']) {
      assert.notEqual(belongsTo('trusted', file), belongsTo('restricted', file), file);
    }
    assert.equal(belongsTo('trusted', 'index.js'), false);
  });
});
