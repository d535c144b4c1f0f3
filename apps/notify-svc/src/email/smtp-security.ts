import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * `none`: never encrypted, for a relay on the same machine. `offered`: encrypted when the server offers STARTTLS.
 * `required`: mails wait rather than go unencrypted. A `smtps://` URL is encrypted from the start, whatever this is.
 */
const smtpTls = z.enum(['none', 'offered', 'required']);
export type SmtpTls = z.output<typeof smtpTls>;

/** How the connection to the SMTP server is secured. */
export const smtpSecuritySettings = {
  SMTP_TLS: smtpTls.default('offered'),
  /** File with the certificates (PEM) of authorities that the SMTP server's certificate may be of, beside the known ones. */
  SMTP_CA_FILE: z
    .string()
    .refine((path) => contentOf(path) !== null, 'must be a file that can be read')
    .optional(),
};

const contentOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

export interface SmtpSecurity {
  tls: SmtpTls;
  /** PEM of authorities beside the known ones. */
  ca?: string | undefined;
}

export const smtpSecurityOf = (config: { SMTP_TLS: SmtpTls; SMTP_CA_FILE?: string | undefined }): SmtpSecurity => {
  const { SMTP_TLS: tls, SMTP_CA_FILE: file } = config;
  return { tls, ca: file === undefined ? undefined : (contentOf(file) ?? undefined) };
};

const advice: ReadonlyArray<[RegExp, string]> = [
  [
    /self.signed certificate|unable to (verify|get)/i,
    'the server’s certificate is of no known authority: name its authority in SMTP_CA_FILE',
  ],
  [
    /does not match certificate/i,
    'the server’s certificate is for another name: write the name that it has into SMTP_URL',
  ],
  [/certificate (has expired|is not yet valid)/i, 'the server needs a new certificate, or one of the clocks is wrong'],
  [
    /wrong version number|packet length too long/i,
    'the server does not encrypt from the start: use smtp:// with SMTP_TLS=required, or its port for TLS (465)',
  ],
  [
    /STARTTLS/i,
    'the server does not offer STARTTLS, and SMTP_TLS=required: mails wait until it does, or the setting is another one',
  ],
];

/** What to do about an error of the encryption; null when it is about something else. */
export const tlsAdvice = (error: string): string | null => advice.find(([pattern]) => pattern.test(error))?.[1] ?? null;
