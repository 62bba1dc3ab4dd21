// What every page of the desk needs: forms that are sent as JSON with a header of ours, files that are dropped, and what went wrong.

/** Ask the desk for something that changes something; gives its answer, or throws what it said instead. */
export async function post(place, body, type = "application/json") {
  const response = await fetch(place, {
    method: "POST",
    headers: { "X-Bulkportal": "desk", "X-Bulkportal-Page": location.pathname + location.search, "Content-Type": type },
    body: type === "application/json" ? JSON.stringify(body) : body,
  });
  return answered(response);
}

/** Ask the desk for something to look at. */
export async function ask(place) {
  return answered(await fetch(place));
}

async function answered(response) {
  const text = await response.text();
  let found;
  try { found = JSON.parse(text); } catch { found = { message: text || response.statusText, hint: "" }; }
  if (!response.ok) throw Object.assign(new Error(found.message), found);
  return found;
}

/** Tell what went wrong, where it is seen and read out. */
export function tell(problem) {
  const box = document.getElementById("told");
  box.querySelector(".message").textContent = problem.message;
  box.querySelector(".hint").textContent = problem.hint ?? "";
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

export function untell() {
  document.getElementById("told").hidden = true;
}

/** Fill the blanks of a sentence. */
export function fill(sentence, facts) {
  return sentence.replace(/\{(\w+)\}/g, (blank, name) => facts[name] ?? blank);
}

/** The form of a sentence that goes with a number, with the number in it. */
export function counted(words, name, count) {
  return fill(words[name + (count === 1 ? ".one" : ".other")], { n: count.toLocaleString(document.documentElement.lang) });
}

export function made(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

const ARRIVED = "bulkportal-arrived";

/** Go where an answer leads. There the focus is on the content, or where `focus` says: who works by keys need not pass the head again. */
export function arrive(answer, focus = "#main") {
  if (!answer.go) return;
  const there = new URL(answer.go, location.href);
  sessionStorage.setItem(ARRIVED, focus);
  if (there.pathname + there.search === location.pathname + location.search) location.reload();
  else location.assign(there);
}

/** What has the focus after a form was sent: of several alike the next one, of those in the head and the foot the same, else the content. */
function focusAfter(form) {
  const isLeft = form.closest("main") && !("next" in form.dataset);
  return isLeft ? "#main" : `form[data-post="${form.dataset.post}"] :is(button, select)`;
}

async function send(form) {
  form.autocomplete = "off"; // or Firefox would have the buttons disabled still when the page is loaded again
  const buttons = form.querySelectorAll("button");
  const body = Object.fromEntries(new FormData(form));
  for (const button of buttons) button.disabled = true;
  const words = form.dataset.wait && made("p", form.dataset.wait, { class: "waiting", role: "status" });
  if (words) form.append(words);
  untell();
  try {
    const answer = await post(form.dataset.post, body);
    if (!("stay" in form.dataset)) { arrive(answer, focusAfter(form)); return; }
    form.dispatchEvent(new CustomEvent("answered", { detail: answer }));
  } catch (problem) {
    tell(problem);
    for (const button of buttons) button.disabled = false;
  }
  words?.remove();
}

const heard = {
  submit(event) {
    if (!event.target.dataset.post) return;
    event.preventDefault();
    send(event.target);
  },
  change(event) {
    if ("send" in event.target.dataset) send(event.target.form);
    if ("file" in event.target.dataset && event.target.files.length) drop(event.target.files, "/drop");
  },
};
for (const [kind, hear] of Object.entries(heard)) document.addEventListener(kind, hear);

document.querySelector("#told .close").addEventListener("click", untell);

/** Bring files to the desk, one after the other; the last answer says where to go. */
export async function drop(files, place) {
  const bar = document.querySelector("progress[hidden]");
  if (bar) bar.hidden = false;
  const names = [];
  try {
    for (const file of files) {
      const to = new URL(place, location.href);
      to.searchParams.set("name", file.name);
      const answer = await post(to, file, "application/octet-stream");
      if (answer.go) { arrive(answer); return names; }
      names.push(answer.name);
    }
  } catch (problem) { tell(problem); }
  if (bar) bar.hidden = true;
  return names;
}

/** Take files that are dropped on an element. */
export function takesFiles(element, dropped) {
  for (const name of ["dragenter", "dragover"]) {
    element.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      element.classList.add("over");
    });
  }
  element.addEventListener("dragleave", (event) => { if (!element.contains(event.relatedTarget)) element.classList.remove("over"); });
  element.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    element.classList.remove("over");
    dropped(event.dataTransfer.files);
  });
}

// What was done before this file was there takes effect once every script of the page listens.
const early = window.early ?? new Map();
window.early = undefined;
document.addEventListener("DOMContentLoaded", () => { for (const event of early.values()) heard[event.type](event); });

const arrived = sessionStorage.getItem(ARRIVED);
if (arrived) {
  sessionStorage.removeItem(ARRIVED);
  const main = document.getElementById("main"), element = document.querySelector(arrived) ?? main;
  element.focus({ preventScroll: element === main });
}
// A page that the browser has kept for "back" tells what was so when it was left: a run at work, a plan that has been sent since.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

const area = document.querySelector("[data-drop]:not(#grid)");
if (area) takesFiles(area, (files) => drop(files, "/drop"));
// A file that misses its place must not take the page's.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
