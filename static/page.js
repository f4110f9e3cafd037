// Starts the components of GOV.UK Frontend. Every page works without it.
import { initAll } from "./built/govuk-frontend.min.js";

initAll();

// Keys for somebody with two hundred things to decide. They can be turned off, and are never heard while one types.
const keys = document.querySelector("[data-keys]");
if (keys) {
  const button = keys.querySelector("button");
  const list = keys.querySelector("ul");
  let on = true;
  try {
    on = localStorage.getItem("keys") !== "off";
  } catch {
    // a browser that keeps nothing: the keys are on, and the button still turns them off
  }
  const show = () => {
    list.hidden = !on;
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
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (!on || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = [...list.children].find((item) => item.dataset.key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    if (found.dataset.follow) {
      document.querySelector(`a[rel="${found.dataset.follow}"]`)?.click();
      return;
    }
    const [name, value] = found.dataset.choose.split("=");
    const choice = document.querySelector(`input[name="${name}"][value="${value}"]`);
    if (!choice) return;
    choice.click();
    const form = choice.form;
    const left = [...form.querySelectorAll("input[name=basis], textarea[name=reason]")];
    const chosen = form.querySelector("input[name=basis]:checked");
    const empty = left.find((field) => (field.type === "radio" ? !chosen : !field.value.trim()));
    (empty || form.querySelector("button[type=submit]")).focus();
  });
  keys.hidden = false;
  show();
}
