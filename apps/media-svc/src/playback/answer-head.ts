import { create as contentDisposition } from 'content-disposition';
import fresh from 'fresh';
import type { ByteRange } from '../blobs/blob-store.ts';
import { readRange } from './byte-ranges.ts';

export interface PlayedMedia {
  contentType: string;
  bytes: number;
  sha256: string;
  storedAt: Date;
}

export interface PlayRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** File name under which a browser shall save it. */
  download?: string | undefined;
}

/** How a GET or HEAD is answered. */
export interface AnswerHead {
  status: 200 | 206 | 304 | 412 | 416;
  headers: Record<string, string | number>;
  /** The bytes to send; null when there is no body. */
  body: ByteRange | 'all' | null;
}

/** Status and headers for one recording (RFC 9110: sections 13 for conditions, 14 for ranges). */
export const answerHead = (media: PlayedMedia, request: PlayRequest): AnswerHead => {
  const etag = `"${media.sha256}"`;
  const lastModified = media.storedAt.toUTCString();
  const validators = { etag, 'last-modified': lastModified };
  const about = {
    ...validators,
    'accept-ranges': 'bytes',
    // What it says never changes, but who may hear it does.
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
  };
  if (!isMeant(request, etag)) return { status: 412, headers: about, body: null };
  if (isKnown(request, validators)) return { status: 304, headers: about, body: null };
  const range = mayBePart(request, etag, lastModified) ? readRange(text(request.headers.range), media.bytes) : 'all';
  if (range === 'unsatisfiable') {
    return { status: 416, headers: { ...about, 'content-range': `bytes */${media.bytes}` }, body: null };
  }
  const headers = {
    ...about,
    'content-type': media.contentType,
    ...(request.download === undefined ? {} : { 'content-disposition': saveAs(request.download) }),
  };
  if (range === 'all') return { status: 200, headers: { ...headers, 'content-length': media.bytes }, body: 'all' };
  const part = { 'content-range': `bytes ${range.start}-${range.end}/${media.bytes}` };
  return {
    status: 206,
    headers: { ...headers, ...part, 'content-length': range.end - range.start + 1 },
    body: range,
  };
};

/** Only the last part of a path: no browser shall be led out of its folder. */
const saveAs = (name: string): string => contentDisposition(name.replace(/^.*[\\/]/s, '') || undefined);

const text = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

/** `If-Match`: whether the asker means these very bytes. Weak tags never match. */
const isMeant = ({ headers }: PlayRequest, etag: string): boolean => {
  const condition = text(headers['if-match']);
  return condition === undefined || condition.split(',').some((tag) => ['*', etag].includes(tag.trim()));
};

/** Whether the asker has it already. `Cache-Control: no-cache`, which `fetch` adds, speaks to caches and not to us. */
const isKnown = ({ headers }: PlayRequest, validators: Record<string, string>): boolean =>
  fresh({ 'if-none-match': headers['if-none-match'], 'if-modified-since': headers['if-modified-since'] }, validators);

/** `If-Range`: a part only of the very bytes that the asker has the rest of. Weak tags never match. */
const mayBePart = ({ headers }: PlayRequest, etag: string, lastModified: string): boolean => {
  const condition = text(headers['if-range'])?.trim();
  return condition === undefined || condition === etag || condition === lastModified;
};
