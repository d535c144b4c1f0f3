import { z } from 'zod';
import { page, pageQuery } from '../common.ts';
import {
  newTemplate,
  previewFacts,
  template,
  templateInForce,
  templateKey,
  templateKind,
  templatePreview,
} from '../template.ts';
import { empty } from './call.ts';
import { commandsOf, queriesOf } from './rpc.ts';

const command = commandsOf('notify');
const query = queriesOf('notify');

const ifVersion = z.number().int().min(0).optional();

/** By administrators of the tenant; anybody else is refused with `administrator-required`. */
export const templateCommands = {
  /** Refused with `template-invalid` and every place in it that cannot be used. */
  setTemplate: command(
    'set-template',
    z.strictObject({ ...templateKey.shape, content: newTemplate, ifVersion }),
    template,
  ),
  removeTemplate: command('remove-template', z.strictObject({ ...templateKey.shape, ifVersion }), empty),
};

export const templateQueries = {
  getTemplate: query('get-template', templateKey, templateInForce),
  /** The tenant's own, by kind and language. */
  listTemplates: query(
    'list-templates',
    z.strictObject({ ...pageQuery, kind: templateKind.optional() }),
    page(template),
  ),
  /** Without `content`: what is in force. */
  previewTemplate: query(
    'preview-template',
    z.strictObject({ ...templateKey.shape, content: newTemplate.optional(), facts: previewFacts.default({}) }),
    templatePreview,
  ),
};
