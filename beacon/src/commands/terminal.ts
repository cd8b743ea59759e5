/** What a command needs of the program around it: only the main file prints. */
export interface Terminal {
  /** To standard output. @throws BeaconError `output-unwritable`. */
  print(text: string): Promise<void>;
  /** To standard error; nobody may be reading it. */
  complain(text: string): void;
  /** Whether standard error is the journal. */
  readonly isJournal: boolean;
  /** Whether standard output is one. */
  readonly isTty: boolean;
  /** Ends what goes on by itself. */
  readonly signal: AbortSignal;
}
