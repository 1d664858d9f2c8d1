/** Runs it as if this machine stood in that time zone. */
export function inZone<Result>(zone: string, work: () => Result): Result {
  const usual = process.env['TZ'];
  process.env['TZ'] = zone;
  try {
    return work();
  } finally {
    if (usual === undefined) delete process.env['TZ'];
    else process.env['TZ'] = usual;
  }
}
