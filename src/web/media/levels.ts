import { audioContext } from './audioContext.ts';

const INTERVAL_MS = 66;
const QUIET_DB = -60;
const LOUD_DB = -12;

type Watcher = { analyser: AnalyserNode; onDecibels: (decibels: number) => void };

const watchers = new Set<Watcher>();
const samples = new Float32Array(1024);
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * Reports the loudness of a sound track about 15 times a second: 0 (silence) to 1 (loud), linear in decibels as
 * ears are. Write it to the DOM directly; it is far too often for a render. The returned function stops it.
 */
export function watchLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const stop = watchDecibels(track, (decibels) => onLevel(levelOf(decibels)));
  return () => {
    stop();
    onLevel(0);
  };
}

/** The same in decibels of full scale, -Infinity for digital silence. */
export function watchDecibels(track: MediaStreamTrack, onDecibels: (decibels: number) => void): () => void {
  const context = audioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = new AnalyserNode(context, { fftSize: samples.length });
  source.connect(analyser);
  const watcher = { analyser, onDecibels };
  watchers.add(watcher);
  timer ??= setInterval(measureAll, INTERVAL_MS);
  return () => {
    source.disconnect();
    if (!watchers.delete(watcher)) return;
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function measureAll(): void {
  for (const { analyser, onDecibels } of watchers) {
    analyser.getFloatTimeDomainData(samples);
    onDecibels(decibelsOf(samples));
  }
}

function decibelsOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / samples.length);
}

const levelOf = (decibels: number) => Math.min(1, Math.max(0, (decibels - QUIET_DB) / (LOUD_DB - QUIET_DB)));

/** The level of samples in -1..1, as `watchLevel` reports it. */
export const loudness = (samples: Float32Array) => levelOf(decibelsOf(samples));
