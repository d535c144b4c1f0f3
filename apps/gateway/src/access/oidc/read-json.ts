export interface ReadLimits {
  timeoutMs: number;
  maxBytes: number;
}

/**
 * The JSON that another server gives at this address itself: redirects are not followed, and what is too large or too
 * slow is given up. Throws whatever went wrong.
 */
export const readJson = async (url: string, { timeoutMs, maxBytes }: ReadLimits): Promise<unknown> => {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answers ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels what is still to come.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`${url} answers more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
};
