import type { z } from 'zod';

/** One wrong field: `path` in dots (`quota.maxMessages`, empty for the whole), `message` says what is wrong. */
export interface FieldProblem {
  path: string;
  message: string;
}

/** A request can carry thousands of wrong fields with endless names; an answer names this many, this long. */
const most = 50;
const longest = 128;

const dotted = (path: readonly PropertyKey[]): string =>
  path.map((key) => String(key).toWellFormed().slice(0, longest)).join('.');

/** What is wrong with the alternative that was meant; null when none is nearer than the others. */
const nearest = ({ path, errors }: z.core.$ZodIssueInvalidUnion): FieldProblem[] | null => {
  const found = errors
    .map((issues) => issues.flatMap((one) => problemsOf({ ...one, path: [...path, ...one.path] })))
    .sort((a, b) => a.length - b.length);
  const [first, second] = found;
  // A wrong kind of value says nothing about what was meant.
  if (first === undefined || first.every((problem) => problem.path === dotted(path))) return null;
  return second !== undefined && second.length === first.length ? null : first;
};

const problemsOf = (issue: z.core.$ZodIssue): FieldProblem[] => {
  switch (issue.code) {
    case 'invalid_union':
      return nearest(issue) ?? [{ path: dotted(issue.path), message: issue.message }];
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: dotted([...issue.path, key]), message: 'is not a known field' }));
    case 'invalid_key':
      return [{ path: dotted(issue.path), message: issue.issues[0]?.message ?? issue.message }];
    case 'invalid_type':
      return [
        {
          path: dotted(issue.path),
          message: /received undefined$/.test(issue.message) ? 'is required' : issue.message,
        },
      ];
    default:
      return [{ path: dotted(issue.path), message: issue.message }];
  }
};

/** What a zod error says, field by field, for `details.errors` of an `invalid-request` and `errors` of a problem+json. */
export const fieldErrors = (error: z.ZodError | z.core.$ZodError): FieldProblem[] =>
  error.issues.flatMap(problemsOf).slice(0, most);
