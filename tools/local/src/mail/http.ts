import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listPage, messagePage } from './pages.ts';
import type { MailStore } from './store.ts';

interface Answer {
  status: number;
  type: string;
  body: string | Buffer;
  headers?: Record<string, string>;
}

const NOTHING_HERE: Answer = json({ error: 'not found' }, 404);
const HTML = 'text/html; charset=utf-8';

/** The mail catcher's pages and JSON interface. */
export function mailHttpServer(store: MailStore): Server {
  return createServer((request, response) => {
    answer(store, request)
      .catch((error: unknown) => json({ error: String(error) }, 500))
      .then((result) => send(response, result));
  });
}

async function answer(store: MailStore, { method, url }: IncomingMessage): Promise<Answer> {
  const path = (url ?? '/').split('?')[0] ?? '/';
  if (path === '/api/messages' && method === 'DELETE') {
    await store.clear();
    return { status: 204, type: 'text/plain', body: '' };
  }
  if (method !== 'GET' && method !== 'HEAD') return json({ error: 'method not allowed' }, 405);
  if (path === '/') return { status: 200, type: HTML, body: listPage(await store.list()) };
  if (path === '/api/messages') return json(await store.list());
  const [, id, rest] = /^(?:\/api)?\/messages\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  return id === undefined ? NOTHING_HERE : answerAbout(store, id, rest, path.startsWith('/api/'));
}

async function answerAbout(store: MailStore, id: string, rest: string | undefined, isApi: boolean): Promise<Answer> {
  const mail = await store.get(id);
  if (mail === undefined) return NOTHING_HERE;
  if (rest === undefined) return isApi ? json(mail) : { status: 200, type: HTML, body: messagePage(mail) };
  if (!isApi) return NOTHING_HERE;
  if (rest === 'raw') {
    const raw = await store.raw(id);
    // Shown as text: a message is not to be interpreted by the browser.
    return raw === undefined ? NOTHING_HERE : { status: 200, type: 'text/plain; charset=utf-8', body: raw };
  }
  const index = /^attachments\/(\d{1,4})$/.exec(rest)?.[1];
  const file = index === undefined ? undefined : await store.attachment(id, Number(index));
  if (file === undefined) return NOTHING_HERE;
  const name = encodeURIComponent(file.filename);
  return {
    status: 200,
    type: file.contentType,
    body: file.content,
    headers: { 'content-disposition': `attachment; filename*=UTF-8''${name}` },
  };
}

function json(content: unknown, status = 200): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(content) };
}

function send(response: ServerResponse, { status, type, body, headers }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src data:",
    ...headers,
  });
  response.end(body);
}
