/** Which row of the kernel's report belongs to which line: by the step's spelling, not its place. */
import type { ISnapshot, ISnapshotRow } from '../channel/messages';
import type { IStep } from './grammar';

/**
 * What the kernel said about each step.
 *
 * @param steps - the steps that are there now
 * @param snapshot - the last report, perhaps of another text
 * @returns for each step its row, or null where the kernel has not seen it; of equal steps the
 * first has the first row, and what was run last counts before what other cells have ended with
 */
export function match(
  steps: readonly IStep[],
  snapshot: ISnapshot | null
): (ISnapshotRow | null)[] {
  const said = new Map<string, ISnapshotRow[]>();
  for (const row of [...(snapshot?.rows ?? []), ...(snapshot?.others ?? [])]) {
    said.set(row.key, [...(said.get(row.key) ?? []), row]);
  }
  return steps.map(step => said.get(step.key)?.shift() ?? null);
}
