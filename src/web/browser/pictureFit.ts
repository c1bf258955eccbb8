import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';

/** whole: with bars beside it where its shape is not the frame's; fill: without, and cut at two sides. */
export type Fit = 'whole' | 'fill';

type Size = { width: number; height: number };

/** How a picture is fitted into its frame: by the shapes of both, until the person chooses otherwise. */
export type PictureFit = {
  readonly fit: ReadonlySignal<Fit>;
  /** Whether the other fit would look different. */
  readonly hasChoice: ReadonlySignal<boolean>;
  /** The other fit from now on, whatever the shapes. */
  toggle(): void;
  /** Keeps up with the shapes of this element and its picture; the returned function ends that. */
  follow(video: HTMLVideoElement): () => void;
};

/**
 * The least share of a picture that may be seen for it to fill its frame. A camera of 4:3 fills a frame of 16:9 (0.75), a square or an
 * upright one does not (0.56, 0.32).
 */
const LEAST_SEEN = 0.7;
/** From this share on nobody sees a difference. */
const ALL_SEEN = 0.97;

/** The share of a picture that is seen when it fills a frame of another shape, 0 to 1; 1 as long as either is not known. */
export function seenShare(picture: Size, frame: Size): number {
  const ratio = (picture.width * frame.height) / (picture.height * frame.width);
  return ratio > 0 && Number.isFinite(ratio) ? Math.min(ratio, 1 / ratio) : 1;
}

/** How a picture is fitted into its frame: filling it where little is cut, whole otherwise, or as the person chose. */
export function createPictureFit(): PictureFit {
  const picture = signal<Size>({ width: 0, height: 0 });
  const frame = signal<Size>({ width: 0, height: 0 });
  const chosen = signal<Fit | null>(null);
  const seen = computed(() => seenShare(picture.value, frame.value));
  const fit = computed<Fit>(() => chosen.value ?? (seen.value < LEAST_SEEN ? 'whole' : 'fill'));
  return {
    fit,
    hasChoice: computed(() => seen.value < ALL_SEEN),
    toggle(): void {
      chosen.value = fit.value === 'whole' ? 'fill' : 'whole';
    },
    follow(video): () => void {
      const look = () =>
        batch(() => {
          picture.value = { width: video.videoWidth, height: video.videoHeight };
          frame.value = { width: video.clientWidth, height: video.clientHeight };
        });
      const observer = new ResizeObserver(look);
      observer.observe(video);
      // Also when a phone is turned.
      video.addEventListener('resize', look);
      look();
      return () => {
        observer.disconnect();
        video.removeEventListener('resize', look);
      };
    },
  };
}
