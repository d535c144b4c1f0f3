import { emailAddress, messageId, tenantId, userId } from '@aftertone/contracts';
import { z } from 'zod';
import { type LinkSecrets, readSigned, sign } from './signed.ts';

const link = z.strictObject({
  tenantId,
  messageId,
  /** Whose rights are looked at when it is clicked. */
  recipient: z.union([z.strictObject({ userId }), z.strictObject({ email: emailAddress })]),
});

/** The recording of one message for one recipient. It says who was told, not that they may (still) hear it. */
export type Link = z.output<typeof link>;

/** What is signed begins with its form: others may come. */
const forms = { user: 1, email: 2 } as const;

const idBytes = 16;
const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const idOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const encoded = ({ tenantId, messageId, recipient }: Link): Buffer => {
  const [form, who] =
    'userId' in recipient ? [forms.user, bytesOf(recipient.userId)] : [forms.email, Buffer.from(recipient.email)];
  return Buffer.concat([Buffer.of(form), bytesOf(tenantId), bytesOf(messageId), who]);
};

const decoded = (content: Buffer): Link | undefined => {
  const [tenant, message, rest] = [content.subarray(1, 1 + idBytes), content.subarray(17, 33), content.subarray(33)];
  const recipient = content[0] === forms.user ? { userId: idOf(rest) } : { email: rest.toString() };
  const known: readonly (number | undefined)[] = Object.values(forms);
  if (!known.includes(content[0])) return undefined;
  return link.safeParse({ tenantId: idOf(tenant), messageId: idOf(message), recipient }).data;
};

const linkPurpose = 'link';
const ticketPurpose = 'ticket';

/** The token of a link: letters, digits, `-` and `_`, at most 426 of them. It never ends by itself. */
export const signLink = (secrets: LinkSecrets, content: Link): string =>
  sign(secrets, linkPurpose, encoded(link.parse(content)));

/** Undefined for what was not signed as a link with one of the secrets. */
export const readLink = (secrets: LinkSecrets, token: string): Link | undefined => {
  const content = readSigned(secrets, linkPurpose, token);
  return content === undefined ? undefined : decoded(content);
};

/** Address of a link; `publicUrl` is the gateway's as clients reach it. */
export const linkUrl = (publicUrl: string, token: string): string =>
  new URL(`v1/links/${token}`, publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`).href;

const timeBytes = 6;

/** What a link leads to: the same facts, until a time (milliseconds since 1970). */
export const signTicket = (secrets: LinkSecrets, content: Link, until: number): string => {
  const time = Buffer.alloc(timeBytes);
  time.writeUIntBE(until, 0, timeBytes);
  return sign(secrets, ticketPurpose, Buffer.concat([time, encoded(link.parse(content))]));
};

/** Undefined for what was not signed as a ticket. It is for the caller to look at the time. */
export const readTicket = (secrets: LinkSecrets, text: string): { link: Link; until: number } | undefined => {
  const content = readSigned(secrets, ticketPurpose, text);
  if (content === undefined || content.length < timeBytes) return undefined;
  const found = decoded(content.subarray(timeBytes));
  return found === undefined ? undefined : { link: found, until: content.readUIntBE(0, timeBytes) };
};
