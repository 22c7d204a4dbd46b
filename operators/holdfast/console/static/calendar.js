// The calendar: pools over time on one canvas. Only the rows in sight are drawn, only their bars are asked for.
// d3-scale gives the ticks of time, d3-zoom what hands do; the rest is rectangles (docs/decisions, the calendar's canvas).
const DAY = 86400, LOW = 74, HIGH = 132, AXIS = 26, PAD = 5, MOST_ASKED = 16, FAR = 4102444800;
const chart = document.getElementById("chart"), table = document.getElementById("table");
const scroll = chart.querySelector(".scroll"), canvas = chart.querySelector("canvas"), spacer = chart.querySelector(".spacer");
const readout = document.getElementById("readout"), ranges = document.querySelector(".ranges");
const pen = canvas.getContext("2d", { alpha: false }), d3 = globalThis.d3;
const serverNow = Number(chart.dataset.now), loadedAt = performance.now();
const now = () => serverNow + (performance.now() - loadedAt) / 1000;

let ROW = LOW, rows = [], bars = new Map(), asked = new Set(), width = 0, height = 0, gutter = 0, ink = {}, dirty = false;
let drawn = false, pointed = null, stepped = null, wantedTenant = chart.dataset.tenant;
let scale = d3.scaleUtc().domain([(serverNow - 7 * DAY) * 1000, (serverNow + 85 * DAY) * 1000]);
let base = scale.copy();

// --- what is known ---------------------------------------------------------------------------------------------

async function json(address) {
  const answer = await fetch(address);
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

async function readRows() {
  rows = (await json(`/data/calendar?${chart.dataset.query}`)).rows;
  fit();
  draw();
}

// Few pools are drawn high, many low; the canvas itself is one screen high, the spacer below it is what scrolls.
function fit() {
  ROW = Math.min(HIGH, Math.max(LOW, Math.floor((height - AXIS) / Math.max(1, rows.length))));
  spacer.style.height = `${Math.max(0, rows.length * ROW + AXIS - height)}px`;
}

async function readBars(pools) {
  pools.forEach((pool) => asked.add(pool));
  try {
    const found = await json(`/data/bars?${pools.map((pool) => `pool=${encodeURIComponent(pool)}`).join("&")}`);
    for (const [pool, columns] of Object.entries(found)) bars.set(pool, unpacked(columns));
  } catch { pools.forEach((pool) => asked.delete(pool)); }
  draw();
}

// Columns as the server packs them (bar_columns.py): starts are differences, places are runs of lowest and how many.
function unpacked(columns) {
  let start = 0;
  const found = columns.start.map((step, at) => {
    start += step;
    return { start, end: start + columns.length[at], units: columns.units[at], name: columns.name[at], state: columns.state[at],
      tenant: columns.tenants[columns.tenant[at]], places: columns.places[at] };
  });
  found.top = found.reduce((most, bar) => { for (let n = 0; n < bar.places.length; n += 2) most = Math.max(most, bar.places[n] + bar.places[n + 1]); return most; }, 1);
  found.longest = found.reduce((most, bar) => Math.max(most, bar.end - bar.start), 0);
  return found;
}

// --- drawing ---------------------------------------------------------------------------------------------------

function draw() {
  if (dirty) return;
  dirty = true;
  requestAnimationFrame(paint);
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["ground", "sheet", "ink", "soft", "line", "hover", "accent", "bad", "free", "held", "out", "ill", "due"]) ink[name] = style.getPropertyValue(`--${name}`).trim();
  ink.dark = matchMedia("(prefers-color-scheme: dark)").matches;
  tints.clear();
  draw();
}

// A tenant keeps its colour: a hue by its name, of equal lightness, so that no tenant shouts.
const tints = new Map();
function tint(tenant) {
  let made = tints.get(tenant);
  if (!made) {
    let hash = 2166136261;
    for (const sign of tenant) hash = Math.imul(hash ^ sign.codePointAt(0), 16777619) >>> 0;
    const hue = Math.round((hash * 137.508) % 360);
    made = { fill: `hsl(${hue} ${ink.dark ? "34% 38%" : "42% 72%"})`, edge: `hsl(${hue} ${ink.dark ? "40% 54%" : "38% 52%"})`, text: ink.dark ? "#f2f3f4" : "#1d2023" };
    tints.set(tenant, made);
  }
  return made;
}

