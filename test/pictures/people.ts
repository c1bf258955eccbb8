/** Drawn people for the pictures of the docs and the help: nobody's face. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

type Look = {
  wall: [string, string];
  shelf: string;
  books: string[];
  shelfAt: number;
  hair: string;
  coat: string;
  skin: string;
  long: boolean;
};

const looks: Record<'interviewer' | 'applicant', Look> = {
  interviewer: {
    wall: ['#dfe7ee', '#b9c6d3'],
    shelf: '#8b6f52',
    books: ['#7a4b3a', '#3b5b7a', '#8a8f4a', '#c2b280'],
    shelfAt: 60,
    hair: '#2a2422',
    coat: '#27324a',
    skin: '#e9c3a0',
    long: false,
  },
  applicant: {
    wall: ['#f3ece2', '#d9c9b2'],
    shelf: '#6d7f6a',
    books: ['#94a684', '#c98b6b', '#5f7d8c', '#e2c98f'],
    shelfAt: 920,
    hair: '#3a2a22',
    coat: '#1f2329',
    skin: '#f0cfae',
    long: true,
  },
};

/** Writes a second of each person as a Y4M film for Chromium's fake camera, by ffmpeg; returns the files. */
export async function films(page: Page, folder: string): Promise<Record<keyof typeof looks, string>> {
  const made: [string, string][] = [];
  for (const [name, look] of Object.entries(looks)) {
    const url = await page.evaluate(draw, look);
    const still = join(folder, `${name}.png`);
    const film = join(folder, `${name}.y4m`);
    await writeFile(still, Buffer.from(url.split(',')[1] as string, 'base64'));
    const output = ['-t', '1', '-r', '30', '-pix_fmt', 'yuv420p', film];
    execFileSync('ffmpeg', ['-loglevel', 'error', '-y', '-loop', '1', '-i', still, ...output]);
    made.push([name, film]);
  }
  return Object.fromEntries(made) as Record<keyof typeof looks, string>;
}

/** In the page: a head and shoulders before a shelf, 1280x720, as a data URL. */
function draw({ wall, shelf, books, shelfAt, hair, coat, skin, long }: Look): string {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 1280, height: 720 });
  const to = canvas.getContext('2d') as CanvasRenderingContext2D;
  const fill = (colour: string | CanvasGradient, path: () => void) => {
    to.fillStyle = colour;
    to.beginPath();
    path();
    to.fill();
  };
  const round = (x: number, y: number, rx: number, ry: number) => to.ellipse(x, y, rx, ry, 0, 0, 7);
  const light = to.createLinearGradient(0, 0, 1280, 720);
  light.addColorStop(0, wall[0]);
  light.addColorStop(1, wall[1]);
  fill(light, () => to.rect(0, 0, 1280, 720));
  for (const y of [120, 300]) fill(shelf, () => to.rect(shelfAt, y, 300, 12));
  for (let i = 0; i < 9; i++) {
    const lower = (i % 3) * 14;
    fill(books[i % books.length] as string, () =>
      to.rect(shelfAt + 14 + i * 30, 200 - lower, 22, 100 + lower),
    );
  }
  fill(hair, () => round(640, 300, 150, 172));
  if (long) fill(hair, () => to.rect(494, 300, 292, 190));
  fill(coat, () => {
    to.moveTo(330, 720);
    to.bezierCurveTo(340, 540, 470, 500, 560, 490);
    to.lineTo(720, 490);
    to.bezierCurveTo(810, 500, 940, 540, 950, 720);
  });
  const triangle = (colour: string, x: number, y: number, tip: number) =>
    fill(colour, () => {
      to.moveTo(640 - x, y);
      to.lineTo(640, tip);
      to.lineTo(640 + x, y);
    });
  fill(skin, () => to.rect(588, 420, 104, 92));
  fill(skin, () => round(640, 330, 112, 140));
  triangle('#fff', 64, 492, 600);
  triangle(skin, 52, 480, 560);
  fill(hair, () => to.ellipse(640, 225, 128, 72, 0, Math.PI, 0));
  fill(hair, () => to.rect(514, 218, 252, 24));
  for (const x of [598, 682]) fill('#2b2320', () => round(x, 330, 9, 11));
  Object.assign(to, { strokeStyle: '#2b2320', lineWidth: 5, lineCap: 'round' });
  to.beginPath();
  to.arc(640, 372, 38, 0.5, 2.64);
  to.stroke();
  return canvas.toDataURL('image/png');
}
