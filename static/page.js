// Starts the components of GOV.UK Frontend. Every page works without it.
import { initAll } from "./built/govuk-frontend.min.js";

initAll();

// Keys for somebody with two hundred things to decide. They can be turned off, and are never heard while one types.
const keys = document.querySelector("[data-keys]");
if (keys) {
  const button = keys.querySelector("button");
  const list = keys.querySelector("ul");
  // Each basis keeps its number, also where another is not offered; the number stands beside it.
  const bases = keys.dataset.bases.split(" ");
  const numbers = [...document.querySelectorAll("input[name=basis]")].map((input) => {
    const number = document.createElement("kbd");
    number.className = "cb-keys__number";
    number.setAttribute("aria-hidden", "true");
    number.textContent = bases.indexOf(input.value) + 1;
    input.labels[0].append(number);
    return number;
  });
  let on = true;
  try {
    on = localStorage.getItem("keys") !== "off";
  } catch {
    // a browser that keeps nothing: the keys are on, and the button still turns them off
  }
  const show = () => {
    list.hidden = !on;
    for (const number of numbers) number.hidden = !on;
    button.textContent = on ? button.dataset.on : button.dataset.off;
  };
  button.addEventListener("click", () => {
    on = !on;
    try {
      localStorage.setItem("keys", on ? "on" : "off");
    } catch {
      // as above
    }
    show();
  });
  // On to what is still to be said: how much where it is a part, what it rests on, then why where it is not accepted
  // in full, then the button.
  const next = (form) => {
    const rests = form.querySelector("input[name=basis]:checked");
    const why = form.querySelector("textarea[name=reason]");
    const inFull = form.querySelector("input[name=act][value=verify]")?.checked;
    const inPart = form.querySelector("input[name=act][value=verify_in_part]")?.checked;
    const amount = form.querySelector("input[name=amount]");
    const dates = form.querySelectorAll("input[name=used]");
    if (inPart && amount && !amount.value.trim()) return amount.focus();
    if (inPart && dates.length && [...dates].every((date) => date.checked)) return dates[0].focus();
    const left = !rests ? form.querySelector("input[name=basis]") : !inFull && !why.value.trim() && why;
    (left || form.querySelector("button[type=submit]")).focus();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (!on || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = [...list.children].find((item) => item.dataset.key === event.key.toLowerCase());
    const basis = document.querySelector(`input[name=basis][value="${bases[event.key - 1]}"]`);
    if (!found && !basis) return;
    event.preventDefault();
    if (basis) {
      basis.click();
      next(basis.form);
      return;
    }
    if (found.dataset.follow) {
      document.querySelector(`a[rel="${found.dataset.follow}"]`)?.click();
      return;
    }
    const [name, value] = found.dataset.choose.split("=");
    const choice = document.querySelector(`input[name="${name}"][value="${value}"]`);
    if (!choice) return;
    choice.click();
    next(choice.form);
  });
  keys.hidden = false;
  show();
}

// Possible help beside a need while it is typed: asked for when somebody pauses, and left out where it cannot be had.
const help = document.querySelector("[data-help]");
if (help) {
  const form = help.closest("form");
  let waiting;
  const ask = async () => {
    const typed = new URLSearchParams(new FormData(form));
    if ((typed.get("title") || "").trim().length < 8) return;
    const answer = await fetch(help.dataset.help, { method: "POST", body: typed }).catch(() => null);
    if (answer && answer.status === 200) help.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 800);
  });
}

// Titles that fit what is typed into a search box, in the list the browser shows under it.
for (const box of document.querySelectorAll("input[data-suggest]")) {
  let asked = "";
  let waits = 0;
  const suggest = async () => {
    const words = box.value.trim();
    if (words === asked || words.length < 2) return;
    asked = words;
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(words.slice(0, 200))}`);
      const titles = answer.ok ? await answer.json() : [];
      if (words !== asked) return;
      box.list.replaceChildren(...titles.map((title) => new Option(title, title)));
    } catch {
      // Without an answer the box is a plain box.
    }
  };
  box.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(suggest, 200);
  });
}

// A long list of answers is searched by typing; without script it stays a list in parts that open.
for (const find of document.querySelectorAll("[data-filter]")) {
  const box = find.querySelector("input");
  const says = find.querySelector("[data-none]");
  const parts = document.getElementById(find.dataset.filter).querySelectorAll("details");
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const part of parts) {
      const theme = part.querySelector("summary").textContent;
      let here = 0;
      for (const item of part.querySelectorAll("li")) {
        const said = `${theme} ${item.textContent}`.toLowerCase();
        item.hidden = !words.every((word) => said.includes(word));
        if (!item.hidden) here += 1;
      }
      part.hidden = !here;
      part.open = words.length > 0 || part.querySelector(":checked") !== null;
      shown += here;
    }
    says.textContent = shown ? "" : says.dataset.none;
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  find.hidden = false;
}
