import { promptCommands, promptQueries } from './media-prompts.ts';
import { replayInput, replayOutput } from './replay.ts';
import { queriesOf } from './rpc.ts';

const query = queriesOf('media');

export const mediaCommands = promptCommands;

/** Audio bytes never travel on the bus: they go over media-svc's HTTP with a signed grant. */
export const mediaQueries = { ...promptQueries, events: query('events', replayInput, replayOutput) };
