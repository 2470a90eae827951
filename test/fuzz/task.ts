/** What the process for cases can do: the measured part first, then what must hold of its result. */

/** Resolves when the work is done. The returned function checks the result, throws, or says what came out. */
export type Task = (input: unknown) => Promise<() => Promise<string>>;
