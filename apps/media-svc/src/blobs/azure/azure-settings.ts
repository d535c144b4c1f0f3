import { z } from 'zod';

export const azureSettings = z.strictObject({
  type: z.literal('azure'),
  /** The container. */
  bucket: z.string().min(1),
  /** The storage account. */
  access_key: z.string().min(1),
  /** Its key; without, the identity of the platform (`DefaultAzureCredential`: workload, managed identity, environment). */
  secret_key: z.base64().min(1).optional(),
  /** Where the account answers, if not at `https://<account>.blob.core.windows.net`. */
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  /** Where listeners reach it, for signed URLs; `endpoint` unless given. */
  public_endpoint: z.url({ protocol: /^https?$/ }).optional(),
  prefix: z.string().optional(),
});
export type AzureSettings = z.output<typeof azureSettings>;
