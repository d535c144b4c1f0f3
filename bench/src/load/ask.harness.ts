/** A program as `ask` has them: answers with what it was asked and how many threads it has, or ends without a word. */
process.once('message', ({ say }: { say: string | null }) => {
  if (say === null) process.exit(3);
  const { UV_THREADPOOL_SIZE: threads } = process.env;
  process.send?.({ say, threads }, () => process.disconnect());
});
