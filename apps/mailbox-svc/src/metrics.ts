import { metrics } from '@aftertone/platform';
import { Counter } from 'prom-client';

export const retired = new Counter({
  name: 'aftertone_mailbox_retired_total',
  help: 'Messages that went by a rule of retention, by rule',
  labelNames: ['rule'],
  registers: [metrics],
});
