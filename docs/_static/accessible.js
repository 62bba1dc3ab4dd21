// What the theme leaves out, for people who read with their ears or move with the keyboard alone.
document.addEventListener("DOMContentLoaded", () => {
  const set = (selector, name, value) => document.querySelectorAll(selector).forEach((one) => one.setAttribute(name, value));
  set("p.caption[role=heading]", "aria-level", "2");
  set("aside.sidebar-drawer", "aria-label", "Pages");
  set("aside.toc-drawer", "aria-label", "On this page");
  set("pre, .table-wrapper", "tabindex", "0"); // what scrolls sideways can be reached by the arrow keys
  const search = document.querySelector("#search-results");
  if (search && !document.querySelector("h1")) {
    search.insertAdjacentHTML("beforebegin", "<h1>Search</h1>");
  }
});
