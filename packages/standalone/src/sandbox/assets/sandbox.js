// Keeps the page current: asks every second and a half whether anything changed, and swaps the content if so.
const localTimes = () => {
  for (const element of document.querySelectorAll('time')) {
    const moment = new Date(element.dateTime);
    const isToday = moment.toDateString() === new Date().toDateString();
    element.textContent = isToday ? moment.toLocaleTimeString() : moment.toLocaleString();
  }
};

let etag = '';

const refresh = async () => {
  if (document.hidden || document.activeElement?.tagName === 'TEXTAREA') return;
  const response = await fetch(location.href, {
    headers: etag === '' ? {} : { 'if-none-match': etag },
    cache: 'no-store',
  });
  if (response.status !== 200) return;
  etag = response.headers.get('etag') ?? '';
  const next = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main');
  const current = document.querySelector('main');
  if (!next || !current) return;
  for (const { id } of current.querySelectorAll('details[open]'))
    next.querySelector(`#${id}`)?.setAttribute('open', '');
  // What somebody has begun to write stays.
  for (const written of current.querySelectorAll('textarea')) {
    const same = next.querySelector(`textarea[name="${written.name}"]`);
    if (same && written.value !== written.defaultValue) same.value = written.value;
  }
  current.replaceWith(next);
  localTimes();
};

localTimes();
setInterval(() => refresh().catch(() => {}), 1500);
