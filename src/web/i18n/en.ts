import { limits } from '../../protocol/limits.ts';
import type { Words } from './ja.ts';
import { clock, roomTime, zoneInEnglish } from './roomTimes.ts';

const time = (iso: string) =>
  new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' }).format(new Date(iso));

const day = { month: 'short', day: 'numeric', weekday: 'short' } as const;

const device = { microphone: 'Microphone', camera: 'Camera' };

const named = (label: string) => (label ? `“${label}”` : 'another device');

const tooLong = (most: number) => `Please use at most ${most} characters.`;

export const en: Words = {
  title: 'Web interview',
  begun: 'The interview has started',
  language: { name: 'English', other: '日本語', code: 'ja' },
  time,
  loading: 'Connecting',
  reload: 'Reload',
  tryAgain: 'Try again',
  close: 'Close',
  tooLong,
  help: 'Help',
  room: {
    together: (parts) => parts.join(' · '),
    when: (iso, zone, isElsewhere) =>
      roomTime('en', iso, zone, { ...day, ...clock, ...(isElsewhere ? zoneInEnglish : {}) }),
    end: (iso, zone, isElsewhere, isToday) =>
      roomTime('en', iso, zone, {
        ...(isToday ? {} : day),
        ...clock,
        ...(isElsewhere ? zoneInEnglish : {}),
      }),
  },
  lines: {
    lost: 'Connection lost. Reconnecting automatically',
    trouble: 'The connection is unstable. Reconnecting audio and video',
  },

  problem: {
    noLink: {
      title: 'Please open your link',
      body: 'Open the link (URL) in the invitation to your interview.',
    },
    cutLink: {
      title: 'The link is not complete',
      body: 'Copy all of the link (URL) in the invitation to your interview, to its very end, and open it. If that does not help, please ask the person who invited you.',
    },
    version: {
      title: 'There is a new version',
      body: 'The server has been updated. Please reload the page.',
    },
    replaced: {
      title: 'Opened in another tab or on another device',
      body: 'This interview continues in another tab or on another device. You can close this tab.',
      useHere: 'Continue in this tab',
    },
    broken: {
      title: 'Could not connect',
      body: 'Something went wrong with the connection. Please reload the page.',
    },
    unreachable: {
      title: 'Connecting to the server',
      body: 'The server is not responding. The page keeps trying automatically; please wait a moment.',
    },
  },

  network: {
    need: (protocol, ports, address) => `${protocol} ${ports} (${address})`,
    together: (needs) => needs.join(', '),
    unknown: 'TCP and UDP to this server',
  },

  check: {
    title: 'Environment check',
    lead: 'Before the interview we check your device and your connection. When you are asked for your camera and microphone, please choose “Allow”.',
    items: {
      browser: 'Browser',
      camera: 'Camera',
      microphone: 'Microphone',
      audio: 'Audio',
      speed: 'Line speed',
      security: 'Security',
    },
    states: { waiting: 'Waiting', running: 'Checking', ok: 'OK', ng: 'NG' },
    browser: {
      ok: (name, version) => `You are using ${name}${version === null ? '' : ` ${version}`}.`,
      unrecommended: (name) =>
        `${name || 'Your browser'} is not one of the recommended browsers. You can use it, but if something does not work, please try the latest Google Chrome, Microsoft Edge, Firefox or Safari.`,
      missing:
        'This browser does not support what an interview needs. Please open the same link in the latest Google Chrome, Microsoft Edge, Firefox or Safari.',
    },
    camera: 'Your camera can be used.',
    microphone: 'Your microphone can be used.',
    audio: 'Sound can be played.',
    speed: (down, up) => `${down} down, ${up} up.`,
    mbps: (figure) => `${figure} Mbps`,
    orMore: (mbps) => `${mbps} or more`,
    measuring: 'Measuring the speed of your line',
    security: (protocol, roundTripMs) =>
      `Connected to the server (${protocol === 'relay' ? 'through a relay' : protocol.toUpperCase()}, ${roundTripMs} ms round trip).`,
    withoutUdp: (udp) =>
      `UDP is blocked, so another way is used. You can go on, but calls are more stable if ${udp || 'UDP'} is allowed.`,
    problems: {
      silent: 'No audio output was found. Please check that your speakers or earphones are connected.',
      slow: 'Your connection is slower than recommended (15 Mbps down, 3 Mbps up). Please try another place or network, or choose a lower quality under “Video quality” during the call.',
      blocked: (needs) =>
        `Audio and video do not reach the server. If you are using a VPN or a company network, please try another network, such as your phone’s. If that does not help, ask your company’s network department to allow: ${needs}.`,
      disconnected: 'The connection to the server was lost. Please check your connection and try again.',
    },
    proceed: 'Go to the waiting room',
    withoutCamera: 'Continue without camera',
    listenOnly: 'Join to listen only',
    anyway: 'Continue anyway',
    again: 'Run the check again',
    passed: 'All checks are done.',
    incomplete: 'You can go on when every item is OK.',
    undecided: 'You can try again what failed, or go on as it is.',
    sound: 'Play test sound',
  },

  device: {
    title: (kinds) =>
      `The ${kinds.map((kind) => device[kind].toLowerCase()).join(' and the ')} cannot be used`,
    names: (kinds) => kinds.map((kind) => device[kind].toLowerCase()).join(' and '),
    problems: {
      denied: 'The browser does not allow it.',
      system: 'The settings of your device do not allow the browser to use it.',
      dismissed: 'The browser was not given permission. Press “Try again” and choose “Allow”.',
      missing: 'No device was found. Please check that it is connected.',
      busy: 'Another app or window is using it. Please close that app or window.',
      insecure:
        'It cannot be used because the connection is not secure (https). Please tell your interviewer.',
      unsupported: 'It cannot be used in this browser. Please open the same link in another one.',
      unknown: 'It could not be used. Please check the settings of your device.',
    },
    allow: {
      chromium:
        'Press the icon at the left end of the address bar, allow camera and microphone, then press “Try again”.',
      firefox:
        'Press the camera or microphone icon at the left of the address bar, remove the block, then press “Try again”.',
      safari:
        'In the menu “Safari” → “Settings for This Website” allow camera and microphone, then reload the page.',
      ios: 'From the “AA” or settings icon in the address bar open “Website Settings”, allow camera and microphone, then reload the page.',
      iosOther:
        'Allow camera and microphone for your browser in the Settings app of your device, then reload the page.',
      other: 'Allow camera and microphone in the settings of your browser, then press “Try again”.',
    },
    allowInSystem: {
      macos:
        'In the Apple menu, open “System Settings” → “Privacy & Security” → “Camera” and “Microphone” and turn on your browser. Then quit the browser and open it again.',
      windows:
        'In Windows “Settings” → “Privacy & security” → “Camera” and “Microphone”, turn on access, also for desktop apps, then press “Try again”.',
      android:
        'In the “Settings” of your device, open “Apps” → your browser → “Permissions” and allow camera and microphone, then press “Try again”. If “Camera access” or “Mic access” is off in the quick settings, turn it on.',
      ios: 'In the “Settings” app, open the page of your browser, turn on camera and microphone, then reload the page.',
      other:
        'In the settings of your device, allow the browser to use camera and microphone, then press “Try again”.',
    },
    listenOnly:
      'You can join without a microphone: you hear the others, but they do not hear you. You can write in the chat.',
    withoutCamera: 'You can join without a camera: the others will not see you.',
    changed: {
      microphone: {
        lost: (label) => `Your microphone was disconnected. Now using ${named(label)}.`,
        back: (label) => `Your microphone is connected again. Now using ${named(label)}.`,
      },
      camera: {
        lost: (label) => `Your camera was disconnected. Now using ${named(label)}.`,
        back: (label) => `Your camera is connected again. Now using ${named(label)}.`,
      },
      output: {
        lost: () =>
          'The audio device you chose was disconnected. Sound now comes from the system’s default device.',
        back: () => 'The audio device you chose is connected again. Sound comes from it now.',
      },
    },
    interrupted: (devices) =>
      `A phone call or another app has paused your ${devices}. It resumes by itself afterwards.`,
    ...device,
    short: { microphone: 'Mic', camera: 'Camera' },
    preview: 'Your picture',
    cameraOff: 'Your camera is off',
    opening: 'Starting your camera',
    level: 'Microphone level',
    settings: 'Device settings',
    background: 'Background',
    preparing: 'Preparing your background',
    slow: 'Your device cannot keep up with the background. If your video is not smooth, please turn the background off.',
    turnOffBackground: 'Turn background off',
    backgroundFailed: 'The background could not be used. You continue without one.',
  },

  waiting: {
    title: 'Waiting room',
    lead: {
      interviewer: 'Check your picture and sound, then press “Connect”.',
      applicant: 'Check your picture and sound, then press “Request to join”.',
    },
    company: 'Company',
    name: 'Name',
    nameHint: 'It is shown during the call.',
    names: {
      empty: 'Please fill this in.',
      long: tooLong(limits.nameCharacters),
      control: 'It contains characters that cannot be used. Please type it again.',
      hidden: 'It contains invisible characters. Please type it again instead of copying it.',
    },
    connect: 'Connect',
    connectHint: 'Fill in company and name to connect.',
    request: 'Request to join',
    requested: 'Cancel the request',
    requestHint: 'Fill in your name to request to join.',
    requestedHint: 'You have asked to join. The call starts automatically when you are let in.',
    nextHint: 'The call starts when the interviewer lets you in.',
    counts: { waiting: 'In the waiting room', inCall: 'In the call' },
    people: (count) => String(count),
    applicants: (count, names) => {
      const applicants = count === 1 ? '1 applicant' : `${count} applicants`;
      if (names.length === 0) return `${applicants} (no request yet)`;
      const shown = names.filter((name) => name !== '');
      return `${applicants} (asking to join: ${shown.join(', ') || names.length})`;
    },
    taken: 'Someone is already in the call with this link.',
    takenHint:
      'Please check whether the same link is open in another tab or on another device. You can connect as soon as the seat is free.',
    move: {
      button: 'Switch to this device',
      hint: 'You go on here instead of on the device that you have used until now.',
      asked: 'The interviewer is being asked. Once they agree, you go on with this device by itself.',
      cancel: 'Cancel switching',
    },
    moveRefused:
      'Switching devices was not allowed. Please go on with the device that you have used until now.',
    denied: 'Your request was not accepted this time. You can request again when you are ready.',
    lostPlace: 'The connection was interrupted, so you are back in the waiting room. Please join again.',
    lostRequest: 'The connection was interrupted, so your request was cancelled. Please request again.',
    entry: {
      title: 'Settings for participants',
      hint: 'How participants enter the call.',
      microphone: 'Microphone',
      camera: 'Camera',
      names: 'Show names',
      failed: 'The settings could not be saved. Please check your connection and try again.',
    },
    guide: {
      title: 'How it works, and what to note',
      name: ['Fill in your name (required)', 'It is shown during the call.'],
      names: ['Fill in your company and your name (required)', 'They are shown during the call.'],
      devices: [
        'Check your picture and sound',
        'Your own picture is shown, and the bar moves when you speak. To use an external camera or microphone on a computer, choose it under “Device settings”. If you have not allowed your camera and microphone, reload the page and allow both.',
      ],
      request: [
        'Ask to join',
        '“Request to join” can be pressed once your name is filled in. The call starts automatically when the interviewer lets you in.',
      ],
      connect: [
        'Connect',
        '“Connect” can be pressed once your company and your name are filled in. When an applicant asks to join, press “Allow”.',
      ],
    },
    message: {
      title: 'A message for you',
      label: 'Message to those who wait',
      hint: (most) => `Shown in the waiting room, up to ${most} characters. Leave it empty to show nothing.`,
      send: 'Show in the waiting room',
      sent: 'It is shown now.',
      failed: 'The message could not be saved. Please check your connection and try again.',
    },
    full: 'So many interviews are in progress that no new call can start right now. Please stay on this page, wait a few minutes, and press “Connect” again.',
    tooFast: 'You have sent too many requests in a short time. Please wait a moment and try again.',
    nameUnknown: 'Nobody with this name is in the call. Please enter the same name as on your other device.',
    failed: 'That did not work. Please check your connection and try again.',
  },
};
