// What a page of a report does in the browser: draws its charts (Chart.js), lets the reader zoom, moves the sliders.
// It leaves on <html> what a test can read: data-errors, data-charts and data-charts-drawn.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  let errors = 0;
  const countError = () => { root.dataset.errors = String(++errors); };
  root.dataset.errors = "0";
  window.addEventListener("error", countError);
  window.addEventListener("unhandledrejection", countError);
  const consoleError = console.error.bind(console);
  console.error = (...values) => { countError(); consoleError(...values); };

  const kColours = 8;
  const kMarkedPoints = 60;  // a line of at most so many points shows them
  const kLeastDrag = 6;      // pixels; less is a click

  const variable = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const colourOf = (index) => variable(`--series-${index % kColours + 1}`);
  const figures = (value) => {
    if (value === 0 || Number.isNaN(value)) return String(value);
    const size = Math.abs(value);
    if (size >= 1e7 || size < 1e-3) return value.toExponential(2).replace("+", "");
    return value.toLocaleString("en", {maximumSignificantDigits: size >= 1e5 ? 7 : 5});
  };

  // The range that is being dragged out, as a band over the plot.
  const selectionPlugin = {
    id: "selection",
    afterDraw(chart) {
      const drag = chart.$drag;
      if (!drag) return;
      const {top, bottom} = chart.chartArea, context = chart.ctx;
      context.save();
      context.globalAlpha = 0.18;
      context.fillStyle = variable("--accent");
      context.fillRect(Math.min(drag.from, drag.to), top, Math.abs(drag.to - drag.from), bottom - top);
      context.restore();
    },
  };

  function datasetOf(series, spec) {
    const steps = spec.kind === "steps";
    const few = spec.kind === "lines" && !series.dashed && series.points.length <= kMarkedPoints;
    const marked = spec.kind === "points" || few || series.points.length === 1;
    return {
      label: series.label,
      colour: series.colour,
      data: series.points,
      yAxisID: series.second_axis ? "second" : "y",
      showLine: spec.kind !== "points",
      stepped: steps ? "middle" : false,
      fill: steps ? "origin" : false,
      borderDash: series.dashed ? [6, 4] : [],
      borderWidth: 2,
      pointRadius: marked ? 2.5 : 0,
      pointHoverRadius: 4,
      pointHitRadius: 8,
    };
  }

  // Labels 1, 2, 5, 10, ... on up to two decades, else the decades alone.
  function logarithmicLabel(value) {
    const first = Number(value.toExponential()[0]), short = this.max < 100 * this.min;
    const isRound = Math.abs(value / 10 ** Math.floor(Math.log10(value) + 1e-9) - first) < 1e-6;
    return isRound && (first === 1 || (short && (first === 2 || first === 5))) ? figures(value) : null;
  }

  function axisOf(label, logarithmic, position) {
    const ticks = {maxRotation: 0, padding: 6, autoSkipPadding: 12, maxTicksLimit: 9};
    return {
      type: logarithmic ? "logarithmic" : "linear",
      position,
      title: {display: label !== "", text: label},
      ticks: logarithmic ? {maxRotation: 0, padding: 6, autoSkip: false, callback: logarithmicLabel} : ticks,
      grid: {drawTicks: false},
    };
  }

  function configOf(spec) {
    const scales = {x: axisOf(spec.x_label, spec.log_x, "bottom"), y: axisOf(spec.y_label, spec.log_y, "left")};
    if (spec.kind === "steps" && !spec.log_y) scales.y.beginAtZero = true;
    if (spec.series.some((series) => series.second_axis)) {
      scales.second = axisOf(spec.second_label, spec.log_second, "right");
      scales.second.grid = {drawOnChartArea: false, drawTicks: false};
    }
    return {
      type: "line",
      data: {datasets: spec.series.map((series) => datasetOf(series, spec))},
      options: {
        animation: false,
        maintainAspectRatio: false,
        normalized: true,
        interaction: {mode: "nearest", axis: "x", intersect: false},
        scales,
        plugins: {
          legend: {
            display: spec.series.length > 1,
            align: "start",
            labels: {boxWidth: 18, boxHeight: 2, padding: 12},
          },
          tooltip: {
            callbacks: {
              title: (items) => items.length > 0 ? `${spec.x_label} ${figures(items[0].parsed.x)}` : "",
              label: (item) => ` ${item.dataset.label}: ${figures(item.parsed.y)}`,
            },
          },
        },
      },
      plugins: [selectionPlugin],
    };
  }

  function applyTheme(chart) {
    const text = variable("--text"), muted = variable("--muted"), grid = variable("--grid");
    chart.data.datasets.forEach((dataset, index) => {
      const colour = colourOf(dataset.colour < 0 ? index : dataset.colour);
      dataset.borderColor = dataset.pointBackgroundColor = dataset.pointBorderColor = colour;
      dataset.pointHoverBackgroundColor = dataset.pointHoverBorderColor = colour;
      dataset.backgroundColor = dataset.fill ? `${colour}33` : colour;
    });
    for (const axis of Object.values(chart.options.scales)) {
      axis.ticks.color = axis.title.color = muted;
      axis.grid.color = axis.grid.borderColor = grid;
    }
    chart.options.plugins.legend.labels.color = text;
    const tooltip = chart.options.plugins.tooltip;
    tooltip.backgroundColor = variable("--code");
    tooltip.borderColor = variable("--line");
    tooltip.borderWidth = 1;
    tooltip.titleColor = tooltip.bodyColor = text;
    chart.update();  // mode "none" would keep the points' old colours
  }

  function setRange(chart, range, button) {
    chart.options.scales.x.min = range ? range[0] : undefined;
    chart.options.scales.x.max = range ? range[1] : undefined;
    button.hidden = !range;
    chart.update("none");
  }

  function resetButton(chart) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "whole range";
    button.hidden = true;
    button.addEventListener("click", () => setRange(chart, null, button));
    chart.canvas.parentElement.append(button);
    return button;
  }

  // A drag along x shows that range; a double click, or the button that then appears, the whole again.
  function enableZoom(chart) {
    const canvas = chart.canvas, button = resetButton(chart);
    const place = (event) => Math.min(Math.max(event.offsetX, chart.chartArea.left), chart.chartArea.right);
    canvas.addEventListener("pointerdown", (event) => {
      const {top, bottom, left, right} = chart.chartArea;
      const inside = event.offsetX >= left && event.offsetX <= right && event.offsetY >= top && event.offsetY <= bottom;
      if (event.button !== 0 || !inside) return;
      canvas.setPointerCapture(event.pointerId);
      chart.$drag = {from: event.offsetX, to: event.offsetX};
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!chart.$drag) return;
      chart.$drag.to = place(event);
      chart.draw();
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!chart.$drag) return;
      const ends = [chart.$drag.from, place(event)].sort((a, b) => a - b);
      chart.$drag = null;
      if (ends[1] - ends[0] < kLeastDrag) chart.draw();
      else setRange(chart, ends.map((end) => chart.scales.x.getValueForPixel(end)), button);
    });
    canvas.addEventListener("pointercancel", () => {
      chart.$drag = null;
      chart.draw();
    });
    canvas.addEventListener("dblclick", () => setRange(chart, null, button));
  }

  // Whether something that is darker than the grid stands in the plot itself.
  function isDrawn(chart) {
    const {left, top, width, height} = chart.chartArea, ratio = chart.currentDevicePixelRatio;
    if (width < 1 || height < 1) return false;
    const pixels = chart.ctx.getImageData(left * ratio, top * ratio, width * ratio, height * ratio).data;
    for (let alpha = 3; alpha < pixels.length; alpha += 4) if (pixels[alpha] > 200) return true;
    return false;
  }

  function drawCharts() {
    const places = [...document.querySelectorAll("figure.chart canvas")];
    root.dataset.charts = String(places.length);
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    const charts = [];
    for (const canvas of places) {
      const spec = JSON.parse(canvas.closest("figure").querySelector("script").textContent);
      try {
        const chart = new Chart(canvas, configOf(spec));
        charts.push(chart);
        applyTheme(chart);
        enableZoom(chart);
      } catch (error) {
        console.error(error);
      }
    }
    root.dataset.chartsDrawn = String(charts.filter(isDrawn).length);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(applyTheme));
  }

  function enableSlider(slider) {
    const frames = [...slider.querySelectorAll(".frame")];
    const input = slider.querySelector("input"), output = slider.querySelector("output");
    const show = () => {
      frames.forEach((frame, index) => frame.classList.toggle("shown", index === Number(input.value)));
      const caption = frames[Number(input.value)].querySelector("figcaption");
      output.textContent = caption ? caption.textContent : `${Number(input.value) + 1} of ${frames.length}`;
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", show);
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("figure.slider").forEach(enableSlider);
    drawCharts();
  });
})();
