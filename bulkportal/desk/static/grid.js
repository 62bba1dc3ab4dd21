// The grid. What a cell holds, what is wrong with it and what can be taken back is known by the desk alone; this page shows it.
import { TabulatorFull as Tabulator } from "/static/vendor/tabulator/tabulator_esm.min.mjs";
import { ask, counted, drop, fill, made, post, takesFiles, tell, untell } from "/static/desk.js";

const whole = document.querySelector(".correct");
const holder = document.getElementById("grid");
const words = JSON.parse(whole.dataset.words);
const place = `/launch/${whole.dataset.launch}`;
const at = (id) => document.getElementById(id);
const first = document.querySelector(".tab");
const view = { table: 0, only: first?.dataset.large ? "findings" : "all", cause: -1, find: "", page: 1 };
const marks = new Map(), states = new Map();
let table, shown, looking = new Set(), built = null;

const key = (row, column) => `${column}${row}`;
const query = (more = {}) => new URLSearchParams({ ...view, ...more });

// -- what a cell looks like

function paint(cell) {
  const element = cell.getElement(), row = cell.getRow().getData().row, column = cell.getField();
  const mark = marks.get(key(row, column)), state = column === "row" && states.get(row);
  element.tabIndex = -1; // the grid is one stop for Tab, and arrows lead from cell to cell
  element.classList.toggle("error", mark?.severity === "error" || Boolean(state));
  element.classList.toggle("warning", mark?.severity === "warning");
  element.classList.toggle("looking", looking.has(row));
  element.classList.toggle("locked", Boolean(shown?.locked.has(key(row, column))));
  if (mark?.severity === "error") element.setAttribute("aria-invalid", "true"); else element.removeAttribute("aria-invalid");
  const told = mark ? `${mark.message} ${mark.hint}` : state ? sentence(state) : "";
  if (told) element.title = told; else element.removeAttribute("title");
}

const sentence = (parts) => parts.filter(Boolean).map((part) => part.replace(/\.$/, "")).join(". ") + ".";

function drawn(cell) {
  paint(cell);
  const text = document.createElement("span");
  text.textContent = cell.getValue() ?? "";
  return text;
}

function typing(cell, rendered, done, cancelled) {
  const box = document.createElement("textarea");
  box.value = cell.getValue() ?? "";
  box.className = "editor";
  box.setAttribute("aria-label", `${cell.getColumn().getDefinition().title} ${cell.getRow().getData().row}`);
  rendered(() => { box.focus(); box.select(); });
  let over = false;
  const end = () => { if (!over) { over = true; done(box.value); } };
  box.addEventListener("blur", end);
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && !event.altKey && !event.shiftKey) { event.preventDefault(); end(); holder.querySelector(".tabulator-tableholder").focus(); }
    if (event.key === "Escape") { over = true; cancelled(); holder.querySelector(".tabulator-tableholder").focus(); }
    if (event.key === "Tab") { event.preventDefault(); end(); aside(cell, event.shiftKey ? -1 : 1); }
  });
  return box;
}

// -- rows

let loading = 0;
async function load() {
  const mine = ++loading;
  const found = await ask(`${place}/rows?${query()}`);
  if (mine !== loading) return; // another view was asked for meanwhile, and its answer may be there already
  if (shown?.table !== view.table) looking = new Set();
  const changed = !shown || shown.table !== view.table || shown.shape !== JSON.stringify(found.columns);
  shown = { table: view.table, shape: JSON.stringify(found.columns), letters: found.letters, locked: new Set(found.locked.map(([row, letter]) => key(row, letter))), columns: found.columns };
  marks.clear();
  for (const mark of found.marks) keepMark(mark);
  states.clear();
  for (const [row, ...state] of found.states) states.set(row, state);
  view.page = found.page;
  known = Math.max(known, found.version);
  const rows = found.rows.map(([row, ...texts]) => Object.fromEntries([["row", row], ...texts.map((text, number) => [found.letters[number], text ?? ""])]));
  at("shown").textContent = fill(words.rows, { some: found.total.toLocaleString(), all: found.all.toLocaleString() });
  pages(found);
  if (changed) await build(found.columns, rows); else await table.replaceData(rows);
  performance.mark("grid-ready");
}

