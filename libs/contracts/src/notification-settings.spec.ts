import { describe, expect, it } from 'vitest';
import { userNotifyChanges } from './notification-settings.ts';

const faultsOf = (quietHours: object) =>
  userNotifyChanges.safeParse({ quietHours }).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);

describe('quiet hours that somebody sets', () => {
  it('have a beginning and an end, and each day once', () => {
    expect(faultsOf({ from: '22:00', until: '07:00', days: ['mon', 'tue'] })).toBeUndefined();
    expect(faultsOf({ from: '22:00', until: '22:00' })).toEqual([
      expect.stringMatching(/^quietHours\.until must differ from `from`: .*null$/),
    ]);
    expect(faultsOf({ from: '22:00', until: '07:00', days: ['mon', 'mon'] })).toEqual([
      'quietHours.days must name each day once',
    ]);
  });
});
