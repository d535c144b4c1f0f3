const numbered = /^(\/v1\/prompts\/[^/?]+\/(?:num|digit))\/(?=[^/?]+(?:\/|\?|$))/;

/**
 * `num/7` and `digit/3` are one segment of a path, with `%2F`. Many proxies and clients cannot send that, so a plain slash
 * means the same: no other address looks like that.
 *
 * @param url path and query as they came
 */
export const withPlainKeys = (url: string): string => url.replace(numbered, '$1%2F');
