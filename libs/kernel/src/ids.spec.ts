import { describe, expect, it } from 'vitest';
import { isId, newId } from './ids.ts';

describe('newId', () => {
  it('is a version 7 UUID that carries its millisecond', () => {
    const at = Date.now() + 60_000;
    const id = newId(at);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at);
  });

  it('ascends, also within one millisecond and when the clock goes back', () => {
    const at = Date.now() + 120_000;
    const ids = Array.from({ length: 10_000 }, (_, n) => newId(n % 2 ? at : at - 50_000));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('isId', () => {
  it('takes any GUID, in either case, and nothing else', () => {
    expect(isId('6F9619FF-8B86-D011-B42D-00CF4FC964FF')).toBe(true);
    expect(isId(newId())).toBe(true);
    expect(isId('202401-abcdef')).toBe(false);
    expect(isId(`${newId()}0`)).toBe(false);
  });
});
