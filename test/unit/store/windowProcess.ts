import { spawn } from 'node:child_process';

/** Called with how much has been written. */
export type OnWrite = (count: number, kill: () => void) => void;

/** A window in a process of its own, which writes a line for each thing it has written. Resolves with how it ended. */
export function startWindow(program: string, args: readonly string[], onWrite?: OnWrite) {
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let written = 0;
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text.split('\n').length - 1;
    onWrite?.(written, () => child.kill('SIGKILL'));
  });
  return new Promise<{ code: number | null; signal: string | null; written: number; complaints: string }>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, written, complaints }));
    },
  );
}
