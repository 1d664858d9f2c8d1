import assert from 'node:assert/strict';
import type { Store } from '../../../src/store/store';
import { quickest } from './quickest';
import { answer, create, done, load, question, setUpDesk, type Desk } from './setup';

/** Conversations of two turns. */
function fill(store: Store, count: number, text: string): Store {
  for (let index = 0; index < count; index++) create(store, `c${index}`, [question('q1', text), question('q2', text)]);
  return store;
}

/** One conversation of so many turns. */
function grow(store: Store, count: number): Store {
  create(store, 'a');
  for (let index = 0; index < count; index++) {
    store.conversations.putTurn('a', answer(`a${index}`, 'Some words. '.repeat(20), `a${index - 1}`, done));
  }
  return store;
}

function listTime(store: Store, limit: number): number {
  return quickest(() => store.conversations.list({ limit }));
}

function saveTime(store: Store): number {
  return quickest(() => store.conversations.putTurn('a', answer('a5', 'New', 'a4', done)));
}

describe('The time it takes', () => {
  const desks: Desk[] = [];
  const openStore = () => {
    const desk = setUpDesk();
    desks.push(desk);
    return desk.openStore();
  };
  afterEach(() => {
    for (const desk of desks.splice(0)) desk.clear();
  });

  it('to list conversations does not grow with their texts', () => {
    const brief = fill(openStore(), 500, 'x');
    const long = fill(openStore(), 500, 'word '.repeat(2_000));
    const ratio = quickest(() => long.conversations.list({})) / quickest(() => brief.conversations.list({}));
    assert.ok(ratio < 3, `${ratio} times as long for ten thousand times the text`);
  });

  it('to list 2,000 conversations is eight times that for 250, not more', () => {
    const few = fill(openStore(), 250, 'x');
    const many = fill(openStore(), 2_000, 'x');
    assert.equal(many.conversations.list({}).length, 2_000);
    const ratio = quickest(() => many.conversations.list({})) / quickest(() => few.conversations.list({}));
    assert.ok(ratio < 8 * 2.5, `${ratio} times as long for eight times as many`);
  });

  it('to list the newest few does not grow with how many there are', () => {
    const few = fill(openStore(), 100, 'x');
    const many = fill(openStore(), 2_000, 'x');
    const ratio = listTime(many, 50) / listTime(few, 50);
    assert.ok(ratio < 3, `${ratio} times as long for twenty times as many`);
  });

  it('to load 1,000 turns is ten times that for 100, not more', () => {
    const few = grow(openStore(), 100);
    const many = grow(openStore(), 1_000);
    assert.equal(load(many, 'a').turns.length, 1_000);
    const ratio = quickest(() => load(many, 'a')) / quickest(() => load(few, 'a'));
    assert.ok(ratio < 10 * 2.5, `${ratio} times as long for ten times as many`);
  });

  it('to save a turn does not grow with what is there already', () => {
    const few = grow(openStore(), 10);
    const many = fill(grow(openStore(), 1_000), 1_000, 'word '.repeat(100));
    const ratio = saveTime(many) / saveTime(few);
    assert.ok(ratio < 3, `${ratio} times as long`);
  });
});
