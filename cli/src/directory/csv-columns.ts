import { quote } from './clean-text.js';
import { directoryError } from './directory-error.js';

/** What a column of a CSV file can mean. */
export const csvFields = [
  'extension',
  'key',
  'displayName',
  'firstName',
  'lastName',
  'enabled',
  'site',
  'building',
  'floor',
  'room',
  'deskMac',
  'deskModel',
] as const;

export type CsvField = (typeof csvFields)[number];

/** A column by the name in its header, or by its number from 1. */
export type CsvMapping = Readonly<Partial<Record<CsvField, string | number>>>;

/** Positions from 0. */
export type CsvColumns = Readonly<Partial<Record<CsvField, number>>> & { readonly extension: number };

/** Names as they are compared: lower case, letters and digits only. The earlier name is the better guess. */
const names: Readonly<Record<CsvField, readonly string[]>> = {
  extension: ['extension', 'ext', 'extensionnumber', 'internalnumber', 'number', 'user', 'durchwahl', 'nebenstelle'],
  key: ['key', 'id', 'employeeid', 'userid', 'personalnummer'],
  displayName: ['displayname', 'name', 'fullname', 'cn', 'calleridname', 'anzeigename'],
  firstName: ['firstname', 'givenname', 'forename', 'namefirstname', 'vorname'],
  lastName: ['lastname', 'surname', 'familyname', 'sn', 'namelastname', 'nachname'],
  enabled: ['enabled', 'active', 'aktiv'],
  site: ['site', 'location', 'office', 'standort'],
  building: ['building', 'gebäude'],
  floor: ['floor', 'level', 'etage', 'stockwerk'],
  room: ['room', 'roomnumber', 'desk', 'raum', 'zimmer'],
  deskMac: ['mac', 'macaddress', 'deviceprovisioningmacaddress', 'macadresse'],
  deskModel: ['model', 'phonemodel', 'devicemodel', 'devicemodelsbrandandmodel'],
};

/**
 * @param header cells of the first line
 * @param mapping what the caller knows; fields that it leaves out are guessed by name
 * @throws CliError `directory-columns` when a named column is missing, twice there, or no column can be the extension.
 */
export function findColumns(file: string, header: readonly string[], mapping: CsvMapping = {}): CsvColumns {
  const plain = header.map(plainName);
  const taken = new Map<number, CsvField>();
  const found: Partial<Record<CsvField, number>> = {};
  const take = (field: CsvField, position: number): void => {
    found[field] = position;
    taken.set(position, field);
  };
  for (const field of csvFields) {
    const wanted = mapping[field];
    if (wanted !== undefined) take(field, findNamed(file, header, field, wanted));
  }
  for (const field of csvFields) {
    if (found[field] !== undefined) continue;
    const position = names[field].map((name) => plain.indexOf(name)).find((at) => at >= 0 && !taken.has(at));
    if (position === undefined) continue;
    const twin = plain.indexOf(plain[position] as string, position + 1);
    if (twin >= 0) throw twice(file, field, position, twin);
    take(field, position);
  }
  splitName(found, mapping);
  const { extension } = found;
  if (extension === undefined)
    throw directoryError(
      'directory-columns',
      `${file}:1: expected a column for the extension (${names.extension.join(', ')}), got ${listed(header)}`,
    );
  return { ...found, extension };
}

/** A column "Name" beside a first name alone holds the last name, and beside a last name alone the first. */
function splitName(found: Partial<Record<CsvField, number>>, mapping: CsvMapping): void {
  const { displayName, firstName, lastName } = found;
  if (displayName === undefined || mapping.displayName !== undefined) return;
  if ((firstName === undefined) === (lastName === undefined)) return;
  if (firstName === undefined) found.firstName = displayName;
  else found.lastName = displayName;
  delete found.displayName;
}

function findNamed(file: string, header: readonly string[], field: CsvField, wanted: string | number): number {
  if (typeof wanted === 'number') {
    if (Number.isInteger(wanted) && wanted >= 1 && wanted <= header.length) return wanted - 1;
    throw directoryError(
      'directory-columns',
      `${file}:1: ${field}: expected a column from 1 to ${header.length}, got ${wanted}`,
    );
  }
  const plain = header.map(plainName);
  const position = plain.indexOf(plainName(wanted));
  if (position < 0)
    throw directoryError(
      'directory-columns',
      `${file}:1: ${field}: expected a column "${quote(wanted)}", got ${listed(header)}`,
    );
  const twin = plain.indexOf(plainName(wanted), position + 1);
  if (twin >= 0) throw twice(file, field, position, twin);
  return position;
}

function twice(file: string, field: CsvField, first: number, second: number): Error {
  return directoryError(
    'directory-columns',
    `${file}:1: ${field}: expected one column, got columns ${first + 1} and ${second + 1} of the same name`,
  );
}

function listed(header: readonly string[]): string {
  const most = 20;
  return header
    .slice(0, most)
    .map((cell) => `"${quote(cell)}"`)
    .join(', ');
}

function plainName(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