const x = (instant) => scale(instant * 1000);

function paint() {
  dirty = false;
  const [from, to] = scale.domain().map((date) => date / 1000), first = Math.max(0, Math.floor(scroll.scrollTop / ROW));
  const last = Math.min(rows.length - 1, Math.floor((scroll.scrollTop + height - AXIS) / ROW)), missing = [];
  pen.fillStyle = ink.sheet; pen.fillRect(0, 0, width, height);
  for (let at = first; at <= last; at += 1) {
    const top = AXIS + at * ROW - scroll.scrollTop, row = rows[at];
    paintRow(row, top, from, to);
    if (!asked.has(row.pool)) missing.push(row.pool);
  }
  paintAxis();
  paintLine(now(), ink.accent, 1.5);
  if (missing.length) readBars(missing.slice(0, MOST_ASKED));
  else if (rows.length && !drawn && rows.slice(first, last + 1).every((row) => bars.has(row.pool))) { drawn = true; performance.mark("drawn"); }
}

function paintRow(row, top, from, to) {
  const known = bars.get(row.pool), bottom = top + ROW - PAD, room = ROW - 2 * PAD, total = row.numbers?.total ?? 0;
  const whole = Math.max(...row.steps.map((step) => step.units), total, known?.top ?? 1, 1), each = room / whole;
  pen.save();
  pen.beginPath(); pen.rect(gutter, Math.max(AXIS, top), width - gutter, ROW); pen.clip();
  row.steps.forEach((step, at) => {
    const next = row.steps[at + 1]?.at ?? FAR, left = Math.max(gutter, x(step.at)), right = Math.min(width, x(Math.min(next, row.wall ?? FAR)));
    if (right <= left) return;
    pen.fillStyle = ink.ground; pen.fillRect(left, bottom - step.units * each, right - left, step.units * each);
    if (row.spares) { pen.fillStyle = ink.free; pen.fillRect(left, bottom - step.units * each, right - left, row.spares * each); }
  });
  if (known) paintBars(known, bottom, each, from, to);
  if (known) paintDeficits(known, row, bottom, each, from, to);
  for (const outage of row.outages) {
    const level = row.steps.findLast((step) => step.at <= outage.start)?.units ?? whole;
    paintHatch(x(outage.start), x(outage.end), bottom - level * each, outage.units * each, ink.out, outage.accepted ? 0.85 : 0.35);
  }
  if (row.wall && row.wall < to) {
    paintHatch(Math.max(gutter, x(row.wall)), width, top + PAD, room, ink.soft, 0.35);
    paintLine(row.wall, ink.ink, 2, top + PAD, bottom);
  }
  pen.strokeStyle = ink.soft; pen.lineWidth = 1; pen.beginPath();
  row.steps.forEach((step, at) => {
    const level = Math.round(bottom - step.units * each) + 0.5, next = row.steps[at + 1]?.at ?? FAR;
    pen.moveTo(Math.max(gutter, x(step.at)), level); pen.lineTo(Math.min(width, x(Math.min(next, row.wall ?? FAR))), level);
  });
  pen.stroke();
  pen.restore();
  paintName(row, top, known);
}

// What is promised above the supply of its time is a deficit: the same bars once more, in red, above that level only.
function paintDeficits(known, row, bottom, each, from, to) {
  row.steps.forEach((step, at) => {
    const until = row.steps[at + 1]?.at ?? FAR, left = Math.max(gutter, x(step.at)), right = Math.min(width, x(until)), level = bottom - step.units * each;
    if (known.top <= step.units || right <= left) return;
    pen.save(); pen.beginPath(); pen.rect(left, level - ROW, right - left, ROW); pen.clip();
    paintBars(known, bottom, each, Math.max(from, step.at), Math.min(to, until), ink.ill);
    pen.restore();
  });
}

