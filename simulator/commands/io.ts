/** Where a command's words go. Standard output carries results, standard error what a person should know meanwhile. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
}

export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** The command was called wrongly, or was given a file that is wrong. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
