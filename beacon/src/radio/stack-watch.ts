import { BeaconError } from '../errors.js';
import type { HciSocket } from './hci-socket.js';
import type { HciLink } from './link.js';

/** The part of bleno's and noble's objects that is the same in both and undocumented. */
export interface StackInsides {
  readonly _bindings: {
    readonly _hci: HciLayer;
    readonly onSigIntBinded?: () => void;
  };
}

export interface HciLayer {
  readonly _socket: unknown;
  pollIsDevUp(): void;
  on(event: string, listener: (...values: never[]) => void): unknown;
}

/** Knows when a stack has finished initialising the controller, at its start and after every reset. */
export interface StackWatch {
  /** Resolves at the first readiness; rejects with `stack-not-ready` after the limit, or with the link's end. */
  readonly started: Promise<void>;
  onReady(listener: () => void): () => void;
  /** The stack said this about its state. */
  noteState(state: string): void;
  close(): void;
}

/**
 * Ready means: the stack says poweredOn and every command it wrote is answered. bleno says poweredOn already when its LE Set
 * Advertising Parameters is answered, and with noble on the same link it may have written a second one by then, which
 * would undo the parameters of our advertiser.
 */
export function watchStack(name: string, link: HciLink, socket: HciSocket, limitMs: number): StackWatch {
  const listeners = new Set<() => void>();
  let state = 'unknown';
  let isAwaited = true;
  let settle: { resolve(): void; reject(error: Error): void } | undefined;
  const started = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const timer = setTimeout(() => {
    const left = socket.isIdle() ? '' : ', and commands of it are unanswered';
    refuse(
      new BeaconError('stack-not-ready', `${name} is not ready after ${limitMs} ms: its state is ${state}${left}`),
    );
  }, limitMs);

  function refuse(error: Error): void {
    clearTimeout(timer);
    settle?.reject(error);
    settle = undefined;
  }

  /** Called whenever the socket has no unanswered command. */
  function look(): void {
    if (!isAwaited || state !== 'poweredOn') return;
    isAwaited = false;
    clearTimeout(timer);
    settle?.resolve();
    settle = undefined;
    for (const listener of [...listeners]) listener();
  }

  const endings = [
    socket.onIdle(look),
    link.onReset(() => {
      isAwaited = true;
    }),
    link.onClosed((error) =>
      refuse(error ?? new BeaconError('stack-not-ready', `${name} is not ready: the link was closed`)),
    ),
  ];
  return {
    started,
    onReady(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    noteState(next) {
      state = next;
      if (next === 'unsupported') {
        refuse(
          new BeaconError('stack-not-ready', `${name}: the adapter has no Bluetooth LE (its version is below 4.0)`),
        );
      }
      isAwaited = true;
    },
    close() {
      refuse(new BeaconError('stack-not-ready', `${name} was closed before it was ready`));
      for (const end of endings) end();
      listeners.clear();
    },
  };
}

/**
 * Runs a stack's initialisation, which adds handlers to the process, and takes away the one for SIGINT: it calls
 * `process.exit(1)` when it comes last, so that a main's own orderly end would never run. The handler for 'exit' stays
 * until the stack is closed: it switches advertising or scanning off.
 * @returns the handlers for 'exit' that were added.
 */
export function initialiseWithoutSigint(insides: StackInsides, initialise: () => void): readonly NodeJS.ExitListener[] {
  const before = new Set(process.listeners('exit'));
  initialise();
  const { onSigIntBinded } = insides._bindings;
  if (onSigIntBinded !== undefined) process.removeListener('SIGINT', onSigIntBinded);
  return process.listeners('exit').filter((listener) => !before.has(listener));
}

/** A stack's poll for "is the adapter up", which arms itself anew each second for ever and keeps the process alive. */
export interface Polling {
  /** Looks at once; while the polling goes on, this begins another round of it. */
  look(): void;
  /** Ends it: what is armed comes once more and does nothing, so that within a second no timer is left. */
  end(): void;
}

/** Takes the poll of a stack over, as it is to be done for one link. */
export function takePolling({ _bindings: { _hci: hci } }: StackInsides): Polling {
  const { pollIsDevUp } = Object.getPrototypeOf(hci) as HciLayer;
  let isOver = false;
  hci.pollIsDevUp = () => {
    if (!isOver) pollIsDevUp.call(hci);
  };
  return {
    look: () => pollIsDevUp.call(hci),
    end: () => {
      isOver = true;
    },
  };
}
