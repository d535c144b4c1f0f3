import { replayInput, replayOutput } from './replay.ts';
import { queriesOf } from './rpc.ts';

const query = queriesOf('media');

/** Audio bytes never travel on the bus: they go over media-svc's HTTP with a signed grant. */
export const mediaQueries = { events: query('events', replayInput, replayOutput) };
