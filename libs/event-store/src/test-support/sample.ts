import type { Command, DomainEvent } from '@aftertone/kernel';
import { rejected } from '@aftertone/kernel';
import type { Aggregate } from '../types.ts';

/** A box of letters: the smallest pair of streams that uses everything an aggregate can. Counters: letters, grams. */
export type BoxEvent =
  | DomainEvent<'BoxOpened', { number: string; access: unknown; limits: Array<number | null> }>
  | DomainEvent<'BoxShared', { access: unknown }>
  | DomainEvent<'BoxClosed', Record<string, never>>;
export type BoxCommand =
  | Command<'OpenBox', { number: string; access: unknown; limits?: Array<number | null> }>
  | Command<'ShareBox', { access: unknown }>
  | Command<'CloseBox', Record<string, never>>;
export interface Box {
  status: 'absent' | 'open' | 'closed';
  number: string;
}

export const box: Aggregate<Box, BoxCommand, BoxEvent> = {
  type: 'box',
  decider: {
    initialState: { status: 'absent', number: '' },
    evolve: (state, event) => {
      switch (event.type) {
        case 'BoxOpened':
          return { status: 'open', number: event.data.number };
        case 'BoxShared':
          return state;
        case 'BoxClosed':
          return { ...state, status: 'closed' };
      }
    },
    decide: ({ type, data }, state) => {
      switch (type) {
        case 'OpenBox':
          if (state.status !== 'absent') throw rejected('box-exists', 'There is such a box.');
          return [{ type: 'BoxOpened', data: { ...data, limits: data.limits ?? [] } }];
        case 'ShareBox':
          return [{ type: 'BoxShared', data }];
        case 'CloseBox':
          return state.status === 'closed' ? [] : [{ type: 'BoxClosed', data: {} }];
      }
    },
  },
  codecs: { BoxOpened: { schemaVersion: 1 }, BoxShared: { schemaVersion: 1 }, BoxClosed: { schemaVersion: 1 } },
  feeds: (_before, _after, event, { id }) => {
    const change = { role: 'box', feedId: id, take: 1 };
    switch (event.type) {
      case 'BoxOpened':
        return [
          { ...change, create: true, delta: [0, 0], set: { access: event.data.access, limits: event.data.limits } },
        ];
      case 'BoxShared':
        return [{ ...change, set: { access: event.data.access } }];
      case 'BoxClosed':
        return [{ ...change, set: { open: false } }];
    }
  },
  effects: (before, after, events) =>
    events.length === 0 || before.status === after.status
      ? {}
      : {
          claims: [{ scope: 'number', key: after.number, action: after.status === 'open' ? 'take' : 'release' }],
        },
};

export type LetterEvent =
  | DomainEvent<'LetterPosted', { boxId: string; grams: number; sender?: string; note?: string }>
  | DomainEvent<'LetterRead', { boxId: string }>
  | DomainEvent<'LetterMoved', { from: string; to: string; grams: number }>
  | DomainEvent<'LetterPurged', { boxId: string; grams: number }>;
export type LetterCommand =
  | Command<'PostLetter', { boxId: string; grams: number; sender?: string; note?: string; readAtOnce?: boolean }>
  | Command<'ReadLetter', Record<string, never>>
  | Command<'MoveLetter', { to: string }>
  | Command<'PurgeLetter', Record<string, never>>;
export interface Letter {
  status: 'absent' | 'unread' | 'read' | 'purged';
  boxId: string;
  grams: number;
  sender: string | null;
}

export const letter: Aggregate<Letter, LetterCommand, LetterEvent> = {
  type: 'letter',
  decider: {
    initialState: { status: 'absent', boxId: '', grams: 0, sender: null },
    evolve: (state, event) => {
      switch (event.type) {
        case 'LetterPosted':
          return {
            status: 'unread',
            boxId: event.data.boxId,
            grams: event.data.grams,
            sender: event.data.sender ?? null,
          };
        case 'LetterRead':
          return { ...state, status: 'read' };
        case 'LetterMoved':
          return { ...state, boxId: event.data.to };
        case 'LetterPurged':
          return { ...state, status: 'purged' };
      }
    },
    decide: (command, state) => {
      if (command.type === 'PostLetter') {
        if (state.status !== 'absent') throw rejected('letter-exists', 'There is such a letter.');
        const { readAtOnce, ...data } = command.data;
        const posted: LetterEvent = { type: 'LetterPosted', data };
        return readAtOnce === true ? [posted, { type: 'LetterRead', data: { boxId: data.boxId } }] : [posted];
      }
      if (state.status === 'absent' || state.status === 'purged') throw rejected('letter-not-found', 'No such letter.');
      const { boxId, grams } = state;
      switch (command.type) {
        case 'ReadLetter':
          return state.status === 'read' ? [] : [{ type: 'LetterRead', data: { boxId } }];
        case 'MoveLetter':
          return [{ type: 'LetterMoved', data: { from: boxId, to: command.data.to, grams } }];
        case 'PurgeLetter':
          return [{ type: 'LetterPurged', data: { boxId, grams } }];
      }
    },
  },
  codecs: {
    LetterPosted: { schemaVersion: 1, sealed: ['sender', 'note'] },
    LetterRead: { schemaVersion: 1 },
    LetterMoved: { schemaVersion: 1 },
    LetterPurged: { schemaVersion: 1 },
  },
  feeds: (_before, _after, { type, data }) => {
    switch (type) {
      case 'LetterPosted':
        return [{ role: 'box', feedId: data.boxId, delta: [1, data.grams], take: 1 }];
      case 'LetterRead':
        return [{ role: 'box', feedId: data.boxId, take: 1 }];
      case 'LetterMoved':
        return [
          { role: 'from', feedId: data.from, delta: [-1, -data.grams], take: 1 },
          { role: 'to', feedId: data.to, delta: [1, data.grams], take: 1 },
        ];
      case 'LetterPurged':
        return [{ role: 'box', feedId: data.boxId, delta: [-1, -data.grams], take: 1, requireOpen: false }];
    }
  },
  effects: (_before, after, events, { id }) => {
    if (events.length === 0) return {};
    if (after.status === 'purged') {
      return { rows: [{ table: 'letter_list', op: 'delete', key: { letter_id: id } }], destroyKey: true };
    }
    const row = { letter_id: id, box_id: after.boxId, status: after.status, grams: after.grams, sender: after.sender };
    return { rows: [{ table: 'letter_list', op: 'upsert', row }] };
  },
};
