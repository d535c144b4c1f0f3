import { isDeepStrictEqual } from 'node:util';
import { type Command, type Decider, notFound } from '@aftertone/kernel';
import { evolve, type TemplateEvent, type TemplateFacts, type TemplateState } from './template.ts';

/** The content has been checked. */
export type SetTemplate = Command<'SetTemplate', TemplateFacts>;
export type RemoveTemplate = Command<'RemoveTemplate', Record<string, never>>;
export type TemplateCommand = SetTemplate | RemoveTemplate;

const decide = (command: TemplateCommand, state: TemplateState): TemplateEvent[] => {
  const { now } = command.meta;
  switch (command.type) {
    case 'SetTemplate':
      if (state.status === 'set' && isDeepStrictEqual(state.content, command.data.content)) return [];
      return [{ type: 'TemplateSet', data: { ...command.data, setAt: now } }];
    case 'RemoveTemplate': {
      if (state.status !== 'set') {
        throw notFound('template-not-found', 'The tenant has no such template: the built-in one is in force.');
      }
      const { kind, language } = state;
      return [{ type: 'TemplateRemoved', data: { kind, language, removedAt: now } }];
    }
  }
};

export const templateDecider: Decider<TemplateState, TemplateCommand, TemplateEvent> = {
  initialState: { status: 'absent' },
  evolve,
  decide,
};
