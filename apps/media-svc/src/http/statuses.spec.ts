import { problemOf } from '@aftertone/platform';
import { expect, it } from 'vitest';
import { storageError } from '../blobs/storage-errors.ts';
import { statuses } from './statuses.ts';

it.each([
  ['ENOSPC', 507, 'storage-full'],
  ['EDQUOT', 507, 'storage-full'],
  ['EIO', 503, 'storage-unavailable'],
  ['EROFS', 503, 'storage-unavailable'],
])('%s of the file system is answered with %d %s', (code, status, problem) => {
  const error = storageError(Object.assign(new Error('from the system'), { code }));
  const answer = problemOf(error, 'c-1', statuses);
  expect(answer).toMatchObject({ status, code: problem });
  expect(answer.detail).not.toMatch('from the system');
});
