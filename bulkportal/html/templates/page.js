// Filtering and sorting. Without it the page is whole, and its tables are plain tables.
(() => {
  "use strict";
  const MANY = 200; // rows that are laid out at first: more are a click away, and all of them are printed
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const order = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => number.format(values[name]));

  function live(section) {
    const body = section.querySelector("table:not(.days) > tbody");
    if (!body) return;
    const tools = section.querySelector(".tools");
    const shown = section.querySelector(".shown");
    const more = section.querySelector(".more");
    const search = tools.querySelector("input");
    const lists = [...tools.querySelectorAll("select")];
    const heads = [...section.querySelectorAll("table:not(.days) > thead th")];
    const said = (row) => [...row.cells].map((cell) => cell.textContent).join("\n").toLocaleLowerCase(language);
    // What a row says is put together when the browser has nothing else to do, or when it is searched for: opening does not wait for it.
    const rows = [...body.rows].map((row) => ({ row, said: null }));
    const text = (one) => (one.said ??= said(one.row));
    let limit = MANY;
    let matching = rows;

    const chosen = (list) => ({ column: Number(list.dataset.column), value: list.value });

    function filter() {
      const words = search.value.toLocaleLowerCase(language).split(/\s+/).filter(Boolean);
      const wanted = lists.map(chosen).filter((one) => one.value);
      matching = rows.filter((one) =>
        words.every((word) => text(one).includes(word)) && wanted.every(({ column, value }) => one.row.cells[column].textContent === value));
      limit = MANY;
      show();
    }

    function prepare(left) {
      if (!window.requestIdleCallback) return;
      requestIdleCallback((idle) => {
        while (left.length && idle.timeRemaining() > 1) text(left.pop());
        if (left.length) prepare(left);
      });
    }

    function show() {
      // Rows that are not seen are taken out of the page: what is not there need not be laid out or moved.
      const seen = document.createDocumentFragment();
      for (const { row } of matching.slice(0, limit)) seen.append(row);
      body.replaceChildren(seen);
      const counts = { all: rows.length, some: matching.length, rest: matching.length - limit };
      shown.textContent = matching.length === 0 ? section.dataset.nothing
        : fill(matching.length === rows.length ? section.dataset.all : section.dataset.some, counts);
      more.hidden = matching.length <= limit;
      more.textContent = fill(section.dataset.more, counts);
    }

    function key(cell, kind) {
      const value = cell.dataset.v ?? cell.textContent;
      return kind === "number" && value !== "" ? Number(value) : value;
    }

    function sort(head, column) {
      const kind = head.classList[0];
      const rising = head.getAttribute("aria-sort") !== "ascending";
      for (const one of heads) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const keyed = rows.map((one) => ({ one, key: key(one.row.cells[column], kind) }));
      const compare = kind === "number" ? (a, b) => a - b : kind === "day" ? (a, b) => (a < b ? -1 : a > b ? 1 : 0) : order.compare;
      keyed.sort((a, b) => {
        if (a.key === "" || b.key === "") return (a.key === "") - (b.key === ""); // blanks last, either way
        return rising ? compare(a.key, b.key) : compare(b.key, a.key);
      });
      rows.splice(0, rows.length, ...keyed.map(({ one }) => one));
      filter();
    }

    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(head, column));
      head.replaceChildren(button);
    });
    tools.addEventListener("submit", (event) => event.preventDefault());
    tools.addEventListener("input", filter);
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      search.value = "";
      filter();
    });
    more.addEventListener("click", () => {
      const next = matching[limit];
      limit = Infinity;
      show();
      next?.row.cells[0].setAttribute("tabindex", "-1");
      next?.row.cells[0].focus();
    });
    let before = limit;
    addEventListener("beforeprint", () => { before = limit; limit = Infinity; show(); });
    addEventListener("afterprint", () => { limit = before; show(); });
    tools.hidden = shown.hidden = false;
    show();
    prepare([...rows]);
  }

  document.querySelectorAll("[data-table]").forEach(live);
  document.documentElement.classList.add("ready");
})();