function paintBars(known, bottom, each, from, to, alarm = "") {
  for (let at = lowest(known, from - known.longest); at < known.length && known[at].start < to; at += 1) {
    const bar = known[at];
    if (bar.end <= from) continue;
    const left = Math.max(gutter - 2, x(bar.start)), right = Math.min(width + 2, x(bar.end)), wide = Math.max(1, right - left - 0.6);
    const tinted = tint(bar.tenant || bar.name), faded = wantedTenant && bar.tenant !== wantedTenant;
    pen.globalAlpha = faded ? 0.18 : bar.state === "A" ? 0.5 : 1;
    for (let n = 0; n < bar.places.length; n += 2) {
      const low = bar.places[n], high = bar.places[n + 1], y = bottom - (low + high) * each, tall = Math.max(1, high * each - 0.6);
      pen.fillStyle = alarm || tinted.fill; pen.fillRect(left, y, wide, tall);
      if (bar === pointed?.bar || bar === stepped?.bar) { pen.strokeStyle = ink.ink; pen.lineWidth = 1.5; pen.strokeRect(left + 0.75, y + 0.75, wide - 1.5, tall - 1.5); }
      else if (wide > 3) { pen.fillStyle = tinted.edge; pen.fillRect(left, y, 2, tall); }
      if (n === 0 && tall >= 11 && wide > 46 && !faded) paintText(`${bar.name}  ${bar.units}`, left + 6, y + Math.min(tall / 2, 9) + 4, wide - 10, tinted.text, "11px system-ui, sans-serif");
    }
  }
  pen.globalAlpha = 1;
}

// The first bar that does not start before an instant; bars come in order of start.
function lowest(known, instant) {
  let low = 0, high = known.length;
  while (low < high) { const middle = (low + high) >> 1; if (known[middle].start < instant) low = middle + 1; else high = middle; }
  return low;
}

function paintText(text, left, baseline, room, colour, font) {
  pen.fillStyle = colour; pen.font = font;
  const fits = Math.floor(room / 5.9);
  if (fits < 4) return;
  pen.fillText(text.length > fits ? `${text.slice(0, fits - 1)}…` : text, left, baseline);
}

function paintHatch(left, right, top, tall, colour, strength) {
  const from = Math.max(gutter, left), to = Math.min(width, right);
  if (to <= from) return;
  pen.save(); pen.beginPath(); pen.rect(from, top, to - from, tall); pen.clip();
  pen.strokeStyle = colour; pen.globalAlpha = strength; pen.lineWidth = 1.5; pen.beginPath();
  for (let at = from - (from % 7) - tall; at < to; at += 7) { pen.moveTo(at, top + tall); pen.lineTo(at + tall, top); }
  pen.stroke(); pen.restore();
}

function paintLine(instant, colour, wide, top = AXIS, bottom = height) {
  const at = Math.round(x(instant)) + 0.5;
  if (at < gutter || at > width) return;
  pen.strokeStyle = colour; pen.lineWidth = wide; pen.beginPath(); pen.moveTo(at, top); pen.lineTo(at, bottom); pen.stroke();
}

function paintName(row, top, known) {
  pen.fillStyle = ink.sheet; pen.fillRect(0, Math.max(AXIS, top), gutter, ROW);
  pen.fillStyle = ink.line; pen.fillRect(0, top + ROW - 1, width, 1);
  pen.save(); pen.beginPath(); pen.rect(0, AXIS, gutter - 6, height); pen.clip();
  const [site, block] = [row.datacenter, row.pool.slice(row.datacenter.length + 1)], numbers = row.numbers, narrow = gutter < 150;
  pen.fillStyle = ink.ink; pen.font = "600 13px system-ui, sans-serif"; pen.fillText(block, 12, top + 20);
  pen.fillStyle = ink.soft; pen.font = "11.5px system-ui, sans-serif"; pen.fillText(narrow ? site : `${site} · ${row.accelerator} ${row.unit}`, 12, top + 36);
  if (numbers) {
    const short = numbers.deficit || numbers.deficit_ahead;
    pen.fillStyle = short ? ink.bad : ink.soft;
    pen.fillText(numbers.deficit ? `${numbers.deficit} short now` : numbers.deficit_ahead ? `${numbers.deficit_ahead} short ahead` : `${numbers.free} of ${numbers.total} free now`, 12, top + 52);
  } else if (known) pen.fillText(`${known.length} promised`, 12, top + 52);
  pen.restore();
}

