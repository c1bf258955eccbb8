/** Every number that both ends must agree on, once. Sources: the manual's sections in brackets. */
export const limits = {
  /** Characters (code points) in a person's or a company's name. */
  nameCharacters: 64,
  /** Characters of a mail address: RFC 5321 section 4.5.3.1.3, without the brackets. */
  emailCharacters: 254,
  /** Characters in one chat message [4-2]. */
  chatCharacters: 255,
  /** Bytes of a file in the chat [4-2]: 5 MB. */
  fileBytes: 5 * 1024 * 1024,
  /** Bytes of all files in one room's chat. */
  filesPerRoomBytes: 200 * 1024 * 1024,
  /** Characters of a file's name as it is kept. */
  fileNameCharacters: 120,
  /** Bytes of one's own background picture [4-5]: 512 KB. */
  backgroundBytes: 512 * 1024,
  /**
   * What a line must carry more than for 「回線速度」 to be OK [2]. And where measuring ends: as a figure it means as much or more. With so
   * few bytes as a phone's line may be burdened with (client/speed.ts), more is not known exactly.
   */
  speed: { upMbps: 3, downMbps: 15, mostMbps: 100 },
  /** Messages that are told at once; a page asks for earlier ones. More than the badge of unread ones counts [4-2]. */
  chatPage: 100,
  /** Messages of one person, and files: as much as anyone writes in earnest. */
  chat: { burst: 10, perSecond: 1 },
  files: { burst: 5, perSecond: 0.2 },
  /**
   * Files that one person reads: a page that is opened anew shows every small picture of the chat. Each that is under way
   * is held in memory until it was read, so that a few go at once.
   */
  fileReads: { burst: 60, perSecond: 1, atOnce: 4 },
  /**
   * Requests to be let in of one person, and by one link that has a person's name: each rings at the interviewer's, is
   * written into the audit, and told by webhook.
   */
  admissions: { burst: 5, perSecond: 0.1 },
  /** The same by a link that several have: everyone of limits.seatsPerRole twice, before anybody has to wait. */
  admissionsPerLink: { burst: 100, perSecond: 0.5 },
  /** Times that one person opens or leaves the environment check: each changes what interviewers are told of who waits. */
  checks: { burst: 10, perSecond: 0.5 },
  /** Times that one person raises a hand, and begins to share a screen: each is shown to everyone in the call. */
  hands: { burst: 20, perSecond: 0.5 },
  sharings: { burst: 20, perSecond: 0.5 },
  /** New places that are taken by one link: each is stored, and opens the room when nobody is in it. */
  comings: { burst: 100, perSecond: 1 },
  /** Minutes by which an interviewer puts off the end of a room, and how often in one call: each is stored, audited and told. */
  extendMinutes: [15, 30],
  extensions: { burst: 4, perSecond: 1 / 300 },
  /** Minutes before the end of a room at which interviewers are told of it. */
  endingMinutes: 5,
  /** Minutes before its time at which a room opens, at most: a day. */
  openEarlyMinutes: 1440,
  /** Characters in a room's name. */
  roomNameCharacters: 64,
  /** Characters in what a room is called to its people. */
  roomTitleCharacters: 64,
  /** Characters in an administrator's note on a room. */
  roomNoteCharacters: 1000,
  /** Characters of what those who wait are told. */
  waitingMessageCharacters: 500,
  /** Seats of one role, and applicants' links of one room. */
  seatsPerRole: 50,
  /** People in one room at once, as far as an administrator can set it. */
  roomCapacity: 500,
  /** Bytes of one WebSocket frame; a larger one closes the connection with 1009. The largest real one is an
   * RTP capabilities object of about 12 kB. */
  frameBytes: 64 * 1024,
  /** People in a room at once who came by the same link, waiting ones included; by one for many seats twice as many as those. */
  peersPerLink: 20,
  /** Open sockets of one link, for each who may come by it: the person's, and one that is being replaced. */
  socketsPerPerson: 2,
  /** Requests of one socket. Entering a call takes about 15 at once; a person's own doing is a few in a second. */
  requests: { burst: 100, perSecond: 20 },
  /** Milliseconds from opening a socket to `join`. */
  joinMs: 15_000,
  /** Bytes that may wait for a slow receiver before its socket is closed; it comes back and asks anew. */
  waitingBytes: 4 * 1024 * 1024,
} as const;

/** How many characters a text has, as the limits above count them: code points. */
export const characters = (text: string): number => [...text].length;
