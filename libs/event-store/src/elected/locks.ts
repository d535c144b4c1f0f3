/** First number of this library's advisory locks that have a name; the second is the name's hash. */
export const electionLocks = 7_205;

/** The same of shared ones, which say that a session's process knows an event type. */
export const knowledgeLocks = 7_206;
