import assert from 'node:assert/strict';
import { prepareDemo } from '../support/demo';
import { Resources } from '../support/resources';
import { packVsix } from '../support/vsix';
import { Workbench } from '../support/workbench';

describe('the packed extension', () => {
  const resources = new Resources();
  after(() => resources.end());

  async function setup() {
    const [demo, vsix] = await Promise.all([prepareDemo(resources, 'instant'), packVsix()]);
    const workbench = await Workbench.open({
      folder: demo.workspaceFolder,
      extensions: [vsix],
      settings: demo.userSettings,
      hasSmokeDriver: false,
    });
    await resources.own(() => workbench.close());
    return { demo, workbench };
  }

  it('offers to add a key, because the key of the demo reaches development mode only', async () => {
    const { workbench } = await setup();

    await workbench.meter.filter({ hasText: 'Add Claude Key' }).waitFor();
    assert.deepEqual(await workbench.notifications(), []);
  });
});
