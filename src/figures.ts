/** Sizes, times and speeds as people read them: a number, a unit, never more digits than known. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/**
 * A size, such as `1.1 GB`.
 *
 * @param bytes - a number of bytes; units are powers of 1,000
 */
export function size(bytes: number): string {
  const unit = unitOf(bytes);
  return `${inUnit(bytes, unit)} ${UNITS[unit]}`;
}

/**
 * A part and its whole in one unit: the two numbers and the unit, for a sentence to hold them.
 *
 * @param bytes - the part
 * @param of - the whole
 */
export function share(bytes: number, of: number): [string, string, string] {
  const unit = unitOf(of);
  return [inUnit(Math.min(bytes, of), unit), inUnit(of, unit), UNITS[unit]];
}

/**
 * A time left or spent, such as `40 s`, `5 min` or `2 h 10 min`; rounded to what can be known.
 *
 * @param seconds - a number of seconds
 */
export function span(seconds: number): string {
  if (seconds < 59.5) {
    return `${Math.max(1, Math.round(seconds))} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const rest = minutes % 60;
  const hours = (minutes - rest) / 60;
  return rest ? `${hours} h ${rest} min` : `${hours} h`;
}

/**
 * A time of the day, such as `14:02`, in the user's way of writing it.
 *
 * @param epoch - seconds since the epoch
 */
export function clock(epoch: number): string {
  return new Date(epoch * 1000).toLocaleTimeString([], {
    hour: 'numeric',
    minute: '2-digit'
  });
}

function unitOf(bytes: number): number {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes >= 999.5 * 1000 ** unit) {
    unit += 1;
  }
  return unit;
}

function inUnit(bytes: number, unit: number): string {
  const value = bytes / 1000 ** unit;
  return unit === 0 || value >= 9.95 ? value.toFixed(0) : value.toFixed(1);
}
