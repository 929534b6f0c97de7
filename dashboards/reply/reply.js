const texts = {
  en: {
    priority: { high: 'HIGH', medium: 'MEDIUM', low: 'LOW', technical: 'TECHNICAL' },
    alert: (word, code) => `${word} alert ${code}`,
    test: 'Test page',
    waiting: 'Nobody has it yet.',
    taken: 'Somebody has it.',
    over: 'It is over.',
    take: 'Take it',
    decline: 'I cannot take it',
    confirm: 'Confirm that I got this',
    done: 'Done. It is yours: sign in to see what it is.',
    declined: 'Noted. The next person is paged.',
    confirmed: 'Confirmed. Alerts can reach you here.',
    tooOld: 'This link was used or is too old. Sign in to answer.',
    changed: 'It has changed since. Look again.',
    refused: 'You may not answer this one. Sign in.',
    offline: 'Not sent. The alert goes on to others. Try again.',
    console: 'Open the console',
    note: 'The pump’s own alarm comes first. This page shows nothing of a patient.',
  },
  es: {
    priority: { high: 'ALTA', medium: 'MEDIA', low: 'BAJA', technical: 'TÉCNICA' },
    alert: (word, code) => `Alerta ${word} ${code}`,
    test: 'Mensaje de prueba',
    waiting: 'Nadie la atiende todavía.',
    taken: 'Ya la atiende alguien.',
    over: 'Ha terminado.',
    take: 'La atiendo yo',
    decline: 'No puedo atenderla',
    confirm: 'Confirmar que lo recibí',
    done: 'Hecho. Es suya: entre en la consola para verla.',
    declined: 'Anotado. Se avisa a la siguiente persona.',
    confirmed: 'Confirmado. Las alertas pueden llegarle aquí.',
    tooOld: 'Este enlace ya se usó o es antiguo. Entre para responder.',
    changed: 'Ha cambiado. Mire otra vez.',
    refused: 'No puede responder a esta. Entre en la consola.',
    offline: 'No se envió. La alerta sigue con otras personas. Inténtelo de nuevo.',
    console: 'Abrir la consola',
    note: 'La alarma de la bomba va primero. Esta página no muestra nada del paciente.',
  },
};

const language = navigator.language.startsWith('es') ? 'es' : 'en';
const text = texts[language];
const element = (id) => document.getElementById(id);
const token = new URLSearchParams(location.hash.slice(1)).get('t');
let shown = { kind: 'unknown' };

document.documentElement.lang = language;
element('console').textContent = text.console;
element('note').textContent = text.note;

async function call(path, body) {
  const response = await fetch(`/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function say(words) {
  element('how').textContent = words;
}

function show(view) {
  shown = view;
  const code = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');
  const answers = view.kind === 'answer' && view.usable && view.state === 'waiting';
  const confirms = view.kind === 'confirm' && view.usable;
  element('what').textContent =
    view.kind === 'answer'
      ? text.alert(text.priority[view.priority], view.code)
      : view.kind === 'confirm'
        ? text.test
        : code;
  document.title = element('what').textContent;
  if (view.kind === 'answer') element('console').href = `/#/alerts/${encodeURIComponent(view.alert)}`;
  element('answers').hidden = !(answers || confirms);
  element('take').textContent = confirms ? text.confirm : text.take;
  element('decline').textContent = text.decline;
  element('decline').hidden = confirms;
  if (view.kind === 'answer' && view.state !== 'waiting') say(text[view.state]);
  else if (answers) say(text.waiting);
  else if (!confirms) say(text.tooOld);
}

async function answer(what) {
  for (const id of ['take', 'decline']) element(id).disabled = true;
  try {
    const body = what === 'confirm' ? { token, answer: what } : { token, answer: what, version: shown.version };
    const { result } = await call('replies', body);
    if (result === 'done') {
      element('answers').hidden = true;
      say({ take: text.done, decline: text.declined, confirm: text.confirmed }[what]);
    } else {
      if (result === 'changed') show(await call('replies/view', { token }));
      say({ 'too-old': text.tooOld, changed: text.changed, refused: text.refused }[result]);
    }
  } catch {
    say(text.offline);
  }
  for (const id of ['take', 'decline']) element(id).disabled = false;
}

element('take').addEventListener('click', () => answer(shown.kind === 'confirm' ? 'confirm' : 'take'));
element('decline').addEventListener('click', () => answer('decline'));

try {
  show(token ? await call('replies/view', { token }) : shown);
} catch {
  say(text.offline);
}
