// Keeps a page up to date, and adds filters and sorting to its tables. Every page is complete without it.
//
// The master says by an event that something changed; the page is fetched again and only what differs is put in
// place, so that focus, open parts, scroll and selected text stay. When the master does not answer, the page says so.
(() => {
  'use strict';

  const main = document.getElementById('content');
  const live = document.getElementById('live');
  const gone = document.getElementById('gone');
  const root = document.body.dataset.root || '';
  if (!main || !main.dataset.now) return;  // an error page

  const least_pause = 1000;   // ms between two fetches
  const most_pause = 10000;   // durations and heartbeats change without an event
  const patience = 5000;      // a master that takes longer is taken for gone
  const filter_from = 10;     // rows

  // ---- What the reader chose: by table ----

  const filters = {};
  const orders = {};

  const name_of = table => table.closest('section').id;
  const is_list = table => !table.matches('.masters, .none');

  function cell_value(row, column) {
    const text = row.cells[column].textContent.trim();
    const number = /^(-?\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB|TiB|PiB|ms|s|min|h|days)?(?= ago|$| \()/.exec(text);
    if (!number) return text;
    const unit = {KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40, PiB: 2 ** 50,
                  s: 1e3, min: 6e4, h: 3.6e6, days: 8.64e7};
    return Number(number[1]) * (unit[number[2]] || 1);
  }

  function compare(a, b) {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return String(a).localeCompare(String(b), 'en', {numeric: true});
  }

  function sort(table) {
    const order = orders[name_of(table)];
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      if (order && order.column === column) cell.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
      else cell.removeAttribute('aria-sort');
    });
    if (!order) return;
    const rows = [...table.tBodies[0].rows].map(row => [cell_value(row, order.column), row]);
    rows.sort((a, b) => compare(a[0], b[0]) * (order.down ? -1 : 1));
    table.tBodies[0].append(...rows.map(row => row[1]));
  }

  function filter(table) {
    const wanted = (filters[name_of(table)] || '').toLowerCase().split(/\s+/).filter(word => word);
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every(word => text.includes(word));
      shown += !row.hidden;
    }
    const count = table.querySelector('.shown');
    if (count) count.textContent = wanted.length ? ` ${shown} shown` : '';
  }

  function enhance(part) {
    for (const table of part.querySelectorAll('table.list')) {
      if (!is_list(table)) continue;
      for (const cell of table.tHead.rows[0].cells) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'sort';
        button.append(...cell.childNodes);
        cell.append(button);
      }
      const rows = table.tBodies[0].rows.length;
      if (rows > filter_from || filters[name_of(table)]) {
        const label = document.createElement('label');
        label.className = 'filter';
        const input = document.createElement('input');
        input.type = 'search';
        input.placeholder = 'Filter';
        input.autocomplete = 'off';
        input.setAttribute('aria-label', `Filter ${table.querySelector('h2').textContent}`);
        input.value = filters[name_of(table)] || '';
        const shown = document.createElement('span');
        shown.className = 'shown remark';
        label.append(input, shown);
        table.caption.append(label);
      }
      sort(table);
      filter(table);
    }
  }

  main.addEventListener('input', event => {
    if (!event.target.matches('.filter input')) return;
    const table = event.target.closest('table');
    filters[name_of(table)] = event.target.value;
    filter(table);
  });
  main.addEventListener('click', event => {
    const button = event.target.closest('.sort');
    if (!button) return;
    const table = button.closest('table');
    const column = button.parentElement.cellIndex;
    const order = orders[name_of(table)];
    orders[name_of(table)] = {column, down: Boolean(order && order.column === column && !order.down)};
    sort(table);
  });
  main.addEventListener('keydown', event => {
    const open = event.key === 'Escape' && event.target.closest('details[open]');
    if (!open) return;
    open.open = false;
    open.querySelector('summary').focus();
  });

  // ---- Putting a new page in the place of the old one ----

  function key_of(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return '';
    if (node.localName === 'tr' && node.parentElement.localName === 'tbody') return `row ${node.cells[0].textContent}`;
    return node.getAttribute('id') || '';  // a form's `id` may be its button of that name
  }
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName;

  function selected(node) {
    const selection = document.getSelection();
    return selection && !selection.isCollapsed && selection.containsNode(node, true);
  }

  function become(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType === Node.TEXT_NODE) {
      if (!selected(old)) old.data = fresh.data;
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) return;
    for (const {name, value} of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    for (const {name} of [...old.attributes])
      if (!fresh.hasAttribute(name) && !(name === 'open' && old.localName === 'details')) old.removeAttribute(name);

    const wanted = new Set([...fresh.childNodes].map(key_of));
    const known = new Map();
    for (const child of [...old.childNodes]) {
      const key = key_of(child);
      if (key && (!wanted.has(key) || known.has(key))) child.remove();
      else if (key) known.set(key, child);
    }
    let place = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const key = key_of(child);
      const found = key ? known.get(key) : place && !key_of(place) && alike(place, child) ? place : null;
      known.delete(key);
      if (!found || !alike(found, child)) {
        old.insertBefore(child, place);
        continue;
      }
      if (found === place) place = place.nextSibling;
      else old.insertBefore(found, place);
      become(found, child);
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  }

  // ---- Times that pass while nothing else happens ----

  let ahead = Date.now() - Number(main.dataset.now);  // of the master's clock

  function rough(ms) {
    const s = Math.max(0, Math.floor(ms / 1000));
    if (s < 60) return `${s} s`;
    if (s < 3600) return `${Math.floor(s / 60)} min`;
    if (s < 48 * 3600) return `${Math.floor(s / 3600)} h`;
    return `${Math.floor(s / 86400)} days`;
  }

  function tick() {
    for (const time of main.querySelectorAll('time[class]')) {
      const text = rough(Date.now() - ahead - Date.parse(time.dateTime)) + (time.className === 'ago' ? ' ago' : '');
      if (time.firstChild.data !== text && !selected(time.firstChild)) time.firstChild.data = text;
    }
  }

  // ---- Whether the master answers ----

  let last_answer = Date.now();
  let listening = false;
  let silent = false;

  function say(text, look) {
    if (live.textContent !== text) live.textContent = text;  // read aloud: only when it changes
    live.className = look;
  }

  function show_state() {
    document.body.classList.toggle('stale', silent);
    if (!silent) {
      gone.hidden = true;
      say(listening ? 'live' : 'every 10 s', listening ? 'on' : '');
      return;
    }
    say('disconnected, retrying', 'off');
    if (!gone.hidden) return;
    gone.textContent = `This master does not answer; the page is of ${new Date(last_answer).toLocaleTimeString()}.`;
    for (const link of main.querySelectorAll('#masters tr:not(.self) td:first-child a')) {
      const other = document.createElement('a');
      other.href = link.href;
      other.textContent = `Ask ${link.textContent.replace('spark://', '')}`;
      gone.append(' ', other);
    }
    gone.hidden = false;
  }

  let fetching = false;
  let again = false;
  let timer = 0;
  let last_fetch = Date.now();

  async function refresh() {
    if (fetching) {
      again = true;
      return;
    }
    fetching = true;
    again = false;
    last_fetch = Date.now();
    const limit = new AbortController();
    const alarm = setTimeout(() => limit.abort(), patience);
    try {
      const answer = await fetch(location.href.split('#')[0], {signal: limit.signal, cache: 'no-store'});
      const text = await answer.text();
      const page = new DOMParser().parseFromString(text, 'text/html');
      const fresh = page.getElementById('content');
      if (!fresh) throw new Error(`the answer has status ${answer.status} and is no page`);
      if (fresh.dataset.now) ahead = Date.now() - Number(fresh.dataset.now);
      enhance(fresh);
      become(main, document.adoptNode(fresh));
      document.title = page.title;
      last_answer = Date.now();
      silent = false;
      tick();
    } catch (error) {
      silent = true;
    }
    clearTimeout(alarm);
    fetching = false;
    show_state();
    if (again) soon();
  }

  function soon() {
    if (timer || document.hidden) return;
    timer = setTimeout(() => {
      timer = 0;
      refresh();
    }, Math.max(0, last_fetch + least_pause - Date.now()));
  }

  let events = null;
  let retry = 0;

  function listen() {
    if (events) return;
    clearTimeout(retry);
    events = new EventSource(`${root}/events`);
    events.addEventListener('open', () => {
      if (silent || !listening) soon();
      listening = true;
      show_state();
    });
    events.addEventListener('cluster', soon);
    events.addEventListener('error', () => {
      listening = false;
      soon();  // tells whether only the events are gone
      if (events.readyState !== EventSource.CLOSED) return;  // broken: the browser tries again by itself
      hush();
      retry = setTimeout(listen, 3 * least_pause);
    });
  }

  function hush() {
    clearTimeout(retry);
    if (events) events.close();
    events = null;
    listening = false;
  }

  enhance(main);
  if (!document.hidden) listen();
  setInterval(() => {
    tick();
    if (silent || Date.now() - last_fetch > most_pause) soon();
  }, 1000);
  // A browser has six connections to a master, for all its tabs: who is not looked at gives its own back.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      hush();
    } else {
      listen();
      soon();
    }
  });
  window.addEventListener('pagehide', hush);
  window.addEventListener('pageshow', event => {
    if (event.persisted) listen();
  });
})();