function keepMark([row, column, severity, message, hint, proposal, code]) {
  marks.set(key(row, column), { severity, message, hint, proposal, code });
}

function build(columns, rows) {
  table?.destroy();
  const head = { title: words.row, field: "row", width: 64, headerSort: false, cssClass: "rownumber", formatter: drawn, resizable: false, frozen: true };
  const own = columns.map(({ letter, title, field }) => ({
    title: title || letter, field: letter, headerSort: false, minWidth: 64, width: width(letter, title, rows), formatter: drawn, editor: typing,
    editable: (cell) => !shown.locked.has(key(cell.getRow().getData().row, letter)), headerTooltip: field || false,
    titleFormatter: (cell) => { const name = document.createElement("span"); name.textContent = cell.getValue(); return name; },
  }));
  table = new Tabulator(holder, {
    data: rows, index: "row", rowHeader: head, columns: own, height: "100%", layout: "fitData", renderHorizontal: "basic", placeholder: words.nothing,
    selectableRange: 1, selectableRangeColumns: true, selectableRangeRows: true, selectableRangeAutoFocus: false, // or it takes the focus from the box that is typed into
    editTriggerEvent: "dblclick", history: false,
    clipboard: "copy", clipboardCopyStyled: false, clipboardCopyConfig: { rowHeaders: false, columnHeaders: false }, clipboardCopyRowRange: "range",
    printAsHtml: true, printStyled: false, printRowRange: "active", // on paper a plain table, whose columns fit the page
    columnDefaults: { headerHozAlign: "left" }, rowHeight: 30,
    keybindings: { navNext: false, navPrev: false }, // Tab leaves the grid: by keys alone there would be no other way out of it
  });
  table.on("cellEdited", (cell) => {
    const row = cell.getRow().getData().row;
    change([[row, cell.getField(), cell.getValue() ?? ""]]);
  });
  table.on("rangeChanged", told);
  built = new Promise((ready) => table.on("tableBuilt", () => { named(); ready(); }));
  return built;
}

function width(letter, title, rows) {
  const longest = rows.slice(0, 60).reduce((most, row) => Math.max(most, (row[letter] ?? "").length), title.length + 2);
  return Math.min(Math.max(7.6 * longest + 24, 72), 300);
}

/** Roles and names, so that what is drawn as a grid is one for those who do not see it. */
function named() {
  holder.setAttribute("role", "grid");
  holder.setAttribute("aria-label", document.querySelector(".tab[aria-pressed=true]")?.textContent ?? "");
  holder.setAttribute("aria-rowcount", table.getDataCount());
  const scroller = holder.querySelector(".tabulator-tableholder");
  scroller.setAttribute("role", "rowgroup");
  scroller.setAttribute("tabindex", "0");
  scroller.setAttribute("aria-label", holder.getAttribute("aria-label"));
  holder.querySelector(".tabulator-table")?.setAttribute("role", "presentation");
  holder.querySelector(".tabulator-header")?.setAttribute("role", "rowgroup");
  holder.querySelector(".tabulator-header")?.setAttribute("tabindex", "-1");
  holder.querySelector(".tabulator-header-contents")?.setAttribute("role", "presentation");
  holder.querySelector(".tabulator-headers")?.setAttribute("role", "row");
}

function pages(found) {
  const nav = at("pages");
  nav.hidden = found.pages < 2;
  nav.querySelector("span").textContent = fill(words.page, { page: found.page, pages: found.pages });
  nav.querySelector(".before").disabled = found.page <= 1;
  nav.querySelector(".after").disabled = found.page >= found.pages;
}

// -- where one is

function cursor() {
  const range = table?.getRanges()[0];
  const cell = range?.getCells()?.[0]?.[0];
  return cell && { row: cell.getRow().getData().row, column: cell.getField() };
}

