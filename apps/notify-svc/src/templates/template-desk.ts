import type {
  CallContext,
  Template,
  TemplateInForce,
  TemplateKey,
  TemplatePreview,
  templateCommands,
  templateQueries,
} from '@aftertone/contracts';
import type { Page } from '@aftertone/event-store';
import type { z } from 'zod';
import { metaOfCall, requireAdministrator } from '../calls/on-behalf.ts';
import type { Ground } from '../ground/ground.ts';
import { builtInSources } from './built-in/sources.ts';
import { checkTemplate } from './check-template.ts';
import { previewFactsOf } from './facts/preview.ts';
import { TemplateList } from './list/template.query.ts';
import { renderNotice } from './render-notice.ts';
import { templateAggregate } from './template.aggregate.ts';
import type { TemplateCommand } from './template.decider.ts';
import { templateId } from './template-id.ts';
import { readTemplates } from './templates-of.ts';

type Input<Rpc extends { input: z.ZodType }> = z.output<Rpc['input']>;

/** Sets, removes, shows and tries out a tenant's templates, for its administrators. */
export class TemplateDesk {
  private readonly ground: Ground;
  private readonly templates: TemplateList;

  constructor(ground: Ground) {
    this.ground = ground;
    this.templates = new TemplateList(ground);
  }

  /** Throws `administrator-required`, `template-invalid`, `version-mismatch`. */
  async set(input: Input<typeof templateCommands.setTemplate>, call: CallContext): Promise<Template> {
    requireAdministrator(call);
    const { kind, language, content, ifVersion } = input;
    const warnings = checkTemplate(input, content);
    const { state, version } = await this.handle(input, ifVersion, call, (meta) => ({
      type: 'SetTemplate',
      data: { kind, language, content, warnings },
      meta,
    }));
    if (state.status !== 'set') throw new Error('A template that was set is not there');
    const { setAt: updatedAt } = state;
    return { kind, language, ...state.content, warnings: [...state.warnings], updatedAt, version };
  }

  /** Throws `administrator-required`, `template-not-found`, `version-mismatch`. */
  async remove(input: Input<typeof templateCommands.removeTemplate>, call: CallContext): Promise<void> {
    requireAdministrator(call);
    await this.handle(input, input.ifVersion, call, (meta) => ({ type: 'RemoveTemplate', data: {}, meta }));
  }

  async get({ kind, language }: TemplateKey, call: CallContext): Promise<TemplateInForce> {
    requireAdministrator(call);
    const own = await this.templates.find(call.tenantId, { kind, language });
    if (own !== null) return { ...own, builtIn: false };
    const nothing = { warnings: [], updatedAt: null, version: null };
    return { kind, language, ...builtInSources[kind], ...nothing, builtIn: true };
  }

  async list(input: Input<typeof templateQueries.listTemplates>, call: CallContext): Promise<Page<Template>> {
    requireAdministrator(call);
    return this.templates.page(call.tenantId, input);
  }

  /** Throws `administrator-required`, `template-invalid`. */
  async preview(input: Input<typeof templateQueries.previewTemplate>, call: CallContext): Promise<TemplatePreview> {
    requireAdministrator(call);
    const { language, content, facts } = input;
    const kept = await readTemplates(this.ground.store.pool, call.tenantId, input);
    const warnings = content === undefined ? [] : checkTemplate(input, content);
    // What is tried out stands in for the one of just this language.
    const own = kept.filter((template) => content === undefined || template.language !== language);
    const templates = content === undefined ? own : [{ language, ...content }, ...own];
    const { problem = null, ...written } = renderNotice(templates, previewFactsOf(input, facts));
    return { ...written, warnings, problem };
  }

  private handle(
    key: TemplateKey,
    ifVersion: number | undefined,
    call: CallContext,
    command: (meta: { now: string }) => TemplateCommand,
  ) {
    const { store, clock } = this.ground;
    return store.handle(templateAggregate, {
      tenantId: call.tenantId,
      id: templateId(call.tenantId, key),
      command: command({ now: clock().toISOString() }),
      meta: metaOfCall(call),
      ...(ifVersion !== undefined && { expectedVersion: ifVersion }),
    });
  }
}
