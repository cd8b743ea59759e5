/**
 * What the registry knows, table by table. One list serves the schema of both databases, the types, and the checks of what is
 * written. A question mark marks what may be absent. `sealed` is encrypted at rest and cannot be read without the passphrase.
 */
export const tables = {
  /** One organisation, one building or more: what all its beacons and profiles have in common. */
  sites: {
    id: 'text',
    name: 'text',
    /** 16 octets, lower-case hexadecimal. */
    organisationUuid: 'text',
    policy: 'json',
    isRingAll: 'boolean',
    /** The private key that signs profiles (PKCS #8), and its public half (JWK). */
    signingKey: 'sealed',
    publicKey: 'json',
  },
  floors: { id: 'text', site: 'text', name: 'text', level: 'integer' },
  /** A place with a beacon, or waiting for one. An anchor belongs to nobody: a corridor, the next office. */
  desks: {
    id: 'text',
    site: 'text',
    floor: 'text?',
    name: 'text',
    /** Metres in the plan of the floor. */
    xM: 'real?',
    yM: 'real?',
    isAnchor: 'boolean',
  },
  /** `id` is the extension itself, as dialled: leading zeros count. */
  extensions: {
    id: 'text',
    site: 'text',
    displayName: 'text',
    source: 'text',
    sourceKey: 'text',
    isEnabled: 'boolean',
    /** When the account was closed. */
    endedAtMs: 'integer?',
  },
  /** Which extension rings at which desk: many to many. `id` is `extension/desk`. */
  seats: { id: 'text', extension: 'text', desk: 'text' },
  beacons: {
    id: 'text',
    desk: 'text',
    name: 'text',
    lifecycle: 'text',
    exponentK: 'integer',
    intervalMs: 'integer',
    measuredPowerDbm: 'integer',
    clockOffsetS: 'integer',
    rootKey: 'sealed',
    ownerKey: 'sealed',
    pairedAtMs: 'integer?',
    lastHeardAtMs: 'integer?',
  },
  /** A walk and what it taught. The newest of a desk counts. */
  calibrations: {
    id: 'text',
    desk: 'text',
    recordedAtMs: 'integer',
    model: 'json',
    certificate: 'json',
    isStale: 'boolean',
  },
  /** A profile that was handed out, and until when its keys serve. */
  leases: {
    id: 'text',
    extension: 'text',
    fromMs: 'integer',
    untilMs: 'integer',
    revokedAtMs: 'integer?',
  },
  /** A pairing under way: written before the beacon is told anything, gone when it is recorded. `id` is the tag of its code. */
  pairings: {
    id: 'text',
    desk: 'text',
    extension: 'text?',
    step: 'text',
    settings: 'json',
    setupCode: 'sealed',
    rootKey: 'sealed',
    ownerKey: 'sealed',
    startedAtMs: 'integer',
  },
  /** Access to a directory. */
  tokens: { id: 'text', token: 'sealed', lastUsedAtMs: 'integer' },
} as const satisfies Readonly<Record<string, Columns>>;

type Kind = 'text' | 'integer' | 'real' | 'boolean' | 'json' | 'sealed';
export type ColumnKind = Kind | `${Kind}?`;
export type Columns = Readonly<Record<string, ColumnKind>> & { readonly id: 'text' };

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as readonly TableName[];

interface ValueOf {
  text: string;
  integer: number;
  real: number;
  boolean: boolean;
  json: unknown;
  sealed: Uint8Array;
}
type Required<C extends Columns> = {
  readonly [N in keyof C as C[N] extends Kind ? N : never]: C[N] extends Kind ? ValueOf[C[N]] : never;
};
type Optional<C extends Columns> = {
  readonly [N in keyof C as C[N] extends Kind ? never : N]?: C[N] extends `${infer K extends Kind}?`
    ? ValueOf[K]
    : never;
};

/** A row as it is written. */
export type RecordOf<T extends TableName> = { readonly id: string } & Required<(typeof tables)[T]> &
  Optional<(typeof tables)[T]>;
/** A row as it is read: `revision` counts its changes, and a change is made to the revision that was read. */
export type Stored<T extends TableName> = RecordOf<T> & { readonly revision: number };

export const lifecycles = ['to-be-deployed', 'deployed', 'retired'] as const;
export type Lifecycle = (typeof lifecycles)[number];

/** @returns the kind without its mark, and whether a value may be absent. */
export function kindOf(column: ColumnKind): { readonly kind: Kind; readonly isOptional: boolean } {
  const isOptional = column.endsWith('?');
  return { kind: (isOptional ? column.slice(0, -1) : column) as Kind, isOptional };
}