function told() {
  const here = cursor(), mark = here && marks.get(key(here.row, here.column)), state = here && states.get(here.row);
  const said = [];
  if (mark) said.push(`${here.column}${here.row}: ${mark.message} ${mark.hint}`, ...(mark.proposal ? [fill(words.proposal, { text: mark.proposal })] : []));
  else if (state) said.push(`${here.row}: ${sentence(state)}`);
  at("cell").textContent = said.join(" ");
  at("accept").hidden = !mark?.proposal;
  at("accept").querySelector("button").textContent = mark?.proposal ? fill(words.accept, { text: mark.proposal }) : "";
}

function choose(cell) {
  const range = table.getRanges()[0];
  if (range) range.setBounds(cell, cell); else table.addRange(cell, cell);
}

async function goTo(row, column) {
  const line = table.getRow(row);
  if (!line) return;
  await table.scrollToRow(row, "center", false).catch(() => {});
  const target = line.getCell(column) || line.getCell(shown.letters[0]);
  if (!target) return;
  const scroller = holder.querySelector(".tabulator-tableholder"), element = target.getElement();
  const seen = scroller.clientWidth - 64, from = element.offsetLeft - 64;
  if (from < scroller.scrollLeft || from + element.offsetWidth > scroller.scrollLeft + seen) scroller.scrollLeft = from - (seen - element.offsetWidth) / 2;
  element.scrollIntoView({ block: "nearest", inline: "nearest" }); // in a low or narrow window the grid itself may be out of sight
  await new Promise((drawn) => requestAnimationFrame(drawn)); // the frame of the choice is laid out where the cells stand by then
  choose(target);
  scroller.focus({ preventScroll: true });
  told();
}

/** To the cell beside one, as Tab does in a spreadsheet program; at the end of the row it stays. */
function aside(cell, step) {
  const fields = shown.columns.map((column) => column.letter), field = cell.getField();
  return goTo(cell.getRow().getData().row, fields[fields.indexOf(field) + step] ?? field);
}

async function follow(back) {
  const here = cursor() ?? { row: 0, column: "A" };
  const found = await ask(`${place}/next?${query({ row: here.row, column: here.column === "row" ? "A" : here.column, ...(back ? { back: 1 } : {}) })}`);
  if (!found.cell) { told(); return; }
  const [number, row, column] = found.cell;
  if (number !== view.table || found.page !== view.page || found.only !== view.only || !table.getRow(row)) {
    Object.assign(view, { table: number, only: found.only, page: found.page, find: number === view.table ? view.find : "" });
    tabs();
    await load();
  }
  await goTo(row, column);
}

// -- changes

async function change(cells) {
  if (!cells.length) return;
  await take(post(`${place}/cells`, { table: view.table, cells }));
}

async function take(asked) {
  untell();
  const begun = started;
  let done;
  waiting += 1;
  try { done = await asked; } catch (problem) { tell(problem); await load(); return; } finally { waiting -= 1; }
  const changed = done.version > known + waiting + 1;
  known = Math.max(known, done.version);
  const here = (number) => number === view.table, rows = done.rows.filter(([number]) => here(number)).map(([, row]) => row);
  for (const row of rows) looking.add(row);
  const unknown = rows.some((row) => !table.getRow(row)) || done.cells.some(([number, , letter]) => here(number) && !shown.letters.includes(letter));
  const byRow = new Map();
  for (const [number, row, letter, text] of done.cells) if (here(number)) byRow.set(row, { ...byRow.get(row), row, [letter]: text });
  if (changed) tell({ message: words.changed });
  if (unknown || changed) await load();
  else if (byRow.size) await table.updateData([...byRow.values()]);
  repaint(rows);
  if (done.refused.length) {
    const more = done.refused.length > 8 ? ", …" : "";
    tell({ message: words.refused, hint: done.refused.slice(0, 8).map(([, row, letter]) => `${letter}${row}`).join(", ") + more });
    await load();
  }
  at("undo").disabled = !done.undo;
  at("redo").disabled = !done.redo;
  performance.measure("edit", { start: begun, end: performance.now() });
  at("left").textContent = words.looking;
  const mine = ++settling;
  await look(rows, mine);
  performance.measure("marks", { start: begun, end: performance.now() });
  await settle(mine);
}

