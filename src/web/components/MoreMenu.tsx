import { useSignal } from '@preact/signals';
import {
  Bell,
  CircleQuestionMark,
  Ellipsis,
  Expand,
  Eye,
  EyeOff,
  Gauge,
  Image,
  Languages,
  MessageCircleMore,
  MicOff,
  PictureInPicture2,
  Settings2,
  Shrink,
  VideoOff,
} from 'lucide';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { fullscreen } from '../browser/fullscreen.ts';
import { watchLeaving } from '../browser/watchLeaving.ts';
import { callWords } from '../i18n/call/index.ts';
import { switchLanguage, words } from '../i18n/language.ts';
import { backgroundSupported } from '../media/background/supported.ts';
import type { CallModel, DialogName } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import type { Control } from './control.ts';
import { Icon } from './Icon.tsx';
import styles from './MoreMenu.module.css';

type MoreMenuProps = {
  interview: Interview;
  call: CallModel;
  folded: readonly Control[];
  /** Of the control that opens it, and beside that while it is open. */
  className: string | undefined;
  openClassName: string | undefined;
};

/** 「詳細アクション」: what is needed less often, and on small screens what has no room in the bar. */
export function MoreMenu({ interview, call, folded, className, openClassName }: MoreMenuProps) {
  const { bar } = callWords.value;
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const control = useRef<HTMLButtonElement>(null);
  const close = () => {
    open.value = false;
    control.current?.focus();
  };
  // Before it is painted: a key pressed on what is seen is never missed.
  useLayoutEffect(() => {
    if (!open.value) return;
    box.current?.querySelector<HTMLElement>('li button')?.focus();
    if (!box.current) return;
    return watchLeaving(box.current, {
      onOutside() {
        open.value = false;
      },
      onEscape: close,
    });
  }, [open.value]);
  const items = [...folded, ...menuItems(interview, call)];
  return (
    <div ref={box} class={styles.box}>
      <button
        ref={control}
        type="button"
        class={`${className} ${open.value ? openClassName : ''}`}
        aria-label={bar.more}
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon node={Ellipsis} />
        <span aria-hidden>{bar.more}</span>
      </button>
      {open.value && (
        <ul class={styles.menu} aria-label={bar.more}>
          {items.map(({ key, icon, label, onPress }) => (
            <li key={key}>
              <button
                type="button"
                class={styles.item}
                lang={key === 'language' ? words.value.language.code : undefined}
                onClick={() => {
                  close();
                  onPress();
                }}
              >
                <Icon node={icon} />
                {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function menuItems(interview: Interview, call: CallModel): Control[] {
  const { menu } = callWords.value;
  const isInterviewer = interview.seat.role.value === 'interviewer';
  const opens = (name: DialogName) => () => {
    call.dialog.value = name;
  };
  const full = fullscreen.isOn();
  const items: (Control | false)[] = [
    isInterviewer && { key: 'settings', icon: Settings2, label: menu.settings, onPress: opens('settings') },
    fullscreen.isPossible() && {
      key: 'fullscreen',
      icon: full ? Shrink : Expand,
      label: full ? menu.exitFullscreen : menu.fullscreen,
      onPress: () => void fullscreen.toggle(),
    },
    isInterviewer && {
      key: 'waitingMessage',
      icon: MessageCircleMore,
      label: menu.waitingMessage,
      onPress: opens('waitingMessage'),
    },
    isInterviewer && { key: 'volume', icon: Bell, label: menu.volume, onPress: opens('volume') },
    { key: 'quality', icon: Gauge, label: menu.quality, onPress: opens('quality') },
    backgroundSupported() && {
      key: 'background',
      icon: Image,
      label: menu.background,
      onPress: opens('background'),
    },
    isInterviewer && {
      key: 'muteAll',
      icon: MicOff,
      label: menu.muteAll,
      onPress: () => void call.turnOffAll('microphone'),
    },
    isInterviewer && {
      key: 'camerasOff',
      icon: VideoOff,
      label: menu.camerasOff,
      onPress: () => void call.turnOffAll('camera'),
    },
    call.miniWindow.isPossible() && {
      key: 'miniWindow',
      icon: PictureInPicture2,
      label: call.miniWindow.isOpen.value ? menu.closeMiniWindow : menu.miniWindow,
      onPress: call.miniWindow.toggle,
    },
    {
      key: 'self',
      icon: call.stage.hidesSelf.value ? Eye : EyeOff,
      label: call.stage.hidesSelf.value ? menu.showSelf : menu.hideSelf,
      onPress: call.stage.toggleSelf,
    },
    { key: 'help', icon: CircleQuestionMark, label: menu.help, onPress: opens('help') },
    {
      key: 'language',
      icon: Languages,
      label: words.value.language.other,
      onPress: () => void switchLanguage(interview.memory),
    },
  ];
  return items.filter((item) => item !== false);
}
