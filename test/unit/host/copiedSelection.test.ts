import assert from 'node:assert/strict';
import { readBySelectionCopy } from '../../../src/host/summarize/copiedSelection';

/** A clipboard, and something that is selected or not. */
function setup({ clipboard, selected }: { clipboard: string; selected?: string }) {
  const desk = {
    clipboard,
    writes: 0,
    read: async () => desk.clipboard,
    write: async (text: string) => {
      desk.writes += 1;
      desk.clipboard = text;
    },
    copy: async (): Promise<void> => {
      if (selected !== undefined) desk.clipboard = selected;
    },
    mark: 'a mark',
  };
  return desk;
}

describe('A selection that can only be copied', () => {
  it('is read, and the clipboard put back', async () => {
    const desk = setup({ clipboard: 'mine', selected: 'from the terminal' });
    assert.equal(await readBySelectionCopy(desk), 'from the terminal');
    assert.equal(desk.clipboard, 'mine');
  });

  it('is read also when it is what the clipboard holds already', async () => {
    const desk = setup({ clipboard: 'same', selected: 'same' });
    assert.equal(await readBySelectionCopy(desk), 'same');
    assert.equal(desk.clipboard, 'same');
  });

  it('is not there when nothing is copied, and the clipboard is as before', async () => {
    const desk = setup({ clipboard: 'mine' });
    assert.equal(await readBySelectionCopy(desk), undefined);
    assert.equal(desk.clipboard, 'mine');
  });

  it('that is not there leaves a clipboard without text alone: it may hold a picture', async () => {
    const desk = setup({ clipboard: '' });
    assert.equal(await readBySelectionCopy(desk), undefined);
    assert.equal(desk.writes, 0);
  });

  it('whose copying fails leaves the clipboard as it was', async () => {
    const desk = setup({ clipboard: 'mine' });
    desk.copy = async () => {
      desk.clipboard = 'half';
      throw new Error('no terminal');
    };
    await assert.rejects(readBySelectionCopy(desk), /no terminal/);
    assert.equal(desk.clipboard, 'mine');
  });
});
