/** Tables by desk. A desk may be named as anything, also like what every object inherits: only what was put there counts. */

const isOwn = Object.prototype.hasOwnProperty;

/** @returns what was put under the name; never what every object has there, as it does under `constructor`. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return isOwn.call(record, name) ? record[name] : undefined;
}

/** Puts a value under a name, also where an assignment would do something else, as it does under `__proto__`. */
export function putOwn<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}
