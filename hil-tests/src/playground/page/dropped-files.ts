import { byId } from './elements.js';

/** Files that are dropped on a part of the page, or chosen. Their text is read here and goes nowhere. */
export interface ReadFile {
  readonly name: string;
  readonly text: string;
}

/** @param take told of all files of one drop or one choice together, traces before profiles. */
export function acceptFiles(zone: HTMLElement, take: (files: readonly ReadFile[]) => void): void {
  const read = async (files: Iterable<File>): Promise<void> => {
    const texts = [...files].sort(profilesLast).map(async (file) => ({ name: file.name, text: await file.text() }));
    take(await Promise.all(texts));
  };
  const showOver = (isOver: boolean): void => {
    zone.classList.toggle('dropping', isOver);
  };
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    showOver(true);
  });
  zone.addEventListener('dragleave', () => showOver(false));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    showOver(false);
    void read(event.dataTransfer?.files ?? []);
  });
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    void read(input.files ?? []).then(() => {
      // The same file may be chosen again after it was mended.
      input.value = '';
    });
  });
}

/** A profile comes after its trace, so that the trace does not put it away. */
function profilesLast(a: File, b: File): number {
  return Number(a.name.endsWith('.json')) - Number(b.name.endsWith('.json'));
}
