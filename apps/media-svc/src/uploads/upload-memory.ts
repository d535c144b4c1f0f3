/** One upload takes no more than this part of all: many small ones shall not wait for one large one. */
const share = 32;

/** How many bytes of unfinished uploads are in memory. */
export class UploadMemory {
  /** What one upload may take. */
  readonly each: number;
  private free: number;

  /** @param bytes for all uploads of this process */
  constructor(bytes: number) {
    this.free = bytes;
    this.each = Math.floor(bytes / share);
  }

  /** False when there is no room: the upload goes on in a file. */
  take(bytes: number): boolean {
    if (bytes > this.free) return false;
    this.free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.free += bytes;
  }
}
