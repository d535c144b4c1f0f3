import {
  type TemplateContent,
  type TemplateKey,
  type TemplateKind,
  type TemplatePart,
  type TemplateWarning,
  templatePart,
  templateParts,
} from '@aftertone/contracts';
import { type FieldError, invalid } from '@aftertone/kernel';
import { CompiledPart, type Named } from './engine/engine.ts';
import { htmlFaults } from './engine/html-faults.ts';
import { type Fault, TemplateFault } from './engine/problem.ts';
import { sampleFacts } from './facts/sample.ts';
import { type Variables, variablesOf } from './facts/variables.ts';

/** What Liquid knows of lists and texts. */
const ofEvery: ReadonlySet<string | number> = new Set(['size', 'first', 'last']);

/** Whether a template that names this gets a value from somewhere; a list is as its first item is. */
const isKnown = (value: unknown, [name, ...rest]: readonly (string | number)[]): boolean => {
  if (name === undefined) return true;
  if (Array.isArray(value)) {
    const [first] = value;
    return name === 'size' || ((typeof name === 'number' || ofEvery.has(name)) && isKnown(first, rest));
  }
  if (typeof value !== 'object' || value === null) return ofEvery.has(name) && rest.length === 0;
  return Object.hasOwn(value, name) && isKnown(Reflect.get(value, name), rest);
};

/** Known names that no message has a value for yet: none tells the text of its recording, nor of which it is a copy. */
const neverFilled =
  /^((messages\.\w+\.)?(original(\..+)?|message\.transcription)|ORIG_VM_\w+|voicemail\.transcription)$/;

const warningsOf = (part: TemplatePart, named: readonly Named[], known: Variables): TemplateWarning[] =>
  named.flatMap(({ path, line, column }) => {
    const name = path.join('.');
    if (!isKnown(known, path))
      return [{ part, line, column, message: `there is no \`${name}\` here; it will be empty` }];
    if (!neverFilled.test(name)) return [];
    return [{ part, line, column, message: `no message has a \`${name}\` yet; it will be empty` }];
  });

const mostFaults = 20;

interface Checked {
  faults: Fault[];
  warnings: TemplateWarning[];
}

const tried = (part: TemplatePart, source: string, known: Variables): Checked => {
  const unsafe = part === 'html' ? htmlFaults(source) : [];
  try {
    const compiled = new CompiledPart(source, part === 'html' ? 'html' : 'text');
    compiled.fill(known);
    return { faults: unsafe, warnings: warningsOf(part, compiled.named(), known) };
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    return { faults: [error.fault, ...unsafe], warnings: [] };
  }
};

const misplaced = (part: TemplatePart, kind: TemplateKind): FieldError => ({
  path: part,
  message: `a template for ${kind} has ${templateParts[kind].join(', ')} only; leave it out`,
});

/**
 * What is odd in a template that can be used. Throws `template-invalid` (invalid) with every place that cannot: it is
 * parsed and filled in once with example facts.
 */
export const checkTemplate = ({ kind, language }: TemplateKey, content: TemplateContent): TemplateWarning[] => {
  const known = variablesOf(sampleFacts(kind, language));
  const errors: FieldError[] = [];
  const warnings: TemplateWarning[] = [];
  for (const part of templatePart.options) {
    const source = content[part];
    if (source === null) continue;
    if (!templateParts[kind].includes(part)) {
      errors.push(misplaced(part, kind));
      continue;
    }
    const checked = tried(part, source, known);
    const told = checked.faults.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
    errors.push(...told.map((message) => ({ path: part, message })));
    warnings.push(...checked.warnings);
  }
  if (errors.length > 0) {
    const message = 'The template cannot be used as it is: `errors` says where and what to do';
    throw invalid('template-invalid', message, { errors: errors.slice(0, mostFaults) });
  }
  return warnings.slice(0, mostFaults);
};
