/** An answer that is none in HTTP: the connection becomes something else. */
export class TakenOver {
  readonly status: number;
  /** Called when nothing else writes to the connection any more. */
  readonly take: () => void;

  constructor(status: number, take: () => void) {
    this.status = status;
    this.take = take;
  }
}
