import * as v from 'valibot';

/** The parent is gone or hung up: nothing here is of use any more. */
export function endWithParent(): void {
  process.once('disconnect', () => process.exit(0));
}

/** Runs to the end, or tells on the standard error what came in between. */
export function runProcess(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  });
}

/** The options that the parent gave this process. */
export function readOptions<Schema extends v.GenericSchema>(schema: Schema): v.InferOutput<Schema> {
  return v.parse(schema, JSON.parse(process.argv[2] ?? '{}'));
}

export function tellParent(message: object): void {
  process.send?.(message);
}

/** Every message that fits. Returns how to stop listening. */
export function listen<Schema extends v.GenericSchema>(
  schema: Schema,
  listener: (message: v.InferOutput<Schema>) => void,
): () => void {
  const each = (message: unknown) => {
    const result = v.safeParse(schema, message);
    if (result.success) listener(result.output);
  };
  process.on('message', each);
  return () => process.off('message', each);
}

/** The next message that fits; ask before what makes the parent say it. */
export function hear<Schema extends v.GenericSchema>(schema: Schema): Promise<v.InferOutput<Schema>> {
  return new Promise((resolve) => {
    const stop = listen(schema, (message) => {
      stop();
      resolve(message);
    });
  });
}
