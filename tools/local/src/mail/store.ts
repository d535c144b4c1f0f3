import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Attachment, type Email } from 'postal-mime';

export interface CaughtMail {
  id: string;
  from: string;
  to: string[];
  subject: string;
  /** ISO 8601; of the message's own header, else of its arrival. */
  date: string;
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; size: number }[];
}

export interface AttachmentFile {
  filename: string;
  contentType: string;
  content: Buffer;
}

const ENDING = '.eml';
// A name starts with the time of arrival, so names in order are messages in order. Nothing else is read as a name.
const ID = /^\d{15}-[0-9a-f]{8}$/;

/** Caught messages as files of a folder; beyond `limit` the oldest go. */
export class MailStore {
  private readonly folder: string;
  private readonly limit: number;
  private latest = 0;
  private readonly parsed = new Map<string, CaughtMail>();

  constructor(folder: string, limit: number) {
    this.folder = folder;
    this.limit = limit;
  }

  /** Keeps a message; resolves to its id once it is on disk. */
  async add(envelope: { from: string; to: readonly string[] }, message: Buffer): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // Two messages of one millisecond keep their order.
    this.latest = Math.max(Date.now(), this.latest + 1);
    const id = `${String(this.latest).padStart(15, '0')}-${randomBytes(4).toString('hex')}`;
    // As a mail server notes the envelope at final delivery.
    const trace = [`Return-Path: <${envelope.from}>`, ...envelope.to.map((address) => `Delivered-To: ${address}`)];
    const unfinished = join(this.folder, `${id}.part`);
    await writeFile(unfinished, Buffer.concat([Buffer.from(`${trace.join('\r\n')}\r\n`), message]), { mode: 0o600 });
    await rename(unfinished, this.fileOf(id));
    const ids = await this.ids();
    await Promise.all(ids.slice(this.limit).map((old) => this.remove(old)));
    return id;
  }

  /** All messages, the newest first. */
  async list(): Promise<CaughtMail[]> {
    const found: CaughtMail[] = [];
    for (const id of await this.ids()) {
      const mail = await this.get(id);
      if (mail !== undefined) found.push(mail);
    }
    return found;
  }

  async get(id: string): Promise<CaughtMail | undefined> {
    const known = this.parsed.get(id);
    if (known !== undefined) return known;
    const email = await this.parse(id);
    if (email === undefined) return undefined;
    const mail = summary(id, email);
    this.parsed.set(id, mail);
    return mail;
  }

  async raw(id: string): Promise<Buffer | undefined> {
    if (!ID.test(id)) return undefined;
    return readFile(this.fileOf(id)).catch(() => undefined);
  }

  /** The n-th attachment, counted from 0 as in `attachments`. */
  async attachment(id: string, index: number): Promise<AttachmentFile | undefined> {
    const attachment = (await this.parse(id))?.attachments[index];
    if (attachment === undefined) return undefined;
    const { filename, mimeType } = attachment;
    return { filename: filename ?? `attachment-${index}`, contentType: mimeType, content: contentOf(attachment) };
  }

  async clear(): Promise<void> {
    await Promise.all((await this.ids()).map((id) => this.remove(id)));
  }

  private async ids(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    const ids = names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
    return ids
      .filter((id) => ID.test(id))
      .sort()
      .reverse();
  }

  private async remove(id: string): Promise<void> {
    this.parsed.delete(id);
    await rm(this.fileOf(id), { force: true });
  }

  private async parse(id: string): Promise<Email | undefined> {
    const raw = await this.raw(id);
    return raw === undefined ? undefined : PostalMime.parse(raw);
  }

  private fileOf(id: string): string {
    return join(this.folder, id + ENDING);
  }
}

function summary(id: string, email: Email): CaughtMail {
  const arrived = new Date(Number(id.split('-')[0])).toISOString();
  const sent = email.date === undefined ? Number.NaN : Date.parse(email.date);
  return {
    id,
    from: email.from?.address ?? '',
    to: (email.to ?? []).flatMap((entry) => entry.address ?? []),
    subject: email.subject ?? '',
    date: Number.isNaN(sent) ? arrived : new Date(sent).toISOString(),
    text: email.text ?? '',
    html: email.html ?? '',
    attachments: email.attachments.map((attachment, index) => ({
      filename: attachment.filename ?? `attachment-${index}`,
      contentType: attachment.mimeType,
      size: contentOf(attachment).length,
    })),
  };
}

function contentOf({ content }: Attachment): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
}
