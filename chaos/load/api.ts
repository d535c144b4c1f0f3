/** What came of one request: a status with its body, or `broken` when no whole answer came. */
export interface Answer {
  status: number | 'broken';
  body: unknown;
}

/** The public API as a client's program sees it. A request that gets no answer for so long is given up by its client. */
const PATIENCE_MS = 30_000;

const whyBroken = (error: unknown): string => String(error instanceof Error ? (error.cause ?? error) : error);

/** What is not ours, such as a page of a balancer, is text. */
const bodyOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (text === '') return undefined;
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return isJson ? JSON.parse(text) : text.replace(/<[^>]*>|\s+/g, ' ').trim();
};

export class Api {
  readonly url: string;
  readonly token: string | undefined;

  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isForm = body instanceof FormData;
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: {
          ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
          ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return { status: response.status, body: await bodyOf(response) };
    } catch (error) {
      return { status: 'broken', body: whyBroken(error) };
    }
  }

  /** The body of a 200 is bytes. */
  async listen(messageId: string): Promise<Answer> {
    try {
      const response = await fetch(`${this.url}/v1/messages/${messageId}/audio`, {
        headers: { authorization: `Bearer ${this.token}` },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const { status } = response;
      return { status, body: status === 200 ? new Uint8Array(await response.arrayBuffer()) : await bodyOf(response) };
    } catch (error) {
      return { status: 'broken', body: whyBroken(error) };
    }
  }

  /** The body of a successful answer; anything else throws. */
  async get<T>(path: string): Promise<T> {
    return this.must('GET', path);
  }

  async must<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask(method, path, body);
    if (answer.status === 'broken' || answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body as T;
  }

  /** The items of all pages of a list. */
  async all<T>(path: string, position = 'cursor', limit = 200): Promise<T[]> {
    const items: T[] = [];
    for (let next: string | null = null, first = true; first || next !== null; first = false) {
      const query: string = next === null ? '' : `&${position}=${encodeURIComponent(next)}`;
      const page: { items: T[]; next: string | null } = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${query}`,
      );
      items.push(...page.items);
      next = page.next;
    }
    return items;
  }
}
