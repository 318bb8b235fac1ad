/** Whether a series moved from one range to the other by more than noise. */
export interface Movement {
  /** unknown: there is too little to tell. */
  readonly verdict: 'moved' | 'within' | 'unknown';
  /** "−85%"; '' where it is unknown. */
  readonly change: string;
  /** Its 95 % interval, "−83% to −87%"; '' where there is none. */
  readonly interval: string;
  /** The interval reaches so far that a change worth knowing could hide in it. */
  readonly isWide: boolean;
  /** Why it is unknown; '' where it is not. */
  readonly why: string;
}

/** "−85% (−83% to −87%)", "too little data". */
export function movementText({ verdict, change, interval }: Movement): string {
  if (verdict === 'unknown') return 'too little data';
  return interval === '' ? change : `${change} (${interval})`;
}
