import type { PromptName } from './prompt.ts';

export const promptAggregateType = 'prompt';

export const promptId = ({ language, key }: PromptName): string => `${language}-${key}`;
