/**
 * Does something at the abort of a signal, at once where it was aborted before: an abort during an `await` ahead of this is not lost.
 * @returns what makes it not happen any more
 */
export function onAbort(signal: AbortSignal | undefined, then: () => void): () => void {
  if (signal?.aborted === true) {
    then();
    return () => undefined;
  }
  signal?.addEventListener('abort', then, { once: true });
  return () => signal?.removeEventListener('abort', then);
}
