import type { Entry } from 'ldapts';
import { byteLength, cleanText, extensionExpected, flatten, isExtension, LONGEST_VALUE, quote } from './clean-text.js';
import { defined } from './defined.js';
import type { DirectoryEntry, DirectoryFinding } from './directory-source.js';

/** Attributes by meaning; of several the first that has a value speaks. */
export type LdapMapping = Readonly<
  Partial<
    Record<'extension' | 'key' | 'displayName' | 'site' | 'building' | 'floor' | 'room' | 'etag', readonly string[]>
  >
>;

/** What OpenLDAP with inetOrgPerson and Active Directory have in common use (RFC 4519, RFC 2798, RFC 4530). */
export const defaultLdapMapping = {
  extension: ['ipPhone', 'telephoneNumber'],
  key: ['entryUUID', 'objectGUID'],
  displayName: ['displayName', 'cn'],
  site: ['l'],
  building: ['buildingName'],
  floor: [],
  room: ['roomNumber', 'physicalDeliveryOfficeName'],
  etag: ['modifyTimestamp', 'whenChanged'],
} as const satisfies LdapMapping;

/** Active Directory's flags of an account; bit 1 is "disabled" (MS-ADTS §2.2.16). */
const ACCOUNT_FLAGS = 'userAccountControl';
const ACCOUNT_DISABLED = 2;

export interface LdapReaderOptions {
  readonly source: string;
  readonly mapping?: LdapMapping;
  /** How many of the last digits of a full number are the extension; absent: the value is the extension. */
  readonly extensionDigits?: number;
}

export interface LdapReader {
  /** All that is asked for; nothing else leaves the server. */
  readonly attributes: readonly string[];
  readonly read: (entry: Entry) => { readonly entry?: DirectoryEntry; readonly findings: readonly DirectoryFinding[] };
}

/** @returns what to ask for, and a reader of what comes. */
export function createLdapReader({ source, mapping = {}, extensionDigits }: LdapReaderOptions): LdapReader {
  const wanted = { ...defaultLdapMapping, ...mapping };
  const attributes = [...new Set([...Object.values(wanted).flat(), ACCOUNT_FLAGS])];
  return { attributes, read: (entry) => readEntry(entry) };

  function readEntry(raw: Entry): ReturnType<LdapReader['read']> {
    const findings: DirectoryFinding[] = [];
    const values = valuesByName(raw);
    const note = (effect: 'refused' | 'neutralised', column: string, expected: string, got: string): void =>
      void findings.push({ effect, key: quote(raw.dn), column, expected, got: quote(got) });
    const pick = (field: keyof typeof wanted): { name: string; all: readonly string[] } => {
      const name = wanted[field].find((one) => (values.get(one.toLowerCase()) ?? []).length > 0);
      return { name: name ?? wanted[field][0] ?? field, all: values.get(name?.toLowerCase() ?? '') ?? [] };
    };
    const text = (field: keyof typeof wanted): string | undefined => {
      const { name, all } = pick(field);
      const value = all[0] ?? '';
      if (byteLength(value) > LONGEST_VALUE) {
        note('neutralised', name, `at most ${LONGEST_VALUE} bytes`, `${byteLength(value)} bytes`);
        return undefined;
      }
      const clean = cleanText(value);
      if (clean.neutralised) note('neutralised', name, 'no formula', value);
      return clean.text || undefined;
    };

    const { name, all } = pick('extension');
    const extensions = [...new Set(all.map((value) => readExtension(value, extensionDigits)))];
    const extension = extensions[0];
    // The order of several values means nothing in LDAP (RFC 4511 §4.1.7): taking the first would be taking any.
    if (extensions.length > 1) note('refused', name, 'one extension', `${all.length} values: ${all.join(', ')}`);
    else if (extension === undefined)
      note(
        'refused',
        name,
        extensionDigits === undefined ? extensionExpected : `${extensionDigits} digits`,
        all[0] ?? '',
      );
    const location = defined({ building: text('building'), floor: text('floor'), room: text('room') });
    const entry = defined({
      source,
      key: flatten(pick('key').all[0] ?? raw.dn.toLowerCase()).slice(0, LONGEST_VALUE),
      extension: extension ?? '',
      displayName: text('displayName') ?? extension ?? '',
      enabled: (Number(values.get(ACCOUNT_FLAGS.toLowerCase())?.[0] ?? 0) & ACCOUNT_DISABLED) === 0,
      site: text('site'),
      location: Object.keys(location).length === 0 ? undefined : location,
      devices: [],
      etag: flatten(pick('etag').all[0] ?? '').slice(0, LONGEST_VALUE) || undefined,
    });
    return findings.some(({ effect }) => effect === 'refused') ? { findings } : { entry, findings };
  }
}

/** Digits of a written number, or the extension as it stands; undefined where it is neither. */
function readExtension(value: string, lastDigits: number | undefined): string | undefined {
  if (byteLength(value) > LONGEST_VALUE) return undefined;
  // Spaces, brackets, dots, slashes and hyphens are how numbers are written, not how they are dialled.
  const dialled = cleanText(value.trim().replace(/^\+/, '')).text.replace(/[\s()./-]/g, '');
  if (lastDigits === undefined) return value.trim().startsWith('+') || !isExtension(dialled) ? undefined : dialled;
  return /^\d+$/.test(dialled) && dialled.length >= lastDigits ? dialled.slice(-lastDigits) : undefined;
}

/** Attribute names are the same in any case (RFC 4512 §2.5); bytes that are no text become hexadecimal. */
function valuesByName(entry: Entry): ReadonlyMap<string, readonly string[]> {
  const toText = (value: string | Buffer): string => (typeof value === 'string' ? value : value.toString('hex'));
  return new Map(
    Object.entries(entry).map(([name, value]) => [
      name.toLowerCase(),
      (Array.isArray(value) ? value : [value]).map(toText).filter((one) => one !== ''),
    ]),
  );
}
