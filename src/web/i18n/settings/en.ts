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
  level: 'If the bar moves, your microphone is picking up sound.',
  noise: 'Suppress background noise',
  failed: 'This device could not be used. Please check that no other app is using it.',

  background: {
    title: 'Background',
    lead: 'Google Chrome on a computer is recommended. Your own video shows the background you choose.',
    choices: {
      none: 'None',
      blur: 'Blur',
      office: 'Office',
      plants: 'Plants',
      wall: 'White wall',
      own: 'Your picture',
    },
    add: 'Add a background',
    addHint: 'JPG or PNG, up to 512 KB',
    remove: 'Remove your picture',
    problems: {
      tooBig: 'The picture is too big. Please choose one of up to 512 KB.',
      notPicture: 'Please choose a JPG or PNG picture.',
      broken: 'The picture could not be read. The file may be damaged.',
      notKept: 'This browser cannot store the picture.',
    },
  },
};