function paintAxis() {
  pen.fillStyle = ink.sheet; pen.fillRect(0, 0, width, AXIS);
  const ticks = scale.ticks(Math.max(2, Math.floor((width - gutter) / 95))), words = scale.tickFormat();
  pen.font = "11.5px system-ui, sans-serif"; pen.textAlign = "left";
  for (const tick of ticks) {
    const at = Math.round(scale(tick)) + 0.5;
    if (at < gutter + 4) continue;
    pen.strokeStyle = ink.soft; pen.globalAlpha = 0.14; pen.lineWidth = 1; pen.beginPath(); pen.moveTo(at, 18); pen.lineTo(at, height); pen.stroke(); pen.globalAlpha = 1;
    pen.fillStyle = ink.soft; pen.fillText(words(tick), at + 4, 17);
  }
  pen.fillStyle = ink.soft; pen.fillText("UTC", 12, 17);
  pen.fillStyle = ink.line; pen.fillRect(0, AXIS - 1, width, 1); pen.fillRect(gutter - 1, 0, 1, height);
}

// --- hands -----------------------------------------------------------------------------------------------------

const zoom = d3.zoom().scaleExtent([1 / 40, 4000]).filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey || event.altKey : !event.button))
  .on("zoom", (event) => { scale = event.transform.rescaleX(base); draw(); });
const hand = d3.select(canvas);

function show(from, to) {
  base = d3.scaleUtc().domain([from * 1000, to * 1000]).range([gutter, width]);
  scale = base.copy();
  hand.property("__zoom", d3.zoomIdentity);
  draw();
}

function span() { return scale.domain().map((date) => date / 1000); }
function zoomBy(factor) { const [from, to] = span(), middle = (from + to) / 2, half = Math.min(Math.max((to - from) * factor, 1800), 40 * 366 * DAY) / 2; show(middle - half, middle + half); }
function moveBy(part) { const [from, to] = span(), by = (to - from) * part; show(from + by, to + by); }

function barAt(event) {
  const box = canvas.getBoundingClientRect(), left = event.clientX - box.left, top = event.clientY - box.top;
  const row = rows[Math.floor((top - AXIS + scroll.scrollTop) / ROW)], known = row && bars.get(row.pool);
  if (!known || left < gutter || top < AXIS) return row && left < gutter && top > AXIS ? { row } : null;
  const instant = scale.invert(left) / 1000, whole = Math.max(...row.steps.map((step) => step.units), row.numbers?.total ?? 0, known.top, 1);
  const place = (AXIS + (rows.indexOf(row) + 1) * ROW - scroll.scrollTop - PAD - top) / ((ROW - 2 * PAD) / whole);
  for (let at = lowest(known, instant - known.longest); at < known.length && known[at].start <= instant; at += 1) {
    const bar = known[at];
    if (bar.end <= instant) continue;
    for (let n = 0; n < bar.places.length; n += 2) if (place >= bar.places[n] && place < bar.places[n] + bar.places[n + 1]) return { row, bar };
  }
  return { row, instant };
}

const day = (instant) => new Date(instant * 1000).toISOString().slice(0, 16).replace("T", " ");
const states = { P: "being promised", C: "promised", R: "being handed back", A: "amendment, not in force" };

// What others have named is shown as it is written, and obeyed in nothing: directions and controls become visible.
const harmless = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => `\\u${sign.codePointAt(0).toString(16).padStart(4, "0")}`);

function tell(found) {
  if (found?.bar) {
    const bar = found.bar, who = bar.tenant ? ` of ${bar.tenant}` : "";
    readout.textContent = harmless(`${bar.name}${who}: ${bar.units} units of ${found.row.pool}, ${day(bar.start)} until ${day(bar.end)} UTC, ${states[bar.state] ?? bar.state}`);
  } else if (found?.row && found.instant) readout.textContent = `${found.row.pool} at ${day(found.instant)} UTC: ${taken(found.row, found.instant)} units promised`;
  else if (found?.row) readout.textContent = `${found.row.pool}: open its floor`;
  else readout.textContent = "\u00a0";
}
function taken(row, instant) { return (bars.get(row.pool) ?? []).reduce((sum, bar) => sum + (bar.start <= instant && instant < bar.end ? bar.units : 0), 0); }

