/** Server milliseconds from which a light reading is worth making cheaper. It takes about 2 in the ordinary case. */
const DEAR_MS = 50;
/** So many dear readings in a row are not chance. */
const IN_A_ROW = 3;
/** Without the count it has to be this much cheaper, or the count is not what costs. */
const WORTH_IT = 0.5;
/** Readings until what was found is put to the test again. */
const RETRY_AFTER = 60;

/** Finds out whether counting expired rows is what makes the light reading dear (an index full of dead entries), and leaves it out if so. */
export class CountGuard {
  #mode: 'counting' | 'trying' | 'estimating' = 'counting';
  #dear: number[] = [];
  #rest = 0;

  /** Whether the next light reading is to count. */
  get countExpired(): boolean {
    return this.#mode === 'counting';
  }

  /** Takes the server time of the reading that `countExpired` was asked for. */
  observe(serverMs: number): void {
    if (this.#rest > 0) this.#rest--;
    if (this.#mode === 'counting') this.#observeCounting(serverMs);
    else if (this.#mode === 'trying') this.#observeTrial(serverMs);
    else if (this.#rest === 0) this.#mode = 'counting';
  }

  #observeCounting(serverMs: number): void {
    this.#dear = serverMs > DEAR_MS && this.#rest === 0 ? [...this.#dear, serverMs] : [];
    if (this.#dear.length >= IN_A_ROW) this.#mode = 'trying';
  }

  #observeTrial(serverMs: number): void {
    this.#mode = serverMs < Math.min(...this.#dear) * WORTH_IT ? 'estimating' : 'counting';
    this.#dear = [];
    this.#rest = RETRY_AFTER;
  }
}
