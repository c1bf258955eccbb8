import type { HelpWords } from './ja.ts';

export const en: HelpWords = {
  title: 'Help',
  flow: {
    title: 'How it works',
    steps: {
      check: {
        title: 'Environment check',
        text: 'Your device and your connection are checked. When everything is OK, press “Go to the waiting room”.',
      },
      waiting: {
        title: 'Waiting room',
        text: 'Check your picture and sound, fill in your name and press “Request to join” (interviewers: “Connect”).',
      },
      call: {
        title: 'Call',
        text: 'Microphone, camera and chat are in the bar at the bottom. Press “Leave” when you are done.',
      },
    },
  },
  questions: {
    title: 'Frequently asked questions',
    items: [
      {
        question: 'I cannot connect, connecting takes a long time, or the connection is unstable',
        answers: [
          'Reload the page (reload button or F5), or restart your device.',
          'Connect again from a place with good reception.',
          'Close programs and apps that use much memory or processor time.',
          'Check the recommended environments below.',
          'If you are connected to a VPN, disconnect from it and try again.',
          'On a company network, try another network or another device, such as a phone. If that does not help, ask the person who invited you for another way to talk.',
        ],
      },
      {
        question: 'Others cannot hear me, or I cannot hear them',
        answers: [
          'Check whether the microphone icon is off (slashed), and turn it on.',
          'Check that the microphone is on in your device’s settings and allowed in your browser.',
          'Check the volume of your speakers and the audio device chosen under “Device settings”.',
          'On an unstable connection, or in an environment that is not recommended, sound may break up or come late.',
        ],
      },
      {
        question: 'Others cannot see me, or I cannot see them',
        answers: [
          'Check whether the camera icon is off (slashed), and turn it on.',
          'Check that the camera is on in your device’s settings and allowed in your browser.',
          'Close other apps and windows that use the camera.',
          'If the connection is unstable, choose a lower quality under “Video quality”.',
        ],
      },
      {
        question: 'I cannot share my screen',
        answers: [
          'Phones and tablets cannot share their own screen (but can see the screens of others). Please use Google Chrome, Microsoft Edge or Firefox on a computer.',
          'On a Mac, allow screen recording for the browser under “Privacy & Security” in System Settings.',
          'You cannot share your screen with “Audio only”. Please change the quality under “Video quality”.',
        ],
      },
      {
        question: 'It says “Someone is already in the call with this link.”',
        answers: [
          'Check whether the same link is open in another tab or on another device.',
          'Interviewers: check whether a colleague has connected with the same link.',
          'If that does not help, reload the page, restart your device, or clear the cache of your browser.',
        ],
      },
      {
        question: 'It says “This link is not open now”',
        answers: [
          'Before your interview: keep the page open, or open the link again when it is time. Until then you can “Run the environment check only”.',
          'If the time is over, or the link is not the right one: ask the person who invited you for a new link.',
        ],
      },
    ],
  },
  environment: {
    title: 'Recommended environments',
    columns: ['Device', 'Browser', 'System'],
    rows: [
      ['Computer (Windows)', 'Google Chrome 117+, Microsoft Edge 118+, Firefox 118+', 'Windows 10+'],
      ['Computer (Mac)', 'Google Chrome 117+, Safari 17+, Firefox 118+', 'macOS 10.15+'],
      ['Chromebook', 'Google Chrome 117+', 'ChromeOS 117+'],
      ['Android', 'Google Chrome 117+', 'Android 12+'],
      ['iPhone, iPad', 'Safari 17+', 'iOS, iPadOS 17+'],
    ],
    notes: [
      'Other browsers may work as well, but are not supported.',
      'Computers and Chromebooks: a dual-core processor with 2 GHz or more, and 4 GB of memory (RAM) or more. A camera and a microphone are needed; external ones are fine.',
      'iPhone: XS, XR or later, SE (2nd generation or later). iPad: iPad (6th generation or later), iPad Air (3rd or later), iPad mini (5th or later), iPad Pro (10.5-inch, 11-inch, 12.9-inch 2nd generation or later). The iPhone 12 mini is not recommended.',
      'External cameras cannot be used on phones and tablets.',
      'Thin clients and virtual desktops are not supported.',
      'A VPN may keep you from connecting. So may a network that restricts access to servers outside of it.',
      'Please enable JavaScript and accept cookies (site data) in your browser. Without them your name and the result of the environment check are not remembered for next time.',
      'Screen sharing and backgrounds work on computers only; for backgrounds Google Chrome is recommended.',
    ],
  },
  network: {
    title: 'On a company network',
    lead: 'Please ask your company’s network department to allow these connections (from your network to the internet).',
    carries: {
      page: 'the page',
      media: {
        udp: 'audio and video (recommended: more stable)',
        tcp: 'audio and video, where UDP is blocked',
      },
      relay: 'audio and video, through the relay',
    },
    need: (need, carries) => `${need}: ${carries}`,
    proxy: 'If you use a proxy, please exclude this server from it.',
    server: (host) => `The address of this server: ${host}`,
  },
  shortcuts: {
    title: 'Keyboard shortcuts',
    lead: 'During the call (on a Mac, use Option instead of Alt), but not while you are typing.',
    names: {
      microphone: 'Microphone on or off',
      camera: 'Camera on or off',
      chat: 'Open or close the chat',
      hand: 'Raise or lower your hand',
    },
  },
};
