/** What of the settings decides how often sessions are saved. undefined: not known. */
export interface SavePolicy {
  /** Whether the throttle is in the list. */
  readonly throttled?: boolean;
  /** SESSION_SAVE_EVERY_REQUEST. */
  readonly everyRequest?: boolean;
}

/**
 * Where the rate of session saves should go when one policy takes the place of another. True for every request is the most
 * there can be, whatever else is on. With False it is the throttle that keeps sessions alive by saving them: without it only
 * what the application changes is saved. undefined: not known.
 * @see https://docs.djangoproject.com/en/stable/topics/http/sessions/#when-sessions-are-saved
 */
export function expectedWrites(before: SavePolicy, after: SavePolicy): 'rises' | 'falls' | 'stays' | undefined {
  const from = rank(before);
  const to = rank(after);
  if (from === undefined || to === undefined) return undefined;
  if (from === to) return 'stays';
  return to > from ? 'rises' : 'falls';
}

function rank({ throttled, everyRequest }: SavePolicy): number | undefined {
  if (everyRequest === true) return 2;
  if (everyRequest === undefined || throttled === undefined) return undefined;
  return throttled ? 1 : 0;
}
