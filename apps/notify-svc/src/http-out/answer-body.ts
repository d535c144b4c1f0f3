/** As much of a body as is read at all; the rest is never taken from the network. */
export const longestBody = 4_096;

/** Reads at most `longestBody` bytes and ends the connection when there are more. */
export async function firstOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > longestBody) break;
  }
  return Buffer.concat(chunks).subarray(0, longestBody).toString('utf8');
}
