import { expect, it } from 'vitest';
import { metrics } from './metrics.ts';
import { observeRelay } from './observe-relay.ts';

const shown = async () => (await metrics.metrics()).split('\n').filter((line) => line.startsWith('aftertone_relay_'));

it('shows the latest report of the relay, and nothing before there was one', async () => {
  expect(await shown()).toEqual([]);
  observeRelay({ lag: 7, oldestAgeMs: 1_500 });
  observeRelay({ lag: 3, oldestAgeMs: 250 });
  expect(await shown()).toEqual(['aftertone_relay_lag_events 3', 'aftertone_relay_oldest_age_seconds 0.25']);
  observeRelay({ lag: 5, oldestAgeMs: 500 }, 'c2');
  expect(await shown()).toEqual([
    'aftertone_relay_lag_events 3',
    'aftertone_relay_lag_events{cell="c2"} 5',
    'aftertone_relay_oldest_age_seconds 0.25',
    'aftertone_relay_oldest_age_seconds{cell="c2"} 0.5',
  ]);
});
