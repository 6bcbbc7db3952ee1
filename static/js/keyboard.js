// The keyboard layer: data-shortcut, the list of shortcuts, g then a letter, and lists walked with the arrows.
"use strict";

(() => {
  const { enhance, isTyping, make, say, showDialog } = window.hotline;
  const SINGLE_KEYS = "hotline.single-keys";
  const GO_WITHIN_MS = 1500;

  const isVisible = (element) => element.getClientRects().length > 0;
  const singleKeysAreOn = () => localStorage.getItem(SINGLE_KEYS) !== "off";

  // ---- data-shortcut="alt+s" ----
  /** The keys of an event as "alt+shift+s"; letters and digits by their place, so that an input method cannot change them. */
  function keysOf(event) {
    const place = /^(?:Key|Digit)(.)$/.exec(event.code);
    const held = ["ctrl", "alt", "shift", "meta"].filter((name) => event[`${name}Key`]);
    return [...held, (place ? place[1] : event.key).toLowerCase()].join("+");
  }

  function inOrder(shortcut) {
    const keys = shortcut.toLowerCase().split("+");
    const held = ["ctrl", "alt", "shift", "meta"].filter((name) => keys.includes(name));
    return [...held, keys.at(-1)].join("+");
  }

  enhance("[data-shortcut]", (element) => {
    element.setAttribute("aria-keyshortcuts", element.dataset.shortcut.replace(/\b\w/g, (letter) => letter.toUpperCase()));
  });

  function activate(element) {
    if (element.matches("a, button, summary, input[type=submit], input[type=checkbox]")) element.click();
    else element.focus();
    if (element.matches("input[type=search], input[type=text]")) element.select();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || !(event.altKey || event.ctrlKey || event.metaKey || /^F\d+$/.test(event.key))) return;
    const pressed = keysOf(event);
    const scope = document.querySelector("dialog:modal") ?? document;
    const wanted = [...scope.querySelectorAll("[data-shortcut]")].find(
      (element) => inOrder(element.dataset.shortcut) === pressed && !element.disabled && isVisible(element),
    );
    if (!wanted) return;
    event.preventDefault();
    activate(wanted);
  });

  // ---- The list of shortcuts ----
  function labelOf(element) {
    const given = element.dataset.shortcutLabel || element.getAttribute("aria-label") || element.labels?.[0]?.textContent;
    if (given) return given.trim();
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".key-hint, .count").forEach((part) => part.remove());
    return copy.textContent.trim() || element.querySelector("[aria-label]")?.getAttribute("aria-label") || "";
  }

  function keysShown(shortcut) {
    const shown = make("span", { class: "key-hint" });
    for (const key of shortcut.split(/[+ ]/)) {
      shown.append(make("kbd", {}, key.charAt(0).toUpperCase() + key.slice(1)));
    }
    return shown;
  }

  function showShortcuts() {
    const own = [...document.querySelectorAll("[data-shortcut]")].filter(isVisible).map((element) => [labelOf(element), element.dataset.shortcut]);
    const goes = [...document.querySelectorAll("[data-go]")].map((link) => [say("go_to", { page: labelOf(link) }), `g ${link.dataset.go}`]);
    const body = make("tbody");
    for (const [label, keys] of [...own, ...goes, [say("show_shortcuts"), "?"]]) {
      body.append(make("tr", {}, make("td", {}, label), make("td", {}, keysShown(keys))));
    }
    const box = make("input", { type: "checkbox", class: "form-check-input" });
    box.checked = singleKeysAreOn();
    box.addEventListener("change", () => localStorage.setItem(SINGLE_KEYS, box.checked ? "on" : "off"));
    const content = make("div", {});
    if (!own.length) content.append(make("p", { class: "text-quiet" }, say("no_shortcuts")));
    content.append(
      make("table", { class: "shortcut-table" }, body),
      make("label", { class: "form-check" }, box, make("span", { class: "form-check-label" }, say("single_keys"))),
    );
    showDialog(say("shortcuts"), content, [["", say("close"), "btn-primary"]]);
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shows-shortcuts]")) showShortcuts();
  });

  // ---- Single keys outside of fields: ? and g. They can be switched off (WCAG 2.1.4). ----
  let wentAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog:modal") || !singleKeysAreOn()) return;
    if (event.key === "?" || event.key === "？") {
      event.preventDefault();
      showShortcuts();
    } else if (event.timeStamp - wentAt < GO_WITHIN_MS) {
      wentAt = -Infinity;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key.toLowerCase())}"]`);
      if (!link) return;
      event.preventDefault();
      link.click();
    } else if (event.key === "g" && !event.target.closest("[data-listnav]")) {
      wentAt = event.timeStamp;
    }
  });

  // ---- data-listnav: search results and queues ----
  function itemsOf(list) {
    const marked = [...list.querySelectorAll("[data-listnav-item]")];
    const items = marked.length ? marked : [...list.querySelectorAll("li, tbody tr")].map((row) => row.querySelector("a[href], button"));
    return items.filter((item) => item && isVisible(item));
  }

  function rowOf(item) {
    return item.closest("li, tr") ?? item;
  }

  enhance("[data-listnav-item]", (item) => {
    if (!item.matches("a[href], button, [tabindex]")) item.tabIndex = 0;
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const list = event.target.closest("[data-listnav]");
    if (!list) {
      if (event.key !== "ArrowDown" || !event.target.id) return;
      const entered = document.querySelector(`[data-listnav-for="${CSS.escape(event.target.id)}"]`);
      const first = entered && itemsOf(entered)[0];
      if (!first) return;
      event.preventDefault();
      first.focus();
      return;
    }
    if (isTyping(event.target)) return;
    const items = itemsOf(list);
    const at = items.findIndex((item) => rowOf(item).contains(event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      if (to < 0) document.getElementById(list.dataset.listnavFor)?.focus();
      else items[to]?.focus();
      return;
    }
    const row = at >= 0 ? rowOf(items[at]) : null;
    if (event.key === "Enter" && event.target === items[at] && !event.target.matches("a, button")) {
      event.preventDefault();
      row.querySelector("a[href], button")?.click();
      return;
    }
    const keyed = row?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (keyed) {
      event.preventDefault();
      keyed.click();
    }
  });
})();
