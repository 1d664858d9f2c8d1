/** Every text of rendered markdown. */
export const markdownStrings = {
  image: (name: string) => `Image: ${name}`,
  taskDone: 'Done',
  taskOpen: 'To do',
  plainCode: 'text',
  copy: 'Copy',
  copied: 'Copied',
} as const;
