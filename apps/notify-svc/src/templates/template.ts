import type { TemplateContent, TemplateKey, TemplateWarning } from '@aftertone/contracts';
import type { DomainEvent } from '@aftertone/kernel';

/** One template of a tenant, all of it as it is now. */
export interface TemplateFacts extends TemplateKey {
  content: TemplateContent;
  /** What was told when it was set. */
  warnings: readonly TemplateWarning[];
}

export type TemplateEvent =
  | DomainEvent<'TemplateSet', TemplateFacts & { setAt: string }>
  | DomainEvent<'TemplateRemoved', TemplateKey & { removedAt: string }>;

export type TemplateState =
  | { status: 'absent' }
  | (TemplateFacts & { status: 'set'; setAt: string })
  | (TemplateKey & { status: 'removed' });

/** The template after one of its events. */
export const evolve = (_state: TemplateState, event: TemplateEvent): TemplateState => {
  switch (event.type) {
    case 'TemplateSet':
      return { status: 'set', ...event.data };
    case 'TemplateRemoved': {
      const { kind, language } = event.data;
      return { status: 'removed', kind, language };
    }
  }
};
