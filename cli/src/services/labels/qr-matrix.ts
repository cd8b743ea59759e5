import { formatSetupQr } from '@deskbeacon/beacon/control';
import encodeQr from 'qrcode-generator';

/** Light modules that belong to the symbol on every side (ISO/IEC 18004, 5.3.8). */
export const QUIET_MODULES = 4;

/**
 * The QR code of a setup code. Its 32 letters fit version 2 with correction level M, a seventh of it may be unreadable.
 * @param code 16 octets.
 * @returns 25 rows of 25 modules, `true` is dark; without the quiet zone.
 */
export function qrMatrixOf(code: Uint8Array): readonly (readonly boolean[])[] {
  const qr = encodeQr(0, 'M');
  qr.addData(formatSetupQr(code), 'Alphanumeric');
  qr.make();
  const numbers = Array.from({ length: qr.getModuleCount() }, (_, i) => i);
  return numbers.map((row) => numbers.map((column) => qr.isDark(row, column)));
}

export interface DarkRun {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** @returns the dark modules of each row, neighbours taken together: a fifth of the boxes. */
export function darkRunsOf(matrix: readonly (readonly boolean[])[]): readonly DarkRun[] {
  return matrix.flatMap((modules, row) => {
    const runs: DarkRun[] = [];
    for (let column = 0; column < modules.length; column += 1) {
      if (modules[column] !== true) continue;
      const end = modules.indexOf(false, column);
      const length = (end < 0 ? modules.length : end) - column;
      runs.push({ row, column, length });
      column += length;
    }
    return runs;
  });
}
