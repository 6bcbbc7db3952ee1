// Forms: questions before sending, one submit per form, drafts that survive a reload.
"use strict";

(() => {
  const { ask, csrfToken, enhance, say } = window.hotline;
  const DRAFT_AFTER_MS = 1000;
  const RETRY_AFTER_MS = 5000;
  const confirmed = new WeakSet();

  // ---- data-confirm, then one submit only ----
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const source = [event.submitter, form].find((element) => element?.dataset.confirm);
    if (!source || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(source.dataset.confirm, source.dataset.confirmLabel).then((yes) => {
      if (!yes) return;
      confirmed.add(form);
      form.requestSubmit(event.submitter);
    });
  }, true);

  const submitsOf = (form) => [...form.elements].filter((element) => element.matches("button[type=submit], button:not([type]), input[type=submit]"));

  function release(form) {
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
    for (const button of submitsOf(form)) {
      if (button.dataset.guarded === undefined) continue;
      delete button.dataset.guarded;
      button.disabled = false;
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const method = event.submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
    const isHtmx = form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]");
    if ((event.defaultPrevented && !isHtmx) || "repeatable" in form.dataset) return;
    if (!isHtmx && method.toLowerCase() !== "post") return;
    form.dataset.sending = "";
    form.setAttribute("aria-busy", "true");
    // After this turn, so that the name and value of the pressed button still go along.
    setTimeout(() => {
      if (form.dataset.sending === undefined) return;
      for (const button of submitsOf(form).filter((element) => !element.disabled)) {
        button.dataset.guarded = "";
        button.disabled = true;
      }
    });
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-sending]");
    if (form) release(form);
  });

  document.addEventListener("change", (event) => {
    if ("submitsOnChange" in event.target.dataset) event.target.form.requestSubmit();
  });

  // ---- form[data-draft-url] ----
  const keepers = [];
  /** Keep every draft of the page now; tell whether nothing typed would be lost by leaving it. */
  window.hotline.keepDrafts = async () => (await Promise.all(keepers.map((keep) => keep()))).every(Boolean);

  enhance("form[data-draft-url]", (form) => {
    const changed = new Set();
    const state = form.querySelector("[data-draft-state]");
    let timer = null;
    let isSending = false;
    let isSubmitted = false;

    function show(key, isLate = false) {
      if (!state) return;
      const time = new Date().toLocaleTimeString("zh-CN", { hour12: false });
      state.textContent = say(key, { time });
      state.classList.toggle("is-late", isLate);
    }

    function bodyOf(names) {
      const everything = new FormData(form);
      const body = new URLSearchParams();
      for (const name of names) {
        const values = everything.getAll(name);
        if (!values.length) body.append(name, "");
        for (const value of values) body.append(name, value);
      }
      return body;
    }

    async function save() {
      clearTimeout(timer);
      if (isSubmitted || isSending || !changed.size) return;
      const names = [...changed];
      changed.clear();
      isSending = true;
      show("draft_saving");
      try {
        const response = await fetch(form.dataset.draftUrl, {
          method: "POST", body: bodyOf(names), headers: { "X-CSRFToken": csrfToken() }, keepalive: true,
        });
        if (!response.ok || response.redirected) throw new Error(`draft answered ${response.status}`);
        show("draft_saved");
      } catch (error) {
        console.warn(error);
        names.forEach((name) => changed.add(name));
        show("draft_failed", true);
      }
      isSending = false;
      if (changed.size) later(state?.classList.contains("is-late") ? RETRY_AFTER_MS : DRAFT_AFTER_MS);
    }

    function later(wait) {
      clearTimeout(timer);
      timer = setTimeout(save, wait);
    }

    function note(event) {
      const { name, type } = event.target;
      if (!name || name === "csrf_token" || type === "file" || type === "password") return;
      changed.add(name);
      later(DRAFT_AFTER_MS);
    }

    /** Send at once what is not kept yet; tell whether the server has everything. */
    keepers.push(async () => {
      while (isSending) await new Promise((done) => setTimeout(done, 20));
      await save();
      return !changed.size && !isSending;
    });

    form.addEventListener("input", note);
    form.addEventListener("change", note);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      isSubmitted = true;
      clearTimeout(timer);
    });
    window.addEventListener("pageshow", () => { isSubmitted = false; });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
  });
})();
