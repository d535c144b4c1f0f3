import { z } from 'zod';
import { azureSettings } from '../blobs/azure/azure-settings.ts';
import { gcpSettings } from '../blobs/gcp/gcp-settings.ts';
import { s3Settings } from '../blobs/s3/s3-settings.ts';

const localSettings = z.strictObject({
  type: z.literal('local'),
  /** A folder on one file system, and on one volume for all replicas. */
  path: z.string().min(1),
});

/** One place for recordings; the keys are those of the systems that people come from. */
export const oneStorage = z.discriminatedUnion('type', [localSettings, s3Settings, azureSettings, gcpSettings]);
export type StorageSettings = z.output<typeof oneStorage>;

export const storageName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and hyphens, 31 at most');

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Never the text: there are secrets in it.
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
});

/** `{"<name>": {"type": "s3", …}, …}` */
export const storagesText = json.pipe(z.record(storageName, oneStorage));

/** `{"<tenant id>": "<name>", …}` */
export const tenantStoragesText = json.pipe(z.record(z.guid().toLowerCase(), storageName));
