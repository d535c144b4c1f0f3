import pg from 'pg';

/** What `pg` does of the protocol: it has no public way to give `COPY … FROM STDIN` its data. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

class CopyQuery extends pg.Query {
  readonly #data: Buffer;

  constructor(sql: string, data: Buffer, done: (error: Error | null | undefined) => void) {
    super(sql, done);
    this.#data = data;
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom();
  }
}

/** Runs a `COPY … FROM STDIN` with this data. */
export const copyIn = (session: pg.ClientBase, sql: string, data: string): Promise<void> =>
  new Promise((resolve, reject) => {
    session.query(new CopyQuery(sql, Buffer.from(data), (error) => (error ? reject(error) : resolve())));
  });
