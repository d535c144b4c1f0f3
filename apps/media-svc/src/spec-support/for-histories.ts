// What a spec of several services takes from this one.
export { deleteUnused, type Known } from '../housekeeping/delete-unused.ts';
export { applyMessageEvents } from '../message-audio/apply-message-events.ts';
export { MessageAudioTable } from '../message-audio/message-audio.table.ts';
export { keepRecording } from '../uploads/keep-recording.ts';
export { type MediaGround, meta, openMediaGround, pieces } from './media-ground.ts';
export { wavFile } from './wav-files.ts';
