import { kill } from 'node:process';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import type { VscodeHost } from '../support/vscodeHost';

const run = promisify(execFile);

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Ends the extension hosts of this VS Code, or some of them, as a crash would: at once, with nothing written. */
export async function crashExtensionHosts(host: VscodeHost, pids?: readonly number[]): Promise<void> {
  const doomed = pids ?? (await findExtensionHosts(host));
  if (doomed.length === 0) throw new Error('Failed to crash the extension host: there is none');
  for (const pid of doomed) kill(pid, 'SIGKILL');
}

/** The process ids of the extension hosts of this VS Code, one for each window. */
async function findExtensionHosts(host: VscodeHost): Promise<readonly number[]> {
  const all = await listProcesses();
  const servers = all.filter(({ command }) => command.includes(host.dataFolder) && command.includes('server-main.js'));
  const hosts = all.filter(
    (each) => each.command.includes('--type=extensionHost') && servers.some(({ pid }) => isBelow(each, pid, all)),
  );
  return hosts.map(({ pid }) => pid);
}

function isBelow({ parent }: RunningProcess, pid: number, all: readonly RunningProcess[]): boolean {
  if (parent === pid) return true;
  const above = all.find((each) => each.pid === parent);
  return above !== undefined && isBelow(above, pid, all);
}

async function listProcesses(): Promise<readonly RunningProcess[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { maxBuffer: 10_000_000 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
