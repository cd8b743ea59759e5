/**
 * A second decoder, written from the byte tables as patterns over hexadecimal digits: slow, short of cleverness, and
 * sharing no line with the one it judges. Fields of octets stay hexadecimal.
 */
interface Told {
  readonly frames: readonly Readonly<Record<string, string | number>>[];
  readonly reasons: readonly string[];
}

type Outcome = Readonly<Record<string, string | number>> | string | undefined;

export function slowAdvertisement(text: string): Told {
  const structures: string[] = [];
  let rest = text;
  while (rest !== '' && !rest.startsWith('00')) {
    const digits = 2 * Number.parseInt(rest.slice(0, 2), 16);
    const body = rest.slice(2, 2 + digits);
    if (body.length < digits) return { frames: [], reasons: ['structure-past-end'] };
    structures.push(body);
    rest = rest.slice(2 + digits);
  }
  const outcomes = structures.map(slowStructure);
  return {
    frames: outcomes.filter((outcome) => typeof outcome === 'object'),
    reasons: outcomes.filter((outcome) => typeof outcome === 'string'),
  };
}

function slowStructure(body: string): Outcome {
  if (/^ff4c0002/.test(body)) return slowIBeacon(body);
  if (/^ff....beac/.test(body)) return slowAltBeacon(body);
  if (/^21f3c4f2a117c5229ef846763e2cc0db66/.test(body)) return slowDeskbeacon(body.slice(34));
  return /^16aafe/.test(body) ? slowEddystone(body.slice(6)) : undefined;
}

function slowIBeacon(body: string): Outcome {
  const [, proximityUuid = '', major = '', minor = '', power = ''] =
    /^ff4c000215(.{32})(....)(....)(..)$/.exec(body) ?? [];
  if (power === '') return 'ibeacon-length';
  return { kind: 'ibeacon', proximityUuid, major: number(major), minor: number(minor), measuredPowerDbm: int8(power) };
}

function slowAltBeacon(body: string): Outcome {
  const [, low = '', high = '', beaconId = '', power = '', reserved = ''] =
    /^ff(..)(..)beac(.{40})(..)(..)$/.exec(body) ?? [];
  if (power === '') return 'altbeacon-length';
  if (!(power === '00' || (power >= '81' && power <= 'ff'))) return 'altbeacon-power';
  return {
    kind: 'altbeacon',
    companyId: number(high + low),
    beaconId,
    measuredPowerDbm: int8(power),
    manufacturerReserved: number(reserved),
  };
}

function slowEddystone(frame: string): Outcome {
  if (frame === '') return 'eddystone-empty';
  if (frame.startsWith('00')) return slowUid(frame);
  if (frame.startsWith('10')) return slowUrl(frame);
  if (frame.startsWith('2001')) return slowEtlm(frame);
  if (frame.startsWith('20')) return slowTlm(frame);
  return frame.startsWith('30') ? slowEid(frame) : 'eddystone-type';
}

function slowUid(frame: string): Outcome {
  const [, power = '', namespace = '', instance = ''] = /^00(..)(.{20})(.{12})(?:....)?$/.exec(frame) ?? [];
  if (power === '') return 'uid-length';
  return isPower(power)
    ? { kind: 'eddystone-uid', txPowerAt0mDbm: int8(power), namespace, instance }
    : 'eddystone-power';
}

function slowUrl(frame: string): Outcome {
  const [, power = '', scheme = '', octets = ''] = /^10(..)(..)((?:..){1,17})$/.exec(frame) ?? [];
  if (power === '') return 'url-length';
  if (!isPower(power)) return 'eddystone-power';
  const prefix = { '00': 'http://www.', '01': 'https://www.', '02': 'http://', '03': 'https://' }[scheme];
  if (prefix === undefined) return 'url-scheme';
  const parts = (octets.match(/../g) ?? []).map(slowUrlPart);
  if (parts.includes('')) return 'url-character';
  return { kind: 'eddystone-url', txPowerAt0mDbm: int8(power), url: prefix + parts.join('') };
}

/** One octet of a URL, '' when it is reserved. */
function slowUrlPart(octet: string): string {
  if (octet >= '21' && octet <= '7e') return String.fromCharCode(number(octet));
  switch (octet) {
    case '00':
      return '.com/';
    case '01':
      return '.org/';
    case '02':
      return '.edu/';
    case '03':
      return '.net/';
    case '04':
      return '.info/';
    case '05':
      return '.biz/';
    case '06':
      return '.gov/';
    case '07':
      return '.com';
    case '08':
      return '.org';
    case '09':
      return '.edu';
    case '0a':
      return '.net';
    case '0b':
      return '.info';
    case '0c':
      return '.biz';
    case '0d':
      return '.gov';
    default:
      return '';
  }
}

function slowTlm(frame: string): Outcome {
  if (!frame.startsWith('2000')) return 'tlm-version';
  const [, battery = '', temperature = '', advertisements = '', uptime = ''] =
    /^2000(....)(....)(.{8})(.{8})$/.exec(frame) ?? [];
  if (battery === '') return 'tlm-length';
  const eightEight = number(temperature) > 0x7fff ? number(temperature) - 0x10000 : number(temperature);
  return {
    kind: 'eddystone-tlm',
    ...(battery === '0000' ? {} : { batteryMv: number(battery) }),
    ...(temperature === '8000' ? {} : { temperatureC: eightEight / 256 }),
    advertisements: number(advertisements),
    uptimeDs: number(uptime),
  };
}

function slowEtlm(frame: string): Outcome {
  const [, ciphertext = '', salt = '', check = ''] = /^2001(.{24})(....)(....)$/.exec(frame) ?? [];
  if (check === '') return 'etlm-length';
  return { kind: 'eddystone-etlm', ciphertext, salt: number(salt), check: number(check) };
}

function slowEid(frame: string): Outcome {
  const [, power = '', eid = ''] = /^30(..)(.{16})$/.exec(frame) ?? [];
  if (power === '') return 'eid-length';
  return isPower(power) ? { kind: 'eddystone-eid', txPowerAt0mDbm: int8(power), eid } : 'eddystone-power';
}

function slowDeskbeacon(frame: string): Outcome {
  if (!frame.startsWith('10')) return 'deskbeacon-type';
  const [, power = '', eid = ''] = /^10(..)(.{16})$/.exec(frame) ?? [];
  if (power === '') return 'deskbeacon-length';
  return isPower(power) ? { kind: 'deskbeacon-eid', measuredPowerDbm: int8(power), eid } : 'deskbeacon-power';
}

function number(digits: string): number {
  return Number.parseInt(digits, 16);
}

function int8(digits: string): number {
  return Number.parseInt(digits, 16) - (digits >= '80' ? 256 : 0);
}

/** −100 is 9c, 20 is 14. */
function isPower(digits: string): boolean {
  return digits <= '14' || digits >= '9c';
}
