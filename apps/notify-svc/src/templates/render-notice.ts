import { type TemplateContent, type TemplateKind, type TemplatePart, templateKind } from '@aftertone/contracts';
import { builtInSources } from './built-in/sources.ts';
import { CompiledPart } from './engine/engine.ts';
import { TemplateFault } from './engine/problem.ts';
import { manyLines, oneLine } from './facts/clean.ts';
import type { NoticeFacts } from './facts/facts.ts';
import { type Variables, variablesOf } from './facts/variables.ts';

/** A template of a tenant as it is kept. */
export interface OwnTemplate extends TemplateContent {
  language: string;
}

/** What is sent. */
export interface Rendered {
  /** One line; empty for kinds without a subject. */
  subject: string;
  text: string;
  /** Null for kinds without, and where a tenant's template has a text and no HTML: it is sent alone then. */
  html: string | null;
  /** Why parts of a tenant's template were left out and the built-in ones were taken; for the delivery's detail. */
  problem?: string;
}

const longestSubject = 500;

/** One line as long as a header may be, or whole lines. */
const finished = (part: TemplatePart, text: string): string => {
  if (part !== 'subject') return manyLines(text);
  return [...oneLine(text)].slice(0, longestSubject).join('');
};

const builtInTemplate = (kind: TemplateKind): OwnTemplate => ({ language: 'built-in', ...builtInSources[kind] });

const builtIns = new Map(templateKind.options.map((kind) => [kind, builtInTemplate(kind)]));

/** Compiled once; templates live as long as whoever keeps them. */
const compiled = new WeakMap<OwnTemplate, Map<TemplatePart, CompiledPart>>();

const compiledPart = (template: OwnTemplate, part: TemplatePart, source: string): CompiledPart => {
  const parts = compiled.get(template) ?? new Map<TemplatePart, CompiledPart>();
  compiled.set(template, parts);
  const made = parts.get(part) ?? new CompiledPart(source, part === 'html' ? 'html' : 'text');
  parts.set(part, made);
  return made;
};

/** Null where the template does not have the part. Throws `TemplateFault`. */
const fillPart = (template: OwnTemplate, part: TemplatePart, variables: Variables): string | null => {
  const source = template[part];
  return source === null ? null : finished(part, compiledPart(template, part, source).fill(variables));
};

const bodyOf = (template: OwnTemplate, fallback: OwnTemplate, variables: Variables) => ({
  text: fillPart(template, 'text', variables) ?? fillPart(fallback, 'text', variables) ?? '',
  html: fillPart(template, 'html', variables),
});

/**
 * Writes a notice with the first of a tenant's templates that has the part in question, most specific first, else with
 * the built-in one. Text and HTML come from one template, so that they say the same. Never throws because of a template:
 * one that fails is left out, and `problem` says so.
 */
export const renderNotice = (templates: readonly OwnTemplate[], facts: NoticeFacts): Rendered => {
  const fallback = builtIns.get(facts.kind) ?? builtInTemplate(facts.kind);
  const variables = variablesOf(facts);
  const problems: string[] = [];
  const attempt = <T>(own: OwnTemplate | undefined, part: string, fill: (template: OwnTemplate) => T): T => {
    if (own === undefined) return fill(fallback);
    try {
      return fill(own);
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      problems.push(`template ${facts.kind}/${own.language}, ${part}: ${error.message}`);
      return fill(fallback);
    }
  };
  const withSubject = templates.find(({ subject }) => subject !== null);
  const withBody = templates.find(({ text, html }) => text !== null || html !== null);
  return {
    subject: attempt(withSubject, 'subject', (template) => fillPart(template, 'subject', variables) ?? ''),
    ...attempt(withBody, 'text and html', (template) => bodyOf(template, fallback, variables)),
    ...(problems.length > 0 && { problem: problems.join('; ') }),
  };
};
