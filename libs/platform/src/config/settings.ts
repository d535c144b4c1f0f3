import { cellName } from '@aftertone/contracts';
import { z } from 'zod';
import { logLevels } from '../logging/logger.ts';

/** A whole number of the environment between two bounds, both included. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

export const optionalText = z.string().optional();

/** `postgres://user:password@host:port/database`. */
export const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'must be a postgres:// URL');

/** 32 bytes in base64. */
export const base64Key = z
  .string()
  .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64');

/** Where a service listens, how it logs, how it ends. Part of every service's schema. */
export const serverSettings = {
  HOST: z.string().default('0.0.0.0'),
  PORT: integer(0, 65_535),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  /** Before its end begins it serves on, not ready, until nobody sends it new work. */
  SHUTDOWN_DRAIN_MS: integer(0, 600_000).default(0),
  SHUTDOWN_GRACE_MS: integer(100, 600_000).default(10_000),
};

/** How a service reaches the bus. */
export const busSettings = {
  AFTERTONE_CELL: cellName.default('c1'),
  /** One URL, or several of one cluster with commas between them. */
  NATS_URL: z.string().regex(/^\S+$/, 'must be a nats:// URL'),
  NATS_USER: optionalText,
  NATS_PASSWORD: optionalText,
  /** Copies of every stream in a NATS cluster; 1 without a cluster. */
  NATS_REPLICAS: integer(1, 5).default(1),
};

/** Texts with commas between them, each as `one` has it; none unless given. */
const listOf = <One extends z.ZodType<string, string>>(one: One) =>
  z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(one))
    .default([]);

/** Keys that seal stored events: today's first, then earlier ones that are still needed for reading. */
export const keySettings = {
  AFTERTONE_KEK: base64Key,
  AFTERTONE_KEK_PREVIOUS: listOf(base64Key),
};

const sharedSecret = z.string().min(32, 'must have at least 32 characters');

/** Signs grants for recordings; one secret for the gateway, media-svc and notify-svc. */
export const grantSettings = {
  MEDIA_GRANT_SECRET: sharedSecret,
};

/** Sign links to recordings; the same for the gateway and notify-svc. Links of earlier secrets hold while these are named. */
export const linkSettings = {
  LINK_SECRET: sharedSecret,
  LINK_SECRET_PREVIOUS: listOf(sharedSecret),
};
