/** Failures of a storage are not asked for again for so long. */
const openMs = 5_000;

/** Remembers that a storage does not answer, so that not everybody waits for it in vain. */
export class Circuit {
  private openUntil = 0;
  private isBroken = false;

  /** Somebody may try now. While it is broken, one does in every few seconds. */
  mayTry(): boolean {
    if (!this.isBroken) return true;
    if (performance.now() < this.openUntil) return false;
    this.openUntil = performance.now() + openMs;
    return true;
  }

  get broken(): boolean {
    return this.isBroken;
  }

  succeeded(): void {
    this.isBroken = false;
  }

  failed(): void {
    this.isBroken = true;
    this.openUntil = performance.now() + openMs;
  }
}
