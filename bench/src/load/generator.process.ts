import { HttpConnection, type WireRequest } from './http-connection.ts';
import { type PacedFigures, type PacedRun, paced } from './pace.ts';
import { STAMP, stampOf } from './stamp.ts';

export interface GeneratorOrder {
  host: string;
  port: number;
  /** Sent in turn, again and again. */
  requests: WireRequest[];
  run: PacedRun;
}

export interface GeneratorReport extends PacedFigures {
  /** How often each status was answered, from the first call on; `failed` where the connection ended. */
  statuses: Record<string, number>;
  /** Of the bodies that were answered, from the first call on. */
  bytes: number;
  /** Milliseconds of CPU from the first call on. */
  cpuMs: number;
}

const report = async ({ host, port, requests, run }: GeneratorOrder): Promise<GeneratorReport> => {
  const idle: HttpConnection[] = [];
  const statuses: Record<string, number> = {};
  let bytes = 0;
  const before = process.cpuUsage();
  const figures = await paced(async (n, due) => {
    const template = requests[n % requests.length];
    if (template === undefined) return;
    const request = { ...template, head: template.head.replace(STAMP, stampOf(due)) };
    const connection = idle.pop() ?? new HttpConnection({ host, port });
    const answer = await connection.send(request).catch((error: Error) => ({ status: error.message, bytes: 0 }));
    bytes += answer.bytes;
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    if (connection.usable) idle.push(connection);
  }, run);
  const { user, system } = process.cpuUsage(before);
  for (const connection of idle) connection.close();
  return { ...figures, statuses, bytes, cpuMs: (user + system) / 1000 };
};

process.on('message', async (order: GeneratorOrder) => {
  process.send?.(await report(order), () => process.disconnect());
});
