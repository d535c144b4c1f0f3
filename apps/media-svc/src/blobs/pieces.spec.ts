import { describe, expect, it } from 'vitest';
import { Pieces, pieceBytes } from './pieces.ts';

const large = (pieces: Pieces): Buffer => pieces.take(pieceBytes, false);

describe('pieces', () => {
  it('are used again, unless somebody may still read what is in them', () => {
    const pieces = new Pieces();
    const [first, second] = [large(pieces), large(pieces)];
    expect(second).not.toBe(first);
    pieces.giveBack(first, false);
    expect(large(pieces)).toBe(first);
    pieces.giveBack(second, true);
    expect([first, second]).not.toContain(large(pieces));
  });

  it('are small for who is slow, and for whom no large one is left', () => {
    const pieces = new Pieces();
    expect(pieces.take(1_000_000, true).length).toBeLessThan(65_536);
    const lent = Array.from({ length: 1_000 }, () => large(pieces));
    const many = lent.filter(({ length }) => length === pieceBytes);
    expect(many.length).toBeLessThan(100);
    for (const piece of lent) pieces.giveBack(piece, false);
    expect(many).toContain(large(pieces));
    expect(pieces.take(10, true)).toHaveLength(10);
  });
});