let started = 0, settling = 0, waiting = 0, known = 0;
function repaint(rows) {
  for (const row of rows) for (const cell of table.getRow(row)?.getCells() ?? []) paint(cell);
}

const rowOf = (name) => Number(name.replace(/^[A-Z]+/, ""));

/** Show what is found in these rows by now, unless something else is changed or looked at meanwhile. */
async function look(rows, mine) {
  const sheet = view.table, seen = new Set(rows.filter((row) => table.getRow(row)));
  if (!seen.size) return;
  const fresh = await ask(`${place}/marks?${query({ rows: [...seen].join() })}`).catch(() => null);
  if (!fresh || mine !== settling || sheet !== view.table) return;
  const touched = new Set(looking); // not every row: one that is not on the screen would be laid out for it
  for (const name of [...marks.keys()]) if (seen.has(rowOf(name))) { marks.delete(name); touched.add(rowOf(name)); }
  for (const mark of fresh.marks) { keepMark(mark); touched.add(mark[0]); }
  repaint([...touched]);
  told();
}

/** Wait for the check of everything, and show what it says of the rows on this page, and beside them. */
async function settle(mine = ++settling) {
  at("left").textContent = words.looking;
  let found;
  do { // of a very large sheet the check takes longer than one request is held
    found = await ask(`${place}/findings`).catch(() => null);
    if (!found || mine !== settling) return;
  } while (!found.checked);
  listed(found);
  const looked = [...looking];
  looking = new Set();
  await look(table.getData().map((row) => row.row), mine);
  repaint(looked);
}

// -- the list beside it

function listed(found) {
  known = Math.max(known, found.version);
  const left = [found.errors ? counted(words, "left", found.errors) : words["left.none"], ...(found.warnings ? [counted(words, "warnings", found.warnings)] : [])];
  at("left").textContent = [found.trouble, ...left].filter(Boolean).join(" ");
  at("left").dataset.errors = found.errors;
  at("left").dataset.version = found.version;
  at("undo").disabled = !found.undo;
  at("redo").disabled = !found.redo;
  const list = at("causes");
  list.replaceChildren(...found.causes.map(cause));
  if (found.more) list.append(made("li", counted(words, "more", found.more), { class: "quiet", lang: document.documentElement.lang }));
  list.nextElementSibling.hidden = found.causes.length > 0;
  fixes(found.fixes);
}

function cause(one) {
  const line = made("li", undefined, { class: one.error ? "error" : "warning" });
  const head = made("p");
  head.append(made("span", one.error ? words.error : words.warning, { class: `word ${one.error ? "bad" : "open"}`, lang: document.documentElement.lang }), " ", made("span", one.place, { class: "place" }), " ", made("span", `× ${one.count}`, { class: "count" }));
  if (one.money) head.append(" ", made("span", words.money, { class: "word quiet", lang: document.documentElement.lang }));
  line.append(head, made("p", one.message, { class: "message" }), made("p", one.hint, { class: "quiet" }));
  if (one.table >= 0 && one.cell[0] !== null) {
    const show = made("button", words.show, { type: "button", lang: document.documentElement.lang });
    show.append(made("span", ` ${one.place}: ${one.message}`, { class: "unseen" }));
    show.addEventListener("click", () => only("cause", { table: one.table, cause: one.number }));
    line.append(show);
  }
  return line;
}

function fixes(found) {
  const box = at("fixes"), sum = found.reduce((all, one) => all + one.count, 0);
  box.hidden = !found.length;
  const all = box.querySelector(".all");
  all.textContent = counted(words, "mend", sum);
  all.onclick = () => take(post(`${place}/fix`, {}));
  box.querySelector("ul").replaceChildren(...found.map((one) => {
    const line = made("li"), button = made("button", counted(words, "mend", one.count), { type: "button" });
    button.append(made("span", ` ${one.place}`, { class: "unseen" }));
    button.addEventListener("click", () => take(post(`${place}/fix`, { place: one.place })));
    line.append(made("span", one.place, { class: "place" }), " ", made("span", one.what, { lang: "en" }), " ", button);
    return line;
  }));
}

