/** What this browser remembers between visits; where it keeps nothing (private mode, refused, full), for as long as the page is open. */
import type { CheckReport, Role } from '../../protocol/messages.ts';
import { type Quality, qualities } from '../../protocol/quality.ts';

type Names = { company: string; name: string };
/** `ofLink`: they were given by this link, and not at some other interview. */
type KeptNames = Names & { ofLink: boolean };

type Wishes = { microphone: boolean; camera: boolean; quality: Quality };

/** What a person has set for this browser, whatever the interview. */
export type Settings = {
  language: 'ja' | 'en';
  cameraId: string;
  microphoneId: string;
  outputId: string;
  background: string;
  noise: boolean;
  requestVolume: string;
  /** Requests are told by the system too. */
  notifies: boolean;
  /** One's own picture is not shown to oneself. */
  hidesSelf: boolean;
  /** The outcome of the environment check, for support. */
  checkReport: CheckReport;
};

/** What this browser keeps of a link and of the person's choices, over reloads and visits. */
export type Memory = {
  /** null where nothing, or nothing readable, was kept. */
  get<K extends keyof Settings>(key: K): Settings[K] | null;
  keep<K extends keyof Settings>(key: K, value: Settings[K]): void;
  /** Whether the environment check was passed here. */
  hasPassedCheck(): boolean;
  keepPassedCheck(): void;
  names(role: Role): KeptNames;
  keepNames(role: Role, names: Names): void;
  /** The resume key of this link's seat, or of the last one; never the link's token itself. */
  resumeKey(): string | null;
  keepResumeKey(key: string): void;
  /** What is wished of the devices in this seat; null: nothing else than at first. */
  wishes(): Wishes | null;
  keepWishes(wishes: Wishes): void;
  /** The seat was given up: its key alone is kept, by which one comes back into a call that runs longer than its room is open. */
  forgetSeat(): void;
  /** The time of the newest chat message that was read, so that a reload makes none unread again. */
  lastRead(): string | null;
  keepLastRead(at: string): void;
};

/** Raised when the check looks at more than it did, so that everyone passes it again. */
const CHECK_VERSION = '2';

/** `linkId` is the public half of the link's token. */
export function createMemory(linkId: string, storage: Storage | null): Memory {
  /** What the storage has not taken; null: what it has not let go. */
  const refused = new Map<string, string | null>();
  const stored = (key: string) => {
    try {
      return storage?.getItem(`webinterview.${key}`) ?? null;
    } catch {
      return null;
    }
  };
  const store = (key: string, value: string | null) => {
    try {
      if (value === null) storage?.removeItem(`webinterview.${key}`);
      else storage?.setItem(`webinterview.${key}`, value);
    } catch {
      // It is looked at whether it was.
    }
  };
  const read = (key: string) => refused.get(key) ?? (refused.has(key) ? null : stored(key));
  const write = (key: string, value: string | null) => {
    store(key, value);
    // Another tab may write as well: what the storage has is the last word.
    if (stored(key) === value) refused.delete(key);
    else refused.set(key, value);
  };
  return {
    get: (key) => parse(read(`settings.${key}`)),
    keep: (key, value) => write(`settings.${key}`, JSON.stringify(value)),
    hasPassedCheck: () => read('check') === CHECK_VERSION,
    keepPassedCheck: () => write('check', CHECK_VERSION),
    names(role) {
      const kept = parse<Partial<Names> & { link?: string }>(read(`names.${role}`)) ?? {};
      const { company, name, link } = kept;
      return { company: String(company ?? ''), name: String(name ?? ''), ofLink: link === linkId };
    },
    keepNames: (role, names) => write(`names.${role}`, JSON.stringify({ ...names, link: linkId })),
    resumeKey: () => read(`seat.${linkId}`),
    keepResumeKey: (key) => write(`seat.${linkId}`, key),
    wishes: () => wishesOf(parse(read(`wishes.${linkId}`))),
    keepWishes: (wishes) => write(`wishes.${linkId}`, JSON.stringify(wishes)),
    forgetSeat: () => {
      for (const key of ['wishes', 'read']) write(`${key}.${linkId}`, null);
    },
    lastRead: () => read(`read.${linkId}`),
    keepLastRead: (at) => write(`read.${linkId}`, at),
  };
}

function parse<T>(text: string | null): T | null {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

function wishesOf(kept: Partial<Wishes> | null): Wishes | null {
  if (!kept) return null;
  const { microphone, camera, quality } = kept;
  return {
    microphone: microphone !== false,
    camera: camera !== false,
    quality: qualities.find((each) => each === quality) ?? 'high',
  };
}
