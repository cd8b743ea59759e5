import { byId } from './elements.js';

/** The slider over the events of a call with its buttons: by hand, by key, or playing. */
export interface Stepper {
  /** Begins a call of so many events, at its last. */
  readonly reset: (count: number) => void;
  readonly at: () => number;
  readonly pause: () => void;
  /** What a screen reader says of the position. */
  readonly describe: (text: string) => void;
}

const PLAY_STEP_MS = 60;

export function createStepper(onStep: () => void): Stepper {
  const slider = byId('event', HTMLInputElement);
  const previous = byId('previous', HTMLButtonElement);
  const next = byId('next', HTMLButtonElement);
  const play = byId('play', HTMLButtonElement);
  let playing: number | undefined;

  const pause = (): void => {
    window.clearInterval(playing);
    playing = undefined;
    play.textContent = 'Play';
  };
  const show = (): void => {
    const at = slider.valueAsNumber;
    // A button that is disabled loses the focus: it goes to the other one.
    if (at <= 0 && document.activeElement === previous) next.focus();
    if (at >= Number(slider.max) && document.activeElement === next) previous.focus();
    previous.disabled = at <= 0;
    next.disabled = at >= Number(slider.max);
    onStep();
  };
  const stepBy = (step: number): void => {
    slider.value = String(slider.valueAsNumber + step);
    show();
  };
  play.addEventListener('click', () => {
    if (playing !== undefined) {
      pause();
      return;
    }
    if (slider.value === slider.max) slider.value = '0';
    play.textContent = 'Pause';
    playing = window.setInterval(() => {
      stepBy(1);
      if (slider.value === slider.max) pause();
    }, PLAY_STEP_MS);
  });
  slider.addEventListener('input', () => {
    pause();
    show();
  });
  previous.addEventListener('click', () => stepBy(-1));
  next.addEventListener('click', () => stepBy(1));
  return {
    reset(count) {
      pause();
      slider.max = String(Math.max(0, count - 1));
      slider.value = slider.max;
      show();
    },
    at: () => slider.valueAsNumber,
    pause,
    describe: (text) => slider.setAttribute('aria-valuetext', text),
  };
}
