// Echo bits of your own, cut them into rows and windows, and see which targets nobody can know.
"use strict";

const LONGEST = 200; // bits that can be typed

// ---- the data: generate_echo_data and make_windows of data_utils.py

/** Return every target of the series: its step t, its value, where it stands, and whether it can be known.
 *
 * The series is echoed first and cut into rows afterwards, so the first targets of a row come from the row before.
 * A memory that is reset at every window loses the sources that stand in an earlier window, too.
 */
function targetsOf(bits, {echo_step, batch_size, truncated_backprop_length}, reset) {
    const columns = Math.floor(bits.length / batch_size);
    const numWindows = Math.floor(columns / truncated_backprop_length);
    return [...bits].map((bit, t) => {
        const row = Math.floor(t / columns);
        const column = t % columns;
        const window = Math.floor(column / truncated_backprop_length);
        const position = column % truncated_backprop_length;
        const used = row < batch_size && window < numWindows;
        const value = t < echo_step ? 0 : Number(bits[t - echo_step]);
        let kind = "known";
        if (t < echo_step) kind = "zero"; // there is no source: 0 by the rule
        else if (column < echo_step) kind = "unknown"; // its source stands in an earlier row
        else if (reset && position < echo_step) kind = "lost"; // its source stands in an earlier window
        return {t, bit: Number(bit), value, source: t - echo_step, row, column, window, position, used, kind};
    });
}

/** Return how many targets are used, how many of them nobody can know, and the least mean loss in nats. */
function floorOf(targets) {
    const used = targets.filter(target => target.used);
    const coins = used.filter(target => target.kind === "unknown" || target.kind === "lost").length;
    return {used: used.length, coins, loss: (coins / used.length) * Math.LN2}; // each of them is a coin toss: ln 2
}

// ---- the page

const find = id => document.getElementById(id);
const SIZES = ["echo_step", "batch_size", "truncated_backprop_length"];
let targets = [];

/** Read the controls, compute the targets, and draw the series and its windows. */
function start() {
    const bits = find("bits").value.replace(/[^01]/g, "");
    if (bits !== find("bits").value) find("bits").value = bits;
    const sizes = {};
    for (const name of SIZES) {
        const {min, max, value} = find(name);
        sizes[name] = Math.min(Math.max(Math.floor(value) || 0, min), max);
    }
    targets = targetsOf(bits, sizes, find("reset").checked);
    find("series").innerHTML =
        line("step", targets, target => target.t) +
        line("x", targets, target => target.bit, "x") +
        line("y", targets, target => target.value, "y");
    const numWindows = 1 + Math.max(-1, ...targets.filter(target => target.used).map(target => target.window));
    find("windows").innerHTML = Array.from({length: numWindows}, (_, window) => drawWindow(window, sizes)).join("");
    const left = targets.filter(target => !target.used).length;
    const {used, coins, loss} = floorOf(targets);
    find("score").textContent = used
        ? `Rows: ${sizes.batch_size}, windows: ${numWindows}, targets: ${used}. Nobody can know ${coins} of them. ` +
          `So the floor of the mean loss is ${coins} / ${used} × ln 2 = ${loss.toFixed(4)} nats. ` +
          `Bits left over: ${left}.`
        : "No whole window fits. Type more bits, or make rows and windows smaller.";
    find("step").max = Math.max(targets.length - 1, 0);
    show(Number(find("step").value));
}

/** Return a row of a table: a cell for each target. */
function line(name, chosen, text, part = "") {
    const cells = chosen.map(each => {
        const kind = part === "y" ? each.kind : "";
        return `<td class="${part} ${kind}" data-step="${each.t}" data-part="${part}">${text(each)}</td>`;
    });
    return `<tr><th scope="row">${name}</th>${cells.join("")}</tr>`;
}

/** Return the table of a window: inputs and targets of every row. A target that nobody can know is a question mark. */
function drawWindow(window, {batch_size}) {
    const inside = targets.filter(target => target.used && target.window === window);
    const hidden = each => (each.kind === "unknown" || each.kind === "lost" ? "?" : each.value);
    const lines = Array.from({length: batch_size}, (_, row) => {
        const chosen = inside.filter(target => target.row === row);
        return (
            line(`row ${row + 1}: x`, chosen, target => target.bit, "x") +
            line(`row ${row + 1}: y`, chosen, hidden, "y")
        );
    });
    return `<table><caption>window ${window}</caption>${lines.join("")}</table>`;
}

/** Show where a target and its source stand. */
function show(t) {
    const target = targets[Math.min(t, targets.length - 1)];
    find("said").textContent = target ? sentence(target) : "There are no bits.";
    if (!target) return;
    find("step").value = target.t;
    find("step").setAttribute("aria-valuetext", `step ${target.t}`);
    for (const cell of document.querySelectorAll("[data-part]")) {
        const {step, part} = cell.dataset;
        cell.classList.toggle("now", part === "y" && Number(step) === target.t);
        cell.classList.toggle("source", part === "x" && Number(step) === target.source);
    }
    find("steps").scrollLeft = find("series").querySelector(".now").offsetLeft - find("steps").clientWidth / 2;
}

/** Say where a target and its source stand, and whether the target can be known. */
function sentence(target) {
    const source = targets[target.source];
    const from = source
        ? `the target is the bit of step ${source.t}, a ${source.bit}.`
        : `there is no bit ${target.t - target.source} steps before.`;
    if (!target.used) return `Step ${target.t}: ${from} This step is left over: it is in no window.`;
    const place = `Step ${target.t}, row ${target.row + 1}, window ${target.window}: ${from}`;
    const nobody = "Nobody can know the target.";
    const reader = `a reader of row ${target.row + 1}`;
    const reasons = {
        known: () => "Its reader has seen this bit and can know the target.",
        zero: () => "By the rule the target is 0.",
        unknown: () => `It stands in row ${source.row + 1}, which ${reader} never sees. ${nobody}`,
        lost: () => `It stands in window ${source.window}, and the memory has been emptied since. ${nobody}`,
    };
    return `${place} ${reasons[target.kind]()}`;
}

const randomBits = length => Array.from({length}, () => Math.floor(2 * Math.random())).join("");

find("bits").maxLength = LONGEST;
find("random").addEventListener("click", () => {
    find("bits").value = randomBits(targets.length || 24);
    start();
});
find("bits").addEventListener("input", start);
for (const name of SIZES) {
    find(name).addEventListener("input", start);
    find(name).addEventListener("change", () => {
        const {min, max, value} = find(name);
        find(name).value = Math.min(Math.max(Math.floor(value) || 0, min), max); // say what was computed
    });
}
find("carried").addEventListener("change", start);
find("reset").addEventListener("change", start);
find("step").addEventListener("input", () => show(Number(find("step").value)));
document.querySelector(".explore").addEventListener("click", event => {
    if (event.target.dataset.step) show(Number(event.target.dataset.step));
});
start();
