// What somebody types while the server answers stays theirs: text, choice, cursor and focus survive a fragment.
"use strict";

(() => {
  const editedAt = new WeakMap();
  const begun = new WeakMap();
  const kept = new WeakMap();
  let running = null;
  const CONTROLS = "input[name]:not([type=hidden]), textarea[name], select[name]";

  // What a person does, not a script: a list chosen from counts when it changes.
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => editedAt.set(event.target, performance.now()), true);
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    begun.set(event.detail.xhr, { at: performance.now(), focus: document.activeElement });
  });

  const isEdited = (element, since) => (editedAt.get(element) ?? -1) > since;
  const isTick = (control) => ["checkbox", "radio"].includes(control.type);
  /** The field that filters a long list stands beside it and has no name of its own. */
  const filterOf = (control) => control.closest(".typing")?.querySelector("input[role=combobox]");

  /** The named control that has the focus within `root`, with the cursor in it. */
  function focusWithin(root) {
    const active = document.activeElement;
    if (!active || !root.contains(active)) return null;
    const control = active.matches(CONTROLS) ? active : active.closest(".typing")?.querySelector("select[name]");
    if (!control) return null;
    return { name: control.name, filter: active === control ? null : active.value, start: active.selectionStart, end: active.selectionEnd };
  }

  function note(event) {
    const { xhr, target } = event.detail;
    // What comes along for other places of the page names no request: it belongs to the one being put in.
    if (xhr) running = begun.get(xhr);
    const start = running;
    if (!start || !target?.querySelectorAll) return;
    const edited = [...target.querySelectorAll(CONTROLS)].filter(
      (control) => isEdited(control, start.at) || (filterOf(control) && isEdited(filterOf(control), start.at)),
    );
    const active = document.activeElement;
    const wentOn = active !== start.focus || isEdited(active, start.at);
    kept.set(target, { edited, focus: focusWithin(target) });
    // The answer offers the first field it brings to whoever waits for it; who went on typing is not called back.
    if (wentOn && active !== document.body && event.detail.serverResponse) {
      event.detail.serverResponse = event.detail.serverResponse.replace(/ (?:data-focus|autofocus)=""/g, "");
    }
  }

  function giveBack(event) {
    const { target } = event.detail;
    const before = kept.get(target);
    if (!before) return;
    kept.delete(target);
    const place = target.isConnected ? target : document.getElementById(target.id);
    if (!place) return;
    const named = (name) => place.querySelector(`:is(input:not([type=hidden]), textarea, select)[name="${CSS.escape(name)}"]`);
    for (const old of before.edited) {
      const control = named(old.name);
      if (!control) continue;
      if (isTick(control)) control.checked = old.checked;
      else control.value = old.value;
    }
    if (!before.focus) return;
    const control = named(before.focus.name);
    if (!control) return;
    control.focus();
    if (before.focus.filter === null && control.setSelectionRange && before.focus.start !== null) {
      control.setSelectionRange(before.focus.start, before.focus.end);
    }
    // A list becomes a field to type in once the page has settled: then what was typed to filter it is back.
    if (before.focus.filter !== null) control.dataset.filter = before.focus.filter;
  }

  document.addEventListener("htmx:beforeSwap", note);
  document.addEventListener("htmx:oobBeforeSwap", note);
  document.addEventListener("htmx:afterSwap", giveBack);
  document.addEventListener("htmx:oobAfterSwap", giveBack);
})();
