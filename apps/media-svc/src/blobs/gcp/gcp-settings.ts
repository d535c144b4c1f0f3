import { z } from 'zod';

const serviceAccount = z.looseObject({ client_email: z.string(), private_key: z.string() });

/** JSON text of a service account's key. */
const keyText = z.string().transform((text, context) => {
  try {
    return serviceAccount.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be the JSON key of a service account' });
    return z.NEVER;
  }
});

export const gcpSettings = z.strictObject({
  type: z.literal('gcp'),
  bucket: z.string().min(1),
  /** The key of a service account; without, the identity of the platform (Application Default Credentials). */
  secret_key: keyText.optional(),
  /** Another server that speaks Cloud Storage's JSON API; asked without credentials when there is no key. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  prefix: z.string().optional(),
});
export type GcpSettings = z.output<typeof gcpSettings>;
