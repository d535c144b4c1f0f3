import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readings, Reads } from '../audio/container/readings.ts';
import { audioTooLarge } from '../audio/refusals.ts';
import { causedBy, type Ground } from '../ground/ground.ts';
import { keepRecording } from '../uploads/keep-recording.ts';
import type { UploadMemory } from '../uploads/upload-memory.ts';
import type { UploadSlots } from '../uploads/upload-slots.ts';
import { callerLeft } from './caller-left.ts';
import { readGrant } from './read-grant.ts';
import { requestBody } from './request-body.ts';
import { stillWorking } from './still-working.ts';
import { storedAnswer } from './stored-answer.ts';

export interface PutParts {
  ground: Ground;
  slots: UploadSlots;
  memory: UploadMemory;
  readings: Readings;
  grantSecret: string;
  /** Largest upload that any grant allows. */
  maxBytes: number;
  /** An upload of which nothing comes for so long is cut off. */
  idleMs: number;
}

export const putMedia = async (
  parts: PutParts,
  mediaId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> => {
  const grant = readGrant(request, parts.grantSecret, 'put', mediaId);
  const maxBytes = Math.min(grant.maxBytes ?? parts.maxBytes, parts.maxBytes);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw audioTooLarge(maxBytes);
  const { store, recordings, clock } = parts.ground;
  const left = callerLeft(reply);
  /** Long files take longer to read than a gateway waits for something to move. */
  const readings: Reads = {
    read: (...file) => stillWorking(reply, parts.readings.read(...file, left)),
  };
  const kept = await parts.slots.run(() =>
    keepRecording(
      { store, recordings, clock, memory: parts.memory, readings },
      {
        tenantId: grant.tenantId,
        mediaId,
        limits: { maxBytes, maxSeconds: grant.maxSeconds ?? null },
        source: requestBody(request.raw, parts.idleMs),
        meta: causedBy(request.id),
      },
    ),
  );
  return reply.status(kept.isNew ? 201 : 200).send(storedAnswer(mediaId, kept.media));
};
