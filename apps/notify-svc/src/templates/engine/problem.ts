/** Where in a template something is wrong, from 1, and what. */
export interface Fault {
  line: number;
  column: number;
  message: string;
}

/** A template that cannot be used. */
export class TemplateFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(`line ${fault.line}, column ${fault.column}: ${fault.message}`);
    this.name = 'TemplateFault';
    this.fault = fault;
  }
}

export const placeOf = (source: string, offset: number): Pick<Fault, 'line' | 'column'> => {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};
