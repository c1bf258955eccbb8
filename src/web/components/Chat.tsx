import { ArrowDown, Paperclip, SendHorizontal, Trash2 } from 'lucide';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { characters, limits } from '../../protocol/limits.ts';
import type { ChatMessage } from '../../protocol/messages.ts';
import { keyOf } from '../browser/keys.ts';
import { isHandheld } from '../browser/support.ts';
import { callWords } from '../i18n/call/index.ts';
import { words } from '../i18n/language.ts';
import type { CallModel } from '../models/call.ts';
import type { ChatModel, OutgoingMessage } from '../models/chat.ts';
import { type ChatEntry, inOrder, keyOfEntry } from '../models/chatOrder.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import styles from './Chat.module.css';
import { FileChooser } from './FileChooser.tsx';
import { FileMessage } from './FileMessage.tsx';
import { Icon } from './Icon.tsx';
import { IconButton } from './IconButton.tsx';
import { nameOf } from './nameOf.ts';
import { Panel } from './Panel.tsx';
import { TextArea } from './TextField.tsx';
import { TextWithLinks } from './TextWithLinks.tsx';
import { UploadStatus } from './UploadStatus.tsx';
import { useReadingPlace } from './useReadingPlace.ts';

type ChatProps = { interview: Interview; call: CallModel };

/** 「チャット」: what was said, oldest first, and a field to write. */
export function Chat({ interview, call }: ChatProps) {
  const text = callWords.value.chat;
  const { chat } = interview;
  return (
    <Panel title={text.title} onClose={chat.toggle} onFiles={(files) => files.forEach(call.files.add)}>
      <History interview={interview} call={call} />
      <WriteForm interview={interview} call={call} />
    </Panel>
  );
}

function History({ interview: { chat }, call }: ChatProps) {
  const list = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const messages = chat.messages.value;
  const outgoing = chat.outgoing.value;
  const uploads = call.files.uploads.value;
  const entries = inOrder({ messages, outgoing, uploads });
  const newest = messages.at(-1);
  const { hasNew, toEnd } = useReadingPlace(list, content, {
    newestAt: chat.newestAt(),
    isOwn: newest?.peerId === chat.selfId.value,
    onTheWay: outgoing.length + uploads.length,
  });
  useKeptPlace(list, messages[0]?.id);
  return (
    // It scrolls, so it can be reached by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs it (WCAG 2.1.1)
    <div ref={list} class={styles.history} role="log" aria-label={callWords.value.chat.title} tabIndex={0}>
      <div ref={content} class={styles.content}>
        <Earlier chat={chat} />
        {entries.length === 0 && <p class={styles.empty}>{callWords.value.chat.empty}</p>}
        {entries.map((entry) => (
          <Entry key={keyOfEntry(entry)} entry={entry} chat={chat} call={call} />
        ))}
        {hasNew && (
          <button type="button" class={styles.new} onClick={toEnd}>
            <Icon node={ArrowDown} size={20} />
            {callWords.value.chat.hasNew}
          </button>
        )}
      </div>
    </div>
  );
}

function Entry({ entry, chat, call }: { entry: ChatEntry; chat: ChatModel; call: CallModel }) {
  switch (entry.kind) {
    case 'message':
      return <Message message={entry.message} own={entry.message.peerId === chat.selfId.value} call={call} />;
    case 'outgoing':
      return <Outgoing message={entry.outgoing} onResend={() => void chat.resend(entry.outgoing)} />;
    case 'upload':
      return <UploadStatus upload={entry.upload} files={call.files} />;
  }
}

/** What is put in above what one reads moves nothing of it. */
function useKeptPlace(list: RefObject<HTMLDivElement | null>, oldest: string | undefined): void {
  const before = useRef({ oldest, height: 0 });
  useLayoutEffect(() => {
    const { current: element } = list;
    if (!element) return;
    const grown = element.scrollHeight - before.current.height;
    if (before.current.oldest !== oldest && before.current.height > 0) element.scrollTop += grown;
    before.current = { oldest, height: element.scrollHeight };
  });
}

