import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { z } from 'zod';

const vendors = ['aws', 'minio', 'aliyun', 'tencent', 'digitalocean'] as const;

/** The endpoint of each vendor that has one per region. */
const endpointOf: Readonly<Record<(typeof vendors)[number], ((region: string) => string) | null>> = {
  aws: null,
  minio: null,
  aliyun: (region) => `https://s3.oss-${region.replace(/^oss-/, '')}.aliyuncs.com`,
  tencent: (region) => `https://cos.${region}.myqcloud.com`,
  digitalocean: (region) => `https://${region}.digitaloceanspaces.com`,
};

/** Buckets in the host name: these refuse them in the path. */
const virtualHosted: ReadonlySet<string> = new Set(['aws', 'aliyun', 'tencent', 'digitalocean']);

/** Without an endpoint, or a vendor that has its own, it is AWS. */
const isAws = ({ vendor, endpoint }: { vendor?: string | undefined; endpoint?: string | undefined }): boolean =>
  vendor === 'aws' || (vendor === undefined && endpoint === undefined);

export const s3Settings = z
  .strictObject({
    type: z.literal('s3'),
    /** What answers, where that makes a difference; anything else that speaks S3 needs an `endpoint` only. */
    vendor: z.enum(vendors).optional(),
    bucket: z.string().min(1),
    region: z.string().min(1).optional(),
    endpoint: z.url({ protocol: /^https?$/ }).optional(),
    /** Where listeners reach it, for signed URLs; `endpoint` unless given. */
    public_endpoint: z.url({ protocol: /^https?$/ }).optional(),
    /** Both or none: without, AWS's own chain (role of the pod, of the machine, environment, profile). */
    access_key: z.string().min(1).optional(),
    secret_key: z.string().min(1).optional(),
    prefix: z.string().optional(),
    /** Where the rule is wrong: buckets in the path for custom endpoints, else in the host name. */
    path_style: z.boolean().optional(),
  })
  .refine(
    (s3) => (s3.access_key === undefined) === (s3.secret_key === undefined),
    'give access_key and secret_key, or none',
  )
  .refine((s3) => s3.vendor !== 'minio' || s3.endpoint !== undefined, 'minio needs an endpoint')
  .refine((s3) => isAws(s3) || s3.region !== undefined || s3.endpoint !== undefined, 'this vendor needs a region')
  .refine((s3) => isAws(s3) || s3.access_key !== undefined, 'give access_key and secret_key: only AWS has roles');
export type S3Settings = z.output<typeof s3Settings>;

/** Who asks for nothing else gets this one: servers of one's own do not look at it. */
const usualRegion = 'us-east-1';

/** For `S3Client`: who is asked, how, and for how long. */
export const s3Configuration = (settings: S3Settings, maxSockets = 128): S3ClientConfig => {
  const { vendor, region = usualRegion, access_key: accessKeyId, secret_key: secretAccessKey } = settings;
  const endpoint = settings.endpoint ?? (vendor === undefined ? undefined : endpointOf[vendor]?.(region));
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
    forcePathStyle: settings.path_style ?? !(isAws(settings) || virtualHosted.has(vendor ?? '')),
    // Checksums in trailers, the SDK's default, are refused by others than AWS.
    ...(isAws(settings)
      ? {}
      : { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' }),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets },
      httpsAgent: { keepAlive: true, maxSockets },
    },
  };
};
