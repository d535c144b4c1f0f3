import type { Aggregate } from '@aftertone/event-store';
import { templateRows } from './list/template.projection.ts';
import { type TemplateCommand, templateDecider } from './template.decider.ts';
import type { TemplateEvent, TemplateState } from './template.ts';

/** What a tenant says in one kind of notices and one language. */
export const templateAggregate: Aggregate<TemplateState, TemplateCommand, TemplateEvent> = {
  type: 'template',
  decider: templateDecider,
  codecs: { TemplateSet: { schemaVersion: 1 }, TemplateRemoved: { schemaVersion: 1 } },
  effects: (_before, after, events, context) => (events.length === 0 ? {} : { rows: templateRows(after, context) }),
};
