// The run as it goes on, by one stream of events; when it has ended the page is drawn anew.
import { arrive, fill } from "/static/desk.js";

const card = document.querySelector(".run");
if (card?.dataset.state === "running") {
  const words = JSON.parse(card.dataset.words);
  const at = (name) => document.getElementById(name);
  const number = (value, digits = 0) => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
  const stream = new EventSource(`/launch/${card.dataset.launch}/events`);

  stream.addEventListener("far", (event) => {
    const far = JSON.parse(event.data);
    at("bar").max = far.total || 1;
    if (far.total) at("bar").value = far.done; else at("bar").removeAttribute("value");
    at("steps").textContent = far.total ? fill(words.steps, { done: number(far.done), total: number(far.total) }) : words.counting;
    at("pace").textContent = far.pace ? fill(words.pace, { pace: number(far.pace, 1) }) : "";
    at("time").textContent = far.left === null ? "" : far.left < 60 ? words.soon : fill(words.left, { minutes: number(far.left / 60) });
    at("waits").textContent = far.waits ? fill(words.waits, { seconds: number(far.waits) }) : "";
    at("paid").textContent = fill(words.credits, { credits: number(far.credits, 2) });
    at("troubled").textContent = far.troubled ? fill(words.troubled, { count: number(far.troubled) }) : "";
    at("now").textContent = [far.text, far.target].filter(Boolean).join(" · ");
  });
  stream.addEventListener("end", () => { stream.close(); arrive({ go: location.pathname }); });
  window.addEventListener("pagehide", () => stream.close());
  at("stop")?.addEventListener("answered", () => { at("state").textContent = words.stopping; });
}
