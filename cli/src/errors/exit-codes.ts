/** What the program ends with, after sysexits(3) where it fits. */
export const exitMeanings = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'wrong usage'],
  [3, 'findings: a dry run with changes, a check that failed, a desk that cannot be told apart'],
  [65, 'data that is wrong'],
  [66, 'no input: a file, a registry, a name that is not there'],
  [69, 'unavailable: radio, beacon, server'],
  [70, 'a bug'],
  [73, 'cannot write'],
  [75, 'try again: somebody else is at it'],
  [77, 'no permission: passphrase, code, login'],
  [78, 'configuration, or a registry of a newer version'],
  [130, 'interrupted'],
] as const;
