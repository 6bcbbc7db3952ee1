// Sentences by abbreviation: a semicolon, the letters and a space write the whole sentence.
"use strict";

(() => {
  const { enhance } = window.hotline;
  const ASKED = /[;；]([a-z0-9]{1,12})[ 　]$/i;

  enhance("form[data-phrases]", (form) => {
    const sentences = JSON.parse(document.getElementById(form.dataset.phrases).textContent);

    form.addEventListener("input", (event) => {
      const field = event.target;
      if (event.isComposing || !field.matches("textarea, input[type=text]") || field.matches("[role=combobox]")) return;
      const at = field.selectionStart;
      const found = ASKED.exec(field.value.slice(0, at));
      const words = found && sentences[found[1].toLowerCase()];
      if (!words) return;
      const caller = form.querySelector("[name=name]")?.value.trim() || form.dataset.caller || "";
      field.setRangeText(words.replaceAll("%(caller)s", caller), at - found[0].length, at, "end");
    });
  });
})();
