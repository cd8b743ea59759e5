import type { Entry } from 'ldapts';
import { expect, it } from 'vitest';
import { createLdapReader, type LdapReaderOptions } from './ldap-entry.js';

const read = (entry: Partial<Entry>, options: Partial<LdapReaderOptions> = {}) =>
  createLdapReader({ source: 'ldap', ...options }).read({ dn: 'CN=Ann,DC=x', cn: 'Ann', ...entry } as Entry);

it('a number as it is written becomes the extension as it is dialled', () => {
  expect(read({ telephoneNumber: '010-07' }).entry?.extension).toBe('01007');
  expect(read({ telephoneNumber: '(0)1 / 007' }).entry?.extension).toBe('01007');
});

it('a full number needs to be told how many of its digits are the extension', () => {
  expect(read({ telephoneNumber: '+49 731 5000-1007' }).entry).toBeUndefined();
  expect(read({ telephoneNumber: '+49 731 5000-0071' }, { extensionDigits: 4 }).entry?.extension).toBe('0071');
  expect(read({ telephoneNumber: '71' }, { extensionDigits: 4 }).findings[0]).toMatchObject({
    effect: 'refused',
    expected: '4 digits',
    got: '71',
  });
});

it('of several numbers none is taken, for their order means nothing; twice the same is one', () => {
  expect(read({ telephoneNumber: ['1001', '1002'] }).findings).toEqual([
    {
      effect: 'refused',
      key: 'CN=Ann,DC=x',
      column: 'telephoneNumber',
      expected: 'one extension',
      got: '2 values: 1001, 1002',
    },
  ]);
  expect(read({ telephoneNumber: ['10 01', '1001'] }).entry?.extension).toBe('1001');
});

it('the earlier attribute speaks, in whatever case the server writes it', () => {
  expect(read({ ipphone: '1001', TELEPHONENUMBER: '+49 731 1' }).entry?.extension).toBe('1001');
});

it('an account of Active Directory tells its key in bytes and whether it is disabled', () => {
  const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  const account = { telephoneNumber: '1001', objectGUID: guid };
  expect(read({ ...account, userAccountControl: '514' }).entry).toMatchObject({
    key: guid.toString('hex'),
    enabled: false,
  });
  expect(read({ ...account, userAccountControl: '512' }).entry?.enabled).toBe(true);
});

it('without a key of its own an entry goes by its name', () => {
  expect(read({ telephoneNumber: '1001' }).entry?.key).toBe('cn=ann,dc=x');
});

it('names are neutralised, and what is too long is left out', () => {
  const { entry, findings } = read({ telephoneNumber: '1001', displayName: '=1+1', roomNumber: 'r'.repeat(1025) });
  expect(entry).toMatchObject({ displayName: '1+1' });
  expect(entry).not.toHaveProperty('location');
  expect(findings.map(({ effect, column }) => [effect, column])).toEqual([
    ['neutralised', 'roomNumber'],
    ['neutralised', 'displayName'],
  ]);
});

it('asks for what is mapped and for nothing else', () => {
  const { attributes } = createLdapReader({ source: 'ldap', mapping: { extension: ['pager'] } });
  expect(attributes).toContain('pager');
  expect(attributes).not.toContain('telephoneNumber');
  expect(attributes).not.toContain('*');
});