canvas.addEventListener("pointermove", (event) => {
  if (event.buttons) return;
  pointed = barAt(event); stepped = null;
  scroll.classList.toggle("on-bar", Boolean(pointed?.bar || (pointed && !pointed.instant)));
  tell(pointed); draw();
});
canvas.addEventListener("pointerleave", () => { pointed = null; draw(); });
let pressed = null;
canvas.addEventListener("pointerdown", (event) => { pressed = [event.clientX, event.clientY]; });
canvas.addEventListener("click", (event) => {
  const found = barAt(event), still = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < 4;
  if (still) open(found);
});
function open(found) {
  if (found?.bar) location.href = `/reservations/${found.bar.name.split("/").map(encodeURIComponent).join("/")}`;
  else if (found && !found.instant) location.href = `/floor/${encodeURIComponent(found.row.pool)}`;
}
scroll.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey && !event.altKey && Math.abs(event.deltaX) > Math.abs(event.deltaY)) { event.preventDefault(); moveBy(event.deltaX / (width - gutter)); }
}, { passive: false });
scroll.addEventListener("scroll", draw, { passive: true });

const KEYS = {
  ArrowLeft: () => moveBy(-0.15), ArrowRight: () => moveBy(0.15), "+": () => zoomBy(0.667), "=": () => zoomBy(0.667), "-": () => zoomBy(1.5),
  ArrowUp: () => { scroll.scrollTop -= ROW; }, ArrowDown: () => { scroll.scrollTop += ROW; }, Home: () => { scroll.scrollTop = 0; }, End: () => { scroll.scrollTop = spacer.offsetHeight; },
  n: () => step(1), p: () => step(-1), Enter: () => open(stepped),
};
scroll.addEventListener("keydown", (event) => {
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act && !event.ctrlKey && !event.metaKey) { event.preventDefault(); act(); }
});

// The next or the last promise in sight, pool by pool in order of start.
function step(by) {
  const [from, to] = span(), first = Math.floor(scroll.scrollTop / ROW), found = [];
  for (const row of rows.slice(first, first + Math.ceil(height / ROW))) for (const bar of bars.get(row.pool) ?? []) if (bar.end > from && bar.start < to) found.push({ row, bar });
  const at = found.findIndex((one) => one.bar === stepped?.bar);
  stepped = found[at < 0 ? (by > 0 ? 0 : found.length - 1) : (at + by + found.length) % found.length] ?? null;
  tell(stepped); draw();
}

// --- beginning -------------------------------------------------------------------------------------------------

function measure() {
  const [from, to] = span(), ratio = devicePixelRatio || 1;
  width = scroll.clientWidth; height = scroll.clientHeight; gutter = width < 600 ? 112 : 218;
  canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`; canvas.style.height = `${height}px`;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  fit();
  zoom.extent([[gutter, 0], [width, height]]);
  show(from, to);
}

function asTable(on) {
  table.hidden = !on; chart.hidden = on;
  ranges.querySelector("[data-table]").setAttribute("aria-pressed", String(on));
  if (!on) measure();
}

if (document.querySelector("#table table")) {
  ranges.hidden = false;
  hand.call(zoom).on("dblclick.zoom", null);
  asTable(new URLSearchParams(location.search).get("view") === "table");
  colours();
  new ResizeObserver(() => { if (!chart.hidden) measure(); }).observe(scroll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", colours);
  ranges.addEventListener("click", ({ target }) => {
    if (target.dataset.days) show(now() - target.dataset.days * DAY * 0.08, now() + target.dataset.days * DAY * 0.92);
    if (target.dataset.by) zoomBy(Number(target.dataset.by));
    if ("now" in target.dataset) { const [from, to] = span(); show(now() - (to - from) * 0.08, now() + (to - from) * 0.92); }
    if ("table" in target.dataset) asTable(!chart.hidden);
  });
  document.querySelector(".filters").addEventListener("change", (event) => event.currentTarget.requestSubmit());
  document.addEventListener("hub-change", async () => { await readRows().catch(() => {}); asked.clear(); draw(); });
  readRows().then(() => {
    const at = rows.findIndex((row) => row.pool === decodeURIComponent(location.hash.slice(1)));
    if (at > 0) scroll.scrollTop = at * ROW;
  });
  setInterval(draw, 30000);
}
