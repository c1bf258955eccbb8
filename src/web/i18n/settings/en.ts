import type { SettingsWords } from './ja.ts';

export const en: SettingsWords = {
  title: 'Device settings',
  camera: 'Camera',
  microphone: 'Microphone',
  output: 'Audio',
  unnamed: (kind, number) => `${kind} ${number}`,
  none: 'None found',
  unchosen: 'Please choose',
  systemOutput: 'System default',
  sound: 'Play test sound',
  soundHint: 'You should hear a short tone. If not, choose another audio device.',
  level: 'When the bar moves, your microphone hears you.',
  noise: 'Suppress background noise',
  failed: 'This device could not be used. Please check that no other app is using it.',

  background: {
    title: 'Background',
    lead: 'Google Chrome on a computer is recommended. You see the chosen background in your own picture.',
    choices: {
      none: 'None',
      blur: 'Blur',
      office: 'Office',
      plants: 'Plants',
      wall: 'White wall',
      own: 'Your picture',
    },
    add: 'Add a background',
    addHint: 'jpg or png, 512 KB at most',
    remove: 'Remove your picture',
    problems: {
      tooBig: 'The picture is too big. Please choose one of at most 512 KB.',
      notPicture: 'Please choose a jpg or png picture.',
      broken: 'The picture could not be read. The file may be damaged.',
      notKept: 'This browser cannot keep the picture.',
    },
  },
};
