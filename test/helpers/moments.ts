/** When a page showed and played what: noted in the page itself, to be read afterwards. */
import { type Colour, isNear, statistics } from './fake-media.ts';
import type { Person } from './interview.ts';

/** Moments by Date.now(), which all processes of this machine share. */
type Noted = {
  frames: { at: number; colour: Colour }[];
  tones: { at: number; hertz: number }[];
  /** How often the page could not listen any more, and began anew. */
  deaf: number;
};

export type Expected = { colour: Colour; hertz: number };

/** How long after the fault anybody waits for the other's picture and voice. */
const PATIENCE_MS = 60_000;

/** From now on the page notes each new frame of the others' pictures and each moment at which a voice sounds. */
export async function noteMoments({ page }: Person): Promise<void> {
  await page.evaluate(noteInPage);
}

/** When this text stood in the page first, by the page's own look; it may be asked for before and after. */
export function whenShown({ page }: Person, text: string): Promise<number> {
  return page.evaluate(
    ([wanted, patience]) =>
      new Promise<number>((resolve, reject) => {
        const look = () => {
          if (!document.body.innerText.includes(wanted)) return;
          end();
          resolve(Date.now());
        };
        const late = setTimeout(() => {
          end();
          reject(new Error(`not within ${patience / 1000} s: the page shows ${wanted}`));
        }, patience);
        const observer = new MutationObserver(look);
        const end = () => {
          clearTimeout(late);
          observer.disconnect();
        };
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
      }),
    [text, 2 * PATIENCE_MS] as const,
  );
}

/** So many pictures in such a time are a film, and so many moments a voice: more than what was still on its way. */
export type Steady = { frames: number; tones: number; withinMs: number };

/** As people expect it: what is measured. */
const SMOOTH: Steady = { frames: 8, tones: 5, withinMs: 1_000 };

/** As it is at the least while two encoders and two browsers share a busy core: what is tested. */
export const GOES_ON: Steady = { ...SMOOTH, withinMs: 10_000 };

export type Back = { picture: number; sound: number };

/**
 * Milliseconds from `from` until the page showed this colour as a film again, and until it played this tone again.
 * @throws Error when one of them is not there within a minute
 */
export async function untilBoth(
  person: Person,
  expected: Expected,
  from: number,
  steady: Steady = SMOOTH,
): Promise<Back> {
  for (;;) {
    const { frames, tones, deaf } = await noted(person);
    const isPicture = ({ colour }: Noted['frames'][number]) => isNear(colour, expected.colour);
    const isVoice = ({ hertz }: Noted['tones'][number]) => Math.abs(hertz - expected.hertz) < 15;
    const frame = steadyFrom(frames.filter(isPicture), from, steady.frames, steady.withinMs);
    const tone = steadyFrom(tones.filter(isVoice), from, steady.tones, steady.withinMs);
    if (frame && tone) return { picture: frame - from, sound: tone - from };
    if (Date.now() - from > PATIENCE_MS)
      throw new Error(
        `not back within a minute: ${frame ? '' : 'no film '}${tone ? '' : 'no voice '}since ${from}; deaf ${deaf} times, last heard ${JSON.stringify(tones.at(-1))}; ${JSON.stringify(await soundOf(person))}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The first moment since `from` that is followed by so many in such a time. */
function steadyFrom(moments: { at: number }[], from: number, count: number, ms: number): number | null {
  const times = moments.map(({ at }) => at).filter((at) => at >= from);
  return times.find((at, i) => (times[i + count] ?? Number.POSITIVE_INFINITY) - at < ms) ?? null;
}

/** Where a voice gets lost on its way: what came in within two seconds, what was played of it, and by which elements. */
async function soundOf({ page }: Person) {
  const counted = async () => {
    const all = (await statistics(page)).filter(
      ({ type, kind }) => type === 'media-playout' || (type === 'inbound-rtp' && kind === 'audio'),
    );
    return new Map(all.map((each) => [each.id, each]));
  };
  const before = await counted();
  await page.waitForTimeout(2_000);
  const grown = [...(await counted())].map(([id, now]) => {
    const numbers = Object.entries(now).filter(([, value]) => typeof value === 'number');
    return numbers.map(([name, value]) => [name, (value as number) - Number(before.get(id)?.[name] ?? 0)]);
  });
  const elements = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLMediaElement>('audio, video')].map((each) => ({
      muted: each.muted,
      paused: each.paused,
      at: each.currentTime,
      tracks: (each.srcObject as MediaStream | null)?.getTracks().map(({ kind, muted, readyState }) => ({
        kind,
        muted,
        readyState,
      })),
    })),
  );
  return { grown: grown.map((each) => Object.fromEntries(each)), elements };
}

const noted = ({ page }: Person): Promise<Noted> =>
  page.evaluate(() => (globalThis as unknown as { noted: Noted }).noted);

// Runs in the page.
function noteInPage(): void {
  const noted: Noted = { frames: [], tones: [], deaf: 0 };
  Object.assign(globalThis, { noted });
  const newEar = () => {
    const context = new AudioContext();
    return {
      context,
      analyser: new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0 }),
      since: 0,
    };
  };
  let ear = newEar();
  const bins = new Float32Array(ear.analyser.frequencyBinCount);
  const canvas = new OffscreenCanvas(1, 1);
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  const followed = new WeakSet<Element>();
  let heard: MediaStreamTrack | undefined;
  let source: MediaStreamAudioSourceNode | undefined;

  const streamOf = ({ srcObject }: HTMLMediaElement) => srcObject as MediaStream | null;

  function note(video: HTMLVideoElement): void {
    video.requestVideoFrameCallback(() => {
      drawing?.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = drawing?.getImageData(0, 0, 1, 1).data ?? [];
      noted.frames.push({ at: Date.now(), colour: [red, green, blue] });
      note(video);
    });
  }

  /** Of a page that stood still the browser may give up the clock of its sound: then nothing can be measured by it. */
  function replaceDeafEar(): void {
    const { context, since } = ear;
    const isDeaf = heard && context.currentTime === since;
    ear.since = context.currentTime;
    if (!isDeaf) return;
    void context.close();
    ear = newEar();
    heard = undefined;
    noted.deaf++;
  }

  function listen(): void {
    const elements = [...document.querySelectorAll<HTMLMediaElement>('audio, video')];
    const track = elements.map((each) => !each.muted && streamOf(each)?.getAudioTracks()[0]).find(Boolean);
    if (track && track !== heard) {
      source?.disconnect();
      source = ear.context.createMediaStreamSource(new MediaStream([track]));
      source.connect(ear.analyser);
      heard = track;
    }
    ear.analyser.getFloatFrequencyData(bins);
    const peak = Math.max(...bins);
    if (peak > -60)
      noted.tones.push({ at: Date.now(), hertz: (bins.indexOf(peak) * ear.context.sampleRate) / 4096 });
  }

  setInterval(() => {
    for (const video of document.querySelectorAll('video')) {
      // One's own picture is muted.
      if (followed.has(video) || video.muted) continue;
      followed.add(video);
      note(video);
    }
    listen();
  }, 50);
  setInterval(replaceDeafEar, 2_000);
}
