import assert from 'node:assert/strict';
import { ChatPage } from './chatPage';
import { useChatWindow } from './chatWindow';
import { crashExtensionHosts } from './extensionHost';
import { lastTexts } from './requests';
import { waitForFileWith } from './sweep';

const story = { text: `Once upon a time ${'there was a bucket '.repeat(100)}`, tokensPerSecond: 30 };

describe('the chat in VS Code when something goes wrong', () => {
  const setup = useChatWindow();

  it('has what had arrived of an answer after a reload, and goes on with it', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script(story, { text: 'It ended well.' });
    await chat.send('Tell me a story.');
    await chat.answer.filter({ hasText: 'there was a bucket there' }).waitFor();
    await workbench.reload();
    await chat.open();
    await chat.incompleteAnswer.filter({ hasText: 'Once upon a time there was a bucket there' }).waitFor();
    await workbench.screenshot('fault-reload');
    await chat.button('Continue').click();

    await chat.whenAnswered('It ended well.');
    assert.match(await chat.answer.innerText(), /Once upon a time[^]*It ended well\./);
    assert.equal(await chat.answers.count(), 1);
  });

  it('shows one conversation in two windows, and answers a message of either once', async () => {
    const { simulator, workbench, chat } = await setup();
    simulator.script({ text: 'Ready.' }, story, { text: 'Both of you.' });
    await chat.ask('Are you ready?');
    const other = await workbench.openAnother();
    const otherChat = new ChatPage(other);
    await otherChat.open();
    await other.runCommand('Sluice: Chat History…');
    await other.quickInput.pick({ title: 'Chat History' }, 'Are you ready?');
    await otherChat.answer.filter({ hasText: 'Ready.' }).waitFor();

    await chat.send('Tell both of us a story.');
    await otherChat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await otherChat.answer.getByText('answering in another window…').waitFor();
    await other.screenshot('fault-two-windows');
    await otherChat.enqueue('Who is listening?');
    await chat.whenAnswered('Both of you.');

    await otherChat.answer.filter({ hasText: 'Both of you.' }).waitFor();
    assert.equal(lastTexts(simulator).filter((text) => text === 'Who is listening?').length, 1);
    for (const each of [chat, otherChat]) {
      await each.queued.first().waitFor({ state: 'detached' });
      assert.deepEqual(await each.questions.locator('.words').allInnerTexts(), [
        'Are you ready?',
        'Tell both of us a story.',
        'Who is listening?',
      ]);
      assert.equal(await each.answers.count(), 3);
    }
  });

  it('has what had arrived of an answer after the extension host has crashed, and goes on with it', async () => {
    const { demo, simulator, workbench, chat } = await setup();
    // In words of its own: what the tests before have left on the disk says nothing.
    const told = { ...story, text: story.text.replace('a time', 'another time') };
    simulator.script(told, { text: 'It ended well.' });
    await chat.send('Tell me another story.');
    await chat.answer.filter({ hasText: 'there was a bucket there' }).waitFor();
    await waitForFileWith('Once upon another time there was', [workbench.host.dataFolder, demo.workspaceFolder]);
    await crashExtensionHosts(workbench.host);
    // A window of extension development does not start its host again by itself.
    await workbench.reload();
    await chat.open();

    await chat.incompleteAnswer.filter({ hasText: 'Once upon another time there was' }).waitFor();
    await workbench.screenshot('fault-after-crash');
    await chat.button('Continue').click();
    await chat.whenAnswered('It ended well.');
    assert.equal(await chat.answers.count(), 1);
  });
});
