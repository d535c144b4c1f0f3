import { extname } from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';

export interface ThreadOptions {
  resourceLimits: ResourceLimits;
  /** How long an answer may take. */
  patienceMs: number;
  /** What the worker finds as `workerData`. */
  data?: unknown;
}

/**
 * The address of the worker `name` beside the module `importedFrom` (its `import.meta.url`). The built file ends in .js,
 * the source that tests run in .ts.
 */
export const workerFile = (name: string, importedFrom: string): URL =>
  new URL(`./${name}.worker${extname(importedFrom)}`, importedFrom);

/** A thread that answers one request after the other, until it fails: from then on every answer is null. */
export class AskedThread<Request, Answer> {
  private readonly worker: Worker;
  private readonly patienceMs: number;
  private failed = false;
  private thrown: Error | null = null;
  private late = false;

  constructor(file: URL, { resourceLimits, patienceMs, data }: ThreadOptions) {
    this.patienceMs = patienceMs;
    this.worker = new Worker(file, {
      // Decoders write their complaints about damaged frames to the console: they are no lines of our log.
      stdout: true,
      stderr: true,
      env: {},
      resourceLimits,
      workerData: data,
      // A worker that runs from its source finds the other packages' sources too.
      ...(file.pathname.endsWith('.ts') && { execArgv: ['--conditions=source'] }),
    });
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.on('error', (error) => {
      this.failed = true;
      this.thrown = error;
    });
  }

  /** What the thread itself has thrown; null when it was ended, took too long or ran out of memory. */
  get fault(): Error | null {
    const { thrown } = this;
    return thrown !== null && 'code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY' ? null : thrown;
  }

  /** It was given up since it took too long. */
  get tooSlow(): boolean {
    return this.late;
  }

  /** The answer, or null when the thread has failed, was closed or took too long. Never rejects. */
  async ask(request: Request): Promise<Answer | null> {
    if (this.failed) return null;
    const { promise, resolve } = Promise.withResolvers<Answer | null>();
    const giveUp = (): void => resolve(null);
    const timer = setTimeout(() => {
      this.late = true;
      giveUp();
    }, this.patienceMs);
    this.worker.once('message', resolve);
    this.worker.once('exit', giveUp);
    this.worker.postMessage(request);
    const answer = await promise;
    clearTimeout(timer);
    this.worker.off('message', resolve);
    this.worker.off('exit', giveUp);
    this.failed ||= answer === null;
    return answer;
  }

  async close(): Promise<void> {
    this.failed = true;
    await this.worker.terminate();
  }
}
