// What scripts add to pages that work without them: a word while a part is fetched, the old content
// when that fails, and focus that stays where it was.
(() => {
  "use strict";
  const waiting = new WeakMap();
  const region = (event) => event.detail.target || event.target;

  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = region(event);
    part.setAttribute("aria-busy", "true");
    const words = document.body.dataset.loading;
    if (!words) return;
    waiting.set(part, setTimeout(() => {
      const said = document.createElement("p");
      said.className = "loading";
      said.setAttribute("role", "status");
      said.textContent = words;
      part.before(said);
      waiting.set(part, said);
    }, 400));
  });

  const ended = (part) => {
    part.removeAttribute("aria-busy");
    const left = waiting.get(part);
    if (typeof left === "number") clearTimeout(left);
    else if (left) left.remove();
    waiting.delete(part);
  };
  document.addEventListener("htmx:afterRequest", (event) => ended(region(event)));

  // The old content stays; above it stands what went wrong, and a way to try again.
  const failed = (event) => {
    const part = region(event);
    const old = document.getElementById("part-failed");
    if (old) old.remove();
    const template = document.getElementById("failed-words");
    if (!template) return;
    const said = document.createElement("div");
    said.id = "part-failed";
    said.className = "notice bad";
    said.setAttribute("role", "alert");
    said.append(template.content.cloneNode(true));
    const id = event.detail.xhr && event.detail.xhr.getResponseHeader("x-request-id");
    if (id) said.querySelector(".request").textContent = id;
    part.before(said);
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:beforeSwap", () => {
    const old = document.getElementById("part-failed");
    if (old) old.remove();
  });

  // Buttons that only make sense with a script.
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A summary of problems is what is read first.
  const problems = document.querySelector(".problems[tabindex]");
  if (problems) problems.focus();
})();
