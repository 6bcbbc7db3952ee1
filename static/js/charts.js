// Charts from data-chart: SVG, no animation, patterns as well as colours, the table beside them stays the source.
"use strict";

(() => {
  const { enhance, make, say, toast } = window.hotline;
  const { echarts: source } = document.currentScript.dataset;
  const { nonce } = document.currentScript;
  const COLOURS = ["#0b57a4", "#c2570c", "#1d7a4a", "#7a3ea8", "#a3262a", "#0b7a80", "#6b5b00", "#4a5568"];
  const INK = "#465160";
  const LINE = "#dde2e8";
  let library = null;

  function load() {
    library ??= new Promise((resolve, reject) => {
      const script = make("script", { src: source });
      script.nonce = nonce;
      script.addEventListener("load", () => resolve(window.echarts));
      script.addEventListener("error", () => reject(new Error(`cannot load ${source}`)));
      document.head.append(script);
    });
    return library;
  }

  const axisLook = { axisLabel: { color: INK }, axisLine: { lineStyle: { color: "#848e9b" } }, splitLine: { lineStyle: { color: LINE } } };

  function cartesian({ kind, labels, series, unit }) {
    const isAcross = kind === "bar_across";
    const names = { type: "category", data: labels, inverse: isAcross, ...axisLook };
    const amounts = { type: "value", ...axisLook };
    return {
      grid: { left: 8, right: 16, top: series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
      xAxis: isAcross ? amounts : names,
      yAxis: isAcross ? names : amounts,
      tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => (value === null || value === undefined ? "–" : `${value}${unit}`) },
      series: series.map((line, index) => ({
        name: line.name,
        data: line.values,
        type: kind === "line" ? "line" : "bar",
        stack: kind === "bar_stacked" ? "all" : undefined,
        symbol: ["circle", "rect", "triangle", "diamond"][index % 4],
        symbolSize: 7,
        lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][index % 3] },
        barMaxWidth: 36,
        connectNulls: false,
      })),
    };
  }

  function round({ labels, series, unit }) {
    return {
      tooltip: { trigger: "item", renderMode: "richText", valueFormatter: (value) => `${value}${unit}` },
      series: [{
        type: "pie",
        name: series[0].name,
        radius: ["38%", "68%"],
        data: labels.map((name, index) => ({ name, value: series[0].values[index] })),
        label: { color: INK, formatter: "{b} {d}%" },
        itemStyle: { borderColor: "#fff", borderWidth: 2 },
      }],
    };
  }

  async function draw(picture) {
    const spec = JSON.parse(picture.dataset.chart);
    const echarts = await load();
    picture.hidden = false;
    const chart = echarts.init(picture, null, { renderer: "svg" });
    chart.setOption({
      animation: false,
      color: COLOURS,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: INK },
      // The table holds the figures, so the title is all the picture needs to say.
      aria: { enabled: true, label: { enabled: true, description: spec.title }, decal: { show: spec.kind !== "line" } },
      legend: spec.kind !== "pie" && spec.series.length > 1 ? { top: 0, left: 0, textStyle: { color: INK } } : undefined,
      ...(spec.kind === "pie" ? round(spec) : cartesian(spec)),
    });
    picture.setAttribute("role", "img");
    picture.closest(".chart").querySelector(".chart-table").open = false;
    new ResizeObserver(() => chart.resize()).observe(picture);
  }

  enhance("[data-chart]", (picture) => {
    draw(picture).catch((error) => {
      console.error(error);
      picture.hidden = true;
      toast(say("chart_failed"), "warning");
    });
  });
})();
