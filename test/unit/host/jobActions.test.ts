import assert from 'node:assert/strict';
import type { JobView } from '../../../src/jobs/desk';
import type { Choice } from '../../../src/host/keys/keyDialogs';
import { actionsOf, easingsOf, prioritiesOf } from '../../../src/host/queue/jobActionPick';
import { JobActions } from '../../../src/host/queue/jobActions';
import { endedJob, jobView, minuteMs, request, WrittenJobs } from './jobViews';
import { now } from './snapshots';

/** Jobs, and a person who picks what has these words in it, and presses the first button of every question or none. */
function setup(...views: readonly JobView[]) {
  const jobs = new WrittenJobs(...views);
  const person = {
    picked: [] as string[],
    isSure: true,
    offered: [] as string[][],
    headings: [] as string[],
    told: [] as string[],
    asked: [] as string[],
  };
  const documents: string[] = [];
  const actions = new JobActions({
    jobs: async () => jobs,
    dialogs: {
      pick: async <Offered extends Choice>(choices: readonly Offered[], { placeHolder }: { placeHolder: string }) => {
        person.offered.push(choices.map(({ label }) => label.replace(/^\$\(\S+\) /, '')));
        person.headings.push(placeHolder);
        const wanted = person.picked.shift();
        return wanted === undefined ? undefined : choices.find(({ label }) => label.includes(wanted));
      },
      tell: async (_level, message) => {
        person.told.push(message);
        return undefined;
      },
      ask: async (message, _detail, ...buttons) => {
        person.asked.push(message);
        return person.isSure ? buttons[0] : undefined;
      },
    },
    openSummary: async (jobId) => void documents.push(`open ${jobId}`),
    saveSummary: async (jobId) => void documents.push(`save ${jobId}`),
    now: () => now,
  });
  return { actions, jobs, person, documents };
}

function labelsOf(job: JobView): readonly string[] {
  return actionsOf(job, now).map(({ label }) => label.replace(/^\$\(\S+\) /, ''));
}

function easingNames(job: Partial<JobView>): readonly string[] {
  return easingsOf(jobView(job)).map(({ easing }) => easing);
}

const held = request({ state: 'waiting', reason: 'rateLimited', until: now + minuteMs });

describe('What can be done with a job', () => {
  const cases: readonly (readonly [what: string, job: JobView, actions: readonly string[]])[] = [
    [
      'is running',
      jobView({ requests: [request()] }),
      ['Open Summary', 'Pause', 'Send What Is Left as a Batch', 'Change Priority…', 'Save Summary…', 'Cancel'],
    ],
    [
      'takes long',
      jobView({ offers: ['batch'], requests: [held], delivery: 'batch' }),
      [
        'Make It Sooner or Cheaper…',
        'Open Summary',
        'Try Now',
        'Pause',
        'Send What Is Left Now',
        'Change Priority…',
        'Save Summary…',
        'Cancel',
      ],
    ],
    [
      'is paused before it has anything',
      jobView({ state: 'paused', done: 0 }),
      ['Open Summary', 'Resume', 'Send What Is Left as a Batch', 'Change Priority…', 'Cancel'],
    ],
    ['is done', endedJob(), ['Open Summary', 'Save Summary…', 'Remove']],
    [
      'is incomplete',
      endedJob({ state: 'incomplete' }),
      ['Open Summary', 'Retry What Failed', 'Save Summary…', 'Remove'],
    ],
    ['has failed', endedJob({ state: 'failed' }), ['Open Summary', 'Retry What Failed', 'Remove']],
    ['was cancelled', endedJob({ state: 'cancelled' }), ['Open Summary', 'Save Summary…', 'Remove']],
  ];
  for (const [what, job, actions] of cases) {
    it(`that ${what}`, () => assert.deepEqual(labelsOf(job), actions));
  }

  it('is not to hurry what only room on the server or a cap of the person’s own would not end', () => {
    for (const reason of ['userLimit', 'turn', 'budget', 'unheard of'])
      assert.ok(!labelsOf(jobView({ requests: [{ ...held, reason }] })).includes('Try Now'), reason);
  });

  it('offers just those easings that would help', () => {
    const offered = easingsOf(jobView({ offers: ['cheaperModel', 'shorter', 'batch', 'later'] }));
    assert.deepEqual(
      offered.map(({ easing, label }) => [easing, label.replace(/^\$\(\S+\) /, '')]),
      [
        ['cheaperModel', 'Ask a Cheaper Model'],
        ['shorter', 'Summarize in Fewer Words'],
        ['batch', 'Send What Is Left as a Batch'],
        ['later', 'Go On in an Hour'],
      ],
    );
  });

  it('offers at any time to send it as a batch or later, where it is not so already', () => {
    assert.deepEqual(easingNames({}), ['batch', 'later']);
    assert.deepEqual(easingNames({ delivery: 'batch' }), ['later']);
    assert.deepEqual(easingNames({ state: 'paused' }), ['batch']);
    assert.deepEqual(easingNames({ state: 'paused', delivery: 'batch' }), []);
  });

  it('says which priority it has', () => {
    const marked = prioritiesOf(jobView({ priority: 'normal' })).map(({ label, description }) => [label, description]);
    assert.deepEqual(marked, [
      ['First', undefined],
      ['Normal', 'as it is now'],
      ['Background', undefined],
    ]);
  });
});

