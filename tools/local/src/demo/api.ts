/** The gateway refused a request or cannot be understood. */
export class ApiRefused extends Error {
  override name = 'ApiRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The public API, as any client would use it. */
export class Api {
  private readonly url: string;
  private readonly token: string | undefined;

  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  /** The same API for the bearer of another token. */
  as(token: string): Api {
    return new Api(this.url, token);
  }

  /** Sends JSON and returns the answer's JSON. Throws `ApiRefused` for any status but 2xx. */
  async send<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiRefused(response.status, `${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  /** The items of all pages of a list. */
  async *items<T>(path: string): AsyncGenerator<T> {
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: T[]; next: string | null } = await this.send('GET', `${path}?limit=200${query}`);
      yield* page.items;
      cursor = page.next;
    } while (cursor !== null);
  }
}
