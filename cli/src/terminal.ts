/** What a command may do with the terminal. Only `main.ts` makes one: nothing else prints. */
export interface Terminal {
  /** Data, to standard output: a line, or a document of several. Waits while the reader is slow. */
  readonly print: (text: string) => Promise<void>;
  /** Messages and progress, to standard error. */
  readonly say: (text: string) => void;
  /** Both ends are a person: questions may be asked and screens drawn. */
  readonly isInteractive: boolean;
  readonly columns: number;
  /** Where screens are drawn; absent for dumb terminals, screen readers and pipes: they get lines. */
  readonly canvas?: NodeJS.WriteStream;
  /** Reads a line without showing it. @throws CliError `interrupted` on Ctrl-C. */
  readonly askSecret: (question: string) => Promise<string>;
  /** Aborted by the first Ctrl-C; the second ends the program at once. */
  readonly signal: AbortSignal;
}
