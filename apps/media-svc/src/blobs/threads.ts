/** libuv's own default. */
const usualThreads = 4;

/** Threads that this process has for work on files. */
export const availableThreads = (): number => {
  const set = Number(process.env.UV_THREADPOOL_SIZE);
  return Number.isInteger(set) && set > 0 ? set : usualThreads;
};
