/** Numbers and times as the meter, the chat and the quota view show them. Pure; times are in the local time zone. */

/** `950`, `9.2k`, `30k`, `1.2M`: at most three digits, rounded down so that nobody is promised what is not there. */
export function formatCount(count: number): string {
  const whole = Math.max(0, Math.floor(count));
  if (whole < 1_000) return String(whole);
  const [value, unit] = whole < 1_000_000 ? [whole / 1_000, 'k'] : [whole / 1_000_000, 'M'];
  const shown = value < 10 ? Math.floor(value * 10) / 10 : Math.floor(value);
  return `${shown}${unit}`;
}

/** `14:05:20`; with the date before it when that is another day than `now`. */
export function formatClock(at: number, now: number = at): string {
  const date = new Date(at);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
  if (date.toDateString() === new Date(now).toDateString()) return clock;
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())} ${clock}`;
}

/** `5.0 MB`, `12 KB`; decimal units, as file managers show them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const kilobytes = Math.round(bytes / 1_000);
  return kilobytes < 1_000 ? `${kilobytes} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const leastUsd = 0.0001;

/** `$12.34`, `$0.042`, `$0.0042`: to the cent, and small amounts closer. What is still less is only said to be so. */
export function formatUsd(amount: number): string {
  if (amount > 0 && amount < leastUsd) return `<$${leastUsd}`;
  const decimals = amount === 0 || amount >= 0.1 ? 2 : amount >= 0.01 ? 3 : 4;
  return `$${amount.toFixed(decimals)}`;
}

/** `0.4 s`, `12 s`, `3 min 05 s`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, durationMs) / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
