/** Everything that can fail in the CLI: a stable code, its exit code, and what to try. One table. */
const failures = {
  'no-input': { exitCode: 66, advice: 'Try: check the path; "-" reads from standard input' },
  'bad-trace': {
    exitCode: 65,
    advice: 'Try: compare the named line with docs/trace-format.md; a trace has one JSON object a line',
  },
  'bad-profile': { exitCode: 65, advice: 'Try: export the profile again; the message names the field that is wrong' },
  'registry-busy': { exitCode: 75, advice: 'Try: run it again; somebody else is writing to the registry just now' },
  'registry-conflict': { exitCode: 75, advice: 'Try: look at what is there now (deskbeacon show), then run it again' },
  'registry-damaged': {
    exitCode: 65,
    advice: 'Try: put the file aside and restore the newest backup (deskbeacon restore FILE)',
  },
  'registry-newer': { exitCode: 78, advice: 'Try: update deskbeacon; a newer version has made this registry' },
  'registry-unreachable': {
    exitCode: 69,
    advice: 'Try: check that the PostgreSQL server runs and that the address and the password file are right',
  },
  'registry-unwritable': { exitCode: 73, advice: 'Try: check who owns the folder and whether the disk is full' },
  'registry-missing': { exitCode: 66, advice: 'Try: deskbeacon init SITE makes a registry' },
  'wrong-passphrase': { exitCode: 77, advice: 'Try: check the passphrase file; letters are told apart by case' },
  'weak-passphrase': { exitCode: 65, advice: 'Try: use five words or more; a password manager draws them' },
  'no-passphrase': {
    exitCode: 77,
    advice: 'Try: --passphrase-file FILE (mode 0600), or the credential deskbeacon-passphrase of systemd',
  },
  'cannot-write': { exitCode: 73, advice: 'Try: check that the folder exists, is yours, and has room' },
  'open-secret': { exitCode: 77, advice: 'Try: chmod 600 FILE' },
  'not-found': { exitCode: 66, advice: 'Try: deskbeacon list, desk list and extension list show what there is' },
  'no-beacon': {
    exitCode: 66,
    advice: 'Try: deskbeacon doctor EXTENSION says what is missing; deskbeacon pair EXTENSION pairs a beacon',
  },
  'no-directory': { exitCode: 66, advice: 'Try: deskbeacon directory add --help' },
  'desk-taken': {
    exitCode: 65,
    advice: 'Try: deskbeacon replace BEACON puts a new one in the place of the one that is there',
  },
  'desk-in-use': { exitCode: 65, advice: 'Try: deskbeacon release or retire the beacon first, or undo the pairing' },
  'bad-code': { exitCode: 65, advice: 'Try: read the label again; the code has seven groups of four letters' },
  'not-heard': {
    exitCode: 69,
    advice: 'Try: open its window (deskbeacond pair-window on its machine, or the button), and go nearer',
  },
  'too-far': {
    exitCode: 69,
    advice: 'Try: stand beside the beacon whose label you read, so that no other desk is paired',
  },
  'clock-off': {
    exitCode: 69,
    advice: 'Try: set the clock of this machine or of the beacon (timedatectl), then run the same command again',
  },
  'beacon-unreachable': { exitCode: 69, advice: 'Try: go nearer and run it again; what was done is not done twice' },
  'beacon-refused': {
    exitCode: 77,
    advice:
      'Try: read the label of this very beacon; one that is claimed admits its owner alone, until the owner releases it',
  },
  'radio-failed': { exitCode: 69, advice: 'Try: deskbeacon doctor looks at the adapter; --radio names another' },
  'radio-permission': {
    exitCode: 77,
    advice: 'Try: run it as root, or give it CAP_NET_RAW and CAP_NET_ADMIN; for a serial dongle join the group dialout',
  },
  'not-confirmed': { exitCode: 2, advice: 'Try: repeat the name, as the message says' },
  interrupted: { exitCode: 130, advice: 'Try: run it again; nothing is half done' },
  'audit-broken': {
    exitCode: 3,
    advice: 'Try: compare it with the newest backup; somebody has written to the registry without deskbeacon',
  },
  'hosts-unreached': { exitCode: 1, advice: 'Try: run it again for those hosts; it does no harm twice' },
  'bad-matrix': { exitCode: 65, advice: 'Try: a file that deskbeacon links --output wrote' },
  'bad-sheet': {
    exitCode: 65,
    advice: 'Try: deskbeacon import --help names the columns; deskbeacon export writes an example',
  },
  'bad-plan': { exitCode: 65, advice: 'Try: make it again with deskbeacon import FILE --dry-run --plan PLAN' },
  findings: { exitCode: 3, advice: 'Try: look at what is said above' },
  'signed-out': { exitCode: 77, advice: 'Try: deskbeacon directory sign-in' },
  'bad-walk': {
    exitCode: 65,
    advice:
      'Try: label every trace of the walk with pose, place, desk, phone, walker and floor, in its header or in walk.json; docs/calibration.md has an example',
  },
  'cannot-listen': {
    exitCode: 69,
    advice: 'Try: another port, or end the program that listens on this one; the address must be one of this machine',
  },
  'bad-counters': { exitCode: 65, advice: 'Try: docs/calibration.md shows what phones count; nothing was changed' },
  'no-poses': { exitCode: 65, advice: 'Try: walk again, beginning at the desk itself' },
  'bad-backup': { exitCode: 65, advice: 'Try: use another copy of the backup; nothing was changed' },
  'directory-unreachable': {
    exitCode: 69,
    advice: 'Try: check the address and the network, then run the same command again; it goes on where it stopped',
  },
  'directory-untrusted': {
    exitCode: 69,
    advice: 'Try: give the certificate of the authority that signed for this server; never switch the check off',
  },
  'directory-refused': {
    exitCode: 77,
    advice: 'Try: check the account, its password or token, and its right to read this part of the directory',
  },
  'directory-throttled': {
    exitCode: 75,
    advice: 'Try: wait until the time named in the message, then run the same command again',
  },
  'directory-moved': {
    exitCode: 75,
    advice: 'Try: run the command again from the start; the list changed while it was read',
  },
  'directory-malformed': {
    exitCode: 65,
    advice: 'Try: compare the place named in the message with docs/directory.md',
  },
  'directory-columns': {
    exitCode: 65,
    advice: 'Try: name the columns yourself; docs/directory.md lists the names that are understood',
  },
  'directory-settings': {
    exitCode: 78,
    advice: 'Try: correct the setting named in the message; docs/directory.md describes each',
  },
  'bad-desk-plan': {
    exitCode: 65,
    advice: 'Try: correct the named lines; docs/labels.md shows what a plan looks like',
  },
  'bad-codes': {
    exitCode: 65,
    advice: 'Try: correct the named lines; each is a desk, a tab and the code of its beacon (deskbeacond setup-code)',
  },
  'bad-letters': {
    exitCode: 65,
    advice:
      'Try: add --font with a TrueType file that has them, for example /usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf',
  },
  'bad-font': { exitCode: 65, advice: 'Try: name a TrueType or OpenType file (.ttf, .otf) with --font' },
  'output-exists': {
    exitCode: 73,
    advice: 'Try: name another place with --output; --replace gives up what is there, and its labels with it',
  },
  'bad-usage': { exitCode: 2, advice: 'Try: the same command with --help' },
} as const;

export type CliErrorCode = keyof typeof failures;

export const cliErrorCodes = Object.keys(failures) as readonly CliErrorCode[];

/** The world failed in a way we know. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
  }
}

/** @returns what a person can try, a sentence that begins with "Try:". */
export function adviceFor(code: CliErrorCode): string {
  return failures[code].advice;
}

/** @returns the exit code of the program, by the table in docs/cli.md. */
export function exitCodeFor(code: CliErrorCode): number {
  return failures[code].exitCode;
}
