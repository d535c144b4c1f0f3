import type { Chance } from './faults/chance.ts';
import type { Healed } from './faults/fault-log.ts';
import type { Field, FieldOptions } from './field.ts';
import type { Load } from './load/load.ts';

export interface Injection {
  field: Field;
  load: Load;
  /** Notes that a fault begins, by its name; what this returns is called when it has been undone. */
  note(fault: string): Healed;
  /** How long and how often faults come: 1, or less where little time is to be spent. */
  scale: number;
  /** What is left to chance. */
  chance: Chance;
  /** Waits until the books are in order, for so long. Throws with what is not. */
  settled(timeoutMs: number): Promise<void>;
}

export type InstallationSettings = Omit<FieldOptions, 'folder'>;

/** What whoever starts the campaign wants otherwise. */
export interface Wishes {
  /** Commit of the version before this one. */
  previous?: string;
}

export interface Preparation extends Wishes {
  /** For whatever it makes; removed with the data. */
  folder: string;
  say(line: string): void;
}

/** One way to break the installation under load. */
export interface Scenario {
  /** For the command line. */
  name: string;
  title: string;
  /** Why it cannot be tried on this machine; undefined when it can. */
  missing?(wishes: Wishes): string | undefined;
  /** Whether nobody may notice: every request is answered well the first time. */
  unnoticed?: boolean;
  /** How an attempt to tell somebody may be cut off between sending and recording; left out, no attempt may be listed as unknown. */
  cutsAttempts?: string;
  /** What the installation is started with. */
  options?: InstallationSettings;
  /** What takes work before the installation can be started. */
  prepare?(preparation: Preparation): Promise<InstallationSettings>;
  /** Breaks things while the load runs, and heals them; resolves when all is whole again. */
  inject(injection: Injection): Promise<void>;
}
