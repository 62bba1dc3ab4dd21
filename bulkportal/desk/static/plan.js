// Approving: what the ticked lines take is asked of the desk, so that what is shown here is what is held against it when it is sent.
import { arrive, counted, fill, post, tell, untell } from "/static/desk.js";

const form = document.getElementById("approve");
if (form) {
  const words = JSON.parse(form.dataset.words);
  const boxes = [...form.querySelectorAll("input[name=line]")];
  const all = document.getElementById("all");
  const button = document.getElementById("send");
  const typed = document.getElementById("typed");
  const sum = document.getElementById("sum");
  let agreed = null, asked = 0;

  const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);

  function ready() {
    const needs = agreed?.typed && form.elements.typed.value.trim() !== agreed.credits;
    button.disabled = !agreed || needs;
  }

  async function count() {
    const lines = ticked(), mine = ++asked;
    agreed = null;
    all.checked = lines.length === boxes.length;
    all.indeterminate = lines.length > 0 && !all.checked;
    button.disabled = true;
    if (!lines.length) { sum.textContent = button.textContent = words.none; typed.hidden = true; return; }
    try {
      const found = await post(`/launch/${form.dataset.launch}/price`, { approved: lines });
      if (mine !== asked) return;
      agreed = found;
      const told = [fill(words.lines, { lines: found.lines, all: boxes.length, credits: found.credits })];
      if (found.forever) told.push(counted(words, "forever", found.forever));
      sum.textContent = told.join(" ");
      button.textContent = fill(words.send, { credits: found.credits });
      typed.hidden = !found.typed;
      typed.querySelector("span").textContent = fill(words.type, { credits: found.credits });
      ready();
    } catch (problem) { if (mine === asked) tell(problem); }
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    if (event.target.type === "checkbox") count();
  });
  form.addEventListener("input", (event) => { if (event.target.name === "typed") ready(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled || !agreed) return;
    untell();
    button.disabled = true;
    try {
      const body = { digest: form.dataset.digest, approved: ticked(), credits: agreed.credits, typed: form.elements.typed.value };
      arrive(await post(`/launch/${form.dataset.launch}/send`, body));
    } catch (problem) { tell(problem); ready(); }
  });
  count();
}