/** The way to what was written before what is shown. */
function Earlier({ chat }: { chat: ChatModel }) {
  const text = callWords.value.chat;
  const state = chat.earlier.value;
  if (state === 'none') return null;
  return (
    <div class={styles.earlier}>
      {state === 'failed' && (
        <p class={styles.failed} role="alert">
          {text.earlierFailed}
        </p>
      )}
      <Button kind="text" disabled={state === 'coming'} onClick={() => void chat.showEarlier()}>
        {state === 'coming' ? text.loading : text.earlier}
      </Button>
    </div>
  );
}

type MessageProps = { message: ChatMessage; own: boolean; call: CallModel };

function Message({ message, own, call }: MessageProps) {
  const text = callWords.value.chat;
  const { at, file } = message;
  return (
    <div class={`${styles.message} ${own ? styles.own : ''}`}>
      <div class={styles.by}>
        {own && (
          <button
            type="button"
            class={styles.delete}
            aria-label={text.deleteOf(file?.name ?? message.text.slice(0, 20))}
            onClick={() => void call.deleteMessage(message)}
          >
            <Icon node={Trash2} size={16} />
            <span aria-hidden>{text.delete}</span>
          </button>
        )}
        {own ? text.self : nameOf(message)} <time dateTime={at}>{words.value.time(at)}</time>
      </div>
      {file ? (
        <FileMessage file={file} call={call} />
      ) : (
        <p class={styles.text}>
          <TextWithLinks text={message.text} />
        </p>
      )}
    </div>
  );
}

function Outgoing({
  message: { text, problem },
  onResend,
}: {
  message: OutgoingMessage;
  onResend: () => void;
}) {
  const { chat } = callWords.value;
  return (
    <div class={`${styles.message} ${styles.own} ${styles.pending}`}>
      <p class={styles.text}>
        <TextWithLinks text={text} />
      </p>
      {problem ? (
        <span class={styles.failed} role="alert">
          {problem === 'too_fast' ? chat.tooFast : chat.failed}
          <Button kind="text" onClick={onResend}>
            {chat.resend}
          </Button>
        </span>
      ) : (
        <span class={styles.by}>{chat.sending}</span>
      )}
    </div>
  );
}

function WriteForm({ interview, call }: ChatProps) {
  const text = callWords.value.chat;
  const { chat } = interview;
  const { draft } = chat;
  const field = useRef<HTMLTextAreaElement>(null);
  const length = characters(draft.value);
  const over = length > limits.chatCharacters;
  useEffect(() => field.current?.focus(), []);
  const send = () => {
    chat.write();
    field.current?.focus();
  };
  return (
    <form
      class={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <TextArea
        ref={field}
        label={text.message}
        labelHidden
        placeholder={text.message}
        value={draft.value}
        error={over ? words.value.tooLong(limits.chatCharacters) : ''}
        count={`${text.length(length, limits.chatCharacters)}${isHandheld() ? '' : `　${text.hint}`}`}
        tools={
          <WriteTools interview={interview} call={call} isSendable={draft.value.trim() !== '' && !over} />
        }
        onInput={(written) => {
          draft.value = written;
        }}
        onKeyDown={(event) => {
          if (keyOf(event) !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          send();
        }}
      />
    </form>
  );
}

/** What can be done with what was or will be written. */
function WriteTools({ interview, call, isSendable }: ChatProps & { isSendable: boolean }) {
  const text = callWords.value.chat;
  return (
    <div class={styles.tools}>
      {interview.seat.role.value === 'interviewer' && (
        <IconButton
          icon={Trash2}
          label={text.clear}
          titled
          onClick={() => {
            call.dialog.value = 'clearChat';
          }}
        />
      )}
      <FileChooser multiple onFiles={(files) => files.forEach(call.files.add)}>
        {(choose) => <IconButton icon={Paperclip} label={text.attach} titled onClick={choose} />}
      </FileChooser>
      <Button type="submit" disabled={!isSendable}>
        <Icon node={SendHorizontal} size={20} />
        {text.send}
      </Button>
    </div>
  );
}
