import type { SentSource } from '../../../protocol/sources.ts';
import type { CallWords } from './ja.ts';

const source: Record<SentSource, string> = {
  microphone: 'sound',
  camera: 'picture',
  screen: 'shared screen',
  screenSound: 'sound of the shared screen',
};

const sourcesOf = (sources: readonly SentSource[]) => sources.map((each) => source[each]).join(' and ');

const kilobytes = (bytes: number) =>
  bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const time = (iso: string) =>
  new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' }).format(new Date(iso));

export const en: CallWords = {
  title: 'Call',
  alone: { interviewer: 'Waiting for participants', applicant: 'Waiting for the others' },
  you: (name) => `${name} (you)`,
  participant: 'Participant',
  tile: (name) => `${name}’s picture`,
  off: { microphone: 'Microphone is off', camera: 'Camera is off' },
  reconnecting: 'Reconnecting',
  unsent: {
    theirs: (sources) => `Not arriving: ${sourcesOf(sources)}`,
    own: (sources) => `The others do not get your ${sourcesOf(sources)}.`,
    hint: 'If “Try again” does not help, please reload the page. You will be back in the call at once.',
    withoutCamera: 'Continue without camera',
  },
  interviewerAway: {
    lost: 'The interviewer’s connection was lost. They will reconnect automatically: please stay on this page',
    gone: 'The interviewer has not come back yet. The call continues as soon as they rejoin: please stay on this page',
  },
  onHold: 'On hold',
  request: (name) => `${name} asks to join`,
  clock: {
    elapsed: (minutes) => `${minutes} min`,
    until: (end) => `Ends ${end}`,
    change: 'Put off the end',
    ask: (end) => `Put off the end (${end})?`,
    soon: (end) => `The end (${end}) is near`,
    over: (end) => `The end (${end}) has passed. The call goes on as long as you like`,
    extend: (minutes) => `${minutes} min more`,
    failed: 'The end was not put off. Please check your connection and try again.',
    tooOften: 'The end was put off several times in a row. Please try again in a few minutes.',
  },
  moves: {
    asked: (name) => `${name} asks to switch to another device`,
    typed: (name) => ` (name typed there: ${name})`,
    allow: 'Allow switching',
    refuse: 'Refuse',
  },
  allow: 'Allow',
  deny: 'Deny',
  hear: 'Play sound',
  stopping: (iso) =>
    `The server will be restarted. Please continue your call: the connection may drop once before ${time(iso)}, and will be restored automatically`,

  bar: {
    toTile: 'Tile view',
    toEnlarged: 'Enlarged view',
    people: 'People',
    chat: 'Chat',
    unread: (count) => `${count} unread`,
    raise: 'Raise hand',
    lower: 'Lower hand',
    share: 'Share screen',
    stopSharing: 'Stop sharing',
    more: 'More actions',
    leave: 'Leave',
  },

  menu: {
    settings: 'Device settings',
    fullscreen: 'Full screen',
    exitFullscreen: 'Exit full screen',
    volume: 'Join request volume',
    quality: 'Video quality',
    background: 'Background',
    waitingMessage: 'Message to those who wait',
    miniWindow: 'Show in a small window',
    closeMiniWindow: 'Close the small window',
    hideSelf: 'Hide my own picture',
    showSelf: 'Show my own picture',
    muteAll: 'Mute everyone',
    camerasOff: 'Turn everyone’s camera off',
    help: 'Help',
  },

  volume: {
    lead: 'How loud the sound is when someone asks to join. It is remembered for next time.',
    notify: 'Also show a desktop notification while I look at something else',
    notifyRefused: 'Notifications are blocked. Please allow them for this site in the browser’s settings.',
    names: { low: 'Low', medium: 'Medium', high: 'High', mute: 'Mute' },
  },

  quality: {
    lead: 'On an unstable connection, a lower quality can help.',
    names: { audio: 'Audio only', low: 'Low', medium: 'Medium', high: 'High' },
    hints: {
      audio: 'No video or shared screen is sent or received. Turning the camera on goes back to “High”.',
      low: 'Uses the least data.',
      medium: 'Uses less data.',
      high: 'The best video.',
    },
  },

  people: {
    title: 'People',
    roles: { interviewer: 'Interviewer', applicant: 'Participant' },
    states: { requesting: 'Asks to join', held: 'On hold', inCall: 'In the call' },
    hold: 'Hold',
    endHold: 'End hold',
    holdOf: (name) => `Put ${name} on hold`,
    endHoldOf: (name) => `End hold for ${name}`,
    capture: 'Capture picture',
    captureOf: (name) => `Capture picture of ${name}`,
    enlargeOf: (name) => `Enlarge ${name}`,
    whole: 'Show whole picture',
    fill: 'Fill the tile',
    wholeOf: (name) => `Show the whole picture of ${name}`,
    fillOf: (name) => `Fill the tile with the picture of ${name}`,
    captured: 'The picture was saved on this device.',
    captureFailed: 'The picture could not be saved. Please try again once their camera is shown.',
  },

  hold: {
    title: 'You were put on hold by the interviewer',
    body: 'While you are on hold, nobody can hear or see you, and you cannot hear or see anyone. Please wait until the hold ends. You can still use the chat.',
  },

  sharing: {
    now: 'Sharing screen',
    title: (name) => `${name}’s screen`,
    own: 'You are sharing your screen',
    ownWithSound: 'You are sharing your screen and its sound',
    taken: 'Someone else is sharing their screen. Please try again when they have finished.',
    denied:
      'Sharing your screen was not allowed. Please allow screen recording in the settings of your browser or device.',
    failed: 'Your screen could not be shared. Please try again.',
    hidden: 'Someone is sharing their screen. It is not shown, as you have chosen “Audio only”.',
    change: 'Change',
    audioOnly:
      'You cannot share your screen with “Audio only”. Please change the quality under “Video quality”.',
  },

  popups: {
    ownHand: 'You have raised your hand',
    until: (end) => `The interview is now to end at ${end}`,
    hand: (name) => `${name} has raised a hand`,
    muted: 'Your microphone is off. Please turn it on to speak.',
    unmute: 'Turn microphone on',
    badLine: 'Your connection is unstable, so your camera was turned off. You can keep talking.',
    cameraOn: 'Turn camera on',
    turnedOff: {
      entry: (devices) => `You have joined with your ${devices} off.`,
      interviewer: (devices) => `The interviewer has turned off your ${devices}.`,
    },
    devices: { microphone: 'microphone', camera: 'camera', both: 'microphone and camera' },
    turnOn: 'Turn on',
    turnedOffAll: (device, count) => {
      if (count === 0) return `Nobody’s ${device} was on.`;
      return `You have turned off the ${device} of ${count === 1 ? '1 person' : `${count} people`}.`;
    },
    turnOffAllFailed: (device) =>
      `The others’ ${device} could not be turned off. Please check your connection and try again.`,
    joined: (name) => `${name} has joined`,
    left: (name) => `${name} has left`,
    lost: (name) => `${name} did not reconnect and is no longer in the call`,
  },

  leaving: {
    title: 'Leave the call?',
    interviewer: 'Leaving ends the call for everyone.',
    applicant: 'You can come back to the waiting room with “Reconnect” on the next screen.',
    confirm: 'Leave',
    stay: 'Back to the call',
  },
  otherLink: {
    title: 'Open another link?',
    body: 'Opening it takes you out of this call.',
    confirm: 'Open the link',
    stay: 'Back to the call',
  },

  chat: {
    title: 'Chat',
    empty: 'No messages yet.',
    hasNew: 'New messages',
    earlier: 'Show earlier messages',
    loading: 'Loading',
    earlierFailed: 'The earlier messages could not be loaded. Please check your connection and try again.',
    message: 'Write a message',
    send: 'Send',
    sending: 'Sending',
    failed: 'It could not be sent.',
    tooFast: 'Too many messages in a short time. Please wait a moment and send it again.',
    resend: 'Send again',
    length: (count, limit) => `${count}/${limit}`,
    hint: 'Ctrl+Enter to send',
    self: 'You',
    delete: 'Delete',
    deleteOf: (what) => `Delete “${what}”`,
    deleteFailed: 'It could not be deleted. Please check your connection and try again.',
    clear: 'Delete the whole chat',
    clearing: {
      title: 'Delete the whole chat?',
      body: 'All messages and files disappear for everyone and from the records. This cannot be undone.',
      confirm: 'Delete everything',
      cancel: 'Cancel',
    },
    attach: 'Attach a file',
    file: {
      size: kilobytes,
      open: (name) => `Download ${name}`,
      download: 'Download',
      hint: 'You can also double-click to download',
      preview: 'Preview',
      uploading: (percent) => `Sending ${percent}%`,
      cancel: 'Stop sending',
      dismiss: (name) => `Dismiss ${name}`,
      tooBig: 'Files can be up to 5 MB.',
      empty: 'An empty file cannot be sent.',
      failed: 'The file could not be sent. Please check your connection.',
      tooFast: 'Too many files in a short time. Please wait a moment and send it again.',
      tooBigForProxy:
        'A proxy in front of the server does not take a file of this size (413). Please tell your interviewer.',
      away: 'The server does not answer at the moment. Please send it again in a while.',
      roomFull: 'The files in this chat have reached the size limit. Please delete some.',
      gone: 'This file was deleted or could not be downloaded.',
      unreachable: 'The server could not be reached. Please download it again in a while.',
      readTooFast: 'Too many files in a short time. Please wait a moment and download it again.',
    },
  },

  end: {
    titles: {
      left: 'You have left',
      interviewer_left: 'The call has ended',
      revoked: 'The link is no longer valid',
      closed: 'The call has ended',
      server_stopping: 'The server has stopped',
    },
    bodies: {
      left: {
        interviewer: 'Thank you. You can download the records.',
        applicant: 'Thank you for taking part. You can close this page.',
      },
      interviewer_left:
        'The interviewer has ended the call. Thank you for taking part. You can close this page.',
      revoked:
        'If you were sent a newer link, please use that one. Otherwise ask the person who invited you for a new one.',
      closed:
        'The interviewer has ended the call. If your link is still open, “Reconnect” takes you back to the waiting room.',
      server_stopping: 'Please press “Reconnect” in a little while.',
    },
    mistaken: 'If you left by mistake, “Reconnect” takes you back to the waiting room.',
    reconnect: 'Reconnect',
    records: 'Records',
    participants: 'Participant list',
    chat: 'Download chat',
    failed: 'The download failed. Please check your connection and try again.',
    away: 'The server does not answer at the moment. Please try again in a while.',
  },
};
