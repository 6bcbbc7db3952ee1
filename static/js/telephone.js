// What rings at this desk opens here: asked for often and cheaply, shown once, and nothing typed is lost for it.
"use strict";

(() => {
  const { keepDrafts, say, toast } = window.hotline;
  const place = document.querySelector("[data-telephone-url]");
  const SHOWN = "telephone.shown";
  const OTHERS_FIRST_MS = 300;
  const every = Number(place.dataset.telephoneEvery);
  const typedIn = new Set();

  // Forms that keep no draft: what is typed there would be lost by leaving.
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.method === "post" && !form.dataset.draftUrl && form.role !== "search") typedIn.add(form);
  });
  document.addEventListener("submit", (event) => typedIn.delete(event.target));

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const isHere = (ring) => location.pathname === new URL(ring.url, location.href).pathname;

  function refreshStrip(ring) {
    const strip = document.getElementById("telephone-strip");
    if (!strip || strip.dataset.form !== ring.form || strip.dataset.state === ring.state) return;
    strip.dataset.state = ring.state;
    htmx.ajax("GET", ring.strip, { target: strip, swap: "outerHTML" }).then(() => {
      const rings = document.getElementById("telephone-strip")?.dataset.rings;
      const field = document.querySelector("input[name=ring_count]");
      if (!rings || !field || field.value) return;
      field.value = rings;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  function offer(ring) {
    place.querySelector("a").href = ring.url;
    place.hidden = false;
  }

  async function open(ring) {
    // Of several windows the one that is looked at shows the call; the others leave it to that one.
    if (document.visibilityState === "hidden") await wait(OTHERS_FIRST_MS);
    if (localStorage.getItem(SHOWN) === ring.form || document.querySelector("form[data-sending]")) return;
    localStorage.setItem(SHOWN, ring.form);
    if (typedIn.size || !(await keepDrafts())) offer(ring);
    else location.assign(ring.url);
  }

  async function heard(ring) {
    refreshStrip(ring);
    const isOn = ring.state === "ringing" || ring.state === "talking";
    if (isOn && isHere(ring)) localStorage.setItem(SHOWN, ring.form);
    if (!isOn || isHere(ring)) place.hidden = true;
    else await open(ring);
  }

  async function ask() {
    const begun = performance.now();
    try {
      const answer = await fetch(place.dataset.telephoneUrl, { headers: { "HX-Request": "true", Accept: "application/json" } });
      if (answer.status === 401) return toast(say("signed_out"), "error");
      if (answer.status === 404) return toast(place.dataset.telephoneLeft, "error");
      if (answer.ok) await heard(await answer.json());
    } catch (error) {
      console.warn(error);
    }
    setTimeout(ask, Math.max(50, every - (performance.now() - begun)));
  }
  ask();
})();
