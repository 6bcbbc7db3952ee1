// Times that move on while the page is open: "in 2 hours", and the talk timer.
"use strict";

(() => {
  const { enhance, say } = window.hotline;
  const told = document.querySelector('meta[name="server-time"]')?.content;
  // A desk's clock may be wrong; the server's is the one deadlines are kept by.
  const offset = told ? Date.parse(told) - Date.now() : 0;
  const serverNow = () => Date.now() + offset;

  /** The words of the server's `relative` filter: the two largest units. */
  function relative(moment) {
    const minutesAway = Math.trunc((moment - serverNow()) / 60000);
    const amount = Math.abs(minutesAway);
    const days = Math.floor(amount / 1440);
    const hours = Math.floor((amount % 1440) / 60);
    const unit = days ? "days" : hours ? "hours" : "minutes";
    const span = say(unit, { days, hours, minutes: amount % 60 });
    return say(moment < serverNow() ? "ago" : "ahead", { span });
  }

  function refresh(time) {
    time.textContent = relative(Date.parse(time.dateTime));
  }
  setInterval(() => document.querySelectorAll("time[data-relative]").forEach(refresh), 30000);

  const two = (number) => String(number).padStart(2, "0");

  function tick(timer) {
    const seconds = Math.max(0, Math.floor((serverNow() - Date.parse(timer.dataset.timerStart)) / 1000));
    const hours = Math.floor(seconds / 3600);
    const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const mark = Number(timer.dataset.markSeconds || Infinity);
    timer.classList.toggle("is-past", seconds > mark);
    const over = seconds > mark ? ` · ${say("past_mark", { minutes: Math.round((mark / 60) * 10) / 10 })}` : "";
    timer.lastChild.textContent = (hours ? `${hours}:${clock}` : clock) + over;
  }
  enhance("[data-timer-start]", (timer) => {
    timer.setAttribute("role", "timer");
    if (timer.lastChild?.nodeType !== Node.TEXT_NODE) timer.append("");
    tick(timer);
  });
  setInterval(() => document.querySelectorAll("[data-timer-start]").forEach(tick), 1000);
})();
