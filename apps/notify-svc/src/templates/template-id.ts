import type { TemplateKey } from '@aftertone/contracts';
import { uuidOf } from '../deliveries/delivery-id.ts';

/** A tenant has one template of a kind and a language: every process finds the same stream for it. */
export const templateId = (tenantId: string, { kind, language }: TemplateKey): string =>
  uuidOf(JSON.stringify([tenantId, 'template', kind, language]));