/** Look whether another window, or a spreadsheet program, has changed the launch while this page was out of sight. */
async function news() {
  if (document.hidden || waiting || holder.querySelector("textarea.editor")) return;
  const found = await ask(`${place}/news`).catch(() => null);
  if (!found || waiting || holder.querySelector("textarea.editor")) return;
  if (found.stale && !whole.dataset.stale) location.reload();
  else if (found.version > known) { await load(); await settle(); }
}
window.addEventListener("focus", news);
document.addEventListener("visibilitychange", news);

// -- views

function tabs() {
  for (const tab of document.querySelectorAll(".tab")) tab.setAttribute("aria-pressed", String(Number(tab.dataset.table) === view.table));
  at("only").checked = view.only !== "all";
  if (document.activeElement !== at("find")) at("find").value = view.find;
}

async function only(which, more = {}) {
  Object.assign(view, { only: which, page: 1, find: "" }, more);
  tabs();
  await load();
  const row = table.getData()[0]?.row;
  const column = row && [...marks.keys()].find((name) => rowOf(name) === row)?.replace(/\d+$/, "");
  if (row) await goTo(row, column || shown.letters[0]);
}

for (const tab of document.querySelectorAll(".tab")) {
  tab.addEventListener("click", () => {
    Object.assign(view, { table: Number(tab.dataset.table), only: tab.dataset.large ? "findings" : "all", page: 1, find: "" });
    tabs();
    load();
  });
}
at("only").addEventListener("change", (event) => { Object.assign(view, { only: event.target.checked ? "findings" : "all", page: 1 }); load(); });
let wait = 0;
at("find").addEventListener("input", (event) => { clearTimeout(wait); wait = setTimeout(() => { Object.assign(view, { find: event.target.value.trim(), page: 1 }); load(); }, 200); });
at("forth").addEventListener("click", () => follow(false));
at("back").addEventListener("click", () => follow(true));
const accept = () => { const here = cursor(); if (here && !at("accept").hidden) take(post(`${place}/accept`, { table: view.table, ...here })); };
at("accept").querySelector("button").addEventListener("click", accept);
at("undo").addEventListener("click", () => take(post(`${place}/undo`, {})));
at("redo").addEventListener("click", () => take(post(`${place}/redo`, {})));
at("pages").querySelector(".before").addEventListener("click", () => { view.page -= 1; load(); });
at("pages").querySelector(".after").addEventListener("click", () => { view.page += 1; load(); });

// -- keys and the clipboard

const writing = (target) => target.closest("input, textarea, select");

document.addEventListener("keydown", (event) => {
  started = performance.now();
  if (event.key === "F8") { event.preventDefault(); follow(event.shiftKey); return; }
  if (writing(event.target)) return;
  const control = event.ctrlKey || event.metaKey, letter = event.key.toLowerCase();
  if (control && letter === "f") { event.preventDefault(); at("find").focus(); }
  if (control && letter === "z") { event.preventDefault(); (event.shiftKey ? at("redo") : at("undo")).click(); }
  if (control && letter === "y") { event.preventDefault(); at("redo").click(); }
  if (!holder.contains(event.target)) return;
  if (control && event.key === "Enter") { event.preventDefault(); event.stopPropagation(); accept(); return; }
  const here = cursor();
  if (!here || control || event.altKey) return;
  if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); event.stopPropagation(); change(ranged().flat().map((cell) => [cell.getRow().getData().row, cell.getField(), ""]).filter(([, field]) => field !== "row")); return; }
  const edits = event.key === "F2" || event.key === "Enter", typed = event.key.length === 1 && event.key !== " ";
  if ((edits || typed) && here.column !== "row") {
    event.preventDefault();
    event.stopPropagation();
    const cell = table.getRow(here.row).getCell(here.column);
    cell.edit();
    const box = holder.querySelector("textarea.editor");
    if (typed && box) { box.value = event.key; box.setSelectionRange(1, 1); }
  }
}, true);

const ranged = () => table.getRanges()[0]?.getCells() ?? [];

