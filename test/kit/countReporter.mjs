/** A reporter of node:test that writes the counts of the whole run as JSON: { passed, failed, skipped }. */
export default async function* countReporter(events) {
  for await (const { type, data } of events) {
    // One summary a file, and one without a file at the end for all.
    if (type !== 'test:summary' || data.file !== undefined) continue;
    const { passed, failed, cancelled, skipped, todo } = data.counts;
    yield JSON.stringify({ passed, failed: failed + cancelled, skipped: skipped + todo });
  }
}
