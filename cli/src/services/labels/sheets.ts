/** The sheets that labels are printed on, by the makers' measures, in millimetres. */
export interface LabelSheet {
  readonly title: string;
  readonly pageMm: { readonly width: number; readonly height: number };
  readonly columns: number;
  readonly rows: number;
  readonly labelMm: { readonly width: number; readonly height: number };
  /** Where the first label begins. */
  readonly firstMm: { readonly left: number; readonly top: number };
  /** From one label's left edge, or upper edge, to the next one's. */
  readonly pitchMm: { readonly across: number; readonly down: number };
  /** How far ink stays from a label's edge: what the printer cannot reach, and how far the paper may slip. */
  readonly inkMarginMm: { readonly x: number; readonly y: number };
}

const a4 = { width: 210, height: 297 } as const;

const sheets = {
  'avery-3490': {
    title: 'A4, 24 labels of 70 × 36 mm (Avery 3490 and alike)',
    pageMm: a4,
    columns: 3,
    rows: 8,
    labelMm: { width: 70, height: 36 },
    firstMm: { left: 0, top: 4.5 },
    pitchMm: { across: 70, down: 36 },
    // The outer labels reach to the edge of the paper, where office printers leave 4 to 5 mm white.
    inkMarginMm: { x: 5, y: 2 },
  },
  'avery-l7160': {
    title: 'A4, 21 labels of 63.5 × 38.1 mm (Avery L7160 and alike)',
    pageMm: a4,
    columns: 3,
    rows: 7,
    labelMm: { width: 63.5, height: 38.1 },
    firstMm: { left: 7.2, top: 15.15 },
    pitchMm: { across: 66.04, down: 38.1 },
    inkMarginMm: { x: 2, y: 2 },
  },
  'avery-l7163': {
    title: 'A4, 14 labels of 99.1 × 38.1 mm (Avery L7163 and alike)',
    pageMm: a4,
    columns: 2,
    rows: 7,
    labelMm: { width: 99.1, height: 38.1 },
    firstMm: { left: 4.65, top: 15.15 },
    pitchMm: { across: 101.6, down: 38.1 },
    inkMarginMm: { x: 3, y: 2 },
  },
  'brother-dk-11209': {
    title: 'roll of single labels of 62 × 29 mm (Brother DK-11209)',
    pageMm: { width: 62, height: 29 },
    columns: 1,
    rows: 1,
    labelMm: { width: 62, height: 29 },
    firstMm: { left: 0, top: 0 },
    pitchMm: { across: 62, down: 29 },
    // The printer reaches 696 × 271 dots of 1/300 inch.
    inkMarginMm: { x: 1.6, y: 3.1 },
  },
} as const satisfies Record<string, LabelSheet>;

export type SheetName = keyof typeof sheets;

export const usualSheet: SheetName = 'avery-3490';

export const sheetNames = Object.keys(sheets) as readonly SheetName[];

export function sheetOf(name: SheetName): LabelSheet {
  return sheets[name];
}
