/** Speech whose every sentence is known: read by espeak-ng, for the fake microphone. */
import { execFileSync } from 'node:child_process';
import { wavHeader } from './fake-media.ts';

/** From the Harvard sentences (IEEE, Recommended Practice for Speech Quality Measurements, 1969), lists 1 and 2. */
const SENTENCES = [
  'The birch canoe slid on the smooth planks.',
  'Glue the sheet to the dark blue background.',
  'These days a chicken leg is a rare dish.',
  'Rice is often served in round bowls.',
  'The juice of lemons makes fine punch.',
  'Four hours of steady work faced us.',
  'The boy was there when the sun rose.',
  'A rod is used to catch pink salmon.',
];

const PAUSE_SECONDS = 0.6;
export const SPEECH_RATE = 48_000;

export type Speech = {
  /** A WAV file, mono, 16 bits, 48 kHz, which can be repeated without a break. */
  wav: Buffer;
  samples: Float32Array;
  /** First sample of each sentence, and the one after its last. */
  sentences: { from: number; to: number }[];
};

/** About 20 s of speech, the sentences apart by a pause. */
export function speech(): Speech {
  const parts: Int16Array[] = [];
  const sentences: Speech['sentences'] = [];
  let length = 0;
  const add = (part: Int16Array) => {
    parts.push(part);
    length += part.length;
  };
  for (const text of SENTENCES) {
    const spoken = toSpeechRate(read(text));
    sentences.push({ from: length, to: length + spoken.length });
    add(spoken);
    add(new Int16Array(PAUSE_SECONDS * SPEECH_RATE));
  }
  const all = new Int16Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const wav = Buffer.concat([wavHeader(all.byteLength), Buffer.from(all.buffer)]);
  return { wav, samples: Float32Array.from(all, (sample) => sample / 32_768), sentences };
}

type Mono = { rate: number; samples: Int16Array };

function read(text: string): Mono {
  const wav = execFileSync('espeak-ng', ['-v', 'en-us', '-s', '150', '-a', '100', '--stdout', text]);
  const data = wav.subarray(wav.indexOf('data') + 8);
  const samples = new Int16Array(data.length >> 1);
  for (let index = 0; index < samples.length; index++) samples[index] = data.readInt16LE(index * 2);
  return { rate: wav.readUInt32LE(24), samples };
}

// Between two samples a straight line: what that adds lies above 11 kHz, where speech has next to nothing.
function toSpeechRate({ rate, samples }: Mono): Int16Array {
  const made = new Int16Array(Math.floor(((samples.length - 1) * SPEECH_RATE) / rate));
  for (let index = 0; index < made.length; index++) {
    const place = (index * rate) / SPEECH_RATE;
    const before = Math.floor(place);
    const [a = 0, b = 0] = [samples[before], samples[before + 1]];
    made[index] = a + (b - a) * (place - before);
  }
  return made;
}
