import { saveAs } from '../browser/saveAs.ts';
import { capturePicture } from '../media/capture.ts';
import type { InterviewerModel } from './interviewer.ts';
import type { PopupsModel } from './popups.ts';

type CaptureOptions = {
  interviewer: Pick<InterviewerModel, 'allowCapture'>;
  popups: Pick<PopupsModel, 'show'>;
};

/** 「画面をキャプチャする」: the other's camera as a picture, saved on this device. */
export function createCapture({ interviewer, popups }: CaptureOptions) {
  const videos = new Map<string, HTMLVideoElement>();

  async function save(peerId: string, name: string): Promise<void> {
    const video = videos.get(peerId);
    if (!video) throw new Error('there is no picture of this person');
    const picture = await capturePicture(video);
    await interviewer.allowCapture(peerId);
    saveAs(picture, captureFileName(name, new Date()));
  }

  return {
    elementOf: (peerId: string) => videos.get(peerId),
    /** The element that shows this peer; the returned function ends that. */
    follow(peerId: string, video: HTMLVideoElement): () => void {
      videos.set(peerId, video);
      return () => {
        if (videos.get(peerId) === video) videos.delete(peerId);
      };
    },
    /** Saves the picture under the name by which the person is shown. */
    async take(peerId: string, name: string): Promise<void> {
      const done = await save(peerId, name).then(
        () => true,
        () => false,
      );
      popups.show({ key: 'capture', message: { about: done ? 'captured' : 'captureFailed' } });
    },
  };
}

/** 佐藤花子_20261123-164500.png, in local time. */
export function captureFileName(name: string, at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
  return `${name}_${day}-${time}.png`;
}
