import { byId } from '../drawing/elements.js';
import type { Session } from '../session.js';
import type { Progress } from '../worker/protocol.js';

const stages: Record<Progress['stage'], string> = {
  read: 'Reading records',
  embed: 'Embedding queries',
  cluster: 'Clustering',
  profile: 'Profiling clusters',
  dial: 'Working out the dial',
  evaluate: 'Drawing resamples for the verdict',
};

/** What is opened, how far that has come, and what went wrong. */
export function openPanel(session: Session): void {
  byId('open-sample').addEventListener('click', () => {
    void openSample(session);
  });
  byId('open-simulated').addEventListener('click', () => {
    void session.open({ kind: 'simulated' });
  });
  const chosen = byId('open-files', 'input');
  chosen.addEventListener('change', () => {
    openFiles(session, chosen.files);
    // So that the same file can be chosen again.
    chosen.value = '';
  });
  acceptDrops(session);

  const [status, bar, cancel] = [byId('status'), byId('progress', 'progress'), byId('cancel')];
  cancel.addEventListener('click', () => {
    session.cancel();
    status.textContent = 'Cancelled.';
  });
  session.progress.watch((progress) => {
    bar.hidden = progress === null;
    cancel.hidden = !session.isOpening;
    // Announced by stage, not by number.
    const text = progress ? `${stages[progress.stage]} …` : '';
    if (status.textContent !== text) status.textContent = text;
    if (progress?.total) bar.value = progress.completed / progress.total;
    else bar.removeAttribute('value');
  });

  const error = byId('error');
  const [message, close] = error.children as unknown as [HTMLElement, HTMLElement];
  close.addEventListener('click', () => {
    session.error.set(null);
  });
  session.error.watch((text) => {
    error.hidden = text === null;
    message.textContent = text ?? '';
  });

  const results = byId('results');
  session.opened.watch((opened) => {
    results.hidden = opened === null;
    document.body.classList.toggle('opened', opened !== null);
    if (opened) byId('opened').replaceChildren(...sentences(opened.title, opened.notes));
  });
}

function sentences(title: string, notes: readonly string[]): (Node | string)[] {
  const name = document.createElement('strong');
  name.textContent = title;
  return [name, `. ${notes.join(' ')}`];
}

async function openSample(session: Session): Promise<void> {
  const { default: json } = await import('../../data/zeroeval-10/zeroeval-10.json?raw');
  await session.open({ kind: 'sample', name: 'zeroeval-10', json });
}

function openFiles(session: Session, files: FileList | null): void {
  if (files && files.length > 0) void session.open({ kind: 'files', files: [...files] });
}

function acceptDrops(session: Session): void {
  addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) document.body.classList.remove('dropping');
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    openFiles(session, event.dataTransfer?.files ?? null);
  });
}
