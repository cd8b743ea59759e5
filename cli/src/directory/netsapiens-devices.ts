import { readMac } from './clean-text.js';
import { defined } from './defined.js';
import type { DeviceKind, DirectoryDevice } from './directory-source.js';
import { type JsonObject, readId, readText } from './json-fields.js';

/** Ends of device names that stand for an app: the web phone by convention, the mobile app by tenant. */
export const defaultSoftSuffixes: readonly string[] = ['wp', '_mobile'];

const softAgents =
  /snapmobile|web ?phone|ringotel|linphone|zoiper|bria|groundwire|acrobits|softphone|android|iphone|ios/i;
const deskAgents =
  /yealink|poly|grandstream|cisco|snom|fanvil|mitel|aastra|audiocodes|panasonic|avaya|htek|gigaset|algo/i;

/** Models of provisioned telephones by the SIP user they register as, e.g. `1001@example`. */
export type PhoneModels = ReadonlyMap<string, { readonly mac?: string; readonly model?: string }>;

/**
 * Reads a device; of its fields only those named here, for the others hold its passwords.
 * @returns undefined where it has no name.
 */
export function readDevice(
  row: JsonObject,
  phones: PhoneModels,
  softSuffixes: readonly string[],
): DirectoryDevice | undefined {
  const id = readId(row, 'device');
  if (id === undefined) return undefined;
  const user = readId(row, 'user') ?? '';
  const phone = phones.get(sipUserOf(readText(row, 'device-sip-registration-uri') ?? id));
  const mac = readMac(readText(row, 'device-provisioning-mac-address') ?? '') ?? phone?.mac;
  const model = readText(row, 'device-models-brand-and-model') ?? readText(row, 'device-models-model') ?? phone?.model;
  const agent = readText(row, 'device-sip-registration-user-agent') ?? '';
  const state = readText(row, 'device-sip-registration-state');
  const isRegistered = state === undefined ? undefined : state.toLowerCase() === 'registered';
  const kind = kindOf({ id, user, agent: `${agent} ${model ?? ''}`, hasMac: mac !== undefined, softSuffixes });
  return defined({ id, kind, mac, model: model ?? (agent || undefined), registered: isRegistered });
}

/** @returns models by SIP user, from the rows of `phones`. */
export function readPhones(rows: readonly JsonObject[], models: Map<string, { mac?: string; model?: string }>): void {
  const mostLines = 8;
  for (const row of rows) {
    const mac = readMac(readText(row, 'device-provisioning-mac-address') ?? '');
    const phone = defined({ mac, model: readText(row, 'device-models-brand-and-model') });
    for (let line = 1; line <= mostLines; line += 1) {
      const uri = readText(row, `device-provisioning-sip-uri-${line}`);
      if (uri !== undefined) models.set(sipUserOf(uri), phone);
    }
  }
}

/** @returns whether the name of a device is that of an app of this user. */
export function isSoftName(id: string, user: string, softSuffixes: readonly string[]): boolean {
  return softSuffixes.some((suffix) => id === `${user}${suffix}`);
}

interface KindHints {
  readonly id: string;
  readonly user: string;
  readonly agent: string;
  readonly hasMac: boolean;
  readonly softSuffixes: readonly string[];
}

/** A network address is soldered to a telephone, a name is a convention, and what a device calls itself is a hint. */
function kindOf({ id, user, agent, hasMac, softSuffixes }: KindHints): DeviceKind {
  if (hasMac) return 'desk';
  if (isSoftName(id, user, softSuffixes) || softAgents.test(agent)) return 'soft';
  return deskAgents.test(agent) ? 'desk' : 'unknown';
}

function sipUserOf(uri: string): string {
  return uri
    .replace(/^sips?:/i, '')
    .replace(/[;>].*$/, '')
    .toLowerCase();
}
