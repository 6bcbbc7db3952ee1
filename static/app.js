// The core every page loads: texts, enhancement of new content, htmx, toasts, questions, dialogs, menus.
"use strict";

window.hotline = (() => {
  const texts = JSON.parse(document.getElementById("app-text").textContent);
  const enhancements = [];
  document.documentElement.classList.add("has-script");

  /** The sentence of a key, with %(name)s filled in. */
  function say(key, values = {}) {
    return texts[key].replace(/%\((\w+)\)s/g, (_, name) => values[name]);
  }

  /** Build an element: make("p", {class: "x"}, "text", child). */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  /** Run `enhance` once for every element that matches, now and after htmx brings more. */
  function enhance(selector, enhanceOne) {
    const seen = new WeakSet();
    enhancements.push((root) => {
      const found = [...root.querySelectorAll(selector)];
      if (root.matches?.(selector)) found.unshift(root);
      for (const element of found) {
        if (seen.has(element)) continue;
        seen.add(element);
        enhanceOne(element);
      }
    });
  }
  const enhanceAll = (root) => enhancements.forEach((run) => run(root));
  document.addEventListener("DOMContentLoaded", () => enhanceAll(document.documentElement));
  document.addEventListener("htmx:load", (event) => enhanceAll(event.detail.elt));

  const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

  /** Whether the keys pressed now are meant for a text field. */
  function isTyping(target) {
    if (target.isContentEditable || target.matches("textarea, select")) return true;
    return target.matches("input") && !["checkbox", "radio", "button", "submit", "file"].includes(target.type);
  }

  // ---- Toasts ----
  function toast(text, level = "info") {
    const region = document.getElementById("toasts");
    if (!region) return;
    const close = make("button", { type: "button", class: "btn-close", "data-dismisses": "", "aria-label": say("dismiss") });
    const box = make("div", { class: `notice notice-${level}` }, make("div", { class: "notice-body" }, text), close);
    region.append(box);
    if (level !== "error") setTimeout(() => box.remove(), 8000);
  }

  // ---- htmx ----
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level));
  document.addEventListener("htmx:sendError", () => toast(say("offline"), "error"));
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    const key = { 401: "signed_out", 403: "not_allowed" }[status] ?? "request_failed";
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    toast(page.querySelector(".error-sentence")?.textContent.trim() || say(key, { status }), "error");
  });
  // A fragment that was answered by a redirect to a whole page (signed out meanwhile): go there.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, elt } = event.detail;
    const asked = new URL(requestConfig.path, location.href).pathname;
    if (!xhr.responseURL || new URL(xhr.responseURL).pathname === asked || elt.closest("[hx-select]")) return;
    if (!/^\s*<!doctype html/i.test(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.detail.elt.dataset.confirmLabel).then((yes) => {
      if (yes) event.detail.issueRequest(true);
    });
  });

  // ---- Dialogs and questions ----
  let dialogCount = 0;

  /** Show a dialog with a title, content and buttons; resolves to the value of the button pressed, "" on Escape. */
  function showDialog(title, content, buttons) {
    const id = `dialog-made-${(dialogCount += 1)}`;
    const form = make("form", { method: "dialog", class: "form-end" });
    for (const [value, label, style] of buttons) {
      form.append(make("button", { type: "submit", class: `btn ${style}`.trim(), value }, label));
    }
    const dialog = make(
      "dialog",
      { class: "dialog dialog-sm", "aria-labelledby": id },
      make("div", { class: "dialog-head" }, make("h2", { class: "dialog-title", id }, title)),
      make("div", { class: "dialog-body" }, content, form),
    );
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue);
      });
    });
  }

  async function ask(question, yesLabel) {
    const buttons = [["yes", yesLabel || say("proceed"), "btn-primary"], ["", say("cancel"), ""]];
    return (await showDialog(say("confirm"), make("p", {}, question), buttons)) === "yes";
  }

  function openDialog(dialog) {
    if (dialog.open) dialog.close();
    dialog.showModal();
  }
  enhance("dialog[open]", openDialog);

  // A dialog that has been fetched stays, with what was typed into it.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.getElementById(event.detail.elt.dataset.opens)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const control = event.target.closest("[data-opens], dialog a[href='#'], [data-dismisses], [data-prints]");
    if (!control) return;
    if ("opens" in control.dataset) {
      event.preventDefault();
      const dialog = document.getElementById(control.dataset.opens);
      if (dialog) openDialog(dialog);
    } else if ("dismisses" in control.dataset) {
      control.closest(".notice").remove();
    } else if ("prints" in control.dataset) {
      window.print();
    } else {
      event.preventDefault();
      control.closest("dialog").close();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches('a[role="button"]')) {
      event.preventDefault();
      event.target.click();
    }
  });

  // ---- Menus made of <details>, and the navigation of narrow screens ----
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (location.hash === "#navigation") {
      location.hash = "#page";
    }
  });

  enhance("[data-focus]", (element) => element.focus());

  return { ask, csrfToken, enhance, isTyping, make, say, showDialog, toast };
})();
