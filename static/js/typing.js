// Long selects become a field that filters as you type, by label or by the initials of its pinyin.
"use strict";

(() => {
  const { enhance, make, say } = window.hotline;
  const MOST_SHOWN = 200;
  let count = 0;

  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

  enhance("select[data-typing]:not([multiple])", (select) => {
    const listId = `typing-${(count += 1)}`;
    const labels = [...select.labels];
    const input = make("input", {
      type: "text", class: "form-control", role: "combobox", autocomplete: "off", spellcheck: "false", id: `${listId}-input`,
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId, placeholder: say("type_to_filter"),
    });
    for (const name of ["aria-describedby", "aria-invalid", "data-shortcut", "data-shortcut-label", "aria-keyshortcuts"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    if (select.required) input.setAttribute("aria-required", "true");
    select.removeAttribute("data-shortcut");
    // The browser cannot point at a hidden control; the server still refuses an empty choice, beside the field.
    select.required = false;
    input.disabled = select.disabled;
    const list = make("ul", { class: "typing-list", role: "listbox", id: listId });
    if (labels[0]) {
      const name = (labels[0].firstChild?.textContent ?? "").trim() || labels[0].textContent.trim();
      list.setAttribute("aria-label", name);
      labels[0].htmlFor = input.id;
    }
    list.hidden = true;
    const heard = make("span", { class: "visually-hidden", role: "status" });
    const box = make("div", { class: "typing" });
    select.before(box);
    box.append(input, list, heard, select);
    select.hidden = true;
    if (select.autofocus || document.activeElement === select) input.focus();

    let shown = [];
    let at = -1;

    const chosenLabel = () => (select.value ? select.selectedOptions[0].label : "");
    const showChosen = () => { input.value = chosenLabel(); };

    function matches(option, wanted) {
      if (!wanted) return true;
      return plain(option.label).includes(wanted) || plain(option.dataset.initials ?? "").includes(wanted) || plain(option.value) === wanted;
    }

    function open(wanted) {
      shown = [...select.options].filter((option) => option.value && !option.disabled && matches(option, wanted)).slice(0, MOST_SHOWN);
      list.replaceChildren();
      let group = null;
      shown.forEach((option, index) => {
        const parent = option.parentElement.matches("optgroup") ? option.parentElement : null;
        if (parent && parent !== group) list.append(make("li", { class: "typing-group", role: "presentation" }, parent.label));
        group = parent;
        const item = make("li", { role: "option", id: `${listId}-${index}`, "aria-selected": "false" }, option.label);
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(option);
        });
        list.append(item);
      });
      if (!shown.length) list.append(make("li", { class: "typing-none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, say("no_matches")));
      heard.textContent = shown.length ? say("matches", { count: shown.length }) : say("no_matches");
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      const current = wanted ? 0 : shown.findIndex((option) => option.selected);
      mark(shown.length ? Math.max(current, wanted ? 0 : -1) : -1);
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      heard.textContent = "";
      at = -1;
    }

    function mark(index) {
      list.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
      at = index;
      const item = document.getElementById(`${listId}-${index}`);
      if (!item) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      item.setAttribute("aria-selected", "true");
      item.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", item.id);
    }

    function choose(option) {
      const isNew = select.value !== (option?.value ?? "");
      select.value = option?.value ?? "";
      showChosen();
      close();
      if (!isNew) return;
      select.dispatchEvent(new Event("input", { bubbles: true }));
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    input.addEventListener("input", () => open(plain(input.value)));
    input.addEventListener("click", () => { if (list.hidden) open(""); });
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => {
      if (!input.value.trim() && [...select.options].some((option) => !option.value)) choose(null);
      showChosen();
      close();
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      const isOpen = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!isOpen) open("");
        else if (shown.length) mark((at + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length);
      } else if (event.key === "Enter" && isOpen) {
        event.preventDefault();
        if (shown[at]) choose(shown[at]);
      } else if (event.key === "Tab" && isOpen && shown[at] && input.value !== chosenLabel()) {
        choose(shown[at]);
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        event.stopPropagation();
        showChosen();
        close();
      }
    });
    // Draft and search text of the filter itself stay out of the form: it has no name.
    select.addEventListener("change", showChosen);
    select.form?.addEventListener("reset", () => setTimeout(showChosen));
    showChosen();
    if (select.dataset.filter !== undefined) {
      input.value = select.dataset.filter;
      delete select.dataset.filter;
      input.setSelectionRange(input.value.length, input.value.length);
      open(plain(input.value));
    }
  });

  // ---- data-choose: a button that chooses an entry of a select, and goes with the others offered ----
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    const select = button && document.getElementById(button.dataset.choose);
    if (!select) return;
    select.value = button.dataset.chooseValue;
    button.parentElement.remove();
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
