/** What is wrong with a URL as one to call, to be told to who gave it; null when nothing is. */
export const urlFault = (text: string, { allowHttp }: { allowHttp: boolean }): string | null => {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'must be an https:// URL';
  if (url.protocol === 'http:' && !allowHttp) return 'must be an https:// URL; http:// is not allowed here';
  // They would be sent to whoever reads our logs and lists as well.
  if (url.username !== '' || url.password !== '') return 'must have no user or password; use a header instead';
  return null;
};
