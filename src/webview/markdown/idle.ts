const tasks: (() => void)[] = [];
let isScheduled = false;

/** Does one piece of work at a time, with room for a frame between two. @returns what takes it back */
export function doLater(task: () => void): () => void {
  tasks.push(task);
  schedule();
  return () => {
    const index = tasks.indexOf(task);
    if (index !== -1) tasks.splice(index, 1);
  };
}

function schedule(): void {
  if (isScheduled || tasks.length === 0) return;
  isScheduled = true;
  setTimeout(() => {
    isScheduled = false;
    // The latest first: it is what the person is looking at.
    tasks.pop()?.();
    schedule();
  });
}
