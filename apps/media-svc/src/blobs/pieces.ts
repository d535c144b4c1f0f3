import { noteBuffers } from '../memory/young-garbage.ts';

/** What is read at a time for who takes it at once: larger pieces cost less for each byte. */
export const pieceBytes = 256 * 1024;
/** What is read at a time for who is slow, or when all pieces are lent: so much each of them holds. */
const smallBytes = 32 * 1024;
/** How many large pieces there are at most. They stay. */
const mostPieces = 32;

/**
 * Memory that files are read into, used again and again: buffers that are made for each piece make V8 look through all of
 * its objects again and again, which costs more than the reading.
 */
export class Pieces {
  private readonly free: Buffer[] = [];
  private lent = 0;

  /** @param isSlow who gets what is read into it takes long: no large piece shall wait for that */
  take(wanted: number, isSlow: boolean): Buffer {
    if (!isSlow && this.lent < mostPieces) {
      this.lent += 1;
      return this.free.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);
    }
    const bytes = Math.min(wanted, smallBytes);
    noteBuffers(bytes);
    return Buffer.allocUnsafeSlow(bytes);
  }

  /** @param isUsed somebody may still read what is in it: another one is made in its place */
  giveBack(piece: Buffer, isUsed: boolean): void {
    if (piece.length !== pieceBytes) return;
    this.lent -= 1;
    if (!isUsed) this.free.push(piece);
  }
}
