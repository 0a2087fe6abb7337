// Checks a form while it is filled in, by the rules that the server has, and keeps it as a draft.
// What is wrong is shown when a field is left, and goes as soon as it is repaired.
(() => {
  "use strict";

  // The white space that the server knows; a script's own trim() takes another set.
  const trim = (text) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
  const count = (text) => Array.from(text).length;

  const integer = (typed) => {
    let text = typed.replace(/[\p{White_Space}'’]/gu, "");
    const end = text.replace(/[-–—]+$/u, "");
    if (end.length < text.length && end.endsWith(".")) text = end.slice(0, -1);
    const sign = /^[-−–]/u.test(text);
    const digits = sign ? text.slice(1) : text;
    if (!/^(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)$/.test(digits)) return null;
    let number = BigInt(digits.replaceAll(".", ""));
    const most = 9223372036854775807n;
    if (number > most) number = most;
    return sign ? -number : number;
  };

  const day = ([day, month, year]) => {
    const part = (text, longest) => {
      const bare = trim(text).replace(/\.$/, "");
      return /^[0-9]+$/.test(bare) && bare.length <= longest ? Number(bare) : null;
    };
    const [d, m, y] = [part(day, 2), part(month, 2), part(year, 4)];
    if (d === null || m === null || y === null || y < 1000 || m < 1 || m > 12) return false;
    const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
    const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    return d >= 1 && d <= days[m - 1];
  };

  // The code of what is wrong with what was typed; an empty one if nothing is.
  const check = (rule, typed) => {
    const values = typed.map((text) => text.replaceAll("\r\n", "\n"));
    if (values.every((text) => trim(text) === "")) return rule.required ? "field-required" : "";
    const text = trim(values[0]);
    switch (rule.kind) {
      case "text":
        return count(text) > rule.length ? "field-length" : "";
      case "integer": {
        const number = integer(text);
        if (number === null) return "field-type";
        return number < BigInt(rule.min) || number > BigInt(rule.max) ? "field-range" : "";
      }
      case "date":
        return day(values) ? "" : "field-date";
      case "boolean":
        return text === "yes" || text === "no" ? "" : "field-type";
      case "choice":
        return rule.choices.includes(text) ? "" : "field-choice";
      case "municipality":
        return /^\+?[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= 9999
          ? "" : "field-municipality";
      default:
        return "";
    }
  };
  globalThis.kanzleiCheck = check;
  if (typeof document === "undefined") return;

  const typedIn = (field) => {
    const radios = field.querySelectorAll("input[type=radio]");
    if (radios.length > 0) {
      const chosen = Array.from(radios).find((radio) => radio.checked);
      return [chosen ? chosen.value : ""];
    }
    return Array.from(field.querySelectorAll("input, textarea, select"), (input) => input.value);
  };

  const show = (field) => {
    const code = check(JSON.parse(field.dataset.rule), typedIn(field));
    const said = code === "" ? "" : JSON.parse(field.dataset.say)[code] || "";
    const error = field.querySelector(".error");
    if (error.textContent !== said) error.textContent = said;
    field.classList.toggle("wrong", said !== "");
    for (const input of field.querySelectorAll("input:not([type=radio]), textarea, select")) {
      if (said === "") input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    }
  };

  const save = (form) => {
    const status = form.querySelector("[data-saved]");
    const revision = form.elements.revision;
    const now = () => new URLSearchParams(new FormData(form)).toString();
    let kept = now();
    let stopped = false;
    form.addEventListener("submit", () => { stopped = true; });
    setInterval(async () => {
      const typed = now();
      if (stopped || typed === kept) return;
      try {
        const answer = await fetch(form.dataset.save, {
          method: "POST",
          body: new URLSearchParams(typed),
          headers: { Accept: "application/json" },
        });
        if (answer.status !== 200 && answer.status !== 409) return;
        const saved = await answer.json();
        if (stopped) return;
        if (saved.revision !== undefined) revision.value = saved.revision;
        else stopped = true;
        kept = new URLSearchParams(typed);
        kept.set("revision", revision.value);
        kept = kept.toString();
        if (status.textContent !== saved.said) status.textContent = saved.said;
      } catch {
        // Without a network the next round tries again; “continue” saves anyway.
      }
    }, 10000);
  };

  for (const form of document.querySelectorAll("form[data-checked]")) {
    form.addEventListener("focusout", (event) => {
      const field = event.target.closest("[data-rule]");
      // Within a date, or among choices, the field isn't left yet.
      if (!field || field.contains(event.relatedTarget)) return;
      // Who walks through without typing isn't told off; the server asks when it matters.
      const untouched = typedIn(field).every((text) => trim(text) === "");
      if (untouched && !field.classList.contains("wrong")) return;
      show(field);
    });
    const repaired = (event) => {
      const field = event.target.closest("[data-rule]");
      if (field && field.classList.contains("wrong")) show(field);
    };
    form.addEventListener("input", repaired);
    form.addEventListener("change", repaired);
    if (form.dataset.save) save(form);
  }
})();
