import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Lexer, type Token } from 'marked';
import type { JobRequest, JobView } from '../../../src/jobs/desk';
import type { Easing, JobState } from '../../../src/jobs/job';
import { activityOf, asksForEasings, jobIdOf, type QueueNode } from '../../../src/host/queue/queueNode';
import { presentBadge, presentQueue, type QueueSnapshot, type RowMemory } from '../../../src/host/queue/queuePresenter';
import { repositoryRoot } from '../../support/paths';
import { cost, endedJob, hourMs, jobView, minuteMs, request, waitingJob } from './jobViews';
import { now } from './snapshots';

const explain: QueueSnapshot['explain'] = ({ reason }) => `Because of ${reason}.`;

function rowsOf(jobs: readonly JobView[], snapshot: Partial<QueueSnapshot> = {}): readonly QueueNode[] {
  return presentQueue({ jobs, activities: [], now, explain, ...snapshot });
}

/** The row of one job, alone in the view. */
function rowOf(job: JobView): QueueNode {
  const [row] = rowsOf([job]);
  assert.ok(row);
  return row.contextValue === 'group' ? (row.children[0] ?? row) : row;
}

function allOf(nodes: readonly QueueNode[]): readonly QueueNode[] {
  return nodes.flatMap((node) => [node, ...allOf(node.children)]);
}

/** `Label: description` of what stands below. */
function below(row: QueueNode): readonly string[] {
  return row.children.map(({ label, description }) => (description === undefined ? label : `${label}: ${description}`));
}

function waiting(some: Partial<JobRequest> = {}): JobRequest {
  return request({ state: 'waiting', reason: 'inputTokens', until: now + 9_000, startedAt: undefined, ...some });
}

const batch = request({ state: 'batch', label: '86', startedAt: now - minuteMs, until: now + 30_000 });

const activity = {
  label: 'Chat',
  status: () => 'Claude is answering',
  cancel: () => {},
  canSendNow: () => false,
  sendNow: () => {},
};

