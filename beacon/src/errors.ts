/**
 * The stable codes of everything that can fail in this package, the advice that belongs to each, and the exit code
 * the daemon ends with. One table, so that no code is without a way out.
 */
const failures = {
  'beacon-unnamed': { exitCode: 2, advice: 'Try: name one of them with --beacon NAME' },
  'beacons-ended': { exitCode: 78, advice: 'Try: deskbeacond run --beacon NAME shows what stops one of them' },
  'radio-address': {
    exitCode: 2,
    advice: 'Try: --radio hci:0, h4:/dev/ttyACM0, h4:unix:/run/air/desk-1.sock or h4:tcp:127.0.0.1:9000',
  },
  'radio-unavailable': {
    exitCode: 69,
    advice:
      'Try: plug in a Bluetooth adapter and use --radio hci:0, or a serial dongle with --radio h4:/dev/ttyACM0; without hardware, start deskbeacon-air and use --radio h4:unix:PATH',
  },
  'radio-permission': {
    exitCode: 77,
    advice:
      'Try: run with CAP_NET_RAW and CAP_NET_ADMIN (the unit file grants both), or join the group dialout for a serial dongle',
  },
  'radio-busy': {
    exitCode: 75,
    advice: 'Try: stop the program that holds the adapter; for channel=user the adapter must be down',
  },
  'radio-lost': {
    exitCode: 69,
    advice: 'Try: check the cable and the power of the adapter; the daemon goes on by itself when it is back',
  },
  'hci-timeout': {
    exitCode: 69,
    advice: 'Try: unplug the adapter and plug it in again; it stopped answering commands',
  },
  'hci-refused': {
    exitCode: 69,
    advice: 'Try: make sure that no other program uses this adapter; the controller refused a command',
  },
  'radio-shared': {
    exitCode: 69,
    advice:
      'Try: find the program that uses this adapter as well (bluetoothd with an advertisement of its own, hcitool), or keep all but root out with hci:0?channel=user',
  },
  'stack-not-ready': {
    exitCode: 69,
    advice: 'Try: check that the adapter supports Bluetooth LE (4.0 or newer) and is up',
  },
  'control-socket': {
    exitCode: 69,
    advice: 'Try: start the daemon with the same configuration, and run this as its user (sudo -u deskbeacond …)',
  },
  'control-failed': {
    exitCode: 69,
    advice: 'Try: go nearer to the beacon and ask again; nothing is lost, what was done is not done twice',
  },
  'control-refused': {
    exitCode: 77,
    advice:
      'Try: read the code on the label of this very beacon; one that is claimed admits only its owner, until the owner releases it',
  },
  'config-missing': {
    exitCode: 66,
    advice: 'Try: write a configuration file, see docs/daemon.md, and name it with --config FILE',
  },
  'config-invalid': {
    exitCode: 78,
    advice: 'Try: correct the named setting; docs/daemon.md lists each with its range',
  },
  'seed-unreadable': {
    exitCode: 66,
    advice: 'Try: let the user of the daemon read the seed file, or take seed_file out of the settings',
  },
  'seed-invalid': {
    exitCode: 65,
    advice:
      'Try: copy the seed from its folder again; without the file the beacon draws a code of its own, and needs a new label',
  },
  'state-unreadable': {
    exitCode: 65,
    advice: 'Try: restore the state directory from a backup, or move it away and pair the beacon again',
  },
  'state-permission': {
    exitCode: 77,
    advice: 'Try: chown the state directory to the user of the daemon; its files must have mode 0600',
  },
  'state-busy': { exitCode: 75, advice: 'Try: stop the other daemon, or give this one a state directory of its own' },
  'state-missing': {
    exitCode: 66,
    advice: 'Try: start the daemon once with this configuration; it makes its key then',
  },
  'output-unwritable': {
    exitCode: 73,
    advice: 'Try: name a file in a directory that is writable; an existing file is not replaced',
  },
  'secret-found': {
    exitCode: 65,
    advice: 'Try: --no-journal where it is the log; no key belongs there, so please report which part it was',
  },
  'state-unwritable': {
    exitCode: 73,
    advice: 'Try: check that the state directory is on a disk that is writable and not full',
  },
} as const;

export type BeaconErrorCode = keyof typeof failures;

export const beaconErrorCodes = Object.keys(failures) as readonly BeaconErrorCode[];

/** The world failed in a way we know: a stable `code`, a sentence, and what caused it. */
export class BeaconError extends Error {
  readonly code: BeaconErrorCode;

  constructor(code: BeaconErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BeaconError';
    this.code = code;
  }
}

/** @returns what a person can try, a sentence that begins with "Try:". */
export function adviceFor(code: BeaconErrorCode): string {
  return failures[code].advice;
}

/** @returns the process exit code, by the table of docs/daemon.md. */
export function exitCodeFor(code: BeaconErrorCode): number {
  return failures[code].exitCode;
}
