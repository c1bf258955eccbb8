import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { nameProblem } from '../../protocol/names.ts';
import { keepScreenOn } from '../browser/keepScreenOn.ts';
import { applicantsText } from '../components/applicantsText.ts';
import { Button } from '../components/Button.tsx';
import { DeviceNews } from '../components/DeviceNews.tsx';
import { DeviceProblems } from '../components/DeviceProblems.tsx';
import { Dock } from '../components/Dock.tsx';
import { EntrySettings } from '../components/EntrySettings.tsx';
import { Heading } from '../components/Heading.tsx';
import { Layout } from '../components/Layout.tsx';
import { LazyDialog, type WaitingDialogName } from '../components/LazyDialog.tsx';
import { NameField } from '../components/NameField.tsx';
import { Notice } from '../components/Notice.tsx';
import { SelfView } from '../components/SelfView.tsx';
import { SwitchDevice } from '../components/SwitchDevice.tsx';
import { useInSight } from '../components/useInSight.ts';
import { WaitingGuide } from '../components/WaitingGuide.tsx';
import { WaitingMessage, WaitingMessageForm } from '../components/WaitingMessage.tsx';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import type { WaitingNotice } from '../models/seat.ts';
import styles from './Waiting.module.css';

/** 「待機画面」: oneself, one's name, and the one next step. */
export function Waiting({ interview }: { interview: Interview }) {
  const { waiting, check } = words.value;
  const role = interview.seat.role.value;
  // A phone that sleeps loses its line, and with it the place.
  useEffect(keepScreenOn, []);
  const dialog = useSignal<WaitingDialogName | null>(null);
  const open = (name: WaitingDialogName) => {
    dialog.value = name;
  };
  const shown = dialog.value;
  // The browser tells late that a dialog was closed: another one may be open by then.
  const close = () => {
    if (dialog.value === shown) dialog.value = null;
  };
  return (
    <Layout interview={interview} memory={interview.memory}>
      <Heading className={styles.title}>{waiting.title}</Heading>
      <p class={styles.lead}>{waiting.lead[role]}</p>
      <div class={`${styles.columns} ${role === 'interviewer' ? styles.withEntry : ''}`}>
        <div class={styles.self}>
          <SelfView interview={interview} onOpen={open} />
          <BackgroundTrouble interview={interview} />
          <DeviceProblems interview={interview} />
          <DeviceNews interview={interview} />
        </div>
        <div class={`${styles.self} ${styles.side}`}>
          <div class={styles.form}>
            {role === 'interviewer' ? (
              <InterviewerForm interview={interview} />
            ) : (
              <ApplicantForm interview={interview} />
            )}
            {role === 'applicant' && <WaitingMessage interviewer={interview.interviewer} />}
            {role === 'interviewer' && <Counts interview={interview} />}
            {role === 'interviewer' && <WaitingMessageForm interviewer={interview.interviewer} />}
          </div>
          <WaitingGuide role={role} />
          {!interview.seat.requested.value && (
            <div class={styles.again}>
              <Button kind="text" onClick={interview.checkAgain}>
                {check.again}
              </Button>
            </div>
          )}
        </div>
        {role === 'interviewer' && (
          <div class={styles.entry}>
            <EntrySettings interviewer={interview.interviewer} />
          </div>
        )}
      </div>
      {shown && <LazyDialog name={shown} interview={interview} onClose={close} />}
    </Layout>
  );
}

/** A background that is too much for this device, or was not to be had. */
function BackgroundTrouble({ interview: { effects } }: { interview: Interview }) {
  const { device } = words.value;
  const problem = effects.problem.value;
  if (!problem) return null;
  return (
    <Notice kind="warning">
      <p>{problem === 'slow' ? device.slow : device.backgroundFailed}</p>
      {problem === 'slow' && (
        <Button kind="secondary" onClick={() => effects.chooseBackground('none')}>
          {device.turnOffBackground}
        </Button>
      )}
    </Notice>
  );
}

function InterviewerForm({ interview }: { interview: Interview }) {
  const { waiting } = words.value;
  const { company, name } = interview.seat;
  return (
    <form
      class={styles.self}
      onSubmit={(event) => {
        event.preventDefault();
        if (mayPress(interview)) void interview.seat.enter();
      }}
    >
      <NameField label={waiting.company} value={company} autocomplete="organization" />
      <NameField label={waiting.name} hint={waiting.nameHint} value={name} autocomplete="name" />
      <NextStep interview={interview} kind="primary" hint={isUnnamed(interview) ? waiting.connectHint : ''}>
        {waiting.connect}
      </NextStep>
    </form>
  );
}