describe('The row of a job', () => {
  it('says what it is, how far it is, until when it goes on and what it has cost', () => {
    const row = rowOf(jobView({ requests: [request()] }));
    assert.equal(row.label, 'Summary of src');
    assert.equal(row.description, '34 of 120 · until 14:32:20 · $0.12');
    assert.equal(row.icon.id, 'sync');
    assert.equal(row.contextValue, 'job.running');
    assert.equal(row.spoken, 'Summary of src, 34 of 120, until 14:32:20, $0.12.');
  });

  it('says until when it waits when nothing of it is being answered, and below what for', () => {
    const wait = waiting();
    const row = rowOf(jobView({ requests: [waiting({ until: now + 30_000 }), request({ state: 'queued' }), wait] }));
    assert.match(row.description ?? '', /^waits until 14:05:29 · 34 of 120 · /);
    assert.equal(row.icon.id, 'watch');
    assert.ok(below(row).some((line) => line.endsWith(': Waiting for input tokens until 14:05:29')));
    assert.doesNotMatch(rowOf(jobView({ requests: [wait, request()] })).description ?? '', /waits/);
  });

  it('says its place at the client where that is all it waits for', () => {
    const requests = [5, 3].map((position) =>
      request({ state: 'queued', position, until: now + 20_000, startedAt: undefined }),
    );
    assert.match(rowOf(jobView({ requests })).description ?? '', /number 3 in line, about 14:05:40/);
  });

  it('says since when it is in a batch, and by when that ends', () => {
    const row = rowOf(jobView({ delivery: 'batch', requests: [batch], endsAt: undefined }));
    assert.equal(
      row.description,
      'in a batch since 14:04:20, at the latest until tomorrow 14:04:20 · 34 of 120 · $0.12',
    );
    assert.deepEqual([row.icon.id, row.contextValue], ['package', 'job.running.batch']);
    assert.equal(
      below(row)[0],
      '86 requests in a batch: since 14:04:20, at the latest until tomorrow 14:04:20, next look 14:05:50',
    );
  });

  it('says when another window runs it, as long as that one is alive', () => {
    const elsewhere = { isMine: false, runner: { windowId: 'w2', until: now + 9_000 } };
    const row = rowOf(jobView(elsewhere));
    assert.equal(row.description, '34 of 120 · until 14:32:20 · $0.12 · in another window');
    assert.equal(row.icon.id, 'multiple-windows');
    const dead = rowOf(jobView({ ...elsewhere, runner: { windowId: 'w2', until: now - 1 } }));
    assert.doesNotMatch(dead.description ?? '', /window/);
  });

  it('warns first when its answers cannot be saved', () => {
    const row = rowOf(jobView({ isStuck: true, requests: [request()] }));
    assert.match(row.description ?? '', /^cannot be saved · 34 of 120/);
    assert.equal(row.icon.id, 'warning');
    assert.equal(below(row)[0], 'Answers cannot be saved: Nothing more is asked until they can. Is the disk full?');
  });

  it('offers under it what would help when it takes long', () => {
    const row = rowOf(jobView({ offers: ['batch'], endsAt: now + 3 * hourMs }));
    assert.equal(row.description, 'takes long · 34 of 120 · until 17:05:20 · $0.12');
    assert.equal(row.icon.id, 'warning');
    const [offer] = row.children;
    assert.equal(offer?.spoken, 'It would take until 17:05:20: Make It Sooner or Cheaper…');
    assert.ok(asksForEasings(offer));
    assert.equal(jobIdOf(offer), 'j1');
    assert.ok(!asksForEasings(row));
    assert.equal(below(rowOf(jobView({ offers: ['later'], endsAt: undefined })))[0]?.split(':')[0], 'It is held up.');
  });

  const endings: readonly (readonly [JobState, Partial<JobView>, icon: string, description: string])[] = [
    ['done', {}, 'check', 'done · 14:04:20 · $0.12'],
    ['done', { cost: cost({ requests: 0, costUsd: 0 }) }, 'check', 'done · 14:04:20 · nothing to pay'],
    ['incomplete', { failed: 3 }, 'warning', 'incomplete · 3 of 120 missing · 14:04:20 · $0.12'],
    ['failed', { failure: 'network' }, 'error', 'failed · 14:04:20 · $0.12'],
    ['cancelled', { done: 34 }, 'circle-slash', 'cancelled · 34 of 120 · 14:04:20 · $0.12'],
  ];
  for (const [state, job, icon, description] of endings) {
    it(`tells by icon and word that it is ${description.split(' · ').join(', ')}`, () => {
      const row = rowOf(endedJob({ state, ...job }));
      assert.deepEqual([row.icon.id, row.description, row.contextValue], [icon, description, `job.${state}`]);
    });
  }

  it('says when a paused one goes on, and why it was paused by itself', () => {
    const later = rowOf(jobView({ state: 'paused', pausedUntil: now + 24 * hourMs }));
    assert.equal(later.description, 'paused until tomorrow 14:05:20 · 34 of 120 · $0.12');
    assert.equal(later.icon.id, 'debug-pause');
    const held = rowOf(jobView({ state: 'paused', failure: 'authentication' }));
    assert.equal(held.description, 'paused · 34 of 120 · $0.12');
    assert.equal(held.icon.id, 'warning');
    assert.ok(below(held).includes('Why: Because of authentication.'));
  });

  it('has below it each request that is under way, and what else is known', () => {
    const requests = [request(), waiting({ label: 'src/wait.ts' })];
    assert.deepEqual(below(rowOf(jobView({ requests, easings: ['cheaperModel'] }))), [
      'src/retry.ts: being answered since 14:05:15',
      'src/wait.ts: Waiting for input tokens until 14:05:29',
      'Begun: 14:02:20',
      'Expected to end: 14:32:20',
      'Cost: $0.12 · 34 requests · 170k tokens in · 9k tokens out',
      'Model: Sonnet 5.5',
      'Sent: at the pace of your limits · in the background',
      'Made sooner or cheaper: A cheaper model has read what was left.',
    ]);
  });

  it('lists no more requests than anybody would read', () => {
    const requests = Array.from({ length: 50 }, (_, index) => request({ label: `${index}.ts` }));
    const labels = rowOf(jobView({ requests })).children.map(({ label }) => label);
    assert.deepEqual(labels.slice(19, 22), ['19.ts', 'and 30 more', 'Begun']);
  });

  it('says when an ended one began and ended, and how long it took', () => {
    const facts = below(rowOf(endedJob()));
    assert.ok(facts.includes('Begun: 14:02:20'));
    assert.ok(facts.includes('Ended: 14:04:20 · 2 min 00 s'));
  });
});

