"use strict";
(() => {
  const coarse = matchMedia("(pointer: coarse)").matches || innerWidth < 600;
  const config = {
    responsive: true, displaylogo: false, displayModeBar: coarse ? false : "hover", scrollZoom: false,
    modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
  };

  const json = (id) => JSON.parse(document.getElementById(id).textContent);
  const shared = json("shared"); // traces of several figures

  // print scales a drawing by its viewBox, whatever the width that it was drawn for
  function scalable(plot) {
    const box = plot.querySelector(".svg-container");
    if (!box) return;
    const width = box.clientWidth, height = box.clientHeight;
    if (!width || !height) return;
    box.style.setProperty("--ratio", `${width} / ${height}`);
    for (const svg of box.querySelectorAll(":scope > .main-svg")) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  function draw(plot) {
    if (plot.dataset.drawn || plot.closest("[hidden]")) return Promise.resolve();
    plot.dataset.drawn = "yes";
    const { data, layout } = json(plot.dataset.plot);
    const traces = data.map((trace) => (trace.shared === undefined ? trace : structuredClone(shared[trace.shared])));
    layout.autosize = true;
    delete layout.width;
    if (coarse) layout.dragmode = false; // a finger scrolls the page
    if (layout.yaxis?.scaleanchor && plot.clientWidth < 600) { // a map keeps its shape; its names come at a touch
      layout.height = Math.min(layout.height, Math.round(110 + 0.4 * plot.clientWidth));
      for (const trace of traces) if (trace.mode === "markers+text") trace.mode = "markers";
    }
    plot.style.height = `${layout.height || 420}px`;
    return Plotly.newPlot(plot, traces, layout, config).then(() => {
      scalable(plot);
      plot.on("plotly_afterplot", () => scalable(plot));
    });
  }

  const plots = [...document.querySelectorAll(".plot")];
  (async () => {
    for (const plot of plots) {
      await draw(plot);
      await new Promise((done) => setTimeout(done)); // the page stays at hand between drawings
    }
    document.documentElement.dataset.ready = "yes";
  })();
  addEventListener("beforeprint", () => plots.forEach(draw));

  // one scenario at a time, in all drawings at once
  const choosers = [...document.querySelectorAll("select[data-choose]")];
  const choose = (label) => {
    for (const chooser of choosers) {
      if (![...chooser.options].some((option) => option.value === label)) continue;
      chooser.value = label;
      for (const figure of chooser.closest(".figures").querySelectorAll("figure")) {
        figure.hidden = figure.dataset.label !== label;
        if (!figure.hidden) draw(figure.querySelector(".plot"));
      }
    }
  };
  for (const chooser of choosers) chooser.addEventListener("change", () => choose(chooser.value));

  const raw = (cell) => (cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v));
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  function sort(head) {
    const place = head.cellIndex, table = head.closest("table"), body = table.tBodies[0];
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].filter((row) => row.cells.length > place);
    const order = (x, y) => {
      const a = raw(x.cells[place]), b = raw(y.cells[place]);
      if (a === "" || b === "") return (a === "") - (b === ""); // what is empty stays last
      const found = typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b));
      return down ? -found : found;
    };
    body.append(...rows.sort(order));
  }
  for (const button of document.querySelectorAll(".sort")) button.addEventListener("click", () => sort(button.closest("th")));

  // a text that a spreadsheet would take for a formula is told to be text
  function quoted(value) {
    if (typeof value === "number") return String(value);
    const text = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
  function download(box) {
    const [head, ...rows] = box.querySelectorAll("tr");
    // an interval is two columns of the file
    const ends = [...head.cells].map((cell) => "ends" in cell.dataset);
    const titles = [...head.cells].flatMap((cell, place) => {
      const title = cell.textContent.trim();
      return ends[place] ? [`${title} from`, `${title} to`] : [title];
    });
    const values = (row) => [...row.cells].flatMap((cell, place) => {
      const value = raw(cell);
      return ends[place] ? [value, cell.dataset.high === undefined ? "" : Number(cell.dataset.high)] : [value];
    });
    const lines = [titles, ...rows.map(values)].map((line) => line.map(quoted).join(","));
    const address = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: `${box.dataset.name}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }
  for (const button of document.querySelectorAll(".csv")) {
    button.addEventListener("click", () => download(button.closest(".table")));
  }
})();
