import { conflict, invalid, notFound, rejected, unavailable } from '@aftertone/kernel';
import { BadRequestException, InternalServerErrorException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemOf } from './problem.ts';

describe('the problem document of an error', () => {
  it.each([
    [invalid('bad', 'Bad'), 400],
    [notFound('mailbox-not-found', 'No'), 404],
    [rejected('mailbox-full', 'Full'), 422],
    [conflict('key-reused', 'Other body'), 409],
    [unavailable('service-unavailable', 'Down'), 503],
    [conflict('version-mismatch', 'Changed'), 412],
    [unavailable('internal-error', 'A service failed'), 500],
  ])('has a status by kind or code: %s', (error, status) => {
    expect(problemOf(error, 'c-1')).toMatchObject({ status, code: error.code, detail: error.message });
  });

  it('is complete', () => {
    const errors = [{ path: 'quota.maxMessages', message: 'must be at least 1' }];
    expect(problemOf(invalid('invalid-request', 'Wrong', { errors }), 'c-1')).toEqual({
      type: 'urn:aftertone:problem:invalid-request',
      title: 'Bad Request',
      status: 400,
      code: 'invalid-request',
      detail: 'Wrong',
      correlationId: 'c-1',
      errors,
    });
  });

  it('tells of a refusal what concerns its caller, and nothing else', () => {
    const holder = { assigneeUserId: '01964c2e-9b2a-7c3d-9f00-5a1c2e4b6d02', dueAt: null };
    const claimed = conflict('message-claimed', 'Somebody has it', { ...holder, streamId: 'message-1' });
    expect(problemOf(claimed, 'c').details).toEqual(holder);
    expect(problemOf(notFound('message-not-found', 'No', holder), 'c')).not.toHaveProperty('details');
    expect(problemOf(conflict('stream-busy', 'Busy', { streamId: 'message-1' }), 'c')).not.toHaveProperty('details');
  });

  it('takes the app’s status for a code', () => {
    expect(problemOf(rejected('unauthenticated', 'Who?'), 'c', { unauthenticated: 401 })).toMatchObject({
      status: 401,
      title: 'Unauthorized',
    });
  });

  it('names the fields that a schema refuses', () => {
    const { error } = z.strictObject({ number: z.string() }).safeParse({ number: 1, colour: 'red' });
    expect(problemOf(error, 'c')).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(
      problemOf(error, 'c')
        .errors.map(({ path }) => path)
        .sort(),
    ).toEqual(['colour', 'number']);
  });

  it('keeps what the framework refuses', () => {
    expect(problemOf(new NotFoundException('Cannot GET /x'), 'c')).toMatchObject({ status: 404, code: 'not-found' });
    expect(problemOf(new BadRequestException('No JSON'), 'c')).toMatchObject({ status: 400, code: 'invalid-request' });
    const tooLarge = Object.assign(new Error('Request body is too large'), { statusCode: 413 });
    expect(problemOf(tooLarge, 'c')).toMatchObject({ status: 413, code: 'body-too-large' });
  });

  it('tells nothing about a bug', () => {
    for (const bug of [new TypeError('secret'), new InternalServerErrorException('secret'), 'secret', undefined]) {
      const problem = problemOf(bug, 'c-9');
      expect(problem).toMatchObject({ status: 500, code: 'internal-error', correlationId: 'c-9' });
      expect(JSON.stringify(problem)).not.toContain('secret');
    }
  });
});