describe('The queue view', () => {
  it('is empty without anything, so that VS Code shows its welcome', () => {
    assert.deepEqual(rowsOf([]), []);
  });

  it('lists what is open in the order in which it is served, and numbers what is not begun', () => {
    const jobs = [
      waitingJob('late', { createdAt: now - 1_000 }),
      waitingJob('early', { createdAt: now - 9_000 }),
      waitingJob('soon', { priority: 'normal', createdAt: now }),
      jobView({ id: 'begun', title: 'begun', createdAt: now - 99_000 }),
      waitingJob('elsewhere', { runner: { windowId: 'w2', until: now + 9_000 }, createdAt: now - 5_000 }),
      waitingJob('put off', { state: 'paused', createdAt: now - 4_000 }),
    ];
    assert.deepEqual(
      rowsOf(jobs).map(({ label, description }) => [label.replace('Summary of ', ''), description?.split(' · ')[0]]),
      [
        ['soon', 'next in line'],
        ['begun', '34 of 120'],
        ['early', 'number 2 in line'],
        ['elsewhere', 'in another window'],
        ['put off', 'paused'],
        ['late', 'number 3 in line'],
      ],
    );
  });

  it('puts what has ended into a group at its end, the latest first', () => {
    const old = endedJob({ id: 'old', title: 'old', endedAt: now - hourMs });
    const rows = rowsOf([old, jobView(), endedJob({ id: 'new', title: 'new', endedAt: now - minuteMs })]);
    assert.deepEqual(
      rows.map(({ label, description }) => [label, description]),
      [
        ['Summary of src', '34 of 120 · until 14:32:20 · $0.12'],
        ['Finished', '2 summaries'],
      ],
    );
    const group = rows.at(-1);
    assert.ok(group?.isExpanded);
    assert.deepEqual(
      group.children.map(({ label }) => label),
      ['Summary of new', 'Summary of old'],
    );
  });

  it('makes rows of what has ended once, and anew when they would be others', () => {
    const memory: RowMemory = new Map();
    const rowIn = (job: JobView, at = now) => rowsOf([job], { memory, now: at })[0]?.children[0];
    const first = rowIn(endedJob());
    assert.equal(rowIn(endedJob(), now + hourMs), first);
    assert.match(rowIn(endedJob(), now + 24 * hourMs)?.description ?? '', /done · 2026-03-05 14:04:20/);
    assert.match(rowIn(endedJob({ state: 'incomplete' }))?.description ?? '', /^incomplete/);
    rowsOf([jobView()], { memory });
    rowsOf([endedJob({ id: 'j2' })], { memory });
    assert.deepEqual([...memory.keys()], ['j2']);
  });

  it('shows first what is under way besides jobs', () => {
    const rows = rowsOf([jobView()], { activities: [activity, activity] });
    assert.deepEqual(
      rows.map(({ label, description, contextValue }) => [label, description, contextValue]),
      [
        ['Chat', 'Claude is answering', 'activity'],
        ['Chat', 'Claude is answering', 'activity'],
        ['Summary of src', '34 of 120 · until 14:32:20 · $0.12', 'job.running'],
      ],
    );
    assert.equal(activityOf(rows[0]), activity);
    assert.equal(rows[0]?.spoken, 'Chat, Claude is answering.');
  });

  it('gives what can be acted on to the rows that show it only', () => {
    const rows = allOf(rowsOf([jobView({ requests: [request()], offers: ['later'] }), endedJob({ id: 'j2' })]));
    for (const { contextValue, offers, jobId } of rows) {
      assert.equal(offers === 'actions', contextValue.startsWith('job.'), contextValue);
      assert.equal(jobId !== undefined, offers !== undefined, contextValue);
    }
  });

  it('has rows with ids of their own, the same however far the jobs are', () => {
    const jobs = [jobView({ requests: [request(), request()] }), endedJob({ id: 'j2' }), waitingJob('j3')];
    const before = allOf(rowsOf(jobs, { activities: [activity, activity] })).map(({ id }) => id);
    assert.equal(new Set(before).size, before.length);
    const later = jobs.map((job) => ({ ...job, done: 99, cost: cost({ costUsd: 9 }) }));
    const after = allOf(rowsOf(later, { activities: [activity, activity] })).map(({ id }) => id);
    assert.deepEqual(
      before.filter((id) => !after.includes(id)),
      [],
    );
  });

  it('is plain text in every tooltip, whatever a folder or file is called', () => {
    const deep = (tokens: readonly Token[]): Token[] =>
      tokens.flatMap((token) => [token, ...deep('tokens' in token ? (token.tokens ?? []) : [])]);
    const plain = new Set(['paragraph', 'strong', 'text', 'escape', 'br', 'link']);
    const marks = fc.constantFrom(
      ...Array.from('[]()!*_`~<>|#$&\\\n\t :/1.-+'),
      'command:',
      'https://a.b',
      '<img>',
      'a',
    );
    fc.assert(
      fc.property(fc.string({ unit: marks, minLength: 1 }), (title) => {
        const jobs = [jobView({ title, requests: [request({ label: title })] }), endedJob({ id: 'j2', title })];
        for (const { tooltip } of allOf(rowsOf(jobs, { activities: [{ ...activity, label: title }] }))) {
          const kinds = deep(Lexer.lex(tooltip)).map(({ type }) => type);
          assert.deepEqual(
            kinds.filter((kind) => !plain.has(kind)),
            [],
            tooltip,
          );
          assert.doesNotMatch(tooltip.replaceAll(/\\[\s\S]/g, ''), /\]\(|\$\(|<img|&\w+;/);
        }
      }),
    );
  });

  it('uses icons that VS Code has', () => {
    const styles = readFileSync(join(repositoryRoot, 'node_modules/@vscode/codicons/dist/codicon.css'), 'utf8');
    const states = ['queued', 'waiting', 'running', 'batch'] as const;
    const easings: readonly Easing[] = ['later'];
    const jobs = [
      jobView({ requests: states.map((state) => request({ state })), offers: easings, easings, isStuck: true }),
      jobView({ id: 'j2', isMine: false }),
      jobView({ id: 'j3', requests: [batch] }),
      jobView({ id: 'j4', state: 'paused' }),
      jobView({ id: 'j5', requests: Array.from({ length: 30 }, () => waiting()) }),
      waitingJob('j6'),
      ...(['done', 'incomplete', 'failed', 'cancelled'] as const).map((state) =>
        endedJob({ id: state, state, failure: 'network' }),
      ),
    ];
    for (const { icon } of allOf(rowsOf(jobs, { activities: [activity] })))
      assert.ok(styles.includes(`.codicon-${icon.id}:before`), icon.id);
  });

  it('counts on its icon what nobody helps along but the person', () => {
    const needy = [
      jobView({ isStuck: true, title: 'a' }),
      jobView({ offers: ['batch'], title: 'b' }),
      jobView({ state: 'paused', failure: 'billing', title: 'c' }),
    ];
    const calm = [
      jobView({ requests: [waiting()] }),
      jobView({ state: 'paused' }),
      jobView({ state: 'paused', failure: 'spendLimit', pausedUntil: now + hourMs }),
      endedJob({ state: 'failed', failure: 'network' }),
    ];
    assert.equal(presentBadge(calm), undefined);
    assert.deepEqual(presentBadge([...calm, ...needy]), {
      value: 3,
      tooltip: 'Summaries that are held up: “a”, “b”, “c”',
    });
  });
});

describe('What a command is handed', () => {
  it('may be anything', () => {
    for (const argument of [undefined, null, 7, '', {}, { jobId: 7 }, { activity: {} }, { offers: 'x' }]) {
      assert.deepEqual(
        [jobIdOf(argument), activityOf(argument), asksForEasings(argument)],
        [undefined, undefined, false],
      );
    }
    assert.equal(jobIdOf('j1'), 'j1');
  });
});
