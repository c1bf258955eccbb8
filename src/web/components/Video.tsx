import { useEffect, useRef } from 'preact/hooks';
import { play } from '../browser/playback.ts';
import { followOutput } from '../media/output.ts';

type VideoProps = {
  video: MediaStreamTrack | null;
  /** Without one the element is silent, as one's own picture always is. */
  audio?: MediaStreamTrack | null;
  label: string;
  className?: string;
  /** Is given the element; the returned function ends that. */
  follow?: ((element: HTMLVideoElement) => () => void) | undefined;
};

/** Shows tracks. One element and one stream for good, so that a change of a track makes no flash. */
export function Video({ video, audio = null, label, className, follow }: VideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  const isOwn = audio === null;
  useEffect(() => {
    const shown = element.current;
    if (!shown) return;
    const stream = (shown.srcObject as MediaStream | null) ?? new MediaStream();
    const wanted = [video, audio].filter((track) => track !== null);
    for (const track of stream.getTracks()) if (!wanted.includes(track)) stream.removeTrack(track);
    for (const track of wanted) stream.addTrack(track);
    shown.srcObject ??= stream;
    if (wanted.length > 0) void play(shown);
  }, [video, audio]);
  useEffect(() => (element.current && !isOwn ? followOutput(element.current) : undefined), [isOwn]);
  useEffect(() => (element.current && follow ? follow(element.current) : undefined), [follow]);
  return <video ref={element} class={className} aria-label={label} muted={isOwn} playsInline autoPlay />;
}
