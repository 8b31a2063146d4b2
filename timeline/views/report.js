"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const STATUSES = ["happened", "ongoing", "planned", "possible", "denied"];
  const PAGE = 100, WIDE = 50, HOUR = 3600e3, DAY = 24 * HOUR, YEAR = 365.2425 * DAY;
  const $ = (id) => document.getElementById(id);
  const make = (tag, attributes = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(...children);
    return node;
  };

  // Events come as columns; rows are indices into them. Times are milliseconds, UTC standing for calendar time as written.
  const { start, end, summary, status, when, place, sources, importance } = data.events;
  const search = data.events.search.map((names, i) => `${summary[i].toLowerCase()} ${names}`);
  const count = start.length;
  const byImportance = [...Array(count).keys()].sort((a, b) => importance[b] - importance[a] || start[a] - start[b]);
  const whole = count
    ? [Math.min.apply(null, sample(start, Math.min)), Math.max.apply(null, sample(end, Math.max))]
    : [Date.UTC(2000, 0, 1), Date.UTC(2001, 0, 1)];

  function sample(values, pick) { // Math.min(...values) overflows the stack on tens of thousands of values
    const out = [];
    for (let i = 0; i < values.length; i += 1000) out.push(pick.apply(null, values.slice(i, i + 1000)));
    return out;
  }

  const state = { from: 0, to: 1, words: [], statuses: new Set(STATUSES), least: 1, order: "date", page: 0, chosen: -1, rows: [], wide: [] };
  let kept = []; // indices that pass the filters, by start

  // ---- filters -------------------------------------------------------------------------------------------------------
  function refilter() {
    kept = [];
    for (let i = 0; i < count; i++) {
      if (sources[i] < state.least || !state.statuses.has(STATUSES[status[i]])) continue;
      if (state.words.every((word) => search[i].includes(word))) kept.push(i);
    }
    keptSet = new Uint8Array(count);
    for (const i of kept) keptSet[i] = 1;
    rewindow();
  }
  let keptSet = new Uint8Array(count);

  function rewindow() {
    const width = state.to - state.from, rows = [], wide = [];
    for (const i of kept) {
      if (start[i] >= state.to || end[i] <= state.from) continue;
      (end[i] - start[i] > width * 1.001 && width < whole[1] - whole[0] ? wide : rows).push(i);
    }
    if (state.order === "importance") {
      rows.sort((a, b) => importance[b] - importance[a]);
    }
    wide.sort((a, b) => importance[b] - importance[a]);
    Object.assign(state, { rows, wide, page: 0 });
    render();
  }

  // ---- the table -----------------------------------------------------------------------------------------------------
  const safe = (url) => (/^https?:\/\//i.test(url || "") ? url : null);

  function sourceItem(mention) {
    const [article, sentence] = mention;
    const [title, url, outlet, published] = data.articles[article];
    const name = title || url || outlet || data.ids[article];
    const link = safe(url) ? make("a", { href: url, rel: "noopener noreferrer", target: "_blank", dir: "auto" }, name) : make("span", { dir: "auto" }, name);
    const cite = make("cite", {}, [outlet, published].filter(Boolean).join(", "), outlet || published ? " · " : "", link);
    return make("li", {}, make("blockquote", { dir: "auto" }, sentence), cite);
  }

  function opened(details, i) {
    if (details.childElementCount > 1) return;
    const facts = data.facts[i] || [];
    if (facts.length) details.append(make("dl", {}, ...facts.flatMap(([k, v]) => [make("dt", {}, k), make("dd", { dir: "auto" }, v)])));
    const list = make("ul", {}, ...data.mentions[i].map(sourceItem));
    if (data.more[i]) list.append(make("li", {}, `and ${data.more[i]} more mentions in the Parquet`));
    details.append(list);
  }

  function row(i) {
    const details = make("details", {}, make("summary", { dir: "auto" }, summary[i]));
    details.addEventListener("toggle", () => details.open && opened(details, i));
    const name = STATUSES[status[i]];
    const line = make("tr", { id: `event-${i}` },
      make("td", { className: "when" }, when[i]), make("td", {}, details),
      make("td", {}, make("span", { className: `status ${name}` }, name)),
      make("td", { dir: "auto" }, place[i] || ""), make("td", { className: "count" }, String(sources[i])));
    if (i === state.chosen) line.className = "chosen";
    return line;
  }

  const day = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
  const number = new Intl.NumberFormat("en-GB");

  function render() {
    const pages = Math.max(1, Math.ceil(state.rows.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    $("rows").replaceChildren(...state.rows.slice(state.page * PAGE, (state.page + 1) * PAGE).map(row));
    $("wide").hidden = !state.wide.length;
    $("widerows").replaceChildren(...state.wide.slice(0, WIDE).map(row));
    $("page").textContent = `${state.page + 1} of ${pages}`;
    $("previous").disabled = state.page === 0;
    $("next").disabled = state.page >= pages - 1;
    const stretch = `${day.format(state.from)} to ${day.format(Math.max(state.from, state.to - 1))}`;
    const wide = state.wide.length ? `, ${number.format(state.wide.length)} dated more widely` : "";
    $("shown").textContent = `${number.format(state.rows.length)} of ${number.format(count)} events, ${stretch}${wide}`;
    draw();
  }

  // ---- the axis ------------------------------------------------------------------------------------------------------
  const axis = $("axis"), canvas = axis.querySelector("canvas"), pen = canvas.getContext("2d");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const STEPS = [HOUR, 3 * HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
  const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000];
  let labels = []; // {x, y, width, height, event} of what is drawn, for the pointer

  function ticks(from, to, room) {
    const least = (to - from) / room, out = [];
    const step = STEPS.find((s) => s >= least);
    if (step) {
      for (let t = Math.ceil(from / step) * step; t < to; t += step) out.push([t, tickLabel(t, step)]);
      return out;
    }
    const months = MONTHS.find((m) => m * YEAR / 12 >= least) || MONTHS.at(-1);
    const first = new Date(from);
    let at = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
    for (; ; at += months) {
      const moment = new Date(0);
      moment.setUTCFullYear(Math.floor(at / 12), at % 12, 1);
      const t = moment.getTime();
      if (t >= to) return out;
      if (t >= from) out.push([t, months >= 12 ? String(moment.getUTCFullYear()) : tickLabel(t, YEAR / 12)]);
    }
  }
  const formats = {
    hour: new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" }),
    day: new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" }),
    month: new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short", year: "numeric" }),
  };
  function tickLabel(t, step) {
    if (step < DAY && t % DAY) return formats.hour.format(t);
    if (step <= 14 * DAY) return new Date(t).getUTCDate() === 1 ? day.format(t) : formats.day.format(t);
    return formats.month.format(t);
  }

  function draw() {
    const ratio = window.devicePixelRatio || 1, width = axis.clientWidth, height = canvas.clientHeight;
    if (!width) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const base = height - 26, bars = 72, scale = width / (state.to - state.from), x = (t) => (t - state.from) * scale;
    const ink = colour("ink"), soft = colour("soft"), line = colour("line");
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    for (const [t, text] of ticks(state.from, state.to, Math.max(3, width / 110))) {
      pen.fillStyle = line;
      pen.fillRect(Math.round(x(t)), 0, 1, base);
      pen.fillStyle = soft;
      pen.fillText(text, x(t) + 4, height - 13);
    }
    drawDensity(width, base, bars, x);
    drawLabels(width, base - bars - 14, x, ink);
  }

  // Below: how many events start in each stretch of pixels, stacked by status.
  function drawDensity(width, base, bars, x) {
    const cell = 4, cells = Math.ceil(width / cell), stack = STATUSES.map(() => new Float32Array(cells));
    let most = 1;
    const total = new Float32Array(cells);
    for (const i of kept) {
      if (start[i] >= state.to || end[i] <= state.from) continue;
      const at = Math.min(cells - 1, Math.max(0, Math.floor(x((Math.max(start[i], state.from) + Math.min(end[i], state.to)) / 2) / cell)));
      stack[status[i]][at]++;
      most = Math.max(most, ++total[at]);
    }
    const height = (n) => bars * Math.sqrt(n / most);
    for (let c = 0; c < cells; c++) {
      if (!total[c]) continue;
      let y = base;
      STATUSES.forEach((name, s) => {
        const h = height(total[c]) * stack[s][c] / total[c];
        if (!h) return;
        pen.fillStyle = palette[name];
        pen.fillRect(c * cell, y - h, cell - 1, h);
        y -= h;
      });
    }
  }
  let palette = {};
  const repaint = () => { palette = Object.fromEntries(STATUSES.map((s) => [s, colour(s)])); };

  // Above: the most important events that fit, at any zoom, as a map places its names.
  function drawLabels(width, floorY, x, ink) {
    const lane = 20, lanes = Math.floor(floorY / lane), free = Array.from({ length: lanes }, () => []);
    labels = [];
    for (const i of byImportance) {
      if (!keptSet[i] || start[i] >= state.to || end[i] <= state.from) continue;
      if (end[i] - start[i] > (state.to - state.from) * 1.001) continue;
      const left = Math.max(2, x(start[i])), right = Math.min(width - 2, Math.max(left + 5, x(end[i])));
      const room = Math.min(280, width - left - 14);
      if (room < 60) continue;
      const text = clip(summary[i], room), needed = Math.max(right - left, pen.measureText(text).width + 14) + 8;
      const at = free.findIndex((taken) => taken.every(([a, b]) => left + needed < a || left > b));
      if (at < 0) { if (labels.length > 3 * lanes) break; continue; }
      free[at].push([left, left + needed]);
      const y = floorY - at * lane - lane / 2;
      pen.fillStyle = palette[STATUSES[status[i]]];
      pen.globalAlpha = 0.28;
      pen.fillRect(left, y - 8, right - left, 16);
      pen.globalAlpha = 1;
      pen.fillRect(left, y - 8, 3, 16);
      pen.fillStyle = ink;
      pen.fillText(text, left + 8, y);
      if (i === state.chosen) { pen.strokeStyle = ink; pen.strokeRect(left - 1.5, y - 9.5, needed - 4, 19); }
      labels.push({ x: left, y: y - 9, width: needed, height: 18, event: i });
      if (labels.length > 80) break;
    }
  }
  function clip(whole, room) {
    let text = whole.slice(0, 60);
    while (text.length > 4 && pen.measureText(text).width > room) text = text.slice(0, Math.floor(text.length * 0.85));
    return text.length === whole.length ? text : text.trimEnd() + "…";
  }

  // ---- moving --------------------------------------------------------------------------------------------------------
  let pending = 0;
  function look(from, to, now) {
    const least = 2 * HOUR, most = (whole[1] - whole[0]) * 1.1 + DAY;
    let width = Math.min(most, Math.max(least, to - from));
    const middle = (from + to) / 2;
    const low = whole[0] - width * 0.5, high = whole[1] + width * 0.5;
    const centre = Math.min(high, Math.max(low, middle));
    state.from = centre - width / 2;
    state.to = centre + width / 2;
    draw();
    clearTimeout(pending);
    if (now) rewindow(); else pending = setTimeout(rewindow, 120);
  }
  const zoom = (factor, at = 0.5) => {
    const width = state.to - state.from, pivot = state.from + width * at;
    look(pivot - width * factor * at, pivot + width * factor * (1 - at));
  };
  const pan = (share) => { const by = (state.to - state.from) * share; look(state.from + by, state.to + by); };
  const showAll = () => { const pad = (whole[1] - whole[0]) * 0.02 + HOUR; look(whole[0] - pad, whole[1] + pad, true); };

  // The shortest stretch that holds four fifths of the events that are dated to within a month.
  function busiest() {
    const fine = kept.filter((i) => end[i] - start[i] <= 31 * DAY).map((i) => start[i]).sort((a, b) => a - b);
    if (fine.length < 5) return showAll();
    const n = Math.floor(fine.length * 0.8);
    let best = 0;
    for (let i = 0; i + n < fine.length; i++) if (fine[i + n] - fine[i] < fine[best + n] - fine[best]) best = i;
    const pad = Math.max(DAY, (fine[best + n] - fine[best]) * 0.05);
    look(fine[best] - pad, fine[best + n] + pad, true);
  }

  axis.addEventListener("wheel", (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!sideways && !event.ctrlKey && !event.metaKey && document.activeElement !== axis) return; // a page that scrolls past must not zoom
    event.preventDefault();
    if (sideways) return void pan(event.deltaX / 1000);
    zoom(Math.exp(event.deltaY * 0.0018), (event.clientX - axis.getBoundingClientRect().left) / axis.clientWidth);
  }, { passive: false });

  let drag = null;
  axis.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, from: state.from, to: state.to, moved: false }; axis.setPointerCapture(event.pointerId); });
  axis.addEventListener("pointermove", (event) => {
    if (!drag) return void hover(event);
    const by = (drag.x - event.clientX) / axis.clientWidth * (drag.to - drag.from);
    if (Math.abs(drag.x - event.clientX) > 3) { drag.moved = true; axis.classList.add("dragging"); }
    if (drag.moved) look(drag.from + by, drag.to + by);
  });
  axis.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved) choose(under(event));
    drag = null;
    axis.classList.remove("dragging");
  });
  axis.addEventListener("pointercancel", () => { drag = null; });
  axis.addEventListener("dblclick", (event) => zoom(0.4, (event.clientX - axis.getBoundingClientRect().left) / axis.clientWidth));

  function under(event) {
    const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    return labels.find((l) => x >= l.x && x <= l.x + l.width && y >= l.y && y <= l.y + l.height);
  }
  function hover(event) {
    const label = under(event);
    axis.title = label ? `${when[label.event]}: ${summary[label.event]}` : "";
  }
  function choose(label) {
    if (!label) return;
    const i = label.event;
    state.chosen = i;
    const at = state.rows.indexOf(i);
    if (at >= 0) state.page = Math.floor(at / PAGE);
    render();
    const line = $(`event-${i}`);
    if (!line) return;
    const details = line.querySelector("details");
    details.open = true;
    line.scrollIntoView({ block: "center" });
    details.querySelector("summary").focus({ preventScroll: true });
  }

  axis.addEventListener("keydown", (event) => {
    const act = {
      ArrowLeft: () => pan(-0.2), ArrowRight: () => pan(0.2), PageUp: () => pan(-0.9), PageDown: () => pan(0.9),
      "+": () => zoom(0.6), "=": () => zoom(0.6), "-": () => zoom(1 / 0.6), Home: showAll, Enter: () => $("table").focus(),
    }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  const on = (id, act) => $(id).addEventListener("click", act);
  on("left", () => pan(-0.5)); on("right", () => pan(0.5)); on("in", () => zoom(0.5)); on("out", () => zoom(2)); on("all", showAll); on("dense", busiest);
  on("previous", () => { state.page--; render(); });
  on("next", () => { state.page++; render(); });

  // ---- the form ------------------------------------------------------------------------------------------------------
  function parse(text, closing) {
    const parts = /^\s*(\d{1,4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?\s*$/.exec(text);
    if (!parts) return null;
    const [year, month, date] = [parts[1], parts[2] || 1, parts[3] || 1].map(Number);
    const moment = new Date(0);
    moment.setUTCFullYear(year + (closing && !parts[2] ? 1 : 0), month - 1 + (closing && parts[2] && !parts[3] ? 1 : 0), date + (closing && parts[3] ? 1 : 0));
    return moment.getTime();
  }
  let typing = 0;
  $("controls").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      state.words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
      state.least = Math.max(1, Number($("sources").value) || 1);
      state.statuses = new Set([...document.querySelectorAll("#statuses input:checked")].map((box) => box.value));
      const from = parse($("from").value, false), to = parse($("to").value, true);
      if (from !== null || to !== null) {
        const low = from ?? whole[0], high = to ?? whole[1];
        if (low < high) { state.from = low; state.to = high; }
      }
      refilter();
    }, 120);
  });
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("order").addEventListener("change", (event) => { state.order = event.target.value; rewindow(); });
  for (const name of STATUSES) {
    $("statuses").append(make("label", {}, make("input", { type: "checkbox", value: name, checked: true }), make("span", { className: `swatch ${name}` }), name));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { repaint(); draw(); });
  new ResizeObserver(draw).observe(axis);
  repaint();
  const pad = (whole[1] - whole[0]) * 0.02 + HOUR;
  state.from = whole[0] - pad;
  state.to = whole[1] + pad;
  refilter();
  busiest();
  document.documentElement.dataset.ready = "yes";
})();