/** Cells of a spreadsheet program's clipboard: parted by tabs and line ends, in quotes where they hold one. */
export function cellsOf(text) {
  const rows = [[]];
  let cell = "", quoted = false, place = 0;
  const end = () => { rows.at(-1).push(cell); cell = ""; };
  while (place < text.length) {
    const sign = text[place];
    if (quoted) {
      if (sign === '"' && text[place + 1] === '"') { cell += '"'; place += 1; } else if (sign === '"') quoted = false; else cell += sign;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t") end();
    else if (sign === "\n" || sign === "\r") { if (sign === "\r" && text[place + 1] === "\n") place += 1; end(); rows.push([]); } else cell += sign;
    place += 1;
  }
  if (cell !== "" || rows.at(-1).length) end();
  if (!rows.at(-1).length) rows.pop();
  return rows;
}

document.addEventListener("paste", (event) => {
  if (writing(event.target) || !cursor()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  started = performance.now();
  const text = event.clipboardData.getData("text/plain"), here = cursor();
  const fields = shown.columns.map((column) => column.letter), left = fields.indexOf(here.column);
  const data = table.getData().map((row) => row.row), top = data.indexOf(here.row);
  if (left < 0 || top < 0) return;
  // Below the rows that are shown, where only some are, lie others that nobody sees: nothing is pasted into those.
  const goesOn = view.only === "all" && !view.find;
  let block = cellsOf(text);
  const chosen = ranged();
  if (block.length === 1 && block[0].length === 1 && chosen.flat().length > 1) block = chosen.map((line) => line.map(() => block[0][0]));
  const last = data.at(-1);
  const row = (number) => data[top + number] ?? (goesOn ? last + (top + number - data.length + 1) : undefined);
  const cells = block.flatMap((line, number) => line.map((cell, across) => [row(number), fields[left + across], cell]));
  const fits = cells.filter(([at, field]) => at !== undefined && field !== undefined), lost = cells.filter((cell) => cell[2] && !fits.includes(cell)).length;
  change(fits).then(() => { if (lost) tell({ message: counted(words, "cut", lost) }); });
}, true);

takesFiles(holder, async (files) => {
  const names = await drop(files, holder.dataset.drop);
  if (names.length) { tell({ message: names.map((name) => fill(words.dropped, { name })).join(" "), hint: "" }); settle(); }
});

// -- begin

/** Where one was when the page was left, by a reload, a link or the browser's back: the same sheet, the same rows, the same cell. */
function left() {
  try { return JSON.parse(sessionStorage.getItem(place)) ?? {}; } catch { return {}; }
}
window.addEventListener("pagehide", () => {
  const gone = view.only === "cause" ? { only: "findings", cause: -1 } : {}; // causes are numbered anew after each check
  sessionStorage.setItem(place, JSON.stringify({ view: { ...view, ...gone }, here: cursor() }));
});

const hash = decodeURIComponent(location.hash.slice(1)).match(/^(.*)!([A-Z]*)(\d+)$/);
if (hash) {
  const tab = [...document.querySelectorAll(".tab")].find((one) => one.textContent === hash[1]);
  if (tab) view.table = Number(tab.dataset.table);
  view.only = "all";
  history.replaceState(null, "", location.pathname); // a reload goes to where one is by then
}
const before = hash ? {} : left();
if (document.querySelectorAll(".tab")[before.view?.table]) Object.assign(view, before.view);
tabs();
const begun = performance.now();
load().then(async () => {
  performance.measure("grid", { start: begun, end: performance.now() });
  holder.dataset.ready = "1";
  if (hash) await goTo(Number(hash[3]), hash[2] || shown.letters[0]);
  else if (before.here && table.getRow(before.here.row)) await goTo(before.here.row, before.here.column);
  else if (table.getData().length) { const line = table.getData()[0].row, target = table.getRow(line).getCell(shown.letters[0]); if (target) choose(target); }
  if (document.activeElement === document.body) holder.querySelector(".tabulator-tableholder").focus({ preventScroll: true });
}).catch(tell);
ask(`${place}/findings`).then(listed).catch(tell);
