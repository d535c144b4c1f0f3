import { pcmFile } from '../audio/wav-sound.ts';
import type { WireRequest } from './http-connection.ts';
import { STAMP } from './stamp.ts';

export interface Caller {
  /** Of the gateway. */
  url: string;
  token: string;
}

const boundary = 'aftertone-bench';

const headOf = ({ url, token }: Caller, line: string, headers: readonly string[] = []): string =>
  [`${line} HTTP/1.1`, `host: ${new URL(url).host}`, `authorization: Bearer ${token}`, ...headers, '', ''].join('\r\n');

export const getRequest = (caller: Caller, path: string): WireRequest => ({ head: headOf(caller, `GET ${path}`) });

/** A telephone's recording: 8 kHz, 16 bits, one channel; 16 kB a second. */
export const recording = (seconds: number): Buffer => pcmFile({ seconds, sampleRate: 8_000, channels: 1 });

const form = (audio: Uint8Array): { start: string; rest: Buffer } => ({
  start:
    `--${boundary}\r\ncontent-disposition: form-data; name="metadata"\r\n\r\n` +
    `{"callerNumber":"+33155501234","callerName":"${STAMP}"}\r\n--${boundary}\r\n` +
    `content-disposition: form-data; name="audio"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n`,
  rest: Buffer.concat([audio, Buffer.from(`\r\n--${boundary}--\r\n`)]),
});

/** A deposit into each of these mailboxes; the caller's name is the moment at which it was due. */
export const depositRequests = (caller: Caller, mailboxIds: readonly string[], audio: Uint8Array): WireRequest[] => {
  const { start, rest } = form(audio);
  const length = start.length + rest.length;
  const headers = [`content-type: multipart/form-data; boundary=${boundary}`, `content-length: ${length}`];
  return mailboxIds.map((id) => ({
    head: headOf(caller, `POST /v1/mailboxes/${id}/messages`, headers) + start,
    body: rest,
  }));
};
