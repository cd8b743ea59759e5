import { CliError, type CliErrorCode } from '../../errors/cli-error.js';

/** What is wrong with a line of a file. */
export interface Finding {
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/** A file in the wrong format would fill the screen. */
const MOST_SHOWN = 20;

/** @throws CliError with every finding and its line, if there is one. */
export function throwFindings(code: CliErrorCode, file: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const lines = [...findings].sort((a, b) => a.line - b.line).map((finding) => formatFinding(file, finding));
  const rest = lines.length > MOST_SHOWN ? [`and ${lines.length - MOST_SHOWN} more`] : [];
  throw new CliError(code, [...lines.slice(0, MOST_SHOWN), ...rest].join('\n  '));
}

export function formatFinding(file: string, { line, what }: Finding): string {
  return `${file}:${line}: ${what}`;
}