function ApplicantForm({ interview }: { interview: Interview }) {
  const { waiting } = words.value;
  const { name, requested, toggleRequest } = interview.seat;
  const asks = requested.value;
  return (
    <form
      class={styles.self}
      onSubmit={(event) => {
        event.preventDefault();
        if (mayPress(interview)) void toggleRequest();
      }}
    >
      <NameField
        label={waiting.name}
        hint={waiting.nameHint}
        value={name}
        autocomplete="name"
        disabled={asks}
      />
      <NextStep interview={interview} kind={asks ? 'secondary' : 'primary'} hint={applicantHint(interview)}>
        {asks ? waiting.requested : waiting.request}
      </NextStep>
    </form>
  );
}

type NextStepProps = {
  interview: Interview;
  kind: 'primary' | 'secondary';
  hint: string;
  children: ComponentChildren;
};

/** The button of the one next step, between what became of the last one and what comes next: in sight together. */
function NextStep({ interview, kind, hint, children }: NextStepProps) {
  const { requested, notice, taken, movable } = interview.seat;
  const ref = useInSight<HTMLDivElement>(requested.value || notice.value || taken.value);
  return (
    <Dock inCard ref={ref}>
      <WaitingNews interview={interview} />
      {taken.value && movable.value ? (
        <SwitchDevice interview={interview} />
      ) : (
        <Button
          type="submit"
          kind={kind}
          large
          disabled={!mayPress(interview)}
          describedBy="next-news next-hint"
        >
          {children}
        </Button>
      )}
      <p class={styles.hint} id="next-hint" role="status">
        {hint}
      </p>
    </Dock>
  );
}

function applicantHint({ seat }: Interview): string {
  const { waiting } = words.value;
  // Whoever sits there already: it says so beside it.
  if (seat.taken.value) return '';
  if (seat.requested.value) return waiting.requestedHint;
  if (seat.namesReady.value) return waiting.nextHint;
  // What is wrong with it otherwise stands below it.
  return isUnnamed({ seat }) ? waiting.requestHint : '';
}

/** Whether a name is still to be typed. */
const isUnnamed = ({ seat: { role, company, name } }: Pick<Interview, 'seat'>): boolean =>
  isEmpty(name.value) || (role.value === 'interviewer' && isEmpty(company.value));

const isEmpty = (text: string) => nameProblem(text) === 'empty';

/** Whether the one next step can be taken now. */
function mayPress({ seat, status }: Interview): boolean {
  return seat.namesReady.value && !seat.taken.value && status.value === 'open';
}

const noticeKinds: { [what in WaitingNotice]?: 'error' | 'warning' } = {
  failed: 'error',
  full: 'warning',
  nameUnknown: 'warning',
};

/** What happened, beside the usual words. There before anything has: what comes into it is read out. */
function WaitingNews({ interview: { seat } }: { interview: Interview }) {
  const { waiting } = words.value;
  const what = seat.notice.value;
  return (
    <div class={styles.news} id="next-news" role="status">
      {/* Both at once would cover the name that is to be typed again. */}
      {seat.taken.value && what !== 'nameUnknown' && (
        <Notice kind="warning" title={waiting.taken} inLiveRegion>
          <p>{waiting.takenHint}</p>
        </Notice>
      )}
      {what && (
        <Notice kind={noticeKinds[what] ?? 'info'} inLiveRegion>
          <p>{waiting[what]}</p>
        </Notice>
      )}
    </div>
  );
}

function Counts({ interview }: { interview: Interview }) {
  const { people } = interview;
  const { counts: labels, people: show } = words.value.waiting;
  const counts = people.counts.value;
  if (!counts) return null;
  return (
    <div class={styles.counts}>
      <p role="status">{applicantsText(interview)}</p>
      <dl>
        <div>
          <dt>{labels.waiting}</dt>
          <dd>{show(counts.waiting)}</dd>
        </div>
        <div>
          <dt>{labels.inCall}</dt>
          <dd>{show(counts.inCall)}</dd>
        </div>
      </dl>
    </div>
  );
}
