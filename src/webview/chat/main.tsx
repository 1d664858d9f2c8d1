import { options, render } from 'preact';
import { App } from './components/App';
import { ChatSession } from './session';
import { createHostLink } from './vscodeApi';
import type { VsCodeApi } from './vscodeApi';

declare function acquireVsCodeApi(): VsCodeApi;

/** An error that repeats with every frame must not flood the log. */
const mostReportedErrors = 20;

// However many messages come between two frames, what they change is drawn once.
options.debounceRendering = (draw) => requestAnimationFrame(draw);

const session = new ChatSession(createHostLink(acquireVsCodeApi()));

let reportedErrors = 0;
function report(error: unknown): void {
  if (reportedErrors >= mostReportedErrors) return;
  reportedErrors += 1;
  session.reportError(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

window.addEventListener('error', (event) => report(event.error ?? event.message));
window.addEventListener('unhandledrejection', (event) => report(event.reason));
window.addEventListener('message', (event: MessageEvent<unknown>) => session.receive(event.data));

const root = document.createElement('div');
root.id = 'chat';
document.body.append(root);
render(<App session={session} />, root);
session.start();
