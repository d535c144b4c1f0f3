import { createHash } from 'node:crypto';
import { invalid } from '@aftertone/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { audioTooLarge } from '../audio/refusals.ts';
import type { PutParts } from './put-media.ts';
import { readGrant } from './read-grant.ts';
import { requestBody } from './request-body.ts';

export const copyQuery = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** PUT by another replica: a copy of what its spool holds, for the case that its disk is lost. */
export const takeSpooled = async (
  { ground, slots, grantSecret, maxBytes, idleMs }: PutParts,
  mediaId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  const { sha256 } = copyQuery.parse(request.query);
  const { tenantId } = readGrant(request, grantSecret, 'put', mediaId);
  const { spool } = ground.recordings;
  const keep = async (): Promise<void> => {
    const file = await spool.begin();
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const piece of requestBody(request.raw, idleMs)) {
        bytes += piece.length;
        if (bytes > maxBytes) throw audioTooLarge(maxBytes);
        hash.update(piece);
        await file.write([piece]);
      }
      if (hash.digest('hex') !== sha256) throw invalid('copy-differs', 'These are not the bytes that were announced.');
      await spool.keep({ tenantId, mediaId, sha256 }, file.content(bytes), file);
    } finally {
      await file.discard();
    }
  };
  await slots.run(keep);
  return reply.status(201).send({ replicaId: await spool.replicaId() });
};
