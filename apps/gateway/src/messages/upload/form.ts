import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { type DomainError, invalid } from '@aftertone/kernel';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';

/** What takes each part of a form, by its name. */
type Takers = Readonly<Record<string, (part: Readable) => Promise<unknown>>>;

/** What was made of the parts that came. */
type Taken<T extends Takers> = { [Name in keyof T]?: Awaited<ReturnType<T[Name]>> };

export const wrongPart = (message: string, path: string): DomainError =>
  invalid('invalid-request', 'The form has parts that are wrong', { errors: [{ path, message }] });

const open = (headers: IncomingHttpHeaders): BusboyInstance => {
  const contentType = headers['content-type'];
  if (contentType === undefined || !/^multipart\/form-data\s*;/i.test(contentType)) {
    throw invalid('unsupported-media-type', 'A form is sent as multipart/form-data with a boundary');
  }
  try {
    const limits = { parts: 4, headerPairs: 32, headerSize: 8_192, fieldNameSize: 100 };
    // Every part is a stream, whether its sender calls it a file or not.
    return new Busboy({ headers: { ...headers, 'content-type': contentType }, limits, isPartAFile: () => true });
  } catch (error) {
    throw invalid('invalid-request', 'The multipart form cannot be read', {}, error);
  }
};

/**
 * Reads a multipart form while it arrives. The parts come in any order, each at most once, and none has to.
 * Throws `invalid-request`, `unsupported-media-type` or what a taker throws.
 */
export const readForm = async <T extends Takers>(
  source: Readable & { headers: IncomingHttpHeaders },
  takers: T,
): Promise<Taken<T>> => {
  const form = open(source.headers);
  const done = Promise.withResolvers<void>();
  const taken = new Map<string, Promise<unknown>>();
  const take = (name: string, part: BusboyFileStream): void => {
    const taker = Object.hasOwn(takers, name) ? takers[name] : undefined;
    if (taker === undefined || taken.has(name)) {
      part.resume();
      // At once: a form that has come already ends before a promise that is rejected is heard of.
      done.reject(wrongPart(taker === undefined ? 'is not a known part' : 'may come only once', name));
      return;
    }
    const result = taker(part);
    taken.set(name, result);
    result.catch(done.reject);
  };
  form.on('file', (name: string, part: BusboyFileStream) => {
    part.on('error', done.reject);
    take(name, part);
  });
  form.once('partsLimit', () => done.reject(wrongPart('are too many', '')));
  form.once('finish', () => done.resolve());
  form.once('error', (error: unknown) =>
    done.reject(invalid('invalid-request', 'The multipart form is not complete', {}, error)),
  );
  source.pipe(form);
  await done.promise;
  const results = await Promise.all([...taken].map(async ([name, result]) => [name, await result] as const));
  // Each was made by the taker of its name.
  return Object.fromEntries(results) as Taken<T>;
};