describe('A command on jobs', () => {
  it('offers from a row all that can be done, and does what is picked', async () => {
    const { actions, jobs, person } = setup(jobView());
    person.picked.push('Pause');
    await actions.show({ jobId: 'j1' });
    assert.deepEqual(jobs.told, ['pause j1']);
    assert.deepEqual(person.headings, ['34 of 120 · until 14:32:20 · $0.12']);
  });

  it('does nothing when the person lets it be', async () => {
    const { actions, jobs } = setup(jobView({ offers: ['batch'] }));
    await actions.show('j1');
    await actions.prioritize('j1');
    await actions.ease('j1');
    assert.deepEqual(jobs.told, []);
  });

  it('does each thing that is offered', async () => {
    const { actions, jobs, person, documents } = setup(
      jobView({ offers: ['shorter'], requests: [held] }),
      jobView({ id: 'j2', state: 'paused', delivery: 'batch' }),
      endedJob({ id: 'j3', state: 'incomplete' }),
    );
    const does = async (id: string, ...words: readonly string[]) => {
      person.picked.push(...words);
      await actions.show(id);
    };
    await does('j1', 'Sooner or Cheaper', 'Fewer Words');
    await does('j1', 'Try Now');
    await does('j1', 'Priority', 'First');
    await does('j1', 'as a Batch');
    await does('j1', 'Cancel');
    await does('j2', 'Resume');
    await does('j2', 'Left Now');
    await does('j3', 'Open');
    await does('j3', 'Retry');
    await does('j3', 'Save');
    await does('j3', 'Remove');
    assert.deepEqual(jobs.told, [
      'ease j1 shorter',
      'sendNow j1',
      'priority j1 interactive',
      'delivery j1 batch',
      'cancel j1',
      'resume j2',
      'delivery j2 direct',
      'retry j3',
      'remove j3',
    ]);
    assert.deepEqual(documents, ['open j3', 'save j3']);
  });

  it('goes from the row that says it takes long to what would help', async () => {
    const { actions, jobs, person } = setup(jobView({ offers: ['later'] }));
    person.picked.push('in an Hour');
    await actions.show({ jobId: 'j1', offers: 'easings' });
    assert.deepEqual(person.headings, ['It would take until 14:32:20. What is to be done with what is left?']);
    assert.deepEqual(jobs.told, ['ease j1 later']);
  });

  it('from the palette takes the only job with which it can be done, and lets choose among several', async () => {
    const { actions, jobs, person } = setup(jobView(), jobView({ id: 'j2', title: 'test', state: 'paused' }));
    await actions.pause();
    await actions.resume();
    assert.deepEqual(person.offered, []);
    person.picked.push('test');
    await actions.cancel();
    assert.deepEqual(person.offered, [['Summary of src', 'Summary of test']]);
    assert.deepEqual(jobs.told, ['pause j1', 'resume j2', 'cancel j2']);
  });

  it('says why it offers what would help', async () => {
    const { actions, person } = setup(
      jobView({ endsAt: undefined }),
      jobView({ id: 'j2', endsAt: undefined, offers: ['later'] }),
    );
    await actions.ease('j1');
    await actions.ease('j2');
    assert.deepEqual(person.headings, [
      'What is to be done with what is left?',
      'It is held up. What is to be done with what is left?',
    ]);
  });

  it('says when there is no such job, it is gone, or it is too late', async () => {
    const { actions, jobs, person } = setup(endedJob());
    await actions.pause();
    await actions.pause('gone');
    await actions.pause('j1');
    assert.deepEqual(jobs.told, []);
    assert.deepEqual(person.told, [
      'There is no summary now with which that can be done.',
      'This summary is not there any more.',
      'That cannot be done with the summary of “src” now.',
    ]);
  });

  it('asks before a text is lost, and loses nothing when it is not to be', async () => {
    const { actions, jobs, person } = setup(endedJob(), jobView({ id: 'j2' }));
    person.isSure = false;
    await actions.remove('j1');
    await actions.clear();
    assert.deepEqual([jobs.told, person.asked], [[], ['Remove the summary of “src”?', 'Clear 1 finished summary?']]);
    person.isSure = true;
    await actions.clear();
    assert.deepEqual(jobs.told, ['clear']);
  });

  it('sends or cancels what is no job', async () => {
    const { actions, person } = setup();
    const done: string[] = [];
    const activity = {
      label: 'Chat',
      status: () => 'Waiting',
      cancel: () => void done.push('cancel'),
      canSendNow: () => true,
      sendNow: () => void done.push('sendNow'),
    };
    person.picked.push('Try Now', 'Cancel It', 'Let It Go On');
    for (let time = 0; time < 3; time++) await actions.show({ activity });
    await actions.cancel({ activity });
    assert.deepEqual(done, ['sendNow', 'cancel', 'cancel']);
    assert.deepEqual(person.offered[0], ['Try Now', 'Cancel It', 'Let It Go On']);
  });

  it('does nothing where the jobs could not be loaded', async () => {
    const { person } = setup();
    const actions = new JobActions({
      jobs: async () => undefined,
      dialogs: { pick: async () => undefined, tell: async () => undefined, ask: async () => undefined },
      openSummary: async () => {},
      saveSummary: async () => {},
      now: () => now,
    });
    await actions.show('j1');
    await actions.clear();
    assert.deepEqual(person.told, []);
  });
});
