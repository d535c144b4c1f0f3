import PostalMime, { type Email } from 'postal-mime';

/** What a mail server says of a mail that it could not deliver (RFC 3464). */
export interface BounceReport {
  /** `delayed`: it goes on trying. */
  action: 'failed' | 'delayed';
  /** Enhanced status code (RFC 3463); `5.0.0` or `4.0.0` where the server does not say. */
  status: string;
  /** The server's words; may be empty. */
  detail: string;
}

type Fields = ReadonlyMap<string, string>;

/** The groups of fields of a delivery status: of the mail, then of each recipient. Folded lines are one. */
const groupsOf = (text: string): Fields[] =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+/g, ' ')
    .split(/\n\s*\n/)
    .map((group) => new Map(group.split('\n').flatMap(fieldOf)))
    .filter(({ size }) => size > 0);

const fieldOf = (line: string): [string, string][] => {
  const [, name, value] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? [];
  return name === undefined ? [] : [[name.toLowerCase(), (value ?? '').trim()]];
};

/** `smtp; 550 no such user`: without the kind of text it is, and without comments. */
const wordsOf = (value: string): string => value.replace(/^[\w-]+\s*;\s*/, '');

const statusOf = (text: string, action: BounceReport['action']): string =>
  /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(text)?.[0] ?? (action === 'failed' ? '5.0.0' : '4.0.0');

const reportOf = (fields: Fields): BounceReport[] => {
  const action = /^\w+/.exec(fields.get('action') ?? '')?.[0]?.toLowerCase();
  if (action !== 'failed' && action !== 'delayed') return []; // delivered, relayed, expanded: nothing came back
  const detail = wordsOf(fields.get('diagnostic-code') ?? '');
  return [{ action, status: statusOf(fields.get('status') ?? detail, action), detail }];
};

const contentOf = (content: string | ArrayBuffer | Uint8Array): string =>
  typeof content === 'string' ? content : Buffer.from(content as Uint8Array).toString('utf8');

const isStatus = (mimeType: string): boolean => /^message\/(global-)?delivery-status$/i.test(mimeType);

const statuses = ({ attachments }: Email): BounceReport[] =>
  attachments
    .filter(({ mimeType }) => isStatus(mimeType))
    .flatMap(({ content }) => groupsOf(contentOf(content)))
    .flatMap(reportOf);

/** Exim before 4.82 writes no delivery status; it names the recipients that failed in a header. */
const eximReport = ({ headers, text }: Email): BounceReport[] => {
  if (!headers.some(({ key }) => key === 'x-failed-recipients')) return [];
  const words = /^ +(.*\b[45]\d\d[ -].*)$/m.exec(text ?? '')?.[1] ?? '';
  return [{ action: 'failed', status: statusOf(words, 'failed'), detail: words }];
};

/**
 * Reads a mail, of which the beginning is enough. Null: it reports no failure, as replies of people who are away. A mail
 * of ours has one recipient: of several reports one that failed is the answer.
 */
export const readBounce = async (mail: Uint8Array): Promise<BounceReport | null> => {
  const parsed = await PostalMime.parse(mail);
  const reports = statuses(parsed);
  const all = reports.length > 0 ? reports : eximReport(parsed);
  return all.find(({ action }) => action === 'failed') ?? all[0] ?? null;
};
