import assert from 'node:assert/strict';
import { firstKey, secondKey, setupKeyDesk, thirdKey } from './keyDesk';

async function setup(workspaceLabel?: string) {
  const desk = setupKeyDesk(workspaceLabel === undefined ? {} : { workspaceLabel });
  const first = await desk.add(firstKey, 'First');
  const second = await desk.add(secondKey, 'Second');
  return { ...desk, first, second };
}

describe('Choosing which key is used', () => {
  it('is for this window', async () => {
    const { flows, person, ring, first, second, events } = await setup();
    person.picked.push('Use in This Window');
    await flows.use(first.id);
    assert.equal(ring.active()?.id, first.id);
    assert.equal(ring.find(second.id)?.isDefault, true);
    assert.deepEqual(await events(), ['window | First']);
  });

  it('is for all windows, and gives up the choice of this one', async () => {
    const { flows, person, ring, first, second, events } = await setup();
    ring.chooseForWindow(second.id);
    person.picked.push('First', 'Use in All Windows');
    await flows.use();
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [first.id, 'default']);
    assert.deepEqual(await events(), ['default | First']);
  });

  it('can be given back to the workspace, where the window has a choice of its own', async () => {
    const { flows, person, ring, first, second } = await setup('Second');
    await flows.use(first.id);
    ring.chooseForWindow(first.id);
    person.picked.push('As the Workspace Says');
    await flows.use(first.id);
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [second.id, 'workspace']);
    assert.deepEqual(
      person.picks.map(({ choices }) => choices.length),
      [2, 3],
    );
  });

  it('says so when the workspace asks for another one than the default', async () => {
    const { flows, person, first } = await setup('Second');
    person.picked.push('Use in All Windows');
    await flows.use(first.id);
    assert.deepEqual(person.messages, ['“First” is the default. This workspace asks for “Second”.']);
  });

  it('is not for a key that is refused', async () => {
    const { flows, person, ring, first } = await setup();
    await ring.markInvalid(first.id, 'authentication');
    await flows.use(first.id);
    assert.match(person.messages.join('\n'), /“First” serves nothing/);
    assert.equal(person.picks.length, 0);
  });

  it('moves what stands with keys that serve nothing, and only that', async () => {
    const { flows, person, add, ring, clients, first, second } = await setup();
    const third = await add(thirdKey, 'Third');
    await ring.markInvalid(first.id, 'authentication');
    const parked = { waiting: 0, running: 0, parked: 2 };
    clients.runs.set(first.id, parked);
    clients.runs.set(second.id, parked);
    person.picked.push('Use in This Window');
    await flows.use(third.id);
    assert.deepEqual(clients.moves, [{ from: first.id, to: third.id }]);
  });

  it('moves it to the key of this window, when another one is made the default', async () => {
    const { flows, person, add, ring, clients, first, second } = await setup('Second');
    const third = await add(thirdKey, 'Third');
    await ring.markInvalid(third.id, 'authentication');
    clients.runs.set(third.id, { waiting: 0, running: 0, parked: 2 });
    person.picked.push('Use in All Windows', 'Use in All Windows');
    await flows.use(first.id);
    assert.deepEqual(clients.moves, [{ from: third.id, to: second.id }]);
    await ring.markInvalid(second.id, 'authentication');
    clients.runs.set(third.id, { waiting: 0, running: 0, parked: 2 });
    await flows.use(first.id);
    assert.equal(clients.moves.length, 1, 'nothing can go on with a key that is refused');
  });

  it('knows the keys when it is asked right after the start', async () => {
    const { vault } = await setup();
    const { flows, person } = setupKeyDesk({ vault });
    await flows.use();
    assert.equal(person.picks[0]?.choices.length, 2);
  });

  it('has nothing to choose from without a key', async () => {
    const { flows, person } = setupKeyDesk();
    await flows.use();
    assert.deepEqual(person.messages, ['Add an API key first.']);
  });
});
