/** @jsxImportSource react */
import { Spinner } from '@inkjs/ui';
import { Box, render, Static, Text, useApp } from 'ink';
import { useEffect, useState } from 'react';
import { runChecks } from '../check/run.ts';
import { LABEL, STATUS, statusNames } from '../check/text.ts';
import type { Check, Finding } from '../check/types.ts';
import { screenWidth } from '../output/print.ts';
import { alarm } from './theme.ts';

/** Runs the checks on the screen: what was found, what runs, what comes. */
export async function showChecks(checks: Check[]): Promise<Finding[]> {
  let findings: Finding[] = [];
  const onDone = (found: Finding[]) => {
    findings = found;
  };
  await render(<Checks checks={checks} onDone={onDone} />, { interactive: true }).waitUntilExit();
  return findings;
}

function Checks({ checks, onDone }: { checks: Check[]; onDone: (findings: Finding[]) => void }) {
  const { exit } = useApp();
  const [findings, setFindings] = useState<Finding[]>([]);

  useEffect(() => {
    void runChecks(checks, (finding) => setFindings((before) => [...before, finding]));
  }, [checks]);

  // Only now the last one is on the screen as well.
  useEffect(() => {
    if (findings.length < checks.length) return;
    onDone(findings);
    exit();
  }, [findings, checks, exit, onDone]);

  const [running, ...waiting] = checks.slice(findings.length);
  return (
    <Box flexDirection="column">
      <Static items={findings}>{(finding) => <Found key={finding.id} {...finding} />}</Static>
      {running && (
        <Box>
          <Box width={LABEL}>
            <Text>{running.label}</Text>
          </Box>
          <Spinner label="looking" />
        </Box>
      )}
      {waiting.length > 0 && <Text dimColor>{`${waiting.length} more`}</Text>}
    </Box>
  );
}

function Found({ label, status, text, remedy }: Finding) {
  const isGood = status === 'ok' || status === 'skipped';
  return (
    // Static items know no width of their own.
    <Box width={screenWidth() ?? undefined}>
      <Box width={LABEL} flexShrink={0}>
        <Text>{label}</Text>
      </Box>
      <Box width={STATUS} flexShrink={0}>
        <Text bold={!isGood} color={isGood ? undefined : alarm}>
          {statusNames[status]}
        </Text>
      </Box>
      <Box flexDirection="column" flexGrow={1}>
        <Text>{text}</Text>
        {remedy && <Text color={alarm}>{remedy}</Text>}
      </Box>
    </Box>
  );
}
