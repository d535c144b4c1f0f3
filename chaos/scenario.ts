import type { Field, FieldOptions } from './field.ts';
import type { Load } from './load/load.ts';

export interface Injection {
  field: Field;
  load: Load;
  /** Notes a fault that was injected, by its name. */
  note(fault: string): void;
  /** How long and how often faults come: 1, or less where little time is to be spent. */
  scale: number;
}

/** One way to break the installation under load. */
export interface Scenario {
  /** For the command line. */
  name: string;
  title: string;
  /** Why it cannot be tried on this machine; undefined when it can. */
  missing?(): string | undefined;
  /** What the installation is started with. */
  options?: Pick<FieldOptions, 'env' | 'postgres'>;
  /** Breaks things while the load runs, and heals them; resolves when all is whole again. */
  inject(injection: Injection): Promise<void>;
}
